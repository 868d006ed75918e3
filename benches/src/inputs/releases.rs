//! A release: a container with its detached signature.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fwi_format::{ReleaseSignature, TrustRoots};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256,
};
use rsa::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use rsa::{Pss, RsaPrivateKey};
use sha2::{Digest as _, Sha256};

use super::{container, random};
use crate::Error;

/// What a vendor would publish: a firmware file, who signed it, and the root to pin.
#[derive(Debug)]
#[non_exhaustive]
pub struct Release {
    /// The container.
    pub file: Vec<u8>,
    /// The RSA-2048-PSS signature, raw.
    pub signature: Vec<u8>,
    /// `*-sig.txt`: the same in base64.
    pub signature_text: String,
    /// `*-cert.pem`.
    pub certificate: String,
    /// The root that the certificate is under.
    pub root: String,
    /// The signer's public key as PEM, for tools that take nothing else.
    pub public_key: String,
    /// A time at which all of it holds.
    pub now: SystemTime,
}

impl Release {
    /// The signature and the pinned root, as our crate wants them.
    ///
    /// # Errors
    /// They were not made well.
    pub fn opened(&self) -> Result<(ReleaseSignature, TrustRoots), Error> {
        let mut roots = TrustRoots::new();
        roots.add_pem(self.root.as_bytes())?;
        let (signature, certificate) = (&self.signature_text, &self.certificate);
        let release =
            ReleaseSignature::from_files(signature.as_bytes(), certificate.as_bytes(), None)?;
        Ok((release, roots))
    }
}

/// A release with a payload of so many bytes. The RSA key takes a while.
///
/// # Errors
/// A key or a certificate could not be made.
pub fn release(payload: usize) -> Result<Release, Error> {
    let file = container(payload)?;
    let mut source = random();
    let key = RsaPrivateKey::new(&mut source, 2048)?;
    let signed = file
        .len()
        .checked_sub(fwi_format::TRAILER_LEN)
        .and_then(|end| file.get(..end))
        .ok_or("no trailer")?;
    let signature = key.sign_with_rng(
        &mut source,
        Pss::new_with_salt::<Sha256>(32),
        &Sha256::digest(signed),
    )?;
    let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    // Whoever signs with RSA has a root that does.
    let root_key = RsaPrivateKey::new(&mut source, 2048)?;
    let (root, certificate) = certify(&key, &root_key, now)?;
    Ok(Release {
        signature_text: base64(&signature),
        signature,
        certificate,
        root,
        public_key: key.to_public_key().to_public_key_pem(LineEnding::LF)?,
        file,
        now,
    })
}

fn certify(
    key: &RsaPrivateKey,
    root_key: &RsaPrivateKey,
    now: SystemTime,
) -> Result<(String, String), Error> {
    let mut root = params("Bench root", now);
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let root_key = pair(root_key)?;
    let root_pem = root.self_signed(&root_key)?.pem();
    let issuer = Issuer::new(root, root_key);
    let mut signer = params("Bench signer", now);
    signer.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
    Ok((root_pem, signer.signed_by(&pair(key)?, &issuer)?.pem()))
}

fn pair(key: &RsaPrivateKey) -> Result<KeyPair, Error> {
    let pem = key.to_pkcs8_pem(LineEnding::LF)?;
    Ok(KeyPair::from_pkcs8_pem_and_sign_algo(
        &pem,
        &PKCS_RSA_SHA256,
    )?)
}

fn params(name: &str, now: SystemTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = (now - Duration::from_secs(86_400)).into();
    params.not_after = (now + Duration::from_secs(30 * 86_400)).into();
    params
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
