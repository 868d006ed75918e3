use std::net::IpAddr;

use super::facts::{Facts, Key};
use super::finding::{CertificatePlace, ChargerVerdict, Findings, OcppVerdict};
use super::path::Walk;
use crate::charger::{ChargerDescription, NameCheck};
use crate::finding_code::FindingCode;
use crate::names::NameVerdict;
use crate::tls::CipherSuite;

/// The rules for the server's own certificate.
pub(crate) fn judge_server(
    leaf: &Facts<'_>,
    host: &str,
    charger: &ChargerDescription,
    findings: &mut Findings,
) {
    judge_name(leaf, host, charger, findings);
    judge_usage(leaf, charger, findings);
    if leaf.ca == Some(true) {
        findings.add(
            FindingCode::CERT_CA_LEAF,
            LEAF,
            "the server's certificate says CA:TRUE",
            OcppVerdict::Silent,
            ChargerVerdict::refuses_if(!charger.accepts_ca_leaf),
        );
    }
}

/// The rules for the chain as a whole.
pub(crate) fn judge_shape(
    chain: &[Facts<'_>],
    walk: &Walk,
    charger: &ChargerDescription,
    findings: &mut Findings,
) {
    judge_size(chain, charger, findings);
    judge_order(chain, walk, findings);
    for (position, facts) in chain.iter().enumerate().skip(1) {
        let place = Some(CertificatePlace::Presented(position));
        let signs = facts.key_usage.as_ref().is_none_or(|it| it.key_cert_sign());
        if !facts.is_version_1() && (facts.ca != Some(true) || !signs) {
            findings.add(
                FindingCode::CERT_CHAIN,
                place,
                format!("`{}` stands for an issuer but is no CA", facts.subject()),
                OcppVerdict::Silent,
                ChargerVerdict::refuses_if(walk.steps.contains(&position)),
            );
        }
    }
}

fn judge_name(leaf: &Facts<'_>, host: &str, charger: &ChargerDescription, findings: &mut Findings) {
    let common = leaf.names.judge(host, NameCheck::Cn);
    let san = leaf.names.judge(host, NameCheck::San);
    let read = leaf.names.judge(host, charger.name_check);
    let fits = |it: NameVerdict| it != NameVerdict::Mismatch;
    let verdict = ChargerVerdict::refuses_if(!fits(read));
    let names = || leaf.names.all().join(", ");
    let has_san = !leaf.names.dns.is_empty() || !leaf.names.ips.is_empty();
    let (code, detail, ocpp) = match (fits(common), fits(san)) {
        (true, true) => return judge_wildcard(read, host, charger, findings),
        (false, false) if host.parse::<IpAddr>().is_ok() => (
            FindingCode::CERT_IP,
            format!("`{host}` is an address; the certificate is for {}", names()),
            OcppVerdict::Forbids(CN_IS_FQDN),
        ),
        (false, false) => (
            FindingCode::CERT_NAME,
            format!("the certificate is for {}, not for `{host}`", names()),
            OcppVerdict::Forbids(CN_IS_FQDN),
        ),
        (true, false) if has_san => (
            FindingCode::CERT_NAME,
            format!(
                "the common name is `{host}`, but the subjectAltName has only {}",
                names()
            ),
            OcppVerdict::Silent,
        ),
        (true, false) => (
            FindingCode::CERT_NAME_CNONLY,
            format!("the common name is `{host}`, and there is no subjectAltName"),
            OcppVerdict::Silent,
        ),
        (false, true) => (
            FindingCode::CERT_NAME_NOCN,
            match leaf.names.common.as_slice() {
                [] => format!("there is no common name; it should be `{host}`"),
                names => format!("the common name is `{}`, not `{host}`", names.join(", ")),
            },
            OcppVerdict::Forbids(CN_IS_FQDN),
        ),
    };
    findings.add(code, LEAF, detail, ocpp, verdict);
    judge_wildcard(read, host, charger, findings);
}

fn judge_wildcard(
    read: NameVerdict,
    host: &str,
    charger: &ChargerDescription,
    findings: &mut Findings,
) {
    if read == NameVerdict::Wildcard {
        findings.add(
            FindingCode::CERT_WILDCARD,
            LEAF,
            format!("`{host}` fits through a wildcard only"),
            OcppVerdict::Discourages(CN_IS_FQDN),
            ChargerVerdict::refuses_if(!charger.wildcards),
        );
    }
}

fn judge_usage(leaf: &Facts<'_>, charger: &ChargerDescription, findings: &mut Findings) {
    match leaf.extended_usage {
        Some(usage) if !usage.server => findings.add(
            FindingCode::CERT_EKU,
            LEAF,
            "the extended key usage lacks serverAuth",
            OcppVerdict::Discourages("A00.FR.514"),
            ChargerVerdict::Refuses,
        ),
        Some(_) => findings.add(
            FindingCode::CERT_POLICY,
            LEAF,
            "there is an extended key usage, which OCPP 2.x advises against",
            OcppVerdict::Discourages("A00.FR.514"),
            ChargerVerdict::Accepts,
        ),
        None => {}
    }
    match &leaf.key_usage {
        None => policy_note_advice(findings),
        Some(usage) => {
            let static_rsa = matches!(leaf.key, Key::Rsa { .. })
                && usage.key_encipherment()
                && charger.suites12.iter().any(|it| is_static_rsa(*it));
            if !usage.digital_signature() {
                findings.add(
                    FindingCode::CERT_KU,
                    LEAF,
                    "the key usage lacks digitalSignature, which every ECDHE suite needs",
                    OcppVerdict::Discourages("A00.FR.512"),
                    ChargerVerdict::refuses_if(charger.checks_key_usage && !static_rsa),
                );
            }
        }
    }
}

fn policy_note_advice(findings: &mut Findings) {
    findings.add(
        FindingCode::CERT_POLICY,
        LEAF,
        "there is no key usage",
        OcppVerdict::Discourages("A00.FR.512"),
        ChargerVerdict::Accepts,
    );
}

/// The bounds of OCPP-J 1.6 and of small TLS stacks.
fn judge_size(chain: &[Facts<'_>], charger: &ChargerDescription, findings: &mut Findings) {
    let leaf = chain.first().map_or(0, |it| it.certificate.der().len());
    if leaf > 2048 {
        findings.add(
            FindingCode::CERT_SIZE,
            LEAF,
            format!("the server's certificate has {leaf} bytes; plain OCPP-J 1.6 allows 2048"),
            OcppVerdict::Discourages("OCPP-J 1.6 section 6.2.1"),
            ChargerVerdict::MayRefuse,
        );
    }
    let message = certificate_message(chain);
    let limit = charger.max_certificate_message;
    let too_much = limit.is_some_and(|limit| message > limit);
    if too_much || (limit.is_none() && message > COMMON_BUFFER) {
        findings.add(
            FindingCode::CERT_SIZE,
            None,
            format!("the Certificate message of the handshake has {message} bytes"),
            OcppVerdict::Silent,
            if too_much {
                ChargerVerdict::Refuses
            } else {
                ChargerVerdict::MayRefuse
            },
        );
    }
}

/// The length of the TLS 1.2 Certificate message: header, list length, and three bytes of
/// length before each certificate (RFC 5246 section 7.4.2).
fn certificate_message(chain: &[Facts<'_>]) -> usize {
    7 + chain
        .iter()
        .map(|it| it.certificate.der().len() + 3)
        .sum::<usize>()
}

/// Leaf first, each followed by its issuer, nothing else.
fn judge_order(chain: &[Facts<'_>], walk: &Walk, findings: &mut Findings) {
    let in_order = walk
        .steps
        .iter()
        .enumerate()
        .all(|(place, step)| place == *step);
    let strangers = (0..chain.len())
        .filter(|it| !walk.steps.contains(it) && !issues_another(chain, *it))
        .count();
    if !in_order {
        findings.add(
            FindingCode::CERT_CHAIN,
            None,
            "the certificates are not in order: each has to be followed by its issuer",
            OcppVerdict::Forbids("OCPP 2.0.1 part 2, CertificateSigned"),
            ChargerVerdict::MayRefuse,
        );
    } else if strangers > 0 {
        findings.add(
            FindingCode::CERT_CHAIN,
            None,
            format!(
                "{strangers} of {} certificates do not belong to the chain",
                chain.len()
            ),
            OcppVerdict::Silent,
            ChargerVerdict::MayRefuse,
        );
    }
    if walk.steps.len() > MAX_DEPTH {
        findings.add(
            FindingCode::CERT_CHAIN,
            None,
            format!(
                "{} certificates below the root are more than TLS libraries follow",
                walk.steps.len()
            ),
            OcppVerdict::Silent,
            ChargerVerdict::MayRefuse,
        );
    }
}

/// Whether another certificate of the chain names this one as its issuer: a root sent
/// along, or one the charger has anyway.
fn issues_another(chain: &[Facts<'_>], position: usize) -> bool {
    chain.get(position).is_some_and(|issuer| {
        chain
            .iter()
            .enumerate()
            .any(|(other, facts)| other != position && facts.names_as_issuer(issuer))
    })
}

pub(crate) fn judge_serverless(findings: &mut Findings) {
    findings.add(
        FindingCode::CERT_SILENT,
        None,
        "no certificate was presented",
        OcppVerdict::Forbids("A00.FR.308"),
        ChargerVerdict::Refuses,
    );
}

/// A certificate that is none.
pub(crate) fn judge_unreadable(position: usize, findings: &mut Findings) {
    findings.add(
        FindingCode::CERT_CHAIN,
        Some(CertificatePlace::Presented(position)),
        "not a readable X.509 certificate",
        OcppVerdict::Forbids("A00.FR.507"),
        ChargerVerdict::Refuses,
    );
}

fn is_static_rsa(suite: CipherSuite) -> bool {
    [
        CipherSuite::RSA_AES128_GCM,
        CipherSuite::RSA_AES256_GCM,
        CipherSuite::RSA_AES128_CBC_SHA,
    ]
    .contains(&suite)
}

const LEAF: Option<CertificatePlace> = Some(CertificatePlace::Presented(0));
const CN_IS_FQDN: &str = "A00.FR.510";
/// The receive buffer of small TLS stacks.
const COMMON_BUFFER: usize = 4096;
/// rustls-webpki follows six issuers below the root.
const MAX_DEPTH: usize = 7;
