use std::fmt;

use super::report::ProbeFinding;
use super::transcript::printable;
use crate::finding_code::FindingCode;

/// What a charger itself tells about a connection that does not work.
///
/// ```
/// use ocpp_transport::{FindingCode, Symptom, diagnose};
///
/// let findings = diagnose(&[Symptom::LogLine("TLS error: Handshake missing".to_owned())]);
/// assert_eq!(findings[0].code, FindingCode::CERT_ROOT_MISSING);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Symptom {
    /// A line of the charger's log.
    LogLine(String),
    /// The state of its boot notification.
    BootState(BootStateSeen),
    /// The type of an OCPP security event, in the spelling of 1.6 or 2.x (white paper
    /// edition 3 section 8; OCPP 2.0.1 appendices).
    SecurityEvent(String),
}

/// What a charger shows as the state of its boot notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BootStateSeen {
    /// It was accepted.
    Accepted,
    /// It was answered with Pending.
    Pending,
    /// It was answered with Rejected.
    Rejected,
    /// It was sent, or is to be sent, and nothing has come back.
    Unanswered,
}

impl fmt::Display for BootStateSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accepted => "accepted",
            Self::Pending => "answered with Pending",
            Self::Rejected => "rejected",
            Self::Unanswered => "not answered",
        })
    }
}

/// The findings behind a charger's own symptoms, each once, in the order of the symptoms.
/// A symptom that says nothing known is left out.
pub fn diagnose(symptoms: &[Symptom]) -> Vec<ProbeFinding> {
    let mut findings: Vec<ProbeFinding> = Vec::new();
    for symptom in symptoms {
        let Some(code) = code(symptom) else { continue };
        if !findings.iter().any(|it| it.code == code) {
            findings.push(ProbeFinding::new(code, symptom.to_string()));
        }
    }
    findings
}

impl fmt::Display for Symptom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LogLine(line) => write!(f, "the charger logs `{}`", printable(line)),
            Self::BootState(state) => write!(f, "boot notification {state}"),
            Self::SecurityEvent(event) => write!(f, "security event {}", printable(event)),
        }
    }
}

fn code(symptom: &Symptom) -> Option<FindingCode> {
    match symptom {
        Symptom::LogLine(line) => of_line(line),
        Symptom::BootState(BootStateSeen::Accepted) => Some(FindingCode::BOOT_ACCEPTED),
        Symptom::BootState(BootStateSeen::Pending) => Some(FindingCode::BOOT_PENDING),
        Symptom::BootState(BootStateSeen::Rejected) => Some(FindingCode::BOOT_REJECTED),
        Symptom::BootState(BootStateSeen::Unanswered) => Some(FindingCode::BOOT_SILENT),
        Symptom::SecurityEvent(event) => EVENTS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(event.trim()))
            .map(|(_, code)| *code),
    }
}

fn of_line(line: &str) -> Option<FindingCode> {
    let lower = line.to_ascii_lowercase();
    LINES
        .iter()
        .find(|(needles, _)| needles.iter().all(|needle| lower.contains(needle)))
        .map(|(_, code)| *code)
        .or_else(|| of_number(&lower))
}

/// `HTTP error 103`, `HTTP status code: 401` and the like.
fn of_number(lower: &str) -> Option<FindingCode> {
    let (_, rest) = lower.split_once("http")?;
    rest.split(|it: char| !it.is_ascii_digit())
        .filter(|it| it.len() == 3)
        .find_map(|it| NUMBERS.iter().find(|(number, _)| *number == it))
        .map(|(_, code)| *code)
}

/// The first that fits counts, so the special come before the general.
const LINES: &[(&[&str], FindingCode)] = &[
    // KA-01372: a root certificate is missing on the charger.
    (
        &["tls error", "handshake missing"],
        FindingCode::CERT_ROOT_MISSING,
    ),
    (
        &["unable to get local issuer"],
        FindingCode::CERT_ROOT_MISSING,
    ),
    (&["unknown issuer"], FindingCode::CERT_ROOT_MISSING),
    (&["self-signed certificate"], FindingCode::CERT_ROOT_MISSING),
    (&["certificate has expired"], FindingCode::CERT_EXPIRED),
    (&["certificate", "not yet valid"], FindingCode::CERT_CLOCK),
    (&["certificate", "not valid yet"], FindingCode::CERT_CLOCK),
    (&["hostname mismatch"], FindingCode::CERT_NAME),
    (&["certificate", "host name"], FindingCode::CERT_NAME),
    (&["no shared cipher"], FindingCode::TLS_SUITE),
    (&["no cipher suite in common"], FindingCode::TLS_SUITE),
    (&["unsupported protocol"], FindingCode::TLS_VERSION),
    (&["no tls version in common"], FindingCode::TLS_VERSION),
    (&["does not speak tls"], FindingCode::TLS_PLAIN),
    (&["requires a client certificate"], FindingCode::MTLS_NONE),
    (&["sim", "not connect"], FindingCode::LOG_SIM),
    (&["sim", "not registered"], FindingCode::LOG_SIM),
    (&["sim", "pin"], FindingCode::LOG_SIM),
    (&["could not resolve"], FindingCode::DNS_NX),
    (&["host name is not known"], FindingCode::DNS_NX),
    (&["dns", "fail"], FindingCode::DNS_FAIL),
    (&["connection refused"], FindingCode::TCP_REFUSED),
    (&["connection timed out"], FindingCode::TCP_TIMEOUT),
    (&["unreachable"], FindingCode::TCP_UNREACHABLE),
    (&["ws upgrade unauthorized"], FindingCode::WS_401),
    (
        &["bootnotification", "rejected"],
        FindingCode::BOOT_REJECTED,
    ),
    (&["bootnotification", "pending"], FindingCode::BOOT_PENDING),
    (
        &["bootnotification", "accepted"],
        FindingCode::BOOT_ACCEPTED,
    ),
];

/// KA-01372 says of 103 and 104 that the back office provider has to act.
const NUMBERS: &[(&str, FindingCode)] = &[
    ("103", FindingCode::LOG_HTTP_103),
    ("104", FindingCode::LOG_HTTP_103),
    ("400", FindingCode::WS_400),
    ("401", FindingCode::WS_401),
    ("403", FindingCode::WS_403),
    ("404", FindingCode::WS_404),
    ("426", FindingCode::WS_426),
    ("500", FindingCode::WS_5XX),
    ("502", FindingCode::WS_5XX),
    ("503", FindingCode::WS_5XX),
    ("504", FindingCode::WS_5XX),
];

const EVENTS: &[(&str, FindingCode)] = &[
    (
        "InvalidCentralSystemCertificate",
        FindingCode::CERT_ROOT_MISSING,
    ),
    ("InvalidCsmsCertificate", FindingCode::CERT_ROOT_MISSING),
    (
        "InvalidChargePointCertificate",
        FindingCode::LOG_CLIENT_CERT,
    ),
    (
        "InvalidChargingStationCertificate",
        FindingCode::LOG_CLIENT_CERT,
    ),
    ("InvalidTLSVersion", FindingCode::TLS_VERSION),
    ("InvalidTLSCipherSuite", FindingCode::TLS_SUITE),
    ("FailedToAuthenticationAtCentralSystem", FindingCode::WS_401),
    ("FailedToAuthenticateAtCsms", FindingCode::WS_401),
    ("DiscardedRenewedClientCertificate", FindingCode::MTLS_BAD),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Option<FindingCode> {
        code(&Symptom::LogLine(line.to_owned()))
    }

    #[test]
    fn the_lines_of_the_article_lead_to_its_advice() {
        assert_eq!(
            of("2026-01-01 12:00 TLS error: Handshake missing"),
            Some(FindingCode::CERT_ROOT_MISSING)
        );
        assert_eq!(of("HTTP error 103"), Some(FindingCode::LOG_HTTP_103));
        assert_eq!(of("ocpp: HTTP error: 104"), Some(FindingCode::LOG_HTTP_103));
        assert_eq!(of("SIM does not connect"), Some(FindingCode::LOG_SIM));
        assert_eq!(
            of("http status 401 from 10.0.1.103"),
            Some(FindingCode::WS_401)
        );
        assert_eq!(of("charging session 103 finished"), None);
    }

    #[test]
    fn each_state_and_event_has_a_finding_and_each_finding_comes_once() {
        let events = EVENTS.iter().map(|(name, _)| (*name).to_owned());
        let symptoms: Vec<Symptom> = events.map(Symptom::SecurityEvent).collect();
        let found = diagnose(&symptoms);
        let codes: Vec<&str> = found.iter().map(|it| it.code.as_str()).collect();
        assert_eq!(
            codes,
            [
                "CERT-ROOT-MISSING",
                "LOG-CLIENT-CERT",
                "TLS-VERSION",
                "TLS-SUITE",
                "WS-401",
                "MTLS-BAD"
            ]
        );
        for (state, expected) in [
            (BootStateSeen::Accepted, FindingCode::BOOT_ACCEPTED),
            (BootStateSeen::Pending, FindingCode::BOOT_PENDING),
            (BootStateSeen::Rejected, FindingCode::BOOT_REJECTED),
            (BootStateSeen::Unanswered, FindingCode::BOOT_SILENT),
        ] {
            assert_eq!(code(&Symptom::BootState(state)), Some(expected));
            let told = Symptom::BootState(state).to_string();
            assert!(told.starts_with("boot notification "), "{told}");
        }
        assert_eq!(
            code(&Symptom::SecurityEvent("MemoryExhaustion".to_owned())),
            None
        );
    }

    #[test]
    fn every_line_of_the_table_can_be_reached() {
        for (needles, expected) in LINES {
            assert_eq!(of(&needles.join(" ")), Some(*expected), "{needles:?}");
        }
    }
}
