//! What must be true of a charger before anything is written to it.

use std::time::Duration;

use charger_link::LiveState;
use ocpp_config::objects::{self, ProfileField};
use ocpp_config::{CheckedDocument, DictionaryEntry, ObjectId, Snapshot, Value, validate_move};

use crate::proof::is_accepted;
use crate::values::{text, unsigned};
use crate::{Policy, Refusal, UnsentTransactions, WhenBusy, ids};

/// How often a charger that must be waited for is looked at.
pub(crate) const BUSY_PAUSE: Duration = Duration::from_secs(60);

/// How long a connected and idle charger is given to deliver what it has queued. An
/// assumption: no source tells how long it takes.
const DELIVERY: Duration = Duration::from_secs(30);

/// How long after its start a charger may take to be accepted by its back office, and to
/// learn the time from it.
const STARTING: Duration = Duration::from_secs(2 * 60);

/// Without these nothing could be proven.
const NEEDED: [ObjectId; 4] = [
    objects::BOOT_COUNT,
    objects::UPTIME,
    objects::BOOT_NOTIFICATION_STATE,
    objects::BOOT_NOTIFICATION_ACCEPTED,
];

/// What of the document fits this charger badly, for the person who is asked to begin.
///
/// # Errors
/// [`Refusal::DoesNotFit`] if it does not fit at all.
pub(crate) fn fit(document: &CheckedDocument, snapshot: &Snapshot) -> Result<Vec<String>, Refusal> {
    let report = validate_move(document, snapshot);
    if report.has_errors() {
        let report = Box::new(report);
        return Err(Refusal::DoesNotFit { report });
    }
    let findings = report.findings().iter();
    Ok(findings
        .filter(|finding| !TOLD_ANYWAY.contains(&finding.code().as_str()))
        .map(|finding| {
            let (code, message) = (finding.code(), finding.message());
            format!("{code}: {message}; {}", finding.advice())
        })
        .collect())
}

/// Findings that a proposal tells in other words: as a one-way door, as the warning that no
/// back office accepts the charger, or by what the strategy does to the old profiles.
const TOLD_ANYWAY: [&str; 8] = [
    "MOVE-SECURITY-RAISED",
    "MOVE-KEY-OVERWRITTEN",
    "MOVE-APN-PASSWORD-OVERWRITTEN",
    "MOVE-PIN-OVERWRITTEN",
    "MOVE-CERTIFICATES",
    "MOVE-PRESET-ACTIVE",
    "MOVE-NOT-ACCEPTED",
    "MOVE-ACTIVE-PROFILE",
];

/// Whether this is a charger that the procedures know how to treat.
pub(crate) fn charger(snapshot: &Snapshot) -> Result<(), Refusal> {
    let has_profiles = ProfileField::URL
        .of_profile(1)
        .is_some_and(|url| snapshot.get(url).is_some());
    if !has_profiles {
        return Err(Refusal::FirmwareTooOld {
            firmware: text(snapshot, objects::FIRMWARE).to_owned(),
        });
    }
    match NEEDED.into_iter().find(|id| snapshot.get(*id).is_none()) {
        Some(object) => Err(Refusal::NotReported { object }),
        None => Ok(()),
    }
}

/// Whether the certificate store takes one more.
pub(crate) fn store_room(snapshot: &Snapshot, room: u64) -> Result<(), Refusal> {
    let stored = unsigned(snapshot, objects::CERTIFICATES_STORED).unwrap_or(0);
    if stored >= room {
        return Err(Refusal::StoreFull { stored, room });
    }
    Ok(())
}

/// What stands in the way of a restart, and how long it may.
pub(crate) struct Hindrance {
    pub(crate) limit: Duration,
    pub(crate) refusal: Refusal,
}

/// What stands in the way right now.
pub(crate) fn hindrance(
    snapshot: &Snapshot,
    may_deliver: bool,
    policy: &Policy,
) -> Option<Hindrance> {
    if let WhenBusy::Wait(limit) = policy.busy
        && is_busy(snapshot)
    {
        let refusal = Refusal::Busy;
        return Some(Hindrance { limit, refusal });
    }
    // Without its old back office a charger will never deliver: the caller was warned.
    if let UnsentTransactions::Wait(limit) = policy.unsent
        && may_deliver
        && !has_delivered(&LiveState::from_objects(snapshot.iter()))
    {
        let refusal = Refusal::UnsentTransactions;
        return Some(Hindrance { limit, refusal });
    }
    None
}

/// No object counts undelivered transactions, but a charger that has been accepted for a
/// while has had the time to deliver them.
fn has_delivered(reading: &LiveState) -> bool {
    let since = reading
        .uptime
        .zip(reading.boot_notification_accepted)
        .map(|(uptime, accepted)| uptime.saturating_sub(accepted));
    is_accepted(reading) && since.map(Duration::from_millis) >= Some(DELIVERY)
}

/// Whether a car is plugged in or charging at any socket: states 5 (authorising) to 17
/// (waiting to be unplugged) of the public lists. 4 is available, above 17 are errors. A
/// charger that does not report its sockets counts as idle.
pub(crate) fn is_busy(snapshot: &Snapshot) -> bool {
    ids::SOCKET_STATES
        .into_iter()
        .filter_map(|id| snapshot.value(id)?.as_number())
        .any(|state| (5..=17).contains(&state))
}

/// Whether the charger started so short a time ago that it need not have been accepted yet.
pub(crate) fn is_starting(snapshot: &Snapshot) -> bool {
    let uptime = unsigned(snapshot, objects::UPTIME).map(Duration::from_millis);
    uptime.is_some_and(|uptime| uptime < STARTING)
}

/// The snapshot as the journal may hold it: secrets read empty, as an APN password does
/// on the charger itself. That the objects exist must stay known.
pub(crate) fn without_secrets(snapshot: &Snapshot) -> Snapshot {
    let is_secret = |id| DictionaryEntry::of(id).is_some_and(|entry| entry.is_secret());
    snapshot
        .iter()
        .cloned()
        .map(|mut object| {
            if is_secret(object.id) {
                object.value = Value::Text(String::new());
            }
            object
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use ocpp_config::{Access, DataType, Object};

    use super::*;

    fn holding(id: ObjectId, value: Value) -> Snapshot {
        let object = Object::new(id, Access::READ_WRITE, DataType::UNSIGNED8, 0, value);
        Snapshot::from_iter([object])
    }

    #[test]
    fn plugged_in_and_charging_count_as_busy() {
        let [socket, _] = ids::SOCKET_STATES;
        let busy: Vec<u64> = (0..=40)
            .filter(|state| is_busy(&holding(socket, Value::Unsigned(*state))))
            .collect();
        assert_eq!(busy, (5..=17).collect::<Vec<u64>>());
        assert!(!is_busy(&Snapshot::new()));
    }

    #[test]
    fn a_pin_never_enters_the_journal() {
        for field in [
            ProfileField::SIM_PIN,
            ProfileField::SIM_PIN_LONG,
            ProfileField::APN_PASSWORD,
        ] {
            let id = field.of_profile(2).unwrap();
            let snapshot = holding(id, Value::Text("1234".to_owned()));
            let kept = without_secrets(&snapshot);
            assert_eq!(kept.value(id), Some(&Value::Text(String::new())), "{id}");
        }
    }

    #[test]
    fn what_is_told_anyway_is_the_name_of_a_rule() {
        for code in TOLD_ANYWAY {
            assert!(ocpp_config::RULES.get(code).is_some(), "{code}");
        }
    }

    #[test]
    fn firmware_without_profiles_is_refused() {
        let snapshot = holding(objects::FIRMWARE, Value::Text("5.8.1-4123".to_owned()));
        let refusal = charger(&snapshot).unwrap_err();
        assert!(
            matches!(refusal, Refusal::FirmwareTooOld { firmware } if firmware == "5.8.1-4123")
        );
    }

    #[test]
    fn a_full_store_is_refused() {
        let snapshot = holding(objects::CERTIFICATES_STORED, Value::Unsigned(16));
        assert!(matches!(
            store_room(&snapshot, 16),
            Err(Refusal::StoreFull {
                stored: 16,
                room: 16
            })
        ));
        assert!(store_room(&snapshot, 17).is_ok());
    }

    fn snapshot(values: impl IntoIterator<Item = (ObjectId, u64)>) -> Snapshot {
        let object = |(id, value)| {
            let value = Value::Unsigned(value);
            Object::new(id, Access::READ_ONLY, DataType::UNSIGNED64, 0, value)
        };
        values.into_iter().map(object).collect()
    }

    /// Accepted one second after it started, and up for this long since.
    fn accepted_for(millis: u64) -> Snapshot {
        snapshot([
            (objects::BOOT_NOTIFICATION_STATE, 3),
            (objects::BOOT_NOTIFICATION_ACCEPTED, 1_000),
            (objects::UPTIME, 1_000 + millis),
        ])
    }

    #[test]
    fn undelivered_transactions_are_waited_for_half_a_minute_after_the_acceptance() {
        let limit = Duration::from_secs(7);
        let wait = Policy::default().with_unsent_transactions(UnsentTransactions::Wait(limit));
        for (millis, hinders) in [(0, true), (29_999, true), (30_000, false), (90_000, false)] {
            let found = hindrance(&accepted_for(millis), true, &wait);
            assert_eq!(found.is_some(), hinders, "{millis} ms");
            if let Some(found) = found {
                assert_eq!(found.limit, limit);
                assert!(matches!(found.refusal, Refusal::UnsentTransactions));
            }
        }
        let rejected = snapshot([
            (objects::BOOT_NOTIFICATION_STATE, 2),
            (objects::BOOT_NOTIFICATION_ACCEPTED, 1_000),
            (objects::UPTIME, 90_000),
        ]);
        assert!(hindrance(&rejected, true, &wait).is_some());
    }

    #[test]
    fn a_charger_that_cannot_deliver_or_need_not_is_not_waited_for() {
        let fresh = accepted_for(0);
        assert!(hindrance(&fresh, false, &Policy::default()).is_none());
        for unsent in [UnsentTransactions::Ignore, UnsentTransactions::Export] {
            let policy = Policy::default().with_unsent_transactions(unsent);
            assert!(hindrance(&fresh, true, &policy).is_none(), "{unsent:?}");
        }
    }

    #[test]
    fn a_car_comes_before_transactions_and_is_interrupted_by_name_only() {
        let [socket, _] = ids::SOCKET_STATES;
        let busy = holding(socket, Value::Unsigned(11));
        let limit = Duration::from_secs(9);
        let policy = Policy::default().with_busy(WhenBusy::Wait(limit));
        let found = hindrance(&busy, true, &policy).unwrap();
        assert_eq!(found.limit, limit);
        assert!(matches!(found.refusal, Refusal::Busy));
        let policy = policy.with_busy(WhenBusy::Interrupt);
        assert!(hindrance(&busy, false, &policy).is_none());
    }

    #[test]
    fn a_charger_is_starting_until_it_has_been_up_for_two_minutes() {
        let up = |millis| snapshot([(objects::UPTIME, millis)]);
        assert!(is_starting(&up(0)) && is_starting(&up(119_999)));
        assert!(!is_starting(&up(120_000)) && !is_starting(&Snapshot::new()));
    }

    #[test]
    fn what_a_proof_needs_must_be_reported() {
        let url = ProfileField::URL.of_profile(1).unwrap();
        let all = || {
            let ids = NEEDED.into_iter().chain([url]);
            snapshot(ids.map(|id| (id, 1)))
        };
        assert!(charger(&all()).is_ok());
        for missing in NEEDED {
            let without: Snapshot = all()
                .iter()
                .filter(|object| object.id != missing)
                .cloned()
                .collect();
            let refusal = charger(&without).unwrap_err();
            assert!(
                matches!(refusal, Refusal::NotReported { object } if object == missing),
                "{refusal}"
            );
        }
    }
}
