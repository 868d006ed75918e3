//! A release of our own: a root, a signer, and what a vendor would publish. The keys
//! are made from fixed seeds and are worth nothing.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256,
};
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use rsa::{Pss, RsaPrivateKey};
use sha2::{Digest as _, Sha256};

/// The time at which everything of the release is valid.
pub(crate) fn now() -> SystemTime {
    at(1_800_000_000)
}

pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A day after [`now`].
pub(crate) const INFORMATION: &str = "Valid until 2027-01-16T08:00:00Z\n";

pub(crate) struct Authority {
    pub(crate) pem: String,
    pub(crate) der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

pub(crate) struct TestSigner {
    pub(crate) key: RsaPrivateKey,
    pair: KeyPair,
}

/// The root and the signer that most tests use; made once, since RSA keys take time.
pub(crate) fn root() -> &'static Authority {
    static ROOT: OnceLock<Authority> = OnceLock::new();
    ROOT.get_or_init(|| authority("Test root", None))
}

pub(crate) fn signer() -> &'static TestSigner {
    static SIGNER: OnceLock<TestSigner> = OnceLock::new();
    SIGNER.get_or_init(|| rsa_signer(2048, 1))
}

pub(crate) fn rsa_signer(bits: usize, seed: u64) -> TestSigner {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let key = RsaPrivateKey::new(&mut random, bits).unwrap();
    let pem = key.to_pkcs8_pem(LineEnding::LF).unwrap();
    let pair = KeyPair::from_pkcs8_pem_and_sign_algo(&pem, &PKCS_RSA_SHA256);
    // `ring` takes no RSA key below 2048 bits; such a signer has no certificate.
    let pair = pair.unwrap_or_else(|_| KeyPair::generate().unwrap());
    TestSigner { key, pair }
}

pub(crate) fn authority(name: &str, under: Option<&Authority>) -> Authority {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate().unwrap();
    let certificate = match under {
        None => params.self_signed(&key).unwrap(),
        Some(parent) => params.signed_by(&key, &parent.issuer).unwrap(),
    };
    Authority {
        pem: certificate.pem(),
        der: certificate.der().to_vec(),
        issuer: Issuer::new(params, key),
    }
}

impl Authority {
    /// Certifies a signer's key, for code signing unless told otherwise.
    pub(crate) fn certify(
        &self,
        signer: &TestSigner,
        change: impl FnOnce(&mut CertificateParams),
    ) -> String {
        let mut params = params("Test signer");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
        change(&mut params);
        params.signed_by(&signer.pair, &self.issuer).unwrap().pem()
    }

    /// Certifies an elliptic key, which cannot have made a release's signature.
    pub(crate) fn certify_elliptic(&self) -> String {
        let key = KeyPair::generate().unwrap();
        params("Elliptic signer")
            .signed_by(&key, &self.issuer)
            .unwrap()
            .pem()
    }
}

impl TestSigner {
    /// `*-sig.txt` for a file, made as releases are.
    pub(crate) fn sign(&self, file: &[u8]) -> String {
        self.sign_with_salt(file, 32)
    }

    pub(crate) fn sign_with_salt(&self, file: &[u8], salt: usize) -> String {
        let digest = Sha256::digest(&file[..file.len() - 256]);
        let mut random = ChaCha20Rng::seed_from_u64(2);
        let scheme = Pss::new_with_salt::<Sha256>(salt);
        let signature = self
            .key
            .sign_with_rng(&mut random, scheme, &digest)
            .unwrap();
        STANDARD.encode(signature)
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Nobody");
    params.not_before = (now() - Duration::from_secs(86_400)).into();
    params.not_after = (now() + Duration::from_secs(30 * 86_400)).into();
    params
}
