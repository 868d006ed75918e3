//! A signed release in the vendor's form, under a root that exists for this purpose.

use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fwi_format::OwnedContainer;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256,
};
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use rsa::{Pss, RsaPrivateKey};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::Failure;

type Error = Box<dyn std::error::Error>;

/// Writes the files of a release beside `container_path` and names them.
pub(crate) fn write(
    container_path: &Path,
    container: &OwnedContainer,
    seed: Option<u64>,
    validity: &Range<SystemTime>,
) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: Error| Failure::file(container_path, error.as_ref());
    let stem = container_path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let parts = make(container, seed, validity).map_err(failed)?;
    let files = [
        (format!("{stem}-sig.txt"), parts.signature.into_bytes()),
        (format!("{stem}-cert.pem"), parts.certificate.into_bytes()),
        (format!("{stem}-info.txt"), parts.information.into_bytes()),
    ];
    let name = container_path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let mut entries = vec![(name.as_ref(), container.as_bytes())];
    entries.extend(
        files
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice())),
    );
    let archive = zip(&entries).map_err(failed)?;

    let archive = (format!("{stem}.zip"), archive);
    let root = ("test-root.pem".to_owned(), parts.root.into_bytes());
    let mut written = Vec::new();
    for (name, bytes) in files.iter().chain([&archive, &root]) {
        let path = container_path.with_file_name(name);
        std::fs::write(&path, bytes).map_err(|error| Failure::file(&path, &error))?;
        written.push(path);
    }
    Ok(written)
}

struct Parts {
    signature: String,
    certificate: String,
    information: String,
    root: String,
}

fn make(
    container: &OwnedContainer,
    seed: Option<u64>,
    validity: &Range<SystemTime>,
) -> Result<Parts, Error> {
    let container = container.as_container();
    let signed = container
        .signed_part()
        .ok_or("a container without trailer cannot be signed")?;
    let mut random = match seed {
        Some(seed) => ChaCha20Rng::seed_from_u64(seed),
        None => ChaCha20Rng::from_entropy(),
    };
    let (_, root_key) = key(&mut random)?;
    let (signer, signer_key) = key(&mut random)?;

    let mut root = params("Test root, worth nothing", validity);
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let root_pem = root.self_signed(&root_key)?.pem();
    let mut leaf = params("Test signer, worth nothing", validity);
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
    let certificate = leaf
        .signed_by(&signer_key, &Issuer::new(root, root_key))?
        .pem();

    let scheme = Pss::new_with_salt::<Sha256>(32);
    let signature = signer.sign_with_rng(&mut random, scheme, &Sha256::digest(signed))?;
    let until = OffsetDateTime::from(validity.end).format(&Rfc3339)?;
    Ok(Parts {
        signature: STANDARD.encode(signature) + "\n",
        certificate,
        information: format!("Valid until {until}\n"),
        root: root_pem,
    })
}

/// An RSA key in the two forms that signing a file and signing a certificate need.
fn key(random: &mut ChaCha20Rng) -> Result<(RsaPrivateKey, KeyPair), Error> {
    let key = RsaPrivateKey::new(random, 2048)?;
    let pem = key.to_pkcs8_pem(LineEnding::LF)?;
    let pair = KeyPair::from_pkcs8_pem_and_sign_algo(&pem, &PKCS_RSA_SHA256)?;
    Ok((key, pair))
}

fn params(name: &str, validity: &Range<SystemTime>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = validity.start.into();
    params.not_after = validity.end.into();
    params
}

fn zip(entries: &[(&str, &[u8])]) -> Result<Vec<u8>, Error> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in entries {
        let (mut entry, config) = archive
            .new_file(*name)
            .compression_method(CompressionMethod::STORE)
            .start()?;
        let mut writer = config.wrap(&mut entry);
        writer.write_all(bytes)?;
        let (_, descriptor) = writer.finish()?;
        entry.finish(descriptor)?;
    }
    Ok(archive.finish()?)
}
