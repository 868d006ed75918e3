//! What goes wrong, read off the charger's log and registers.

use std::fmt;

use serde::Serialize;

use charger_link::{BootNotificationState, LiveState};
use ocpp_config::Concern;

use crate::Advice;

/// A known symptom: those that the vendor's article names, and what the registers tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Diagnosis {
    /// The charger reports `TLS error: Handshake missing`, or another failed
    /// handshake: it does not trust the back office's certificate.
    RootCertificateMissing {
        /// The line of the log.
        line: String,
    },
    /// The back office's certificate is for another name, or not valid by the charger's
    /// clock.
    CertificateUnsuitable {
        /// The line of the log.
        line: String,
    },
    /// The back office refuses the charger's client certificate, as
    /// security profile 3 demands it.
    ClientCertificateRefused {
        /// The line of the log.
        line: String,
    },
    /// HTTP error 103 or 104: the back office refuses.
    BackOfficeRefuses {
        /// The number.
        status: u16,
        /// The line of the log.
        line: String,
    },
    /// The back office answers the WebSocket upgrade with 401 or 403.
    CredentialsRefused {
        /// The line of the log.
        line: String,
    },
    /// The host name of the CSMS URL cannot be resolved.
    NameNotFound {
        /// The line of the log.
        line: String,
    },
    /// The SIM does not connect.
    SimNotConnected {
        /// The line of the log.
        line: String,
    },
    /// The boot notification was rejected.
    Rejected,
    /// The boot notification was answered with Pending.
    Pending,
}

impl Diagnosis {
    /// Who can do something about it.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::RootCertificateMissing { .. } | Self::NameNotFound { .. } => Concern::Document,
            Self::SimNotConnected { .. } => Concern::Network,
            Self::BackOfficeRefuses { .. }
            | Self::CertificateUnsuitable { .. }
            | Self::ClientCertificateRefused { .. }
            | Self::CredentialsRefused { .. }
            | Self::Rejected
            | Self::Pending => Concern::BackOffice,
        }
    }

    /// What a person can do about it.
    pub const fn advice(&self) -> Advice {
        match self {
            Self::RootCertificateMissing { .. } => Advice::InstallRoot,
            Self::CertificateUnsuitable { .. } => Advice::CompareCertificate,
            Self::ClientCertificateRefused { .. } => Advice::InstallClientCertificate,
            Self::BackOfficeRefuses { .. } => Advice::AskBackOffice,
            Self::CredentialsRefused { .. } => Advice::CompareCredentials,
            Self::NameNotFound { .. } => Advice::CheckHostName,
            Self::SimNotConnected { .. } => Advice::CheckSim,
            Self::Rejected => Advice::RegisterIdentity,
            Self::Pending => Advice::CompleteRegistration,
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RootCertificateMissing { .. } => {
                f.write_str("a root certificate is missing on the charger")
            }
            Self::CertificateUnsuitable { .. } => {
                f.write_str("the back office's certificate has another name or date")
            }
            Self::ClientCertificateRefused { .. } => {
                f.write_str("the back office refuses the charger's client certificate")
            }
            Self::BackOfficeRefuses { status, .. } => {
                write!(
                    f,
                    "the charger reports HTTP error {status} of the back office"
                )
            }
            Self::CredentialsRefused { .. } => {
                f.write_str("the back office refuses the charger's credentials")
            }
            Self::NameNotFound { .. } => {
                f.write_str("the charger cannot resolve the back office's host name")
            }
            Self::SimNotConnected { .. } => f.write_str("the SIM does not connect"),
            Self::Rejected => f.write_str("the back office rejects the charger"),
            Self::Pending => f.write_str("the back office has not decided about the charger yet"),
        }
    }
}

/// The longest piece of a log line that is repeated in a diagnosis, in characters.
const LINE: usize = 200;

/// What the newest lines of a log, oldest first, and the registers tell. Each symptom is
/// named once, with its newest line.
///
/// ```
/// use charger_commissioning::{Diagnosis, diagnose};
/// use charger_link::LiveState;
///
/// let log = ["7_2026-03-04T09:00:00.000Z:ERROR:ocpp.c:101:TLS error: Handshake missing"];
/// let found = diagnose(&LiveState::default(), &log);
/// assert!(matches!(found.as_slice(), [Diagnosis::RootCertificateMissing { .. }]));
/// ```
pub fn diagnose(reading: &LiveState, log: &[impl AsRef<str>]) -> Vec<Diagnosis> {
    let mut found: Vec<Diagnosis> = Vec::new();
    for line in log.iter().rev() {
        let Some(diagnosis) = of_line(line.as_ref()) else {
            continue;
        };
        let kind = std::mem::discriminant(&diagnosis);
        if found
            .iter()
            .all(|other| std::mem::discriminant(other) != kind)
        {
            found.push(diagnosis);
        }
    }
    match reading.boot_notification {
        Some(BootNotificationState::REJECTED) => found.push(Diagnosis::Rejected),
        Some(BootNotificationState::PENDING) => found.push(Diagnosis::Pending),
        _ => {}
    }
    found
}

fn of_line(line: &str) -> Option<Diagnosis> {
    let plain = line.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    let line: String = line
        .chars()
        .filter(|c| !c.is_control())
        .take(LINE)
        .collect();
    if plain.contains("client certificate") {
        return Some(Diagnosis::ClientCertificateRefused { line });
    }
    if has(&[
        "name mismatch",
        "not valid at this time",
        "certificate expired",
    ]) {
        return Some(Diagnosis::CertificateUnsuitable { line });
    }
    if has(&[
        "tls error",
        "handshake missing",
        "certificate verify failed",
    ]) {
        return Some(Diagnosis::RootCertificateMissing { line });
    }
    for (status, text) in [(103, "error 103"), (104, "error 104")] {
        if plain.contains(text) {
            return Some(Diagnosis::BackOfficeRefuses { status, line });
        }
    }
    if has(&[
        "http error 401",
        "http error 403",
        "http 401",
        "http 403",
        "unauthorized",
    ]) {
        return Some(Diagnosis::CredentialsRefused { line });
    }
    if has(&["resolve", "dns error", "name not found"]) {
        return Some(Diagnosis::NameNotFound { line });
    }
    if has(&[
        "no carrier",
        "no registration",
        "sim not",
        "no sim",
        "pdp context",
        "apn error",
    ]) {
        return Some(Diagnosis::SimNotConnected { line });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Vec<Diagnosis> {
        diagnose(&LiveState::default(), &[line])
    }

    #[test]
    fn f1_a_missing_handshake_means_a_missing_root() {
        let found = of("12_2026-01-01T00:00:00.000Z:ERROR:tls.c:1:TLS error: Handshake missing");
        assert!(matches!(
            found.as_slice(),
            [Diagnosis::RootCertificateMissing { .. }]
        ));
        assert_eq!(found[0].concerns(), Concern::Document);
    }

    #[test]
    fn f2_errors_103_and_104_are_the_providers() {
        for number in [103, 104] {
            let found = of(&format!("HTTP error {number}"));
            assert!(
                matches!(found.as_slice(), [Diagnosis::BackOfficeRefuses { status, .. }] if *status == number)
            );
            assert_eq!(found[0].concerns(), Concern::BackOffice);
        }
    }

    #[test]
    fn f3_the_boot_state_tells_whether_the_connection_is_up() {
        let mut reading = LiveState::default();
        let none: [&str; 0] = [];
        reading.boot_notification = Some(BootNotificationState::REJECTED);
        assert_eq!(diagnose(&reading, &none), [Diagnosis::Rejected]);
        reading.boot_notification = Some(BootNotificationState::PENDING);
        assert_eq!(diagnose(&reading, &none), [Diagnosis::Pending]);
        reading.boot_notification = Some(BootNotificationState::ACCEPTED);
        assert_eq!(diagnose(&reading, &none), []);
    }

    #[test]
    fn f4_a_sim_without_a_network_is_named() {
        assert!(matches!(
            of("modem.c:88:no carrier").as_slice(),
            [Diagnosis::SimNotConnected { .. }]
        ));
    }

    #[test]
    fn f5_a_refused_client_certificate_is_told_from_a_missing_root() {
        assert!(matches!(
            of("TLS error: client certificate refused").as_slice(),
            [Diagnosis::ClientCertificateRefused { .. }]
        ));
        assert!(matches!(
            of("TLS error: certificate name mismatch").as_slice(),
            [Diagnosis::CertificateUnsuitable { .. }]
        ));
    }

    #[test]
    fn the_newest_line_of_a_symptom_wins_and_control_characters_go() {
        let found = diagnose(
            &LiveState::default(),
            &["TLS error: old", "idle", "TLS error: \u{1b}[31mnew"],
        );
        assert_eq!(
            found,
            [Diagnosis::RootCertificateMissing {
                line: "TLS error: [31mnew".to_owned()
            }]
        );
    }
}
