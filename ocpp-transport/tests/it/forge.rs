//! Certificates that no sane authority issues: a good one is taken apart, changed, and
//! signed again.

use ocpp_transport::Certificate;
use rcgen::SigningKey;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use rsa::rand_core::OsRng;
use rsa::sha2::Sha256;
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPrivateKey, pkcs1v15, pss};

use crate::pki::Authority;

/// The fields of a certificate to be signed, each with its DER header.
pub(crate) struct Fields(pub(crate) Vec<Vec<u8>>);

pub(crate) const VERSION: usize = 0;
pub(crate) const ALGORITHM: usize = 2;
pub(crate) const PUBLIC_KEY: usize = 6;

/// Changes a certificate and has `authority` sign it again.
pub(crate) fn reissue(
    certificate: &Certificate,
    authority: &Authority,
    change: impl FnOnce(&mut Fields),
) -> Certificate {
    resign(certificate, change, |tbs| {
        authority.0.key().sign(tbs).expect("signature")
    })
}

/// Changes a certificate and signs it again.
pub(crate) fn resign(
    certificate: &Certificate,
    change: impl FnOnce(&mut Fields),
    sign: impl FnOnce(&[u8]) -> Vec<u8>,
) -> Certificate {
    let outer = children(certificate.der());
    let mut fields = Fields(children(&outer[0]));
    change(&mut fields);
    let algorithm = fields
        .0
        .iter()
        .find(|it| it[0] == 0x30)
        .expect("algorithm")
        .clone();
    let tbs = tlv(0x30, &fields.0.concat());
    let signature = [vec![0], sign(&tbs)].concat();
    let signed = [tbs, algorithm, tlv(0x03, &signature)].concat();
    Certificate::from_der(&tlv(0x30, &signed)).expect("still a certificate")
}

/// An RSA key that signs as nobody should.
pub(crate) struct OldKey(RsaPrivateKey);

impl OldKey {
    pub(crate) fn new(bits: usize) -> Self {
        Self(RsaPrivateKey::new(&mut OsRng, bits).expect("RSA key"))
    }

    pub(crate) fn sha1(&self, message: &[u8]) -> Vec<u8> {
        pkcs1v15::SigningKey::<sha1::Sha1>::new(self.0.clone())
            .sign(message)
            .to_vec()
    }

    pub(crate) fn sha256(&self, message: &[u8]) -> Vec<u8> {
        pkcs1v15::SigningKey::<Sha256>::new(self.0.clone())
            .sign(message)
            .to_vec()
    }

    pub(crate) fn pss(&self, message: &[u8]) -> Vec<u8> {
        pss::BlindedSigningKey::<Sha256>::new(self.0.clone())
            .sign_with_rng(&mut OsRng, message)
            .to_vec()
    }

    /// The key for rcgen, which takes 2048 bits and more.
    pub(crate) fn key_pair(&self) -> rcgen::KeyPair {
        let der = self.0.to_pkcs8_der().expect("PKCS#8");
        rcgen::KeyPair::try_from(der.as_bytes()).expect("RSA key for rcgen")
    }

    /// The key in the old PEM form of OpenSSL.
    pub(crate) fn pkcs1_pem(&self) -> String {
        self.0
            .to_pkcs1_pem(LineEnding::LF)
            .expect("PKCS#1")
            .to_string()
    }

    /// SubjectPublicKeyInfo.
    pub(crate) fn public(&self) -> Vec<u8> {
        rsa_public(&self.0.n().to_bytes_be())
    }
}

/// SubjectPublicKeyInfo of an RSA key with this modulus and the exponent 65537.
pub(crate) fn rsa_public(modulus: &[u8]) -> Vec<u8> {
    let modulus = tlv(0x02, &[&[0], modulus].concat());
    let key = tlv(0x30, &[modulus, vec![2, 3, 1, 0, 1]].concat());
    public_key(
        &[
            oid(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]),
            vec![5, 0],
        ]
        .concat(),
        &key,
    )
}

/// SubjectPublicKeyInfo of a point on a curve, which need not lie on it.
pub(crate) fn ec_public(curve: &[u8], field_bytes: usize) -> Vec<u8> {
    let point = [vec![4], vec![0x5A; 2 * field_bytes]].concat();
    let algorithm = [oid(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]), oid(curve)].concat();
    public_key(&algorithm, &point)
}

/// AlgorithmIdentifier of PKCS#1 signatures: 5 = SHA-1, 11 = SHA-256.
pub(crate) fn pkcs1(last: u8) -> Vec<u8> {
    let name = oid(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, last]);
    tlv(0x30, &[name, vec![5, 0]].concat())
}

/// AlgorithmIdentifier of RSA-PSS with SHA-256 and a salt of 32 bytes.
pub(crate) fn pss_sha256() -> Vec<u8> {
    let sha256 = tlv(
        0x30,
        &[oid(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1]), vec![5, 0]].concat(),
    );
    let mgf = [
        oid(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 8]),
        sha256.clone(),
    ]
    .concat();
    let parameters = [
        tlv(0xA0, &sha256),
        tlv(0xA1, &tlv(0x30, &mgf)),
        tlv(0xA2, &[2, 1, 32]),
    ];
    let name = oid(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 10]);
    tlv(0x30, &[name, tlv(0x30, &parameters.concat())].concat())
}

fn public_key(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let bits = tlv(0x03, &[&[0], key].concat());
    tlv(0x30, &[tlv(0x30, algorithm), bits].concat())
}

fn oid(content: &[u8]) -> Vec<u8> {
    tlv(0x06, content)
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("small").to_be_bytes();
    let header = match content.len() {
        0..=127 => vec![tag, length[1]],
        128..=255 => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    [header, content.to_vec()].concat()
}

/// The elements within a constructed element.
fn children(element: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = &element[header(element)..];
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (first, tail) = rest.split_at(header(rest) + length(rest));
        found.push(first.to_vec());
        rest = tail;
    }
    found
}

fn header(element: &[u8]) -> usize {
    match element[1] {
        0x82 => 4,
        0x81 => 3,
        _ => 2,
    }
}

fn length(element: &[u8]) -> usize {
    match element[1] {
        0x82 => usize::from(element[2]) << 8 | usize::from(element[3]),
        0x81 => usize::from(element[2]),
        short => usize::from(short),
    }
}
