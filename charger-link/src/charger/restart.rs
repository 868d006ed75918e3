use std::time::Duration;

use ocpp_config::{Snapshot, Value, objects};

use super::answer::Look;
use crate::{LinkError, LinkErrorKind};

/// A charger that is back after a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restarted {
    /// Its boot count before.
    pub before: u64,
    /// Its boot count now, which is higher.
    pub now: u64,
    /// How long it was waited for.
    pub waited: Duration,
}

/// Waits for a boot count above the one before: silence proves nothing, and an answer
/// may come from before the restart.
#[derive(Debug, Clone, Copy)]
pub(super) struct RestartWatch {
    before: u64,
    since: Duration,
    limit: Duration,
}

impl RestartWatch {
    pub(super) const fn new(before: u64, now: Duration, limit: Duration) -> Self {
        Self {
            before,
            since: now,
            limit,
        }
    }

    /// What an answer to a question for the boot count means.
    pub(super) fn look(
        &self,
        now: Duration,
        answer: Result<Snapshot, LinkError>,
    ) -> Look<Restarted> {
        let count = match answer.and_then(|snapshot| boot_count(&snapshot)) {
            Ok(count) => count,
            Err(error) => match Look::at_error(error) {
                Look::Again => 0,
                other => return other,
            },
        };
        let waited = now.saturating_sub(self.since);
        if count > self.before {
            return Look::Done(Restarted {
                before: self.before,
                now: count,
                waited,
            });
        }
        match waited >= self.limit {
            true => Look::Failed(LinkError::without_effect(LinkErrorKind::Timeout {
                during: "waiting for the charger to restart",
            })),
            false => Look::Again,
        }
    }
}

pub(super) fn boot_count(snapshot: &Snapshot) -> Result<u64, LinkError> {
    let count = snapshot.value(objects::BOOT_COUNT).and_then(Value::as_u64);
    count.ok_or_else(|| {
        LinkError::without_effect(LinkErrorKind::Malformed {
            what: "no boot count",
        })
    })
}

#[cfg(test)]
mod tests {
    use ocpp_config::{Access, DataType, Object};

    use super::*;

    #[test]
    fn only_a_higher_boot_count_is_a_restart() {
        let watch = RestartWatch::new(7, Duration::ZERO, Duration::from_secs(100));
        let second = Duration::from_secs(1);
        assert!(matches!(watch.look(second, Ok(boot(7))), Look::Again));
        let silent = LinkError::without_effect(LinkErrorKind::Restarting);
        assert!(matches!(watch.look(second, Err(silent)), Look::Again));
        let Look::Done(restarted) = watch.look(second, Ok(boot(8))) else {
            panic!("not back");
        };
        assert_eq!((restarted.now, restarted.waited), (8, second));
    }

    #[test]
    fn a_boot_count_is_a_number_from_zero_up_whatever_its_type() {
        let count = |value| {
            let data_type = DataType::INTEGER32;
            let object = Object::new(objects::BOOT_COUNT, Access::READ_ONLY, data_type, 0, value);
            boot_count(&[object].into_iter().collect()).ok()
        };
        assert_eq!(count(Value::Signed(8)), Some(8));
        assert_eq!(count(Value::Signed(-8)), None);
        assert_eq!(count(Value::from("8")), None);
    }

    #[test]
    fn waiting_ends_in_time_and_at_what_does_not_pass() {
        let watch = RestartWatch::new(7, Duration::ZERO, Duration::from_secs(100));
        let late = Duration::from_secs(100);
        assert!(matches!(watch.look(late, Ok(boot(7))), Look::Failed(_)));
        let wrong = LinkError::without_effect(LinkErrorKind::WrongPassword);
        assert!(matches!(
            watch.look(Duration::ZERO, Err(wrong)),
            Look::Failed(_)
        ));
    }

    fn boot(count: u64) -> Snapshot {
        let value = Value::Unsigned(count);
        let data_type = DataType::UNSIGNED32;
        let object = Object::new(objects::BOOT_COUNT, Access::READ_ONLY, data_type, 0, value);
        [object].into_iter().collect()
    }
}
