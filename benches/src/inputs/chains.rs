//! Certificate chains: a root, issuers below it, and a server's certificate.

use rand_chacha::ChaCha20Rng;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256,
};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};

use super::random;
use crate::Error;

/// What keys a chain has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyKind {
    /// RSA, 2048 bits.
    Rsa,
    /// ECDSA on P-256.
    Ecdsa,
}

/// A chain and the keys that belong to it, as PEM.
#[derive(Debug)]
#[non_exhaustive]
pub struct Chain {
    /// The end's own certificate first, then its issuers below the root.
    pub presented: String,
    /// The same in DER.
    pub presented_der: Vec<Vec<u8>>,
    /// What is trusted.
    pub root: String,
    /// The same in DER.
    pub root_der: Vec<u8>,
    /// The end's own key, PKCS#8.
    pub key: String,
}

impl Chain {
    /// The name that every server's certificate is for.
    pub const HOST: &'static str = "csms.charging.example.com";

    /// A chain with so many certificates, root included (at least two), for a server that
    /// is [`HOST`](Self::HOST), or for a charger.
    ///
    /// # Errors
    /// A key or certificate could not be made.
    pub fn new(kind: KeyKind, length: usize, is_server: bool) -> Result<Self, Error> {
        let mut random = random();
        let key = key_pair(kind, &mut random)?;
        let params = authority("Bench root", length);
        let root = params.self_signed(&key)?;
        let mut issuer = Issuer::new(params, key);
        let mut presented = Vec::new();
        for level in 2..length {
            let key = key_pair(kind, &mut random)?;
            let params = authority(&format!("Bench issuer {level}"), length);
            presented.insert(0, params.signed_by(&key, &issuer)?);
            issuer = Issuer::new(params, key);
        }
        let key = key_pair(kind, &mut random)?;
        presented.insert(0, end(is_server)?.signed_by(&key, &issuer)?);
        Ok(Self {
            presented: presented.iter().map(rcgen::Certificate::pem).collect(),
            presented_der: presented.iter().map(|one| one.der().to_vec()).collect(),
            root: root.pem(),
            root_der: root.der().to_vec(),
            key: key.serialize_pem(),
        })
    }
}

fn key_pair(kind: KeyKind, random: &mut ChaCha20Rng) -> Result<KeyPair, Error> {
    match kind {
        KeyKind::Ecdsa => Ok(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?),
        KeyKind::Rsa => {
            let pem = RsaPrivateKey::new(random, 2048)?.to_pkcs8_pem(LineEnding::LF)?;
            Ok(KeyPair::from_pkcs8_pem_and_sign_algo(
                &pem,
                &PKCS_RSA_SHA256,
            )?)
        }
    }
}

fn authority(name: &str, length: usize) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Example Charging");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(
        u8::try_from(length).unwrap_or(u8::MAX),
    ));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn end(is_server: bool) -> Result<CertificateParams, Error> {
    let (name, purpose) = if is_server {
        (Chain::HOST, ExtendedKeyUsagePurpose::ServerAuth)
    } else {
        ("ACE0999001", ExtendedKeyUsagePurpose::ClientAuth)
    };
    let names = if is_server {
        vec![name.to_owned()]
    } else {
        Vec::new()
    };
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Example Charging");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![purpose];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}
