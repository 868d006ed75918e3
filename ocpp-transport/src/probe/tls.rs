//! What the TLS handshake with the charger's roots, suites and versions tells.

use super::action::Opened;
use super::looks::Look;
use super::machine::{ProbeMachine, Task};
use super::policy_finding::of_policy;
use super::report::ProbeFinding;
use super::step::ProbeStepName;
use crate::certificate::Certificate;
use crate::connect_error::{ConnectCause, ConnectError, ConnectStage};
use crate::finding_code::FindingCode;
use crate::policy::{PolicyReport, check_chain};
use crate::tls::{TlsFailure, TlsObservation, TlsVersion};
use ocpp_config::Severity;

/// How far trust goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum TlsState {
    /// There was no handshake yet.
    #[default]
    Untried,
    /// The URL is `ws`: there is nothing to verify, as the caller chose.
    None,
    /// Handshake and policy accept the server: a login may be sent.
    Accepted,
    /// The handshake came about, but the charger would refuse the certificate.
    Distrusted,
    /// There was no handshake.
    Failed,
}

impl TlsState {
    /// Whether a login may go over such a connection.
    pub(crate) const fn allows_login(self) -> bool {
        matches!(self, Self::None | Self::Accepted)
    }
}

impl ProbeMachine {
    /// Judges the first connection. `ws` has nothing to judge.
    pub(super) fn judge_tls(&mut self, result: &Result<Opened, ConnectError>) {
        if !self.is_secure() {
            self.tls = TlsState::None;
            return;
        }
        let (seen, error) = match result {
            Ok(opened) => (opened.observation.as_ref(), None),
            Err(error) => (error.observation(), Some(error)),
        };
        let seen = seen.cloned().unwrap_or_default();
        self.report.presented.clone_from(&seen.presented);
        let policy = (!seen.presented.is_empty()).then(|| self.judge_chain(&seen.presented, ""));
        match error.filter(|it| it.stage() <= ConnectStage::Tls) {
            None => self.judge_handshake(&seen, policy.as_ref()),
            Some(error) => {
                self.tls = TlsState::Failed;
                self.step(ProbeStepName::Tls, false, error.cause().to_string());
                self.judge_failure(error.cause(), &seen, policy.as_ref());
            }
        }
    }

    /// All that the policy has to say about a chain.
    pub(super) fn judge_chain(&mut self, chain: &[Certificate], remark: &str) -> PolicyReport {
        let roots = self.subject.trusted();
        let policy = check_chain(chain, &roots, &self.host(), self.now, &self.subject.charger);
        for finding in policy.findings() {
            let mut finding = of_policy(finding);
            finding.detail.push_str(remark);
            self.found(finding);
        }
        if !policy.charger_accepts()
            && let Some(inspector) = chain.iter().find_map(inspector)
        {
            self.found_code(FindingCode::TLS_MITM, format!("issued by `{inspector}`"));
        }
        policy
    }

    fn judge_handshake(&mut self, seen: &TlsObservation, policy: Option<&PolicyReport>) {
        let trusted = policy.is_none_or(PolicyReport::charger_accepts);
        self.tls = if trusted {
            TlsState::Accepted
        } else {
            TlsState::Distrusted
        };
        let version = seen.version.map_or_else(String::new, |it| it.to_string());
        let suite = seen.suite.map_or_else(String::new, |it| it.to_string());
        let subject = seen.presented.first().map(Certificate::subject);
        let detail = format!("{version}, {suite}, {}", subject.unwrap_or_default());
        self.step(ProbeStepName::Tls, trusted, detail);
        let wanted = self.subject.profile.uses_client_certificate();
        if wanted && !seen.certificate_asked {
            self.found_code(FindingCode::MTLS_NOT_ASKED, "");
        } else if !wanted && seen.certificate_asked {
            self.found_code(FindingCode::MTLS_ASKED, "it goes on without one");
        }
        let may_be_older = seen.version.is_some_and(|it| it <= TlsVersion::TLS1_2);
        self.plan_looks(may_be_older);
    }

    fn judge_failure(
        &mut self,
        cause: &ConnectCause,
        seen: &TlsObservation,
        policy: Option<&PolicyReport>,
    ) {
        let ConnectCause::Tls(failure) = cause else {
            let code = match cause {
                ConnectCause::Timeout => FindingCode::TLS_SILENT,
                ConnectCause::Reset | ConnectCause::Closed => FindingCode::TCP_RST_TLS,
                _ => FindingCode::TLS_OTHER,
            };
            return self.found_code(code, cause.to_string());
        };
        if self.judge_client_refusal(failure, seen) {
            return;
        }
        match failure {
            TlsFailure::NoCommonSuite | TlsFailure::NoCommonVersion => {
                self.then(Task::Look(Look::Charger));
            }
            TlsFailure::UnrecognisedName => {
                self.found_code(FindingCode::TLS_SNI, failure.to_string());
            }
            TlsFailure::NotTls | TlsFailure::Closed | TlsFailure::Reset => {
                self.then(Task::Look(Look::Plain));
            }
            TlsFailure::Revoked => self.found_code(FindingCode::TLS_REVOKED, failure.to_string()),
            _ => self.judge_refusal(failure, policy),
        }
        if policy.is_some_and(|it| !it.charger_accepts()) {
            self.plan_name_look();
        }
    }

    /// We refused the certificate: either the policy has said why, or it says that the
    /// charger would not.
    fn judge_refusal(&mut self, failure: &TlsFailure, policy: Option<&PolicyReport>) {
        match policy {
            Some(policy) if policy.charger_accepts() => {
                let detail = format!("the charger would go on here; this machine says: {failure}");
                self.found_code(FindingCode::PROBE_BLIND, detail);
            }
            Some(_) => {}
            None => self.found_code(FindingCode::TLS_OTHER, failure.to_string()),
        }
    }

    /// The server refused ours, or the lack of one.
    fn judge_client_refusal(&mut self, failure: &TlsFailure, seen: &TlsObservation) -> bool {
        let wanted = self.subject.profile.uses_client_certificate();
        let hints = hints(seen);
        let finding = match failure {
            TlsFailure::ClientCertificateRequired if wanted => {
                ProbeFinding::new(FindingCode::MTLS_NONE, hints)
            }
            TlsFailure::ClientCertificateRequired => {
                let finding = ProbeFinding::new(FindingCode::MTLS_ASKED, "and it insists on one");
                finding.with_severity(Severity::Error)
            }
            TlsFailure::ClientCertificateUnknownIssuer => {
                ProbeFinding::new(FindingCode::MTLS_UNKNOWNCA, hints)
            }
            TlsFailure::ClientCertificateExpired => {
                ProbeFinding::new(FindingCode::MTLS_EXPIRED, "")
            }
            TlsFailure::ClientCertificateRefused => {
                ProbeFinding::new(FindingCode::MTLS_BAD, failure.to_string())
            }
            _ => return false,
        };
        self.found(finding);
        true
    }
}

/// The CAs whose client certificates the server names.
fn hints(seen: &TlsObservation) -> String {
    use x509_parser::prelude::{FromDer as _, X509Name};
    let names: Vec<String> = seen
        .accepted_issuers
        .iter()
        .take(MAX_HINTS)
        .filter_map(|der| X509Name::from_der(der).ok())
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("it takes certificates issued by {}", names.join(", "))
    }
}

/// The issuer, if it is known for inspecting TLS on the way.
fn inspector(certificate: &Certificate) -> Option<String> {
    let issuer = certificate.issuer();
    let lower = issuer.to_ascii_lowercase();
    INSPECTORS
        .iter()
        .any(|it| lower.contains(it))
        .then_some(issuer)
}

const MAX_HINTS: usize = 8;
/// How firewalls and virus scanners that inspect TLS call their CAs.
const INSPECTORS: [&str; 14] = [
    "fortinet",
    "fortigate",
    "palo alto",
    "zscaler",
    "sophos",
    "check point",
    "watchguard",
    "sonicwall",
    "barracuda",
    "blue coat",
    "netskope",
    "untangle",
    "kaspersky",
    "cisco umbrella",
];
