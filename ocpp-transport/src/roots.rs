use ocpp_config::Concern;
use rustls_pki_types::pem::{PemObject as _, SectionKind};

use crate::certificate::{Certificate, CertificateError, CertificateFingerprint};

/// The root certificates a charger trusts: exactly these and no others.
///
/// Read them from the file that the operator hands out. Nothing is ever added behind
/// the caller's back, in particular not the bundle of the operating system, because the
/// question is what the *charger* will trust.
///
/// ```
/// use ocpp_transport::TrustRoots;
///
/// let roots = TrustRoots::new();
/// assert!(roots.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustRoots(Vec<Certificate>);

impl TrustRoots {
    /// No roots: nothing is trusted.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Reads one DER certificate, or a PEM text with one or more (text between the
    /// blocks is skipped, a repeated certificate is taken once).
    ///
    /// # Errors
    /// When no certificate is found, a block cannot be read, the file holds a private
    /// key (such a file must never be handed to a charger as a root), or it is larger
    /// than [`Self::MAX_BYTES`].
    pub fn parse(bytes: &[u8]) -> Result<Self, RootsError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(RootsError::TooLarge(bytes.len()));
        }
        let certificates = if bytes.first() == Some(&DER_SEQUENCE) {
            vec![Certificate::from_der(bytes).map_err(|cause| RootsError::Block(1, cause))?]
        } else {
            pem_certificates(bytes)?
        };
        Ok(certificates.into_iter().collect())
    }

    /// Adds a root, once.
    pub fn add(&mut self, root: Certificate) {
        if !self.0.contains(&root) {
            self.0.push(root);
        }
    }

    /// The roots in the order in which they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, Certificate> {
        self.0.iter()
    }

    /// The number of roots.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is trusted.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The SHA-256 fingerprints, for a person to compare with what the operator says.
    pub fn fingerprints(&self) -> Vec<CertificateFingerprint> {
        self.0.iter().map(Certificate::fingerprint).collect()
    }

    /// The largest file that is read: 1 MiB, four times the bundle of a browser.
    pub const MAX_BYTES: usize = 1 << 20;
}

impl FromIterator<Certificate> for TrustRoots {
    fn from_iter<I: IntoIterator<Item = Certificate>>(certificates: I) -> Self {
        let mut roots = Self::new();
        for certificate in certificates {
            roots.add(certificate);
        }
        roots
    }
}

impl<'a> IntoIterator for &'a TrustRoots {
    type Item = &'a Certificate;
    type IntoIter = std::slice::Iter<'a, Certificate>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// Reads every `CERTIFICATE` block of a PEM text.
pub(crate) fn pem_certificates(text: &[u8]) -> Result<Vec<Certificate>, RootsError> {
    let mut certificates = Vec::new();
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(text) {
        let block = certificates.len() + 1;
        let (kind, der) = section.map_err(|error| RootsError::Pem(error.to_string()))?;
        match kind {
            SectionKind::Certificate => certificates.push(
                Certificate::from_der(&der).map_err(|cause| RootsError::Block(block, cause))?,
            ),
            SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey => {
                return Err(RootsError::PrivateKey);
            }
            _ => {}
        }
    }
    if certificates.is_empty() {
        return Err(RootsError::NoCertificate);
    }
    Ok(certificates)
}

/// Why a file with certificates cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RootsError {
    /// The file is larger than [`TrustRoots::MAX_BYTES`].
    #[error("{0} bytes are more than a certificate file may have ({max})", max = TrustRoots::MAX_BYTES)]
    TooLarge(usize),
    /// The text is damaged PEM.
    #[error("damaged PEM: {0}")]
    Pem(String),
    /// The n-th certificate (counted from 1) cannot be read.
    #[error("certificate {0} cannot be read")]
    Block(usize, #[source] CertificateError),
    /// There is no certificate in the file.
    #[error("no certificate found: expected DER, or PEM with a CERTIFICATE block")]
    NoCertificate,
    /// The file holds a private key, which must not travel with certificates.
    #[error("the file holds a private key; pass the certificates alone")]
    PrivateKey,
}

impl RootsError {
    /// Whom it concerns: always the document, whose file it is.
    pub const fn concerns(&self) -> Concern {
        Concern::Document
    }
}

/// The first byte of every DER certificate.
const DER_SEQUENCE: u8 = 0x30;
