use super::compare::Comparison;
use super::{Installed, LeftOut, LeftOutReason, Plan, PlanStage};
use crate::objects::{self, ProfileField};
use crate::{Concern, DictionaryEntry, Object, ObjectId, Slot, Snapshot, Value};

impl Plan {
    /// What puts the settings of `before` back on the same charger, which holds `now`.
    ///
    /// Only settings that a plan may have written are looked at: not the clock, no state,
    /// no meters. What cannot be put back is [left out](Plan::left_out): what could not
    /// be read (an APN password), what is not writable, a whole-charger security profile
    /// that the firmware lets rise only. Items that were installed and roots that were
    /// uploaded do not show in any snapshot: the [one-way doors](Plan::one_way_doors) of
    /// the plan that was carried out name them.
    ///
    /// Empty if nothing differs.
    ///
    /// # Errors
    /// If the snapshots are of two different chargers, by their serial numbers.
    pub fn restore(before: &Snapshot, now: &Snapshot) -> Result<Self, RestoreError> {
        check_same_charger(before, now)?;
        let installed = Installed::nothing();
        let mut comparison = Comparison::new(now, &installed);
        for (id, stage) in settings() {
            if let Some(old) = before.get(id) {
                restore_one(&mut comparison, old, now.get(id), stage);
            }
        }
        Ok(comparison.finish_what_can_be())
    }
}

/// The snapshots do not belong to one charger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings of charger {before} are not put back on charger {now}")]
#[non_exhaustive]
pub struct RestoreError {
    /// The serial number of the charger whose settings these are.
    pub before: String,
    /// The serial number of the charger at hand.
    pub now: String,
}

impl RestoreError {
    /// Whom it concerns: the caller, who chose the charger or the snapshot.
    pub const fn concerns(&self) -> Concern {
        Concern::Caller
    }
}

fn check_same_charger(before: &Snapshot, now: &Snapshot) -> Result<(), RestoreError> {
    let serial = |snapshot: &Snapshot| {
        let text = snapshot
            .value(objects::SERIAL_NUMBER)
            .and_then(Value::as_text);
        text.map(str::to_owned)
    };
    match (serial(before), serial(now)) {
        (Some(before), Some(now)) if before != now => Err(RestoreError { before, now }),
        _ => Ok(()),
    }
}

/// Every setting that a plan may write, with its stage.
fn settings() -> impl Iterator<Item = (ObjectId, PlanStage)> {
    let profiles = Slot::ALL.into_iter().flat_map(|slot| {
        DictionaryEntry::all()
            .filter(move |entry| entry.id().index() == slot.object_index())
            .map(|entry| match ProfileField::from_id(entry.id()) {
                Some((_, ProfileField::PRIORITY)) => (entry.id(), PlanStage::Priority),
                _ => (entry.id(), PlanStage::Profile),
            })
    });
    [(objects::PRESET, PlanStage::Preset)]
        .into_iter()
        .chain(CHARGER_SETTINGS.map(|id| (id, PlanStage::Charger)))
        .chain(profiles)
}

fn restore_one(
    comparison: &mut Comparison<'_>,
    old: &Object,
    now: Option<&Object>,
    stage: PlanStage,
) {
    let id = old.id;
    let mut leave_out = |reason| comparison.plan.left_out.push(LeftOut { id, reason });
    let Some(now) = now else {
        return leave_out(LeftOutReason::NotOnCharger);
    };
    if old.value == now.value {
        return;
    }
    if id == objects::SECURITY_PROFILE && old.value.as_u8() < now.value.as_u8() {
        leave_out(LeftOutReason::RisesOnly);
    } else if now.access.is_read_only() {
        leave_out(LeftOutReason::ReadOnly);
    } else if is_masked(old) || old.value.check_type(now.data_type).is_err() {
        leave_out(LeftOutReason::Unreadable);
    } else {
        comparison.write(now, old.value.clone(), stage);
    }
}

/// Whether the charger showed something else than it holds.
fn is_masked(object: &Object) -> bool {
    let entry = DictionaryEntry::of(object.id);
    let is_secret = entry.is_some_and(|entry| entry.is_secret());
    let shows_nothing = |text: &str| text.bytes().all(|byte| byte == b'*');
    let is_write_only = entry.is_some_and(|entry| entry.is_write_only());
    is_write_only
        || (is_secret
            && object
                .value
                .as_text()
                .is_some_and(|text| !text.is_empty() && shows_nothing(text)))
}

const CHARGER_SETTINGS: [ObjectId; 18] = [
    objects::CHARGE_BOX_IDENTITY,
    objects::CPO_NAME,
    objects::SECURITY_PROFILE,
    objects::CONNECTION_ATTEMPTS,
    objects::HEARTBEAT_WANTED,
    objects::PING_INTERVAL,
    objects::PROXY_ADDRESS,
    objects::PROXY_USER,
    objects::PROXY_ENABLED,
    objects::NETWORK_SELECTION,
    objects::NETWORK_PREFERENCE,
    objects::AUTHORIZATION_MODE,
    objects::OFFLINE_ACTION_HIGH,
    objects::OFFLINE_ACTION_LOW,
    objects::ONLINE_ACTION,
    objects::WHITE_LIST,
    objects::LOCAL_LIST,
    objects::PLUG_AND_CHARGE_ID,
];
