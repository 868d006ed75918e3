use std::time::SystemTime;

use super::facts::{Facts, date, seconds};
use super::finding::{CertificatePlace, ChargerVerdict, Findings, OcppVerdict};
use crate::charger::ChargerClock;
use crate::finding_code::FindingCode;

/// The real time and the charger's, seconds since 1970.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    pub(crate) real: i64,
    pub(crate) charger: i64,
}

impl Times {
    pub(crate) fn new(real: SystemTime, clock: ChargerClock) -> Self {
        let real = seconds(real);
        let charger = match clock {
            ChargerClock::Trusted | ChargerClock::Unknown => real,
            ChargerClock::At(time) => seconds(time),
        };
        Self { real, charger }
    }
}

/// Expired, not yet valid, or only so at the charger's own time.
pub(crate) fn judge_validity(
    facts: &Facts<'_>,
    place: CertificatePlace,
    times: Times,
    findings: &mut Findings,
) {
    let (from, until) = (facts.not_before(), facts.not_after());
    let valid_at = |time| from <= time && time <= until;
    let charger = ChargerVerdict::refuses_if(!valid_at(times.charger));
    let place = Some(place);
    if until < times.real {
        let detail = format!("`{}` expired on {}", facts.subject(), date(until));
        findings.add(
            FindingCode::CERT_EXPIRED,
            place,
            detail,
            OcppVerdict::Forbids(VALID),
            charger,
        );
    } else if times.real < from {
        let detail = format!("`{}` is valid from {}", facts.subject(), date(from));
        findings.add(
            FindingCode::CERT_NOTYET,
            place,
            detail,
            OcppVerdict::Forbids(VALID),
            charger,
        );
    } else if charger == ChargerVerdict::Refuses {
        let detail = format!(
            "`{}` is valid from {} until {}, but the charger's clock says {}",
            facts.subject(),
            date(from),
            date(until),
            date(times.charger)
        );
        findings.add(
            FindingCode::CERT_CLOCK,
            place,
            detail,
            OcppVerdict::Silent,
            charger,
        );
    }
}

/// What will break before long. Certificates of less than a day are meant to be so: that
/// is how OCPP revokes (A00.FR.701).
pub(crate) fn judge_remaining(
    facts: &Facts<'_>,
    place: CertificatePlace,
    times: Times,
    findings: &mut Findings,
) {
    let left = facts.not_after() - times.real;
    let lifetime = facts.not_after() - facts.not_before();
    let soon = match place {
        CertificatePlace::Root(_) => left < 365 * DAY,
        CertificatePlace::Presented(_) => left < 14 * DAY && lifetime > 7 * DAY,
    };
    if left >= 0 && soon {
        findings.add(
            FindingCode::CERT_SOON,
            Some(place),
            format!(
                "`{}` expires on {}",
                facts.subject(),
                date(facts.not_after())
            ),
            OcppVerdict::Silent,
            ChargerVerdict::Accepts,
        );
    }
}

const DAY: i64 = 24 * 3600;
/// Validity is part of the path validation that the profile demands.
const VALID: &str = "A00.FR.308";
