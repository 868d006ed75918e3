//! The certificate of the charger's own HTTPS API.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::start_error::StartError;

/// A self-signed certificate, made for this run, and the server settings with it.
pub(crate) struct OwnCertificate {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) config: Arc<ServerConfig>,
}

impl OwnCertificate {
    pub(crate) fn generate(serial_number: &str) -> Result<Self, StartError> {
        let names = vec![format!("alfen-{}.local", serial_number.to_lowercase())];
        let made = rcgen::generate_simple_self_signed(names).map_err(StartError::certificate)?;
        let certificate = made.cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(StartError::certificate)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], PrivateKeyDer::Pkcs8(key))
            .map_err(StartError::certificate)?;
        Ok(Self {
            certificate,
            config: Arc::new(config),
        })
    }
}
