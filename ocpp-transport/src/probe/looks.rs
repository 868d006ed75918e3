//! The second look: a ClientHello in clear, and what the server answers to it.

use std::fmt;

use super::action::{Action, Reply, TalkEnd};
use super::hello::{ClientHello, FlightError, Progress, ServerFlight, read_flight};
use super::machine::{ProbeMachine, Task};
use super::step::ProbeStepName;
use super::tls::TlsState;
use crate::charger::NameCheck;
use crate::finding_code::FindingCode;
use crate::names::{CertificateNames, NameVerdict};
use crate::tls::{CipherSuite, TlsVersion};

/// Whose first flight is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// The charger's list up to TLS 1.2, with what our TLS library does not speak.
    Charger,
    /// Everything any client offered in the last twenty years.
    Everything,
    /// With the name where the charger sends none, and without it where it does.
    OtherName,
    /// No TLS at all, on a port that should speak it.
    Plain,
    /// TLS on a port that should not speak it.
    PlainPort,
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Charger => "the charger's own suites",
            Self::Everything => "every suite and version",
            Self::OtherName => "with and without SNI",
            Self::Plain => "HTTP on the port for TLS",
            Self::PlainPort => "TLS on the port for ws",
        })
    }
}

impl ProbeMachine {
    /// After a handshake that came about.
    pub(super) fn plan_looks(&mut self, may_be_older: bool) {
        let unspoken = self.prepared.as_ref().and_then(|it| it.tls.as_ref());
        let unspoken = unspoken.is_some_and(|it| !it.unspoken_suites().is_empty());
        if may_be_older && unspoken {
            self.then(Task::Look(Look::Charger));
        }
        self.plan_name_look();
    }

    /// Only for a host that has a name to send.
    pub(super) fn plan_name_look(&mut self) {
        if self.host().parse::<std::net::IpAddr>().is_err() {
            self.then(Task::Look(Look::OtherName));
        }
    }

    pub(super) fn look_action(&self, look: Look) -> Option<Action> {
        let host = self.host();
        let named = host.parse::<std::net::IpAddr>().is_err();
        let sends_name = self.subject.charger.sends_sni != (look == Look::OtherName);
        let (send, reply) = match look {
            Look::Plain => {
                let request =
                    format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
                (request.into_bytes(), Reply::AnyBytes)
            }
            _ => {
                let suites: &[CipherSuite] = match look {
                    Look::Charger => &self.subject.charger.suites12,
                    _ => &EVERYTHING.map(CipherSuite::new),
                };
                let hello = ClientHello {
                    version: TlsVersion::TLS1_2.min(self.subject.charger.tls_max),
                    suites,
                    server_name: (sends_name && named).then_some(host.as_str()),
                    random: self.nonce,
                };
                (hello.to_bytes(), Reply::TlsFlight)
            }
        };
        Some(Action::Talk(self.address?, send, reply))
    }

    pub(super) fn looked(&mut self, look: Look, bytes: &[u8], end: TalkEnd) {
        match look {
            Look::Plain => self.judge_plain(bytes, end),
            Look::PlainPort => self.judge_plain_port(bytes),
            Look::OtherName => self.judge_other_name(bytes),
            Look::Charger | Look::Everything => match read_flight(bytes) {
                Ok(Progress::Complete(flight)) => self.judge_flight(look, &flight),
                Ok(Progress::Refused(alert)) => self.judge_alert(look, alert),
                Err(FlightError::NotTls) if self.tls == TlsState::Failed => {
                    self.found_code(FindingCode::TLS_PLAIN, begins_with(bytes));
                }
                _ => self.judge_alert(look, NO_ALERT),
            },
        }
    }

    fn judge_flight(&mut self, look: Look, flight: &ServerFlight) {
        let detail = format!("{look}: {}, {}", flight.version, flight.suite);
        self.step(ProbeStepName::Look, true, detail);
        if flight.version < TlsVersion::TLS1_2 && flight.version < self.subject.charger.tls_min {
            let detail = format!(
                "the server speaks only {}, the charger {} and newer",
                flight.version, self.subject.charger.tls_min
            );
            return self.found_code(FindingCode::TLS_VERSION, detail);
        }
        match look {
            Look::Charger => self.judge_charger_flight(flight),
            _ => self.found_code(FindingCode::TLS_SUITE, self.both_lists(flight)),
        }
    }

    /// What the charger itself would get.
    fn judge_charger_flight(&mut self, flight: &ServerFlight) {
        let failed = self.tls == TlsState::Failed;
        if failed {
            self.report.presented.clone_from(&flight.chain);
        }
        if failed || self.report.presented != flight.chain {
            if !failed {
                let leaf = flight.chain.first().map(|it| it.subject());
                let detail = format!("`{}`", leaf.unwrap_or_default());
                self.found_code(FindingCode::TLS_CHAIN_OTHER, detail);
            }
            let policy = self.judge_chain(&flight.chain, " (shown to the charger's older suites)");
            if failed && policy.charger_accepts() {
                let detail = format!("the server takes {} of the charger", flight.suite);
                self.found_code(FindingCode::PROBE_BLIND, detail);
            }
        }
        if is_static_rsa(flight.suite) {
            self.found_code(FindingCode::TLS_SUITE_WEAK, flight.suite.to_string());
        }
    }

    fn judge_alert(&mut self, look: Look, alert: u8) {
        if self.tls != TlsState::Failed {
            // The handshake itself came about, which is what counts.
            return;
        }
        let said = if alert == NO_ALERT {
            "no answer".to_owned()
        } else {
            format!("alert {alert}")
        };
        self.step(ProbeStepName::Look, false, format!("{look}: {said}"));
        let max = self.subject.charger.tls_max;
        match (look, alert) {
            (Look::Charger, _) => self.then(Task::Look(Look::Everything)),
            (_, PROTOCOL_VERSION) => self.found_code(
                FindingCode::TLS_VERSION,
                format!("the server takes nothing up to TLS 1.2, the charger nothing beyond {max}"),
            ),
            _ => self.found_code(
                FindingCode::TLS_SUITE,
                format!("the server refuses every suite and version tried ({said})"),
            ),
        }
    }

    fn both_lists(&self, flight: &ServerFlight) -> String {
        let charger = self.subject.charger.suites12.iter();
        let charger: Vec<String> = charger.map(ToString::to_string).collect();
        format!(
            "the server chooses {} where everything is offered; the charger offers {}",
            flight.suite,
            charger.join(", ")
        )
    }

    fn judge_other_name(&mut self, bytes: &[u8]) {
        let Ok(Progress::Complete(flight)) = read_flight(bytes) else {
            return;
        };
        let host = self.host();
        let fits = |chain: &[crate::certificate::Certificate]| {
            chain
                .first()
                .and_then(|it| CertificateNames::of(it.der()))
                .is_some_and(|it| it.judge(&host, NameCheck::Either) != NameVerdict::Mismatch)
        };
        let (ours, other) = (fits(&self.report.presented), fits(&flight.chain));
        let subject = flight.chain.first().map(|it| it.subject());
        let subject = subject.unwrap_or_default();
        if self.subject.charger.sends_sni && ours && !other {
            let detail = format!("a client without SNI gets `{subject}`");
            let finding = super::report::ProbeFinding::new(FindingCode::TLS_SNI, detail);
            self.found(finding.with_severity(ocpp_config::Severity::Note));
        } else if !self.subject.charger.sends_sni && !ours && other {
            let detail = format!("the charger sends no SNI; with it, it would get `{subject}`");
            self.found_code(FindingCode::TLS_SNI, detail);
        }
    }

    fn judge_plain(&mut self, bytes: &[u8], end: TalkEnd) {
        if bytes.starts_with(b"HTTP/") {
            self.step(ProbeStepName::Look, true, "the port answers plain HTTP");
            self.found_code(FindingCode::TLS_PLAIN, "it answers plain HTTP");
        } else if !bytes.is_empty() && read_flight(bytes) == Err(FlightError::NotTls) {
            self.found_code(FindingCode::TLS_PLAIN, begins_with(bytes));
        } else {
            let detail = match end {
                TalkEnd::Reset => "reset; plain HTTP gets no answer either",
                _ => "closed; plain HTTP gets no answer either",
            };
            self.found_code(FindingCode::TCP_RST_TLS, detail);
        }
    }

    /// After an upgrade over `ws` that failed in a way a TLS port would make it fail.
    fn judge_plain_port(&mut self, bytes: &[u8]) {
        let speaks_tls = matches!(
            read_flight(bytes),
            Ok(Progress::Complete(_) | Progress::Refused(_))
        );
        let pending = self.upgrade.pending.take();
        if speaks_tls {
            self.found_code(FindingCode::WS_TLS_PORT, "it answers a ClientHello");
        } else if let Some(finding) = pending {
            self.found(finding);
        }
    }
}

fn begins_with(bytes: &[u8]) -> String {
    let begin = bytes.get(..bytes.len().min(24)).unwrap_or_default();
    format!(
        "the answer begins with {:?}",
        String::from_utf8_lossy(begin)
    )
}

/// TLS_RSA_* suites of RFC 5246 and RFC 5288.
pub(super) const fn is_static_rsa(suite: CipherSuite) -> bool {
    matches!(
        suite.number(),
        0x009C | 0x009D | 0x002F | 0x0035 | 0x003C | 0x003D | 0x000A
    )
}

/// Stands for silence; no alert has this number.
const NO_ALERT: u8 = 255;
const PROTOCOL_VERSION: u8 = 70;
/// GCM, ChaCha20, CBC with SHA-2 and SHA-1, over ECDHE, DHE and static RSA, and 3DES.
const EVERYTHING: [u16; 26] = [
    0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA9, 0xCCA8, 0xCCAA, 0xC023, 0xC024, 0xC027, 0xC028, 0xC009,
    0xC00A, 0xC013, 0xC014, 0x009E, 0x009F, 0x0067, 0x0033, 0x0039, 0x009C, 0x009D, 0x003C, 0x002F,
    0x0035, 0x000A,
];
