//! The signing certificate: its key, its chain, its description.

use std::time::{SystemTime, UNIX_EPOCH};

use rsa::RsaPublicKey;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::traits::PublicKeyParts as _;
use rustls_pki_types::{CertificateDer, UnixTime};
use sha2::{Digest as _, Sha256};
use webpki::{EndEntityCert, KeyUsage};
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

use super::error::{ReleaseError, VerifyError};
use super::pss;
use super::roots::TrustRoots;
use super::validity::from_unix_seconds;
use super::verified::{Root, Signer};

/// A signing certificate and what came with it, taken apart as far as it is needed.
#[derive(Debug, Clone)]
pub(crate) struct SigningChain {
    signer: CertificateDer<'static>,
    others: Vec<CertificateDer<'static>>,
    description: Signer,
    public_key: Vec<u8>,
}

impl SigningChain {
    /// The signer is the first certificate that is no authority; the order of the
    /// others does not matter.
    pub(crate) fn new(
        mut certificates: Vec<CertificateDer<'static>>,
    ) -> Result<Self, ReleaseError> {
        let at = certificates
            .iter()
            .position(|der| !is_authority(der))
            .unwrap_or(0);
        if at >= certificates.len() {
            return Err(ReleaseError::Certificates { source: None });
        }
        let signer = certificates.swap_remove(at);
        let (_, parsed) =
            X509Certificate::from_der(&signer).map_err(|error| ReleaseError::Certificates {
                source: Some(Box::new(error)),
            })?;
        let description = describe(&parsed, &signer)?;
        let public_key = parsed.public_key().raw.to_vec();
        Ok(Self {
            signer,
            others: certificates,
            description,
            public_key,
        })
    }

    pub(crate) const fn signer(&self) -> &Signer {
        &self.description
    }

    /// RSA-PSS, SHA-256, MGF1 with SHA-256, salt of 32 bytes.
    pub(crate) fn check_signature(
        &self,
        digest: &[u8; 32],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let key = RsaPublicKey::from_public_key_der(&self.public_key).map_err(|error| {
            VerifyError::Key {
                source: Some(Box::new(error)),
            }
        })?;
        if !(SMALLEST_KEY..=LARGEST_KEY).contains(&key.size()) {
            return Err(VerifyError::Key { source: None });
        }
        if pss::holds(&key, &self.public_key, digest, signature) {
            Ok(())
        } else {
            Err(VerifyError::SignatureInvalid)
        }
    }

    /// Whether the chain leads to one of `roots` at a time, and to which.
    pub(crate) fn check_chain(
        &self,
        roots: &TrustRoots,
        at: SystemTime,
    ) -> Result<Root, VerifyError> {
        let since = at
            .duration_since(UNIX_EPOCH)
            .map_err(|_| VerifyError::Clock)?;
        let signer = EndEntityCert::try_from(&self.signer).map_err(map_chain)?;
        let anchors = roots.anchors();
        let path = signer
            .verify_for_usage(
                webpki::ALL_VERIFICATION_ALGS,
                &anchors,
                &self.others,
                UnixTime::since_unix_epoch(since),
                KeyUsage::required_if_present(CODE_SIGNING),
                None,
                None,
            )
            .map_err(map_chain)?;
        let anchor = path.anchor();
        let fingerprint = roots
            .fingerprint(anchor)
            .ok_or(VerifyError::SignerUnknown)?;
        Ok(Root {
            subject: name_of(&anchor.subject),
            fingerprint,
        })
    }
}

/// Bytes in a modulus of 2048 and 4096 bits.
const SMALLEST_KEY: usize = 256;
const LARGEST_KEY: usize = 512;
/// 1.3.6.1.5.5.7.3.3, RFC 5280 section 4.2.1.12. A certificate without extended key
/// usage is fit for any; one for something else only (a web server's, a charger's) is
/// not fit for this, though it may lead to the same root.
const CODE_SIGNING: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 3];

fn map_chain(error: webpki::Error) -> VerifyError {
    let moment = |time: UnixTime| {
        from_unix_seconds(i64::try_from(time.as_secs()).unwrap_or(i64::MAX)).unwrap_or(UNIX_EPOCH)
    };
    match error {
        webpki::Error::CertExpired { not_after, .. } => VerifyError::CertificateExpired {
            not_after: moment(not_after),
        },
        webpki::Error::CertNotValidYet { not_before, .. } => VerifyError::CertificateNotYetValid {
            not_before: moment(not_before),
        },
        webpki::Error::UnknownIssuer => VerifyError::SignerUnknown,
        other => VerifyError::Chain {
            source: Box::new(other),
        },
    }
}

fn is_authority(der: &CertificateDer<'_>) -> bool {
    X509Certificate::from_der(der).is_ok_and(|(_, certificate)| certificate.is_ca())
}

fn describe(parsed: &X509Certificate<'_>, der: &[u8]) -> Result<Signer, ReleaseError> {
    let validity = parsed.validity();
    let moment = |time: x509_parser::time::ASN1Time| {
        from_unix_seconds(time.timestamp()).ok_or(ReleaseError::Certificates { source: None })
    };
    Ok(Signer {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        serial: parsed.raw_serial_as_string(),
        not_before: moment(validity.not_before)?,
        not_after: moment(validity.not_after)?,
        fingerprint: Sha256::digest(der).into(),
    })
}

/// An anchor's subject is the content of a name, without the sequence around it.
fn name_of(content: &[u8]) -> String {
    let mut der = vec![0x30];
    match u8::try_from(content.len()) {
        Ok(short @ 0..0x80) => der.push(short),
        _ => {
            der.push(0x82);
            let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
            der.extend_from_slice(&length.to_be_bytes());
        }
    }
    der.extend_from_slice(content);
    X509Name::from_der(&der).map_or_else(|_| String::new(), |(_, name)| name.to_string())
}
