use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter};

use super::facts::Facts;
use super::finding::{CertificatePlace, ChargerVerdict, Findings, OcppVerdict};
use crate::certificate::Certificate;
use crate::charger::ChargerDescription;
use crate::finding_code::FindingCode;

/// How the presented chain leads to a root, by names.
pub(crate) struct Walk {
    /// Positions in the presented chain, from the leaf upwards.
    pub(crate) steps: Vec<usize>,
    /// Positions of the roots with the name of the last issuer.
    pub(crate) anchors: Vec<usize>,
}

/// Follows the issuers' names from the leaf through the presented certificates.
pub(crate) fn walk(chain: &[Facts<'_>], roots: &[Facts<'_>]) -> Walk {
    let mut steps = vec![0];
    let mut here = 0;
    while let Some(current) = chain.get(here) {
        let anchors = anchors_of(current, roots);
        if !anchors.is_empty() || current.is_self_issued() {
            return Walk { steps, anchors };
        }
        let next = (0..chain.len())
            .filter(|it| !steps.contains(it))
            .find(|it| {
                chain
                    .get(*it)
                    .is_some_and(|issuer| current.names_as_issuer(issuer))
            });
        let Some(next) = next else { break };
        steps.push(next);
        here = next;
    }
    Walk {
        steps,
        anchors: Vec::new(),
    }
}

/// Roots that are the certificate itself, or have the name of its issuer.
fn anchors_of(certificate: &Facts<'_>, roots: &[Facts<'_>]) -> Vec<usize> {
    let same = |root: &Facts<'_>| root.certificate == certificate.certificate;
    (0..roots.len())
        .filter(|it| {
            roots
                .get(*it)
                .is_some_and(|root| same(root) || certificate.names_as_issuer(root))
        })
        .collect()
}

/// Judges whether the chain is trusted: signatures by rustls-webpki, and if it is not
/// content, which of the many reasons behind "unknown issuer" it is. Returns the root the
/// chain ends in, if it does.
pub(crate) fn judge_path(
    chain: &[Facts<'_>],
    roots: &[Facts<'_>],
    walk: &Walk,
    charger: &ChargerDescription,
    time: i64,
    findings: &mut Findings,
) -> Option<usize> {
    let error = match verify(chain, roots, time) {
        Ok(anchor) => return Some(anchor),
        Err(error) => error,
    };
    judge_end(chain, roots, walk, findings);
    judge_signatures(chain, roots, walk, charger, findings);
    let anchor = walk.anchors.first().copied();
    let short = anchor
        .and_then(|it| roots.get(it))
        .is_some_and(|root| root.key.is_short());
    // The root's key has a finding of its own, which comes with the rules for roots.
    if !short || !is_about_signatures(&error) {
        judge_rest(&error, charger, findings);
    }
    anchor
}

/// The whole path as rustls-webpki sees it, at a time when the presented certificates
/// are valid if there is one: validity has rules of its own.
fn verify(chain: &[Facts<'_>], roots: &[Facts<'_>], time: i64) -> Result<usize, webpki::Error> {
    let leaf = chain.first().ok_or(webpki::Error::BadDer)?;
    let leaf = CertificateDer::from(leaf.certificate.der());
    let leaf = EndEntityCert::try_from(&leaf)?;
    let der: Vec<CertificateDer<'_>> = roots
        .iter()
        .map(|root| CertificateDer::from(root.certificate.der()))
        .collect();
    let mut anchors: Vec<TrustAnchor<'_>> = Vec::with_capacity(der.len());
    let mut positions = Vec::with_capacity(der.len());
    for (position, root) in der.iter().enumerate() {
        // What cannot be an anchor has findings of its own.
        if let Ok(anchor) = webpki::anchor_from_trusted_cert(root) {
            anchors.push(anchor);
            positions.push(position);
        }
    }
    let intermediates: Vec<CertificateDer<'_>> = chain
        .iter()
        .skip(1)
        .map(|it| CertificateDer::from(it.certificate.der()))
        .collect();
    let path = leaf.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        &anchors,
        &intermediates,
        common_time(chain, time),
        AnyUsage,
        None,
        None,
    )?;
    let used = path.anchor();
    anchors
        .iter()
        .position(|it| it == used)
        .and_then(|it| positions.get(it).copied())
        .ok_or(webpki::Error::UnknownIssuer)
}

/// The moment closest to `time` at which every presented certificate is valid.
fn common_time(chain: &[Facts<'_>], time: i64) -> UnixTime {
    let first = chain.iter().map(Facts::not_before).max().unwrap_or(time);
    let last = chain.iter().map(Facts::not_after).min().unwrap_or(time);
    let moment = if first <= last {
        time.clamp(first, last)
    } else {
        time
    };
    let seconds = u64::try_from(moment).unwrap_or(0);
    UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds))
}

/// Extended key usage has a rule of its own.
struct AnyUsage;

impl ExtendedKeyUsageValidator for AnyUsage {
    fn validate(&self, usages: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        for usage in usages {
            usage?;
        }
        Ok(())
    }
}

/// Tells what is missing where the walk by names ends.
fn judge_end(chain: &[Facts<'_>], roots: &[Facts<'_>], walk: &Walk, findings: &mut Findings) {
    let Some((position, last)) = walk
        .steps
        .last()
        .and_then(|it| chain.get(*it).map(|last| (*it, last)))
    else {
        return;
    };
    if !walk.anchors.is_empty() {
        let signed = |root: &usize| roots.get(*root).map(|root| leads_to(last, root));
        if walk
            .anchors
            .iter()
            .all(|it| signed(it) == Some(Some(false)))
        {
            rotated(position, last, roots, walk, findings);
        }
        return;
    }
    let (code, detail) = what_is_missing(chain, position, last);
    let place = Some(CertificatePlace::Presented(position));
    let refuses = ChargerVerdict::Refuses;
    findings.add(code, place, detail, OcppVerdict::Silent, refuses);
}

/// A chain that ends in itself lacks its root on the charger; one that ends early lacks
/// an intermediate if it is the leaf that has no issuer, else the root.
fn what_is_missing(
    chain: &[Facts<'_>],
    position: usize,
    last: &Facts<'_>,
) -> (FindingCode, String) {
    let (subject, issuer) = (last.subject(), last.issuer());
    match (last.is_self_issued(), position) {
        (true, 0) => (
            FindingCode::CERT_SELFSIGNED,
            format!("`{subject}` signs itself and is not among the charger's roots"),
        ),
        (true, _) => (
            FindingCode::CERT_ROOT_MISSING,
            missing_root(last.certificate),
        ),
        (false, 0) if chain.len() == 1 => (FindingCode::CERT_INTERMEDIATE, missing_issuer(last)),
        (false, 0) => (
            FindingCode::CERT_INTERMEDIATE,
            format!("none of the other certificates sent is that of the issuer `{issuer}`"),
        ),
        (false, _) => (
            FindingCode::CERT_ROOT_MISSING,
            format!(
                "the chain ends with the issuer `{issuer}`, which is not among the charger's roots"
            ),
        ),
    }
}

fn missing_root(root: &Certificate) -> String {
    let until = root
        .parsed()
        .map_or(0, |it| it.validity().not_after.timestamp());
    format!(
        "the charger lacks the root `{}`, SHA-256 {}, valid until {}",
        root.subject(),
        root.fingerprint(),
        super::facts::date(until)
    )
}

/// One certificate alone cannot tell whether its issuer is a root, so both are said.
fn missing_issuer(leaf: &Facts<'_>) -> String {
    let issuer = leaf.issuer();
    match &leaf.issuer_url {
        Some(url) => format!(
            "the server sends one certificate only, not that of its issuer `{issuer}` (which is at {url})"
        ),
        None => format!(
            "the server sends one certificate only; its issuer `{issuer}` is neither sent nor among the charger's roots (if it is a root itself, that root is missing)"
        ),
    }
}

fn rotated(
    position: usize,
    last: &Facts<'_>,
    roots: &[Facts<'_>],
    walk: &Walk,
    findings: &mut Findings,
) {
    let old: Vec<String> = walk
        .anchors
        .iter()
        .filter_map(|it| roots.get(*it))
        .map(|root| root.certificate.fingerprint().to_string())
        .collect();
    findings.add(
        FindingCode::CERT_ROOT_ROTATED,
        Some(CertificatePlace::Presented(position)),
        format!(
            "the charger's root `{}` (SHA-256 {}) has the right name, but another key signed the chain",
            last.issuer(),
            old.join(", ")
        ),
        OcppVerdict::Silent,
        ChargerVerdict::Refuses,
    );
}

/// A root leads to a certificate that is the root itself, or that it signed.
fn leads_to(certificate: &Facts<'_>, root: &Facts<'_>) -> Option<bool> {
    if certificate.certificate == root.certificate {
        return Some(true);
    }
    certificate.is_signed_by(root)
}

/// Names the link whose signature is wrong.
fn judge_signatures(
    chain: &[Facts<'_>],
    roots: &[Facts<'_>],
    walk: &Walk,
    charger: &ChargerDescription,
    findings: &mut Findings,
) {
    let links = walk.steps.iter().zip(walk.steps.iter().skip(1));
    let mut unverified = false;
    for (lower, upper) in links {
        let (Some(certificate), Some(issuer)) = (chain.get(*lower), chain.get(*upper)) else {
            continue;
        };
        match certificate.is_signed_by(issuer) {
            Some(true) => {}
            None => unverified = true,
            Some(false) => findings.add(
                FindingCode::CERT_SIG,
                Some(CertificatePlace::Presented(*lower)),
                format!("the signature is not that of `{}`", issuer.subject()),
                OcppVerdict::Silent,
                ChargerVerdict::Refuses,
            ),
        }
    }
    let top = walk.steps.last().and_then(|it| chain.get(*it));
    let anchor = walk.anchors.first().and_then(|it| roots.get(*it));
    if let (Some(top), Some(anchor)) = (top, anchor) {
        unverified |= leads_to(top, anchor).is_none();
    }
    if unverified && charger.min_rsa_bits < 2048 {
        findings.add(
            FindingCode::CERT_SIG,
            None,
            "a signature with a short key cannot be verified here",
            OcppVerdict::Silent,
            ChargerVerdict::MayRefuse,
        );
    }
}

const fn is_about_signatures(error: &webpki::Error) -> bool {
    use webpki::Error;
    matches!(
        error,
        Error::UnsupportedSignatureAlgorithmContext(_)
            | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)
            | Error::InvalidSignatureForPublicKey
    )
}

/// Whatever else rustls-webpki objects to must not be lost: what no rule has explained
/// becomes a finding of its own.
fn judge_rest(error: &webpki::Error, charger: &ChargerDescription, findings: &mut Findings) {
    use webpki::Error;
    let (code, explained_by): (FindingCode, &[FindingCode]) = match error {
        Error::CaUsedAsEndEntity => (FindingCode::CERT_CA_LEAF, &[FindingCode::CERT_CA_LEAF]),
        Error::UnsupportedCertVersion => (FindingCode::CERT_V1, &[FindingCode::CERT_V1]),
        Error::UnsupportedCriticalExtension => (FindingCode::CERT_CRIT, &[FindingCode::CERT_CRIT]),
        Error::EndEntityUsedAsCa => (FindingCode::CERT_CHAIN, &[FindingCode::CERT_CHAIN]),
        Error::CertExpired { .. } | Error::CertNotValidYet { .. } => (
            FindingCode::CERT_CHAIN,
            &[FindingCode::CERT_EXPIRED, FindingCode::CERT_NOTYET],
        ),
        _ if is_about_signatures(error) => (
            FindingCode::CERT_SIG,
            &[
                FindingCode::CERT_SIG,
                FindingCode::CERT_KEY,
                FindingCode::CERT_ROOT_ROTATED,
            ],
        ),
        Error::UnknownIssuer => (
            FindingCode::CERT_ROOT_MISSING,
            &[
                FindingCode::CERT_ROOT_MISSING,
                FindingCode::CERT_ROOT_ROTATED,
                FindingCode::CERT_INTERMEDIATE,
                FindingCode::CERT_SELFSIGNED,
                FindingCode::CERT_SIG,
                FindingCode::CERT_KEY,
                FindingCode::CERT_CA_LEAF,
                FindingCode::CERT_V1,
            ],
        ),
        _ => (FindingCode::CERT_CHAIN, &[]),
    };
    if findings.has_any(explained_by) {
        return;
    }
    let lenient = (code == FindingCode::CERT_CA_LEAF && charger.accepts_ca_leaf)
        || (code == FindingCode::CERT_V1 && charger.accepts_v1);
    findings.add(
        code,
        None,
        format!("path validation says: {error}"),
        OcppVerdict::Silent,
        ChargerVerdict::refuses_if(!lenient),
    );
}
