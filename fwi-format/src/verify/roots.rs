//! The roots that a caller pins.

use std::fmt;

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, TrustAnchor};
use sha2::{Digest as _, Sha256};

/// The root certificates to which a release's signature must lead.
///
/// There are no defaults: this crate ships no roots, and those of the web have no say
/// about firmware.
#[derive(Debug, Clone, Default)]
pub struct TrustRoots {
    roots: Vec<Root>,
}

#[derive(Debug, Clone)]
pub(crate) struct Root {
    pub(crate) anchor: TrustAnchor<'static>,
    pub(crate) fingerprint: [u8; 32],
}

impl TrustRoots {
    /// More roots than this are refused: a caller pins a few.
    pub const MAX: usize = 32;

    /// No roots: nothing is trusted yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is trusted yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// Adds a root (DER).
    ///
    /// # Errors
    /// See [`RootsError`].
    pub fn add_der(&mut self, certificate: &[u8]) -> Result<(), RootsError> {
        if self.roots.len() >= Self::MAX {
            return Err(RootsError::TooMany);
        }
        let certificate = CertificateDer::from(certificate);
        let anchor = webpki::anchor_from_trusted_cert(&certificate)
            .map_err(|error| RootsError::Malformed {
                source: Box::new(error),
            })?
            .to_owned();
        let fingerprint = Sha256::digest(&certificate).into();
        self.roots.push(Root {
            anchor,
            fingerprint,
        });
        Ok(())
    }

    /// Adds all roots of a text (PEM) and says how many they were.
    ///
    /// # Errors
    /// See [`RootsError`]; the roots before the faulty one were added.
    pub fn add_pem(&mut self, certificates: &[u8]) -> Result<usize, RootsError> {
        let before = self.roots.len();
        for certificate in CertificateDer::pem_slice_iter(certificates) {
            let certificate = certificate.map_err(|error| RootsError::Malformed {
                source: Box::new(error),
            })?;
            self.add_der(&certificate)?;
        }
        match self.roots.len().saturating_sub(before) {
            0 => Err(RootsError::Empty),
            added => Ok(added),
        }
    }

    pub(crate) fn anchors(&self) -> Vec<TrustAnchor<'static>> {
        self.roots.iter().map(|root| root.anchor.clone()).collect()
    }

    pub(crate) fn fingerprint(&self, anchor: &TrustAnchor<'_>) -> Option<[u8; 32]> {
        let same = |root: &&Root| {
            root.anchor.subject == anchor.subject
                && root.anchor.subject_public_key_info == anchor.subject_public_key_info
        };
        self.roots.iter().find(same).map(|root| root.fingerprint)
    }
}

/// Why a root was not added.
#[derive(Debug)]
#[non_exhaustive]
pub enum RootsError {
    /// It is not a certificate, or one that cannot be a root.
    #[non_exhaustive]
    Malformed {
        /// What the certificate library found.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The text holds no certificate.
    Empty,
    /// There are [`TrustRoots::MAX`] roots already.
    TooMany,
}

impl fmt::Display for RootsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { .. } => f.write_str("not a certificate that can be a root"),
            Self::Empty => f.write_str("no certificate was found: expected PEM"),
            Self::TooMany => write!(f, "more than {} roots", TrustRoots::MAX),
        }
    }
}

impl std::error::Error for RootsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Malformed { source } => Some(source.as_ref()),
            _ => None,
        }
    }
}
