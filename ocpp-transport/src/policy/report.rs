use std::time::SystemTime;

use super::charger_clock::{Times, judge_remaining, judge_validity};
use super::common_rules::judge_any;
use super::facts::Facts;
use super::finding::{CertificatePlace, ChargerVerdict, Findings, OcppVerdict, PolicyFinding};
use super::path::{judge_path, walk};
use super::root_rules::judge_anchor;
use super::server_rules::{judge_server, judge_serverless, judge_shape, judge_unreadable};
use crate::certificate::Certificate;
use crate::charger::ChargerDescription;
use crate::finding_code::FindingCode;
use crate::roots::TrustRoots;

/// Judges the chain that a server presented for `host` (a name, or an address without
/// brackets) at `time`: all findings at once, each with the verdict of the OCPP text and
/// of this charger with these roots.
///
/// Pure and total: any bytes may stand in the chain. The work is bounded by the chain's
/// length times the number of roots, and rustls-webpki's own bounds on signatures.
pub fn check_chain(
    chain: &[Certificate],
    roots: &TrustRoots,
    host: &str,
    time: SystemTime,
    charger: &ChargerDescription,
) -> PolicyReport {
    let mut findings = Findings::default();
    let anchor = judge(chain, roots, host, time, charger, &mut findings);
    PolicyReport {
        findings: findings.into_sorted(),
        anchor,
    }
}

fn judge(
    chain: &[Certificate],
    roots: &TrustRoots,
    host: &str,
    time: SystemTime,
    charger: &ChargerDescription,
    findings: &mut Findings,
) -> Option<Certificate> {
    let readable = read(chain, findings)?;
    let leaf = readable.first()?;
    let anchors: Vec<Facts<'_>> = roots.iter().filter_map(Facts::of).collect();
    let times = Times::new(time, charger.clock);
    for (position, facts) in readable.iter().enumerate() {
        let place = CertificatePlace::Presented(position);
        judge_any(facts, place, charger, findings);
        judge_validity(facts, place, times, findings);
        judge_remaining(facts, place, times, findings);
    }
    judge_server(leaf, host, charger, findings);
    let walk = walk(&readable, &anchors);
    judge_shape(&readable, &walk, charger, findings);
    let anchor = judge_path(&readable, &anchors, &walk, charger, times.real, findings);
    let anchor = anchors.get(anchor?)?;
    if anchor.certificate == leaf.certificate && leaf.is_self_issued() {
        let detail = "the server's certificate signs itself and is installed as a root";
        let ocpp = OcppVerdict::Discourages("A00.FR.601");
        let place = Some(CertificatePlace::Presented(0));
        findings.add(
            FindingCode::CERT_SELFSIGNED,
            place,
            detail,
            ocpp,
            ChargerVerdict::Accepts,
        );
    } else {
        judge_any(
            anchor,
            CertificatePlace::Root(anchor.certificate.fingerprint()),
            charger,
            findings,
        );
        judge_anchor(anchor, times, charger, findings);
    }
    Some(anchor.certificate.clone())
}

/// `None` when there is nothing to go on with.
fn read<'a>(chain: &'a [Certificate], findings: &mut Findings) -> Option<Vec<Facts<'a>>> {
    if chain.is_empty() {
        judge_serverless(findings);
        return None;
    }
    let mut readable = Vec::with_capacity(chain.len());
    for (position, certificate) in chain.iter().enumerate() {
        match Facts::of(certificate) {
            Some(facts) => readable.push(facts),
            None => judge_unreadable(position, findings),
        }
    }
    (readable.len() == chain.len()).then_some(readable)
}

/// What [`check_chain`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyReport {
    findings: Vec<PolicyFinding>,
    anchor: Option<Certificate>,
}

impl PolicyReport {
    /// The findings, worst for the charger first.
    pub fn findings(&self) -> &[PolicyFinding] {
        &self.findings
    }

    /// Whether anything with this code was found.
    pub fn has(&self, code: FindingCode) -> bool {
        self.findings.iter().any(|it| it.code == code)
    }

    /// Whether the charger takes the chain, as far as is known of it.
    pub fn charger_accepts(&self) -> bool {
        !self
            .findings
            .iter()
            .any(|it| it.charger == ChargerVerdict::Refuses)
    }

    /// Whether no requirement of the OCPP text is broken. A chain that is not trusted can
    /// still conform.
    pub fn conforms_to_ocpp(&self) -> bool {
        !self
            .findings
            .iter()
            .any(|it| matches!(it.ocpp, OcppVerdict::Forbids(_)))
    }

    /// The charger's root that the chain leads to, by its signatures or at least by name.
    pub const fn anchor(&self) -> Option<&Certificate> {
        self.anchor.as_ref()
    }
}
