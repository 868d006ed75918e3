//! The certificate policy, rule by rule.

mod installed;
mod keys;
mod names;
mod trust;
mod validity;

use std::time::{Duration, SystemTime};

use ocpp_transport::{
    Certificate, ChargerDescription, FindingCode as Code, PolicyFinding, PolicyReport, TrustRoots,
    check_chain,
};
use rcgen::CertificateParams;

use crate::pki::{Authority, server};

const HOST: &str = "csms.example.com";

/// 2030-01-01, in the middle of what the test PKI calls valid.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_456_000)
}

fn judge(chain: &[Certificate], roots: &TrustRoots, charger: &ChargerDescription) -> PolicyReport {
    check_chain(chain, roots, HOST, now(), charger)
}

fn conservative() -> ChargerDescription {
    ChargerDescription::conservative()
}

/// What is expected: the codes in order of severity for the charger, and both verdicts.
fn expect(report: &PolicyReport, codes: &[Code], accepted: bool, conforms: bool) {
    let found: Vec<Code> = report.findings().iter().map(|it| it.code).collect();
    assert_eq!(found, codes, "{report:#?}");
    assert_eq!(report.charger_accepts(), accepted, "{report:#?}");
    assert_eq!(report.conforms_to_ocpp(), conforms, "{report:#?}");
}

/// A leaf directly under a root, with changes, judged by a conservative charger.
fn leaf(change: impl FnOnce(&mut CertificateParams)) -> PolicyReport {
    leaf_for(&conservative(), change)
}

fn leaf_for(
    charger: &ChargerDescription,
    change: impl FnOnce(&mut CertificateParams),
) -> PolicyReport {
    let root = Authority::root("Root");
    let mut params = server(HOST);
    change(&mut params);
    judge(&[root.leaf(&params).0], &root.roots(), charger)
}

fn codes(findings: &[PolicyFinding]) -> Vec<Code> {
    findings.iter().map(|it| it.code).collect()
}
