//! When is a charger on its new back office? Pure judgement over what it reports.

use std::collections::BTreeSet;

use ocpp_config::{Object, ObjectId, objects};
use serde::{Deserialize, Serialize};

use crate::reading::number;

/// What the charger says about its restarts and its back office, at one moment.
///
/// An object that the charger does not report is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reading {
    /// Boot count, object `2056_0`.
    pub boot_count: Option<u64>,
    /// Time since the last restart in milliseconds, object `2060_0`.
    pub uptime: Option<u64>,
    /// Active network profile, 1 to 4, or 0 for none, object `3553_0`.
    pub active_profile: Option<u64>,
    /// OCPP boot notification state, object `3600_1`.
    pub boot_state: Option<BootState>,
    /// Uptime in milliseconds at which the boot notification was sent last, `3600_2`.
    pub boot_sent: Option<u64>,
    /// Uptime in milliseconds at which it was accepted, object `3600_3`.
    pub boot_accepted: Option<u64>,
    /// Whether the OCPP connection is up, object `3600_5`.
    pub connected: Option<bool>,
}

impl Reading {
    /// The objects that a reading is made of.
    pub const IDS: [ObjectId; 7] = [
        objects::BOOT_COUNT,
        objects::UPTIME,
        objects::ACTIVE_PROFILE,
        objects::BOOT_NOTIFICATION_STATE,
        objects::BOOT_NOTIFICATION_SENT,
        objects::BOOT_NOTIFICATION_ACCEPTED,
        objects::OCPP_CONNECTED,
    ];

    /// Picks the reading out of `objects`.
    pub fn from_objects<'a>(objects: impl IntoIterator<Item = &'a Object>) -> Self {
        let mut reading = Self::default();
        for object in objects {
            reading.take(object);
        }
        reading
    }

    fn take(&mut self, object: &Object) {
        let value = number(&object.value);
        let unsigned = value.and_then(|value| u64::try_from(value).ok());
        match object.id {
            objects::BOOT_COUNT => self.boot_count = unsigned,
            objects::UPTIME => self.uptime = unsigned,
            objects::ACTIVE_PROFILE => self.active_profile = unsigned,
            objects::BOOT_NOTIFICATION_STATE => {
                self.boot_state = value
                    .and_then(|value| i8::try_from(value).ok())
                    .map(BootState);
            }
            objects::BOOT_NOTIFICATION_SENT => self.boot_sent = unsigned,
            objects::BOOT_NOTIFICATION_ACCEPTED => self.boot_accepted = unsigned,
            objects::OCPP_CONNECTED => self.connected = value.map(|value| value != 0),
            _ => {}
        }
    }

    /// Whether the charger was accepted, in the boot that it reports.
    pub fn is_accepted(&self) -> bool {
        accepted_in_this_boot(self).is_ok()
    }
}

/// The number in object `3600_1`. Others than the named ones are carried through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BootState(i8);

impl BootState {
    /// No boot notification was sent.
    pub const NOT_SENT: Self = Self(0);
    /// Sent, and no answer yet.
    pub const AWAITING_REPLY: Self = Self(1);
    /// The back office rejected the charger.
    pub const REJECTED: Self = Self(2);
    /// The back office accepted the charger.
    pub const ACCEPTED: Self = Self(3);
    /// The back office has not made up its mind.
    pub const PENDING: Self = Self(4);

    /// The state with this number, known or not.
    pub const fn new(number: i8) -> Self {
        Self(number)
    }

    /// The number as the charger reports it.
    pub const fn number(self) -> i8 {
        self.0
    }
}

impl std::fmt::Display for BootState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::NOT_SENT => f.write_str("NOT_SENT"),
            Self::AWAITING_REPLY => f.write_str("AWAITING_REPLY"),
            Self::REJECTED => f.write_str("REJECTED"),
            Self::ACCEPTED => f.write_str("ACCEPTED"),
            Self::PENDING => f.write_str("PENDING"),
            Self(number) => write!(f, "state {number}"),
        }
    }
}

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
        state: BootState,
    },
    /// Accepted, but through another network profile.
    #[error("accepted through network profile {active}, which is not a new one")]
    WrongProfile {
        /// Object `3553_0`.
        active: u64,
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
pub fn judge(reading: &Reading, goal: &Goal, boot_floor: u64) -> Result<(), Doubt> {
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

fn accepted_in_this_boot(reading: &Reading) -> Result<(), Doubt> {
    let state = reading.boot_state.ok_or(Doubt::NotReported {
        object: objects::BOOT_NOTIFICATION_STATE,
    })?;
    if state != BootState::ACCEPTED {
        return Err(Doubt::NotAccepted { state });
    }
    let uptime = reading.uptime.ok_or(Doubt::NotReported {
        object: objects::UPTIME,
    })?;
    let accepted = reading.boot_accepted.ok_or(Doubt::NotReported {
        object: objects::BOOT_NOTIFICATION_ACCEPTED,
    })?;
    let sent_later = reading.boot_sent.is_some_and(|sent| sent > accepted);
    if accepted == 0 || accepted > uptime || sent_later {
        return Err(Doubt::Stale);
    }
    if reading.connected == Some(false) {
        return Err(Doubt::Disconnected);
    }
    Ok(())
}

fn right_profile(reading: &Reading, slots: &BTreeSet<u8>) -> Result<(), Doubt> {
    let Some(active) = reading.active_profile else {
        return Ok(());
    };
    let wanted = u8::try_from(active).is_ok_and(|active| slots.contains(&active));
    if slots.is_empty() || wanted {
        Ok(())
    } else {
        Err(Doubt::WrongProfile { active })
    }
}

fn disconnected(reading: &Reading) -> Result<(), Doubt> {
    let accepted = reading.boot_state == Some(BootState::ACCEPTED);
    if reading.connected == Some(true) || (reading.connected.is_none() && accepted) {
        return Err(Doubt::StillConnected);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted() -> Reading {
        Reading {
            boot_count: Some(8),
            uptime: Some(60_000),
            active_profile: Some(2),
            boot_state: Some(BootState::ACCEPTED),
            boot_sent: Some(20_000),
            boot_accepted: Some(20_100),
            connected: Some(true),
        }
    }

    fn slot(slot: u8) -> Goal {
        Goal::Accepted {
            slots: BTreeSet::from([slot]),
        }
    }

    #[test]
    fn accepted_after_a_restart_through_the_new_profile_is_proof() {
        assert_eq!(judge(&accepted(), &slot(2), 8), Ok(()));
    }

    #[test]
    fn accepted_before_the_restart_is_no_proof() {
        assert_eq!(judge(&accepted(), &slot(2), 9), Err(Doubt::NotRestarted));
    }

    #[test]
    fn an_acceptance_later_than_the_uptime_is_left_over_from_another_boot() {
        let reading = Reading {
            boot_accepted: Some(60_001),
            ..accepted()
        };
        assert_eq!(judge(&reading, &slot(2), 8), Err(Doubt::Stale));
    }

    #[test]
    fn a_notification_sent_after_the_acceptance_reopens_the_question() {
        let reading = Reading {
            boot_sent: Some(30_000),
            ..accepted()
        };
        assert_eq!(judge(&reading, &slot(2), 8), Err(Doubt::Stale));
    }

    #[test]
    fn the_old_back_office_answering_as_a_fallback_is_no_proof() {
        assert_eq!(
            judge(&accepted(), &slot(1), 8),
            Err(Doubt::WrongProfile { active: 2 })
        );
    }

    #[test]
    fn a_charger_that_does_not_report_its_profile_is_judged_without_it() {
        let reading = Reading {
            active_profile: None,
            ..accepted()
        };
        assert_eq!(judge(&reading, &slot(1), 8), Ok(()));
    }

    #[test]
    fn every_other_boot_state_is_a_doubt() {
        for number in [0, 1, 2, 4, 5, -1] {
            let state = BootState::new(number);
            let reading = Reading {
                boot_state: Some(state),
                ..accepted()
            };
            assert_eq!(
                judge(&reading, &slot(2), 8),
                Err(Doubt::NotAccepted { state })
            );
        }
    }

    #[test]
    fn a_lost_connection_is_a_doubt() {
        let reading = Reading {
            connected: Some(false),
            ..accepted()
        };
        assert_eq!(judge(&reading, &slot(2), 8), Err(Doubt::Disconnected));
    }

    #[test]
    fn stand_alone_means_no_connection() {
        assert_eq!(
            judge(&accepted(), &Goal::StandAlone, 8),
            Err(Doubt::StillConnected)
        );
        let reading = Reading {
            boot_state: Some(BootState::NOT_SENT),
            connected: Some(false),
            ..accepted()
        };
        assert_eq!(judge(&reading, &Goal::StandAlone, 8), Ok(()));
    }

    #[test]
    fn a_charger_that_hides_an_object_is_never_proven() {
        for (object, reading) in [
            (
                objects::BOOT_COUNT,
                Reading {
                    boot_count: None,
                    ..accepted()
                },
            ),
            (
                objects::BOOT_NOTIFICATION_STATE,
                Reading {
                    boot_state: None,
                    ..accepted()
                },
            ),
            (
                objects::UPTIME,
                Reading {
                    uptime: None,
                    ..accepted()
                },
            ),
            (
                objects::BOOT_NOTIFICATION_ACCEPTED,
                Reading {
                    boot_accepted: None,
                    ..accepted()
                },
            ),
        ] {
            assert_eq!(
                judge(&reading, &slot(2), 8),
                Err(Doubt::NotReported { object })
            );
        }
    }
}
