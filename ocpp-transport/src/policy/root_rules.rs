use std::time::SystemTime;

use super::charger_clock::{Times, judge_remaining};
use super::facts::{Facts, Signature, date};
use super::finding::{CertificatePlace, ChargerVerdict, Findings, OcppVerdict, PolicyFinding};
use crate::certificate::Certificate;
use crate::charger::ChargerDescription;
use crate::endpoint::Subprotocol;
use crate::finding_code::FindingCode;
use crate::roots::TrustRoots;

/// Checks a root certificate before it is installed on a charger that has `installed`
/// already.
///
/// `version` is the OCPP version over which it would be installed, which bounds its size.
pub fn check_new_root(
    root: &Certificate,
    installed: &TrustRoots,
    version: &Subprotocol,
    time: SystemTime,
    charger: &ChargerDescription,
) -> Vec<PolicyFinding> {
    let mut findings = Findings::default();
    let place = CertificatePlace::Root(root.fingerprint());
    let Some(facts) = Facts::of(root) else {
        refuse(
            FindingCode::ROOT_BAD,
            place,
            "not a readable X.509 certificate",
            &mut findings,
        );
        return findings.into_sorted();
    };
    let times = Times::new(time, charger.clock);
    judge_goodness(&facts, place, times, &mut findings);
    judge_remaining(&facts, place, times, &mut findings);
    judge_installation(&facts, place, installed, version, charger, &mut findings);
    findings.into_sorted()
}

/// The rules for the root a chain leads to.
pub(crate) fn judge_anchor(
    root: &Facts<'_>,
    times: Times,
    charger: &ChargerDescription,
    findings: &mut Findings,
) {
    let place = CertificatePlace::Root(root.certificate.fingerprint());
    let refused_if = ChargerVerdict::refuses_if;
    if !root.is_self_issued() {
        findings.add(
            FindingCode::CERT_PARTIAL,
            Some(place),
            format!("`{}` was issued by `{}`", root.subject(), root.issuer()),
            OcppVerdict::Silent,
            refused_if(!charger.partial_chain),
        );
    }
    if root.not_after() < times.real || root.not_after() < times.charger {
        findings.add(
            FindingCode::CERT_ROOT_EXPIRED,
            Some(place),
            format!("`{}` expired on {}", root.subject(), date(root.not_after())),
            OcppVerdict::Forbids("A00.FR.308"),
            refused_if(charger.checks_root_expiry && root.not_after() < times.charger),
        );
    } else if charger.checks_root_expiry && times.charger < root.not_before() {
        findings.add(
            FindingCode::CERT_CLOCK,
            Some(place),
            format!("the root is valid from {}", date(root.not_before())),
            OcppVerdict::Silent,
            ChargerVerdict::Refuses,
        );
    }
    judge_remaining(root, place, times, findings);
}

/// A root is valid, self-signed, a CA, and strong.
fn judge_goodness(
    facts: &Facts<'_>,
    place: CertificatePlace,
    times: Times,
    findings: &mut Findings,
) {
    let mut bad = |detail: String| refuse(FindingCode::ROOT_BAD, place, &detail, findings);
    if facts.not_after() < times.real {
        bad(format!("it expired on {}", date(facts.not_after())));
    }
    if times.real < facts.not_before() {
        bad(format!(
            "it is not valid before {}",
            date(facts.not_before())
        ));
    }
    if !facts.is_self_issued() {
        bad(format!(
            "it is an intermediate, issued by `{}`",
            facts.issuer()
        ));
    } else if facts.is_signed_by(facts) == Some(false) {
        bad("its signature is not its own".to_owned());
    }
    let signs = facts.key_usage.as_ref().is_none_or(|it| it.key_cert_sign());
    if !facts.is_version_1() && (facts.ca != Some(true) || !signs) {
        bad("it is no CA certificate".to_owned());
    }
    if facts.key.is_short() {
        bad(format!("its key is too short: {}", facts.key));
    }
    if let Signature::Weak(hash) = facts.signature {
        findings.add(
            FindingCode::ROOT_BAD,
            Some(place),
            format!("it is signed with {hash}, which some chargers refuse even on a root"),
            OcppVerdict::Forbids("A00.FR.504"),
            ChargerVerdict::MayRefuse,
        );
    }
}

fn judge_installation(
    facts: &Facts<'_>,
    place: CertificatePlace,
    installed: &TrustRoots,
    version: &Subprotocol,
    charger: &ChargerDescription,
    findings: &mut Findings,
) {
    let limit = if *version == Subprotocol::OCPP21 {
        10_000
    } else {
        5_500
    };
    let length = facts.certificate.to_pem().len();
    if length > limit {
        let detail =
            format!("the PEM text has {length} characters; InstallCertificate takes {limit}");
        refuse(FindingCode::ROOT_SIZE, place, &detail, findings);
    }
    let known = installed.iter().any(|it| it == facts.certificate);
    if charger.root_slots_free == Some(0) && !known {
        refuse(
            FindingCode::ROOT_ROOM,
            place,
            "every place for a root is taken",
            findings,
        );
    }
    let approved = installed
        .iter()
        .filter_map(Facts::of)
        .any(|old| facts.is_signed_by(&old) == Some(true));
    if charger.additional_root_check == Some(true) && !known && !approved {
        let detail =
            "AdditionalRootCertificateCheck is on, and no installed root has signed this one";
        refuse(FindingCode::ROOT_CHECK, place, detail, findings);
    }
}

fn refuse(code: FindingCode, place: CertificatePlace, detail: &str, findings: &mut Findings) {
    findings.add(
        code,
        Some(place),
        detail,
        OcppVerdict::Forbids("M05"),
        ChargerVerdict::Refuses,
    );
}
