//! What a release says about its container: signature, certificates, validity.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::chain::SigningChain;
use super::digest::Signed;
use super::error::{ReleaseError, VerifyError};
use super::roots::TrustRoots;
use super::validity::valid_until;
use super::verified::{Verification, Verified};

/// The detached signature of a release, ready to be checked.
///
/// It covers the container without its last 256 bytes: RSA-PSS with SHA-256 and a salt
/// of 32 bytes, made with the key of the accompanying certificate. This was found by
/// the authors of `alfenctl` on releases 4.12, 6.6.2 and 7.4.5. What the trailer inside
/// the container is for is not known; it is *not* this signature and does not verify
/// with the same key, so nothing here looks at it.
///
/// # Examples
/// ```no_run
/// use std::{fs, fs::File, time::SystemTime};
/// use fwi_format::{ContainerHasher, ContainerReader, Limits, ReleaseSignature, TrustRoots};
///
/// let mut roots = TrustRoots::new();
/// roots.add_pem(&fs::read("vendor-root.pem")?)?;
/// let release = ReleaseSignature::from_files(
///     &fs::read("NG9xx 7.4.5-4415-sig.txt")?,
///     &fs::read("NG9xx 7.4.5-4415-cert.pem")?,
///     Some(&fs::read("NG9xx 7.4.5-4415-info.txt")?),
/// )?;
///
/// // One pass, 32 KiB of memory, whatever the size of the file.
/// let file = File::open("NG9xx 7.4.5-4415.fwi")?;
/// let reader = ContainerReader::with_hash(file, Limits::new(), ContainerHasher::default());
/// let verified = release.verify(reader.finish()?, &roots, SystemTime::now())?;
/// println!("signed by {}", verified.verification().signer().subject());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ReleaseSignature {
    signature: Vec<u8>,
    chain: SigningChain,
    valid_until: Option<SystemTime>,
}

impl ReleaseSignature {
    /// The largest `*-sig.txt` accepted, in bytes; the base64 of 256 bytes has 344.
    pub const MAX_SIGNATURE_BYTES: usize = 4 * 1024;
    /// The largest `*-cert.pem` accepted, in bytes.
    pub const MAX_CERTIFICATES_BYTES: usize = 64 * 1024;
    /// The largest `*-info.txt` accepted, in bytes.
    pub const MAX_INFORMATION_BYTES: usize = 64 * 1024;
    /// The most certificates in a chain.
    pub const MAX_CERTIFICATES: usize = 8;

    /// Reads the files of a release: `*-sig.txt`, `*-cert.pem`, and `*-info.txt` where
    /// there is one. Without it the package has no end of validity of its own.
    ///
    /// # Errors
    /// See [`ReleaseError`]; all sizes are checked before anything is decoded.
    pub fn from_files(
        signature: &[u8],
        certificates: &[u8],
        information: Option<&[u8]>,
    ) -> Result<Self, ReleaseError> {
        at_most(signature, Self::MAX_SIGNATURE_BYTES, "-sig.txt")?;
        at_most(certificates, Self::MAX_CERTIFICATES_BYTES, "-cert.pem")?;
        at_most(
            information.unwrap_or_default(),
            Self::MAX_INFORMATION_BYTES,
            "-info.txt",
        )?;
        Ok(Self {
            signature: decode_signature(signature)?,
            chain: SigningChain::new(decode_certificates(certificates)?)?,
            valid_until: information.map(decode_validity).transpose()?,
        })
    }

    /// The signature of a package that was unpacked from a release archive.
    ///
    /// # Errors
    /// As [`ReleaseSignature::from_files`], and [`ReleaseError::Missing`].
    #[cfg(feature = "archive")]
    pub fn from_package(package: &crate::ReleasePackage) -> Result<Self, ReleaseError> {
        let missing = |part| ReleaseError::Missing { part };
        Self::from_files(
            package.signature().ok_or_else(|| missing("-sig.txt"))?,
            package.certificates().ok_or_else(|| missing("-cert.pem"))?,
            package.information(),
        )
    }

    /// Verifies a container at a time: that the signature is right, that the signer's
    /// certificates lead to one of `roots` and are valid then, and that the package is.
    ///
    /// Takes a [`Container`](crate::Container), an
    /// [`OwnedContainer`](crate::OwnedContainer), or what a reader with a
    /// [`ContainerHasher`](crate::ContainerHasher) returned, and gives it back as
    /// [`Verified`]. Revocation is not checked: releases name no source for it.
    ///
    /// # Errors
    /// The first check that failed, see [`VerifyError`].
    pub fn verify<T: Signed>(
        &self,
        content: T,
        roots: &TrustRoots,
        at: SystemTime,
    ) -> Result<Verified<T>, VerifyError> {
        let digest = content.signed_digest().ok_or(VerifyError::NoTrailer)?;
        self.chain.check_signature(&digest, &self.signature)?;
        let root = self.chain.check_chain(roots, at)?;
        match self.valid_until {
            Some(valid_until) if at > valid_until => {
                Err(VerifyError::PackageExpired { valid_until })
            }
            valid_until => {
                let signer = self.chain.signer().clone();
                let verification = Verification {
                    signer,
                    root,
                    digest,
                    valid_until,
                    at,
                };
                Ok(Verified::new(content, verification))
            }
        }
    }
}

fn at_most(bytes: &[u8], limit: usize, part: &'static str) -> Result<(), ReleaseError> {
    if bytes.len() > limit {
        return Err(ReleaseError::TooLarge { part, limit });
    }
    Ok(())
}

fn decode_signature(text: &[u8]) -> Result<Vec<u8>, ReleaseError> {
    let text: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let signature = STANDARD
        .decode(text)
        .map_err(|error| ReleaseError::Signature {
            source: Some(Box::new(error)),
        })?;
    if !(256..=512).contains(&signature.len()) {
        return Err(ReleaseError::Signature { source: None });
    }
    Ok(signature)
}

fn decode_certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, ReleaseError> {
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(text) {
        let certificate = certificate.map_err(|error| ReleaseError::Certificates {
            source: Some(Box::new(error)),
        })?;
        if certificates.len() >= ReleaseSignature::MAX_CERTIFICATES {
            return Err(ReleaseError::Certificates { source: None });
        }
        certificates.push(certificate);
    }
    Ok(certificates)
}

fn decode_validity(information: &[u8]) -> Result<SystemTime, ReleaseError> {
    valid_until(&String::from_utf8_lossy(information)).ok_or(ReleaseError::Validity)
}
