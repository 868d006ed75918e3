use std::time::SystemTime;

use ocpp_config::ResolvedDocument;
use ocpp_transport::{
    Certificate, ClientExpectations, FindingCode, Subprotocol, TlsIdentity, TrustRoots,
    check_client,
};

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

/// Whether the document's certificates can be used: what the preflight would find out only
/// after the login.
///
/// # Errors
/// What is wrong with which of them.
pub fn check_certificates(document: &ResolvedDocument) -> Result<(), String> {
    if let Some(pem) = document.root_pem() {
        TrustRoots::parse(pem).map_err(|error| format!("the root certificate: {error}"))?;
    }
    if let (Some(chain), Some(key)) = (document.client_chain(), document.client_key()) {
        let identity = TlsIdentity::from_pem(chain, key)
            .map_err(|error| format!("the client certificate: {error}"))?;
        check_key(&identity)?;
    }
    Ok(())
}

/// The rest of what is said about a client certificate is the preflight's: only the back
/// office knows whether it minds.
fn check_key(identity: &TlsIdentity) -> Result<(), String> {
    let (nothing, any) = (ClientExpectations::new(), Subprotocol::OCPP16);
    let findings = check_client(identity, &nothing, &any, SystemTime::now());
    match findings
        .iter()
        .find(|it| it.code == FindingCode::CLIENT_KEY)
    {
        Some(finding) => Err(format!(
            "the client certificate: {}\n  what to do: {}",
            finding.detail,
            finding.code.advice()
        )),
        None => Ok(()),
    }
}
