//! Putting old settings back.

use ocpp_config::objects;
use ocpp_config::{DictionaryEntry, ObjectId, ObjectWrite, Snapshot, Value, WriteOnlyItem};

use crate::StepName;
use crate::ids;
use crate::phase::Bench;
use crate::script::{Script, Step, Wanted};
use crate::values::{same, unsigned};
use crate::{Armed, LegHistory};

/// The way back, from what the charger holds now. Its shape depends on the journal alone,
/// so that a way back that was cut off can be taken up at the same step: `so_far` is how far
/// it was then. Only while nothing at all tells of a write there is nothing to put back.
pub(crate) fn way_back(found: &Snapshot, so_far: &LegHistory, bench: &Bench) -> Script {
    let Some(armed) = bench.armed.as_deref() else {
        return Script::default();
    };
    let goal = armed.way_back.clone();
    let before = bench.full_snapshot.as_ref().unwrap_or(&armed.snapshot);
    let wanted = old_settings(before, found);
    let is_begun = bench.touched || *so_far != LegHistory::default();
    if !is_begun && is_as_before(found, &wanted, armed) {
        return Script {
            steps: vec![Step::Prove { goal }],
        };
    }
    let mut steps = vec![Step::Write {
        name: StepName::Restore,
        wanted: wanted.clone(),
    }];
    if let Some(key) = bench.old_key.clone() {
        steps.push(Step::Install {
            item: WriteOnlyItem::AUTHORIZATION_KEY,
            data: key,
        });
    }
    steps.push(Step::Restart);
    steps.push(Step::SetClock);
    let later = Vec::new();
    steps.push(Step::Verify { wanted, later });
    steps.push(Step::Prove { goal });
    Script { steps }
}

/// Which of the old settings that are known the charger does not hold.
pub(crate) fn changed(found: &Snapshot, armed: &Armed) -> Vec<ObjectId> {
    let wanted = old_settings(&armed.snapshot, found);
    let differs = wanted.iter().filter(|wanted| differs(found, wanted));
    differs.map(|wanted| wanted.write.id).collect()
}

fn differs(found: &Snapshot, wanted: &Wanted) -> bool {
    let write = &wanted.write;
    let found = found.value(write.id);
    !wanted.secret && !found.is_some_and(|found| same(found, &write.value))
}

/// The last lines of a journal may be lost on the way to another machine. A charger that
/// holds something else by now, or has restarted, may have been written to.
fn is_as_before(found: &Snapshot, wanted: &[Wanted], armed: &Armed) -> bool {
    let boot_count = unsigned(found, objects::BOOT_COUNT);
    boot_count == Some(armed.boot_count) && !wanted.iter().any(|wanted| differs(found, wanted))
}

/// Everything that a procedure may have changed, as it was.
fn old_settings(before: &Snapshot, found: &Snapshot) -> Vec<Wanted> {
    ids::settings()
        .filter_map(|id| before.get(id))
        .filter(|object| !object.access.is_read_only())
        .filter(|object| !is_lowered(object.id, before, found))
        .filter_map(|object| {
            let secret = DictionaryEntry::of(object.id).is_some_and(|entry| entry.is_secret());
            // A secret that reads back empty was never known.
            let known = !secret || object.value != Value::Text(String::new());
            known.then(|| Wanted {
                write: ObjectWrite::new(object.id, object.data_type, object.value.clone()),
                secret,
            })
        })
        .collect()
}

/// The security profile of the whole charger rises only.
fn is_lowered(id: ObjectId, before: &Snapshot, found: &Snapshot) -> bool {
    id == objects::SECURITY_PROFILE && unsigned(before, id) < unsigned(found, id)
}

#[cfg(test)]
mod tests {
    use ocpp_config::{Access, DataType, Object};

    use super::*;

    fn holding(id: ObjectId, value: u64) -> Snapshot {
        let value = Value::Unsigned(value);
        let object = Object::new(id, Access::READ_WRITE, DataType::UNSIGNED8, 0, value);
        Snapshot::from_iter([object])
    }

    /// What is written back for an object that held `before` and holds `found` now.
    fn written(id: ObjectId, before: u64, found: u64) -> Vec<Value> {
        old_settings(&holding(id, before), &holding(id, found))
            .into_iter()
            .map(|wanted| wanted.write.value.clone())
            .collect()
    }

    #[test]
    fn everything_goes_back_but_a_security_profile_that_has_risen() {
        let risen = written(objects::SECURITY_PROFILE, 0, 2);
        assert!(risen.is_empty(), "{risen:?}");
        let same = written(objects::SECURITY_PROFILE, 2, 2);
        assert_eq!(same, [Value::Unsigned(2)]);
        for (before, found) in [(3, 5), (5, 3)] {
            let attempts = written(objects::CONNECTION_ATTEMPTS, before, found);
            assert_eq!(attempts, [Value::Unsigned(before)]);
        }
    }
}
