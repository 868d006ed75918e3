use std::time::SystemTime;

use rustls_pki_types::CertificateDer;
use webpki::{
    BorrowedCertRevocationList, CertRevocationList, EndEntityCert, KeyUsage,
    RevocationOptionsBuilder,
};

use super::finding::{ChargerVerdict, OcppVerdict, PolicyFinding};
use crate::certificate::Certificate;
use crate::finding_code::FindingCode;
use crate::roots::TrustRoots;
use crate::tls::unix_time;

/// Asks certificate revocation lists (DER) about a chain that is otherwise good: the
/// finding if a certificate is revoked, nothing if none is or the lists do not tell.
/// Chargers check no lists as a rule; the OCPP texts revoke by short lifetimes
/// (A00.FR.701), so the charger's verdict is that it accepts.
///
/// A list that cannot be read is skipped.
pub fn check_revocation(
    chain: &[Certificate],
    roots: &TrustRoots,
    lists: &[impl AsRef<[u8]>],
    time: SystemTime,
) -> Option<PolicyFinding> {
    let lists: Vec<CertRevocationList<'_>> = lists
        .iter()
        .filter_map(|der| BorrowedCertRevocationList::from_der(der.as_ref()).ok())
        .map(Into::into)
        .collect();
    let lists: Vec<&CertRevocationList<'_>> = lists.iter().collect();
    let revocation = RevocationOptionsBuilder::new(&lists).ok()?.build();
    let roots: Vec<CertificateDer<'_>> = roots.iter().map(|it| it.der().into()).collect();
    let anchors: Vec<_> = roots
        .iter()
        .filter_map(|der| webpki::anchor_from_trusted_cert(der).ok())
        .collect();
    let (leaf, rest) = chain.split_first()?;
    let leaf = CertificateDer::from(leaf.der());
    let leaf = EndEntityCert::try_from(&leaf).ok()?;
    let rest: Vec<CertificateDer<'_>> = rest.iter().map(|it| it.der().into()).collect();
    let verdict = leaf.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        &anchors,
        &rest,
        unix_time(time),
        KeyUsage::server_auth(),
        Some(revocation),
        None,
    );
    matches!(verdict, Err(webpki::Error::CertRevoked)).then(|| PolicyFinding {
        code: FindingCode::TLS_REVOKED,
        place: None,
        detail: "a certificate of the chain is on its issuer's revocation list".to_owned(),
        ocpp: OcppVerdict::Silent,
        charger: ChargerVerdict::Accepts,
    })
}
