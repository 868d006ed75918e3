//! The certificate of the charger's own HTTPS API.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::start_error::StartError;

/// A self-signed certificate, made for this run, and the server settings with it.
pub(crate) struct OwnCertificate {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) config: Arc<ServerConfig>,
}

impl OwnCertificate {
    /// Valid for ten years from the build date on, at which the charger's clock starts.
    pub(crate) fn generate(serial_number: &str, built: Duration) -> Result<Self, StartError> {
        let names = vec![format!("alfen-{}.local", serial_number.to_lowercase())];
        let mut params = CertificateParams::new(names).map_err(StartError::certificate)?;
        params.not_before = (SystemTime::UNIX_EPOCH + built).into();
        params.not_after = (SystemTime::UNIX_EPOCH + built + VALID_FOR).into();
        let key = KeyPair::generate().map_err(StartError::certificate)?;
        let made = params.self_signed(&key).map_err(StartError::certificate)?;
        let certificate = made.der().clone();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
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

const VALID_FOR: Duration = Duration::from_secs(10 * 365 * 86_400);
