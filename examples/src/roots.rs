use ocpp_config::ResolvedDocument;
use ocpp_transport::{Certificate, TrustRoots};

/// The document's root certificates, as a person compares them.
pub fn describe_roots(document: &ResolvedDocument) -> Vec<String> {
    let roots = document
        .root_pem()
        .and_then(|pem| TrustRoots::parse(pem).ok())
        .unwrap_or_default();
    let describe =
        |root: &Certificate| format!("{}, SHA-256 {}", root.subject(), root.fingerprint());
    roots.iter().map(describe).collect()
}
