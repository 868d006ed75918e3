use std::fmt;

use ocpp_config::{Concern, Secret};
use rustls_pki_types::pem::{PemObject as _, SectionKind};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use zeroize::Zeroizing;

use crate::certificate::Certificate;
use crate::roots::{RootsError, pem_certificates};

/// A certificate chain, leaf first, and the private key of the leaf: what a charger
/// proves itself with in security profile 3, and what a back office always needs.
///
/// Whether key and leaf belong together is checked when a TLS configuration is built
/// from it.
#[derive(Clone)]
pub struct TlsIdentity {
    chain: Vec<Certificate>,
    key: Secret,
    kind: KeyKind,
}

impl TlsIdentity {
    /// Reads the chain and the key from PEM. Both arguments may be the same text; blocks
    /// of the other kind are skipped. Keys may be PKCS#8, PKCS#1 or SEC1.
    ///
    /// # Errors
    /// When the chain or the key is missing, damaged, or the key is encrypted.
    pub fn from_pem(chain: &[u8], key: &Secret) -> Result<Self, TlsIdentityError> {
        let chain = pem_certificates(&without_keys(chain)?).map_err(TlsIdentityError::Chain)?;
        let (kind, key) = pem_key(key.expose())?;
        Ok(Self { chain, key, kind })
    }

    /// A chain and a PKCS#8 key in DER.
    ///
    /// # Errors
    /// When the chain is empty.
    pub fn from_der(chain: Vec<Certificate>, pkcs8: Secret) -> Result<Self, TlsIdentityError> {
        if chain.is_empty() {
            return Err(TlsIdentityError::Chain(RootsError::NoCertificate));
        }
        Ok(Self {
            chain,
            key: pkcs8,
            kind: KeyKind::Pkcs8,
        })
    }

    /// The certificates, leaf first.
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// Whether the key is the one of the first certificate.
    pub(crate) fn key_matches(&self) -> bool {
        let provider = rustls::crypto::ring::default_provider();
        let chain = self.chain.iter().take(1);
        let chain = chain.map(|it| it.der().to_vec().into()).collect();
        rustls::sign::CertifiedKey::from_der(chain, self.private_key(), &provider).is_ok()
    }

    /// The key for the TLS library, as its own copy (the library zeroes it).
    pub(crate) fn private_key(&self) -> PrivateKeyDer<'static> {
        let der = self.key.expose().to_vec();
        match self.kind {
            KeyKind::Pkcs8 => PrivatePkcs8KeyDer::from(der).into(),
            KeyKind::Pkcs1 => PrivatePkcs1KeyDer::from(der).into(),
            KeyKind::Sec1 => PrivateSec1KeyDer::from(der).into(),
        }
    }
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsIdentity")
            .field("chain", &self.chain)
            .finish_non_exhaustive()
    }
}

/// Why a chain with its key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsIdentityError {
    /// The certificates cannot be read.
    #[error("the certificate chain cannot be read")]
    Chain(#[source] RootsError),
    /// The key text is damaged PEM.
    #[error("damaged PEM in the key: {0}")]
    Pem(String),
    /// No private key was found.
    #[error("no private key found: expected PEM with a PRIVATE KEY block")]
    NoKey,
    /// The key is protected with a passphrase.
    #[error("the private key is encrypted; decrypt it first (`openssl pkey -in KEY`)")]
    EncryptedKey,
}

impl TlsIdentityError {
    /// Whom it concerns: always the document, whose file it is.
    pub const fn concerns(&self) -> Concern {
        Concern::Document
    }
}

/// The container around a private key.
#[derive(Clone, Copy)]
enum KeyKind {
    Pkcs8,
    Pkcs1,
    Sec1,
}

/// The certificate blocks of a text that may also hold the key.
fn without_keys(text: &[u8]) -> Result<Vec<u8>, TlsIdentityError> {
    let mut certificates = Vec::new();
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(text) {
        let (kind, der) = section.map_err(|error| TlsIdentityError::Pem(error.to_string()))?;
        let der = Zeroizing::new(der);
        if kind == SectionKind::Certificate {
            certificates.extend_from_slice(Certificate::as_presented(&der).to_pem().as_bytes());
        }
    }
    Ok(certificates)
}

fn pem_key(text: &[u8]) -> Result<(KeyKind, Secret), TlsIdentityError> {
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(text) {
        let (kind, der) = section.map_err(|error| TlsIdentityError::Pem(error.to_string()))?;
        let der = Secret::new(der);
        let kind = match kind {
            SectionKind::PrivateKey => KeyKind::Pkcs8,
            SectionKind::RsaPrivateKey => KeyKind::Pkcs1,
            SectionKind::EcPrivateKey => KeyKind::Sec1,
            _ => continue,
        };
        return Ok((kind, der));
    }
    let encrypted = text
        .windows(ENCRYPTED.len())
        .any(|window| window == ENCRYPTED);
    Err(if encrypted {
        TlsIdentityError::EncryptedKey
    } else {
        TlsIdentityError::NoKey
    })
}

const ENCRYPTED: &[u8] = b"-----BEGIN ENCRYPTED PRIVATE KEY-----";
