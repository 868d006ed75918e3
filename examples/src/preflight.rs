use std::time::Duration;

use charger_commissioning::{Preflight, PreflightReport, PreflightSubject, PreflightVerdict};
use charger_link::Cancel;
use ocpp_config::{CheckedProfile, ResolvedDocument, Severity};
use ocpp_transport::{
    Certificate, ChargerDescription, ProbeOptions, ProbeReport, ProbeSubject, ProbeVerdict,
    SubjectError, TrustRoots, probe,
};

/// Asks the new back office, from this machine, what the charger would get: with the same
/// URL, identity, key, roots and client certificate. It ends before the first OCPP
/// message, so nothing changes at the back office.
#[derive(Debug)]
pub struct FromHere {
    cancel: Cancel,
}

impl FromHere {
    /// A preflight that stops when `cancel` is set.
    pub const fn new(cancel: Cancel) -> Self {
        Self { cancel }
    }

    fn profile(
        &self,
        document: &ResolvedDocument,
        profile: &CheckedProfile<'_>,
    ) -> Result<ProbeReport, SubjectError> {
        let charger = ChargerDescription::conservative();
        let subject = ProbeSubject::of_document(document, profile, &charger)?;
        let cancel = self.cancel.clone();
        let options = ProbeOptions::new()
            .with_step_timeout(Duration::from_secs(10))
            .with_settle_time(Duration::from_secs(1))
            .with_stop_check(move || cancel.is_cancelled());
        Ok(probe(&subject, &options))
    }
}

impl Preflight for FromHere {
    fn check(&mut self, subject: &PreflightSubject) -> PreflightReport {
        let document = subject.document();
        let mut lines = Vec::new();
        let mut verdict = PreflightVerdict::WillWork;
        for profile in document.checked().profiles() {
            let name = format!("profile {}: {}", profile.slot(), profile.url().as_str());
            match self.profile(document, &profile) {
                Ok(report) => {
                    lines.extend(told(&report).into_iter().map(|it| format!("{name}: {it}")));
                    verdict = worse(verdict, verdict_of(&report));
                }
                Err(why) => {
                    lines.push(format!("{name}: cannot be known from here, {why}"));
                    verdict = worse(verdict, PreflightVerdict::Unknown);
                }
            }
        }
        lines.push(ProbeReport::VANTAGE.to_owned());
        let summary = match verdict {
            PreflightVerdict::WillWork => "the charger would be let in",
            PreflightVerdict::WillFail => "the charger would be turned away",
            _ => "not everything can be known from here",
        };
        PreflightReport::new(verdict, summary).with_lines(lines)
    }
}

/// The end of the probe in one line, and what has to be done, in one line each.
fn told(report: &ProbeReport) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(version) = report.version() {
        lines.push(format!("accepted the connection, {version}"));
    }
    for finding in report.findings() {
        let code = finding.code;
        if finding.severity > Severity::Note {
            let (meaning, advice) = (code.meaning(), code.advice());
            lines.push(format!("{code}: {meaning} ({}); {advice}", finding.detail));
        }
    }
    lines
}

fn verdict_of(report: &ProbeReport) -> PreflightVerdict {
    match report.verdict() {
        ProbeVerdict::WillWork => PreflightVerdict::WillWork,
        ProbeVerdict::WillFail => PreflightVerdict::WillFail,
        _ => PreflightVerdict::Unknown,
    }
}

/// The document's root certificates, as a person compares them.
pub fn describe_roots(document: &ResolvedDocument) -> Vec<String> {
    let roots = document
        .root_pem()
        .and_then(|pem| TrustRoots::read(pem).ok())
        .unwrap_or_default();
    let describe =
        |root: &Certificate| format!("{}, SHA-256 {}", root.subject(), root.fingerprint());
    roots.iter().map(describe).collect()
}

fn worse(one: PreflightVerdict, other: PreflightVerdict) -> PreflightVerdict {
    match (one, other) {
        (PreflightVerdict::WillFail, _) | (_, PreflightVerdict::WillFail) => {
            PreflightVerdict::WillFail
        }
        (PreflightVerdict::WillWork, other) => other,
        (one, _) => one,
    }
}
