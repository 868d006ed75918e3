//! When is a charger on its new back office? Pure judgement over what it reports.

use std::collections::BTreeSet;

use charger_link::{BootNotificationState, LiveState};
use ocpp_config::{ObjectId, objects};
use serde::{Deserialize, Serialize};

/// What a procedure wants the charger to end in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Goal {
    /// Accepted through one of these network profiles. An empty set means any: then
    /// no profile of another back office may be left on the charger.
    Accepted {
        /// Slots 1 to 4.
        slots: BTreeSet<u8>,
    },
    /// Connected to no back office.
    StandAlone,
    /// Restarted, and nothing more can be said: there was no back office to go back to.
    Restarted,
}

/// What still speaks against the proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "doubt", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Doubt {
    /// The charger has not answered since its restart.
    #[error("the charger has not answered")]
    NoAnswer,
    /// The charger has not restarted since the snapshot: whatever it reports belongs to
    /// the old settings.
    #[error("the charger has not restarted since the snapshot")]
    NotRestarted,
    /// The acceptance is older than the last restart.
    #[error("the reported acceptance is older than the last restart")]
    Stale,
    /// The boot notification is in another state than accepted.
    #[error("the boot notification state is {state}")]
    NotAccepted {
        /// Object `3600_1`.
        state: BootNotificationState,
    },
    /// Accepted, but through another network profile.
    #[error("accepted through network profile {active}, which is not a new one")]
    WrongProfile {
        /// Object `3553_0`.
        active: u8,
    },
    /// The connection is down again.
    #[error("accepted, but the connection is down")]
    Disconnected,
    /// A charger that shall be stand-alone is connected.
    #[error("the charger is still connected to a back office")]
    StillConnected,
    /// The charger does not report what the proof needs.
    #[error("the charger does not report object {object}")]
    NotReported {
        /// Which object.
        object: ObjectId,
    },
    /// All is well, but not for long enough yet.
    #[error("accepted, but not for long enough yet")]
    NotHeld,
}

/// Judges one reading: is `goal` reached in a boot that is at least number
/// `boot_floor`? That it *stays* so is for the caller to see.
///
/// # Errors
/// What speaks against it.
pub fn judge(reading: &LiveState, goal: &Goal, boot_floor: u64) -> Result<(), Doubt> {
    let boot_count = reading.boot_count.ok_or(Doubt::NotReported {
        object: objects::BOOT_COUNT,
    })?;
    if boot_count < boot_floor {
        return Err(Doubt::NotRestarted);
    }
    match goal {
        Goal::Accepted { slots } => {
            accepted_in_this_boot(reading)?;
            right_profile(reading, slots)
        }
        Goal::StandAlone => disconnected(reading),
        Goal::Restarted => Ok(()),
    }
}

/// Whether the charger was accepted, in the boot that it reports.
pub(crate) fn is_accepted(reading: &LiveState) -> bool {
    accepted_in_this_boot(reading).is_ok()
}

fn accepted_in_this_boot(reading: &LiveState) -> Result<(), Doubt> {
    let state = reading.boot_notification.ok_or(Doubt::NotReported {
        object: objects::BOOT_NOTIFICATION_STATE,
    })?;
    if state != BootNotificationState::ACCEPTED {
        return Err(Doubt::NotAccepted { state });
    }
    let uptime = reading.uptime.ok_or(Doubt::NotReported {
        object: objects::UPTIME,
    })?;
    let accepted = reading
        .boot_notification_accepted
        .ok_or(Doubt::NotReported {
            object: objects::BOOT_NOTIFICATION_ACCEPTED,
        })?;
    let sent_later = reading
        .boot_notification_sent
        .is_some_and(|sent| sent > accepted);
    if accepted == 0 || accepted > uptime || sent_later {
        return Err(Doubt::Stale);
    }
    if reading.connected == Some(false) {
        return Err(Doubt::Disconnected);
    }
    Ok(())
}

fn right_profile(reading: &LiveState, slots: &BTreeSet<u8>) -> Result<(), Doubt> {
    let Some(active) = reading.active_profile else {
        return Ok(());
    };
    if slots.is_empty() || slots.contains(&active) {
        Ok(())
    } else {
        Err(Doubt::WrongProfile { active })
    }
}

fn disconnected(reading: &LiveState) -> Result<(), Doubt> {
    let accepted = reading.boot_notification == Some(BootNotificationState::ACCEPTED);
    if reading.connected == Some(true) || (reading.connected.is_none() && accepted) {
        return Err(Doubt::StillConnected);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accepted in boot 8, through network profile 2, 100 ms after it asked.
    fn accepted() -> LiveState {
        let mut reading = LiveState::default();
        reading.boot_count = Some(8);
        reading.uptime = Some(60_000);
        reading.active_profile = Some(2);
        reading.boot_notification = Some(BootNotificationState::ACCEPTED);
        reading.boot_notification_sent = Some(20_000);
        reading.boot_notification_accepted = Some(20_100);
        reading.connected = Some(true);
        reading
    }

    fn but(change: impl FnOnce(&mut LiveState)) -> LiveState {
        let mut reading = accepted();
        change(&mut reading);
        reading
    }

    fn slots(slots: impl IntoIterator<Item = u8>) -> Goal {
        Goal::Accepted {
            slots: slots.into_iter().collect(),
        }
    }

    fn judged(reading: &LiveState) -> Result<(), Doubt> {
        judge(reading, &slots([2]), 8)
    }

    #[test]
    fn accepted_after_a_restart_through_the_new_profile_is_proof() {
        for floor in 0..=8 {
            assert_eq!(judge(&accepted(), &slots([2]), floor), Ok(()));
        }
    }

    #[test]
    fn accepted_before_the_restart_is_no_proof() {
        for goal in [slots([2]), Goal::StandAlone, Goal::Restarted] {
            assert_eq!(judge(&accepted(), &goal, 9), Err(Doubt::NotRestarted));
        }
    }

    /// Accepted now, at uptime 0 of this boot, or after the uptime: only the last two are
    /// left over from another boot.
    #[test]
    fn an_acceptance_of_another_boot_is_stale() {
        for (accepted, proof) in [
            (0, Err(Doubt::Stale)),
            (1, Ok(())),
            (59_999, Ok(())),
            (60_000, Ok(())),
            (60_001, Err(Doubt::Stale)),
            (u64::MAX, Err(Doubt::Stale)),
        ] {
            let reading = but(|reading| {
                reading.boot_notification_accepted = Some(accepted);
                reading.boot_notification_sent = Some(accepted);
            });
            assert_eq!(judged(&reading), proof, "accepted at {accepted}");
        }
    }

    #[test]
    fn a_notification_sent_after_the_acceptance_reopens_the_question() {
        for (sent, proof) in [
            (None, Ok(())),
            (Some(0), Ok(())),
            (Some(20_099), Ok(())),
            (Some(20_100), Ok(())),
            (Some(20_101), Err(Doubt::Stale)),
        ] {
            let reading = but(|reading| reading.boot_notification_sent = sent);
            assert_eq!(judged(&reading), proof, "sent at {sent:?}");
        }
    }

    #[test]
    fn the_old_back_office_answering_as_a_fallback_is_no_proof() {
        for active in [0, 1, 3, 4, 255] {
            let reading = but(|reading| reading.active_profile = Some(active));
            assert_eq!(judged(&reading), Err(Doubt::WrongProfile { active }));
            assert_eq!(
                judge(&reading, &slots([]), 8),
                Ok(()),
                "any profile will do"
            );
        }
        let either = slots([1, 2]);
        assert_eq!(judge(&accepted(), &either, 8), Ok(()));
    }

    #[test]
    fn a_charger_that_does_not_report_its_profile_is_judged_without_it() {
        let reading = but(|reading| reading.active_profile = None);
        assert_eq!(judge(&reading, &slots([1]), 8), Ok(()));
    }

    #[test]
    fn every_other_boot_state_is_a_doubt() {
        for number in [0, 1, 2, 4, 5, -1, i8::MAX, i8::MIN] {
            let state = BootNotificationState::new(number);
            let reading = but(|reading| reading.boot_notification = Some(state));
            assert_eq!(judged(&reading), Err(Doubt::NotAccepted { state }));
            assert!(!is_accepted(&reading));
        }
        assert!(is_accepted(&accepted()));
    }

    #[test]
    fn a_lost_connection_is_a_doubt_and_an_unknown_one_is_not() {
        let lost = but(|reading| reading.connected = Some(false));
        assert_eq!(judged(&lost), Err(Doubt::Disconnected));
        let unknown = but(|reading| reading.connected = None);
        assert_eq!(judged(&unknown), Ok(()));
    }

    #[test]
    fn stand_alone_means_no_connection() {
        let still = Err(Doubt::StillConnected);
        let not_sent = Some(BootNotificationState::NOT_SENT);
        let accepted = Some(BootNotificationState::ACCEPTED);
        for (connected, state, judged) in [
            (Some(true), accepted, still),
            (Some(true), not_sent, still),
            (Some(false), not_sent, Ok(())),
            // What is left over of the state says less than the connection.
            (Some(false), accepted, Ok(())),
            (None, accepted, still),
            (None, not_sent, Ok(())),
            (None, None, Ok(())),
        ] {
            let reading = but(|reading| {
                reading.connected = connected;
                reading.boot_notification = state;
            });
            assert_eq!(judge(&reading, &Goal::StandAlone, 8), judged, "{reading:?}");
        }
    }

    #[test]
    fn where_there_was_no_back_office_a_restart_is_all_that_can_be_asked_for() {
        let reading = but(|reading| {
            reading.connected = Some(false);
            reading.boot_notification = None;
        });
        assert_eq!(judge(&reading, &Goal::Restarted, 8), Ok(()));
    }

    #[test]
    fn a_charger_that_hides_an_object_is_never_proven() {
        type Hide = fn(&mut LiveState);
        let hide: [(ObjectId, Hide); 4] = [
            (objects::BOOT_COUNT, |reading| reading.boot_count = None),
            (objects::BOOT_NOTIFICATION_STATE, |reading| {
                reading.boot_notification = None;
            }),
            (objects::UPTIME, |reading| reading.uptime = None),
            (objects::BOOT_NOTIFICATION_ACCEPTED, |reading| {
                reading.boot_notification_accepted = None;
            }),
        ];
        for (object, hide) in hide {
            assert_eq!(judged(&but(hide)), Err(Doubt::NotReported { object }));
        }
    }
}
