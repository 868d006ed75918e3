use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::time::SystemTime;

use ocpp_config::Secret;
use ocpp_transport::{Certificate, TlsIdentity, TlsIdentityError};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

/// A certificate authority made for a test: a self-signed root, and what it signs.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: Vec<u8>,
}

impl Authority {
    /// Makes a root with this common name, with a P-256 key.
    ///
    /// # Errors
    /// When the name cannot stand in a certificate.
    pub fn generate(common_name: &str) -> Result<Self, AuthorityError> {
        let mut params = CertificateParams::new(Vec::new()).map_err(AuthorityError::new)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params
            .distinguished_name
            .push(DnType::CommonName, common_name);
        params
            .distinguished_name
            .push(DnType::OrganizationName, ORGANIZATION);
        let key = KeyPair::generate().map_err(AuthorityError::new)?;
        let root = params.self_signed(&key).map_err(AuthorityError::new)?;
        Ok(Self {
            pem: root.pem(),
            der: root.der().to_vec(),
            issuer: Issuer::new(params, key),
        })
    }

    /// The root, as PEM: what goes into a root certificate container.
    pub fn root_pem(&self) -> &str {
        &self.pem
    }

    /// The root, as DER.
    pub fn root_der(&self) -> &[u8] {
        &self.der
    }

    /// A server certificate for these DNS names and IP addresses, the first of which is
    /// the common name, with its key.
    ///
    /// # Errors
    /// When a name cannot stand in a certificate.
    pub fn server(&self, names: &[String]) -> Result<TlsIdentity, AuthorityError> {
        self.server_from(
            CertificateParams::new(names.to_vec()).map_err(AuthorityError::new)?,
            names,
        )
    }

    /// The same, valid in this time only.
    ///
    /// # Errors
    /// When a name or a time cannot stand in a certificate.
    pub fn server_valid(
        &self,
        names: &[String],
        valid: Range<SystemTime>,
    ) -> Result<TlsIdentity, AuthorityError> {
        let mut params = CertificateParams::new(names.to_vec()).map_err(AuthorityError::new)?;
        params.not_before = valid.start.into();
        params.not_after = valid.end.into();
        self.server_from(params, names)
    }

    fn server_from(
        &self,
        mut params: CertificateParams,
        names: &[String],
    ) -> Result<TlsIdentity, AuthorityError> {
        if let Some(name) = names.first() {
            params.distinguished_name.push(DnType::CommonName, name);
        }
        params
            .distinguished_name
            .push(DnType::OrganizationName, ORGANIZATION);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().map_err(AuthorityError::new)?;
        let leaf = params
            .signed_by(&key, &self.issuer)
            .map_err(AuthorityError::new)?;
        let chain = vec![Certificate::from_der(leaf.der()).map_err(AuthorityError::new)?];
        Ok(TlsIdentity::from_der(
            chain,
            Secret::new(key.serialize_der()),
        )?)
    }

    /// A client certificate for a charger with its key, as one PEM text: common name =
    /// its serial number, organization = the CPO, as OCPP asks.
    ///
    /// # Errors
    /// When a name cannot stand in a certificate.
    pub fn client(&self, serial_number: &str, cpo_name: &str) -> Result<Secret, AuthorityError> {
        let mut params = CertificateParams::new(Vec::new()).map_err(AuthorityError::new)?;
        params
            .distinguished_name
            .push(DnType::CommonName, serial_number);
        params
            .distinguished_name
            .push(DnType::OrganizationName, cpo_name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().map_err(AuthorityError::new)?;
        let leaf = params
            .signed_by(&key, &self.issuer)
            .map_err(AuthorityError::new)?;
        Ok(Secret::from(leaf.pem() + &key.serialize_pem()))
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

/// Why an authority could not make a certificate.
#[derive(Debug, thiserror::Error)]
#[error("cannot make a certificate")]
pub struct AuthorityError {
    source: Box<dyn Error + Send + Sync>,
}

impl AuthorityError {
    fn new(source: impl Error + Send + Sync + 'static) -> Self {
        Self {
            source: Box::new(source),
        }
    }
}

impl From<TlsIdentityError> for AuthorityError {
    fn from(error: TlsIdentityError) -> Self {
        Self::new(error)
    }
}

const ORGANIZATION: &str = "Example CPO";
