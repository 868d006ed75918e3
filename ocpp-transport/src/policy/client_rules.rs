use std::net::IpAddr;
use std::time::SystemTime;

use super::facts::{Facts, date, seconds};
use super::finding::{CertificatePlace, ChargerVerdict, Findings, OcppVerdict, PolicyFinding};
use crate::charger::ChargerDescription;
use crate::endpoint::Subprotocol;
use crate::finding_code::FindingCode;
use crate::policy::common_rules::judge_any;
use crate::policy::path::walk;
use crate::roots::TrustRoots;
use crate::tls_identity::TlsIdentity;

/// What a back office will compare a client certificate with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientExpectations {
    serial_number: Option<String>,
    cpo_name: Option<String>,
    roots: Option<TrustRoots>,
}

impl ClientExpectations {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// The serial number in the charger's boot notification, if known.
    pub fn serial_number(&self) -> Option<&str> {
        self.serial_number.as_deref()
    }

    /// The name of the CPO, if known.
    pub fn cpo_name(&self) -> Option<&str> {
        self.cpo_name.as_deref()
    }

    /// The roots under which the back office accepts chargers, if known.
    pub const fn roots(&self) -> Option<&TrustRoots> {
        self.roots.as_ref()
    }

    /// The serial number of the boot notification.
    #[must_use]
    pub fn with_serial_number(mut self, serial_number: impl Into<String>) -> Self {
        self.serial_number = Some(serial_number.into());
        self
    }

    /// The name of the CPO.
    #[must_use]
    pub fn with_cpo_name(mut self, cpo_name: impl Into<String>) -> Self {
        self.cpo_name = Some(cpo_name.into());
        self
    }

    /// The roots under which the back office accepts chargers.
    #[must_use]
    pub fn with_roots(mut self, roots: &TrustRoots) -> Self {
        self.roots = Some(roots.clone());
        self
    }
}

/// Judges a charger's client certificate for security profile 3 before it is used.
///
/// The charger's verdict is the back office's here: `Refuses` is what a back office that
/// follows the text does.
pub fn check_client(
    identity: &TlsIdentity,
    expected: &ClientExpectations,
    version: &Subprotocol,
    time: SystemTime,
) -> Vec<PolicyFinding> {
    let mut findings = Findings::default();
    let chain: Vec<Facts<'_>> = identity.chain().iter().filter_map(Facts::of).collect();
    if let Some(leaf) = chain.first()
        && chain.len() == identity.chain().len()
    {
        let any_charger = ChargerDescription::conservative();
        for (position, facts) in chain.iter().enumerate() {
            judge_any(
                facts,
                CertificatePlace::Presented(position),
                &any_charger,
                &mut findings,
            );
        }
        judge_subject(leaf, expected, &mut findings);
        judge_validity(leaf, seconds(time), &mut findings);
        judge_usage(leaf, &mut findings);
        judge_path(&chain, expected, &mut findings);
        judge_size(identity, version, &mut findings);
    } else {
        refuse(
            FindingCode::CERT_CHAIN,
            "a certificate cannot be read",
            "A00.FR.507",
            &mut findings,
        );
    }
    if !identity.key_matches() {
        let detail = "the private key is not the one of the first certificate";
        refuse(FindingCode::CLIENT_KEY, detail, "A02", &mut findings);
    }
    findings.into_sorted()
}

fn judge_subject(leaf: &Facts<'_>, expected: &ClientExpectations, findings: &mut Findings) {
    let common = leaf.names.common.join(", ");
    match expected.serial_number() {
        Some(serial) if !leaf.names.common.iter().any(|it| it == serial) => {
            let detail = format!("the common name is `{common}`, the serial number `{serial}`");
            refuse(FindingCode::CLIENT_CN, &detail, "A00.FR.405", findings);
        }
        _ if leaf.names.common.is_empty() => {
            refuse(
                FindingCode::CLIENT_CN,
                "there is no common name",
                "A00.FR.511",
                findings,
            );
        }
        _ if common.contains("://") || common.contains('/') || common.parse::<IpAddr>().is_ok() => {
            let detail = format!("the common name `{common}` looks like a URL or an address");
            refuse(FindingCode::CLIENT_CN, &detail, "A00.FR.511", findings);
        }
        _ => {}
    }
    let mut organizations = leaf.x509.subject().iter_organization();
    if let Some(cpo) = expected.cpo_name()
        && !organizations.any(|it| it.as_str().is_ok_and(|it| it.contains(cpo)))
    {
        let detail = format!("no organization (O) in `{}` is `{cpo}`", leaf.subject());
        refuse(FindingCode::CLIENT_O, &detail, "A00.FR.404", findings);
    }
}

/// A charger asks for a new certificate when a month is left (A03.FR.02).
fn judge_validity(leaf: &Facts<'_>, now: i64, findings: &mut Findings) {
    let code = FindingCode::CLIENT_VALIDITY;
    if leaf.not_after() < now {
        let detail = format!("it expired on {}", date(leaf.not_after()));
        refuse(code, &detail, "A00.FR.403", findings);
    } else if now < leaf.not_before() {
        let detail = format!("it is not valid before {}", date(leaf.not_before()));
        refuse(code, &detail, "A00.FR.403", findings);
    } else if leaf.not_after() - now < MONTH {
        let detail = format!("it expires on {}", date(leaf.not_after()));
        findings.add(
            code,
            LEAF,
            detail,
            OcppVerdict::Discourages("A03.FR.02"),
            ChargerVerdict::Accepts,
        );
    }
}

fn judge_usage(leaf: &Facts<'_>, findings: &mut Findings) {
    match leaf.extended_usage {
        Some(usage) if !usage.client => {
            let detail = "the extended key usage lacks clientAuth";
            findings.add(
                FindingCode::CLIENT_EKU,
                LEAF,
                detail,
                OcppVerdict::Discourages("A00.FR.514"),
                ChargerVerdict::Refuses,
            );
        }
        _ => {}
    }
}

fn judge_path(chain: &[Facts<'_>], expected: &ClientExpectations, findings: &mut Findings) {
    let Some(roots) = &expected.roots else {
        return;
    };
    let anchors: Vec<Facts<'_>> = roots.iter().filter_map(Facts::of).collect();
    let walk = walk(chain, &anchors);
    let top = walk.steps.last().and_then(|it| chain.get(*it));
    let signed = |root: &usize| match (top, anchors.get(*root)) {
        (Some(top), Some(root)) => top.is_signed_by(root) != Some(false),
        _ => false,
    };
    if !walk.anchors.iter().any(signed) {
        let issuer = top.map(Facts::issuer).unwrap_or_default();
        let detail = format!("the back office does not know the issuer `{issuer}`");
        refuse(FindingCode::CLIENT_PATH, &detail, "A00.FR.401", findings);
    }
}

/// CertificateSigned carries the chain as PEM (10,000 characters in every version; the
/// charger's own limit may be lower).
fn judge_size(identity: &TlsIdentity, version: &Subprotocol, findings: &mut Findings) {
    let length: usize = identity.chain().iter().map(|it| it.to_pem().len()).sum();
    if length > MAX_CHAIN {
        let detail = format!(
            "the chain has {length} characters of PEM; CertificateSigned takes {MAX_CHAIN} in {version}"
        );
        refuse(
            FindingCode::CLIENT_SIZE,
            &detail,
            "CertificateSigned.certificateChain",
            findings,
        );
    }
}

fn refuse(code: FindingCode, detail: &str, requirement: &'static str, findings: &mut Findings) {
    findings.add(
        code,
        LEAF,
        detail,
        OcppVerdict::Forbids(requirement),
        ChargerVerdict::Refuses,
    );
}

const LEAF: Option<CertificatePlace> = Some(CertificatePlace::Presented(0));
const MONTH: i64 = 30 * 24 * 3600;
const MAX_CHAIN: usize = 10_000;
