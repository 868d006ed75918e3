use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ocpp_config::Concern;
use sha2::{Digest as _, Sha256};
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// An X.509 certificate as DER bytes; cheap to clone.
///
/// What a peer presents is kept as it came, so the bytes need not be a readable
/// certificate; what [`from_der`](Self::from_der) returns is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Certificate(Arc<[u8]>);

impl Certificate {
    /// Reads one DER certificate.
    ///
    /// # Errors
    /// When the bytes are no X.509 certificate, or something follows it.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        match X509Certificate::from_der(der) {
            Ok(([], _)) => Ok(Self::as_presented(der)),
            Ok((rest, _)) => Err(CertificateError::TrailingBytes(rest.len())),
            Err(error) => Err(CertificateError::NotX509(error.to_string())),
        }
    }

    /// Takes what a peer sent, whatever it is.
    pub(crate) fn as_presented(der: &[u8]) -> Self {
        Self(der.into())
    }

    /// The DER bytes.
    pub fn der(&self) -> &[u8] {
        &self.0
    }

    /// The certificate as one PEM block, lines of 64 characters, `\n` at each end.
    pub fn to_pem(&self) -> String {
        let body = BASE64_STANDARD.encode(&self.0);
        let mut pem = String::with_capacity(body.len() + body.len() / 64 + 56);
        pem.push_str("-----BEGIN CERTIFICATE-----\n");
        let mut rest = body.as_str();
        while !rest.is_empty() {
            let (line, tail) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = tail;
        }
        pem.push_str("-----END CERTIFICATE-----\n");
        pem
    }

    /// The SHA-256 fingerprint of the whole certificate, which is what other tools
    /// print and what two people can compare over the telephone.
    pub fn fingerprint(&self) -> CertificateFingerprint {
        CertificateFingerprint(Sha256::digest(&self.0).into())
    }

    /// The subject in the usual notation (`CN=…, O=…`), or `unreadable certificate`.
    pub fn subject(&self) -> String {
        self.parsed()
            .map_or_else(|| UNREADABLE.to_owned(), |it| it.subject().to_string())
    }

    /// The issuer in the usual notation, or `unreadable certificate`.
    pub fn issuer(&self) -> String {
        self.parsed()
            .map_or_else(|| UNREADABLE.to_owned(), |it| it.issuer().to_string())
    }

    /// The parsed view, if the bytes are a certificate.
    pub(crate) fn parsed(&self) -> Option<X509Certificate<'_>> {
        X509Certificate::from_der(&self.0).ok().map(|(_, it)| it)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, {})", self.subject(), self.fingerprint())
    }
}

/// The SHA-256 of a certificate's DER bytes. `Display` writes upper-case pairs with
/// colons, as `openssl x509 -fingerprint -sha256` does.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CertificateFingerprint([u8; 32]);

impl CertificateFingerprint {
    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for CertificateFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(":")?;
            }
            write!(f, "{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for CertificateFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateFingerprint({self})")
    }
}

/// Why bytes are not one certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The bytes are not an X.509 certificate in DER.
    #[error("not an X.509 certificate in DER: {0}")]
    NotX509(String),
    /// A certificate, and this many bytes behind it.
    #[error("{0} bytes follow the certificate")]
    TrailingBytes(usize),
}

impl CertificateError {
    /// Whom it concerns: always the document, whose file it is.
    pub const fn concerns(&self) -> Concern {
        Concern::Document
    }
}

const UNREADABLE: &str = "unreadable certificate";
