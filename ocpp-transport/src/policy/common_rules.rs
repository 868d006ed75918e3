use super::facts::{Facts, Key, Signature};
use super::finding::{CertificatePlace, ChargerVerdict, Findings, OcppVerdict};
use crate::charger::ChargerDescription;
use crate::finding_code::FindingCode;

/// The rules for every certificate, whatever its part.
pub(crate) fn judge_any(
    facts: &Facts<'_>,
    place: CertificatePlace,
    charger: &ChargerDescription,
    findings: &mut Findings,
) {
    judge_key(facts, place, charger, findings);
    judge_signature(facts, place, charger, findings);
    judge_form(facts, place, charger, findings);
    judge_subject(facts, place, findings);
}

/// At least 112 bits of security, on a curve that chargers know.
fn judge_key(
    facts: &Facts<'_>,
    place: CertificatePlace,
    charger: &ChargerDescription,
    findings: &mut Findings,
) {
    let (detail, ocpp, verdict) = match &facts.key {
        Key::Rsa { bits } if *bits < 2048 => (
            format!("RSA key of {bits} bits, at least 2048 are asked for"),
            OcppVerdict::Forbids("A00.FR.502"),
            ChargerVerdict::refuses_if(*bits < charger.min_rsa_bits as usize),
        ),
        Key::Ec { curve, bits } if *bits < 224 => (
            format!("key on {curve}, at least 224 bits are asked for"),
            OcppVerdict::Forbids("A00.FR.503"),
            ChargerVerdict::Refuses,
        ),
        Key::Ec { curve, .. } if !matches!(*curve, "P-256" | "P-384") => (
            format!("key on {curve}, which many TLS libraries do not know"),
            OcppVerdict::Silent,
            ChargerVerdict::MayRefuse,
        ),
        Key::Other(kind) => (
            format!("key of kind {kind}, which is in no cipher suite of OCPP"),
            OcppVerdict::Discourages("A00.FR.504"),
            ChargerVerdict::MayRefuse,
        ),
        Key::Rsa { .. } | Key::Ec { .. } => return,
    };
    findings.add(FindingCode::CERT_KEY, Some(place), detail, ocpp, verdict);
}

/// A root's own signature proves nothing and is not looked at.
fn judge_signature(
    facts: &Facts<'_>,
    place: CertificatePlace,
    charger: &ChargerDescription,
    findings: &mut Findings,
) {
    if matches!(place, CertificatePlace::Root(_)) || facts.is_self_issued() {
        return;
    }
    let (detail, ocpp, verdict) = match &facts.signature {
        Signature::Good => return,
        Signature::Pss => (
            "signed with RSA-PSS, which OCPP recommends and old chargers do not know".to_owned(),
            OcppVerdict::Silent,
            ChargerVerdict::MayRefuse,
        ),
        Signature::Weak(hash) => (
            format!("signed with {hash}"),
            OcppVerdict::Forbids("A00.FR.504"),
            ChargerVerdict::refuses_if(!charger.accepts_weak_hashes),
        ),
        Signature::Unknown(oid) => (
            format!("signed with the unknown algorithm {oid}"),
            OcppVerdict::Forbids("A00.FR.504"),
            ChargerVerdict::Refuses,
        ),
    };
    findings.add(FindingCode::CERT_SIG, Some(place), detail, ocpp, verdict);
}

fn judge_form(
    facts: &Facts<'_>,
    place: CertificatePlace,
    charger: &ChargerDescription,
    findings: &mut Findings,
) {
    if facts.is_version_1() {
        findings.add(
            FindingCode::CERT_V1,
            Some(place),
            "X.509 version 1 has no extensions to tell a CA from a server",
            OcppVerdict::Silent,
            ChargerVerdict::refuses_if(!charger.accepts_v1),
        );
    }
    if !facts.unknown_critical.is_empty() {
        findings.add(
            FindingCode::CERT_CRIT,
            Some(place),
            format!("critical extension {}", facts.unknown_critical.join(", ")),
            OcppVerdict::Silent,
            ChargerVerdict::Refuses,
        );
    }
}

/// Serial number and organization are mandatory on every certificate.
fn judge_subject(facts: &Facts<'_>, place: CertificatePlace, findings: &mut Findings) {
    if facts.x509.raw_serial().iter().all(|byte| *byte == 0) {
        policy_note(
            place,
            "the serial number is zero or missing",
            "A00.FR.508",
            findings,
        );
    }
    if facts.x509.subject().iter_organization().next().is_none() {
        policy_note(
            place,
            "the subject names no organization (O)",
            "A00.FR.509",
            findings,
        );
    }
}

fn policy_note(
    place: CertificatePlace,
    detail: &str,
    requirement: &'static str,
    findings: &mut Findings,
) {
    findings.add(
        FindingCode::CERT_POLICY,
        Some(place),
        detail,
        OcppVerdict::Forbids(requirement),
        ChargerVerdict::Accepts,
    );
}
