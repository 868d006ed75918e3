//! The detached signature: who made it, when it holds, and that nothing slips by.

use std::io::Write as _;
use std::process::{Command, Stdio};

use fwi_format::{
    Container, ContainerBuilder, ContainerHasher, ContainerReader, Limits, OwnedContainer,
    ReleaseError, ReleaseSignature, TrustRoots, VerifyError,
};
use rcgen::ExtendedKeyUsagePurpose;
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use sha2::{Digest as _, Sha256};

use crate::container::sample;
use crate::test_release::{INFORMATION, at, authority, now, root, rsa_signer, signer};

fn pinned() -> TrustRoots {
    let mut roots = TrustRoots::new();
    roots.add_der(&root().der).unwrap();
    roots
}

fn release(file: &[u8]) -> ReleaseSignature {
    let certificates = root().certify(signer(), |_| {});
    let signature = signer().sign(file);
    ReleaseSignature::from_files(
        signature.as_bytes(),
        certificates.as_bytes(),
        Some(INFORMATION.as_bytes()),
    )
    .unwrap()
}

/// The verdict about the sample, with one part of its release replaced.
fn verdict(signature: &str, certificates: &str) -> Result<(), VerifyError> {
    let release =
        ReleaseSignature::from_files(signature.as_bytes(), certificates.as_bytes(), None).unwrap();
    let file = sample();
    release
        .verify(Container::parse(&file).unwrap(), &pinned(), now())
        .map(|_| ())
}

#[test]
fn a_release_is_verified_and_says_by_whom() {
    let file = sample();
    let verified = release(&file)
        .verify(Container::parse(&file).unwrap(), &pinned(), now())
        .unwrap();

    assert_eq!(verified.get().as_bytes(), file);
    let verification = verified.verification();
    assert_eq!(verification.signer().subject(), "CN=Test signer, O=Nobody");
    assert_eq!(verification.signer().issuer(), "CN=Test root, O=Nobody");
    assert_eq!(verification.root().subject(), "CN=Test root, O=Nobody");
    assert_eq!(
        verification.root().fingerprint()[..],
        Sha256::digest(&root().der)[..]
    );
    assert_eq!(
        verification.signed_digest()[..],
        Sha256::digest(&file[..file.len() - 256])[..]
    );
    assert_eq!(verification.valid_until(), Some(at(1_800_086_400)));
    assert_eq!(verification.at(), now());
    assert!(verification.signer().not_before() < now());
    assert!(verification.signer().not_after() > now());
}

#[test]
fn a_stream_is_hashed_as_it_passes_and_verified_without_a_second_pass() {
    let file = sample();
    let reader =
        ContainerReader::with_hash(file.as_slice(), Limits::new(), ContainerHasher::default());
    let streamed = reader.finish().unwrap();
    assert_eq!(streamed.digest().file()[..], Sha256::digest(&file)[..]);
    let verified = release(&file).verify(streamed, &pinned(), now()).unwrap();
    assert_eq!(verified.get().length(), file.len() as u64);
}

#[test]
fn a_change_anywhere_but_in_the_trailer_breaks_the_signature() {
    let file = sample();
    let release = release(&file);
    for at in [HEADER_WORD, 160, file.len() - 257] {
        let mut changed = file.clone();
        changed[at] ^= 1;
        let changed = crate::container::patched(changed, HEADER_WORD + 1, &[file[HEADER_WORD + 1]]);
        let container = OwnedContainer::parse(changed).unwrap();
        let error = release.verify(container, &pinned(), now()).unwrap_err();
        assert!(
            matches!(error, VerifyError::SignatureInvalid),
            "{at}: {error:?}"
        );
    }
    let mut changed = file;
    *changed.last_mut().unwrap() ^= 1;
    release
        .verify(OwnedContainer::parse(changed).unwrap(), &pinned(), now())
        .unwrap();
}

/// Offset of a word without meaning.
const HEADER_WORD: usize = 0x10;

#[test]
fn only_the_documented_scheme_is_accepted() {
    let certificates = root().certify(signer(), |_| {});
    for salt in [0, 20, 31, 33, 64] {
        let error = verdict(&signer().sign_with_salt(&sample(), salt), &certificates).unwrap_err();
        assert!(
            matches!(error, VerifyError::SignatureInvalid),
            "salt {salt}"
        );
    }
    verdict(&signer().sign_with_salt(&sample(), 32), &certificates).unwrap();
}

#[test]
fn a_signer_that_leads_elsewhere_is_unknown() {
    let other = authority("Test root", None);
    let certificates = other.certify(signer(), |_| {});
    let error = verdict(&signer().sign(&sample()), &certificates).unwrap_err();
    // The same name, another key: either answer is right, acceptance is not.
    assert!(
        matches!(
            error,
            VerifyError::SignerUnknown | VerifyError::Chain { .. }
        ),
        "{error:?}"
    );

    let other = authority("Another root", None);
    let certificates = other.certify(signer(), |_| {}) + &other.pem;
    let error = verdict(&signer().sign(&sample()), &certificates).unwrap_err();
    assert!(matches!(error, VerifyError::SignerUnknown), "{error:?}");

    let none = TrustRoots::new();
    let file = sample();
    let error = release(&file)
        .verify(Container::parse(&file).unwrap(), &none, now())
        .unwrap_err();
    assert!(matches!(error, VerifyError::SignerUnknown), "{error:?}");
}

#[test]
fn a_chain_over_an_intermediate_holds_in_any_order() {
    let between = authority("Between", Some(root()));
    let leaf = between.certify(signer(), |_| {});
    let signature = signer().sign(&sample());
    verdict(&signature, &format!("{leaf}{}", between.pem)).unwrap();
    verdict(&signature, &format!("{}{leaf}", between.pem)).unwrap();
    verdict(&signature, &format!("{leaf}{}{}", root().pem, between.pem)).unwrap();
    let error = verdict(&signature, &leaf).unwrap_err();
    assert!(matches!(error, VerifyError::SignerUnknown), "{error:?}");
}

#[test]
fn a_certificate_for_another_purpose_signs_nothing() {
    let signature = signer().sign(&sample());
    let web = root().certify(signer(), |params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    });
    assert!(matches!(
        verdict(&signature, &web).unwrap_err(),
        VerifyError::Chain { .. }
    ));
    verdict(
        &signature,
        &root().certify(signer(), |params| params.extended_key_usages.clear()),
    )
    .unwrap();
}

#[test]
fn certificates_hold_within_their_validity_only() {
    let file = sample();
    let release = release(&file);
    let verify = |when| release.verify(Container::parse(&file).unwrap(), &pinned(), when);
    let error = verify(at(1_700_000_000)).unwrap_err();
    assert!(
        matches!(error, VerifyError::CertificateNotYetValid { .. }),
        "{error:?}"
    );
    let error = verify(at(1_900_000_000)).unwrap_err();
    assert!(
        matches!(error, VerifyError::CertificateExpired { .. }),
        "{error:?}"
    );
    let error = verify(at(1_800_086_401)).unwrap_err();
    assert!(
        matches!(error, VerifyError::PackageExpired { .. }),
        "{error:?}"
    );
    assert_eq!(
        error.to_string(),
        "the release was valid until 2027-01-16T08:00:00Z"
    );
    verify(at(1_800_086_400)).unwrap();
}

#[test]
fn only_rsa_keys_of_2048_bits_and_more_count() {
    let error = verdict(&signer().sign(&sample()), &root().certify_elliptic()).unwrap_err();
    assert!(matches!(error, VerifyError::Key { .. }), "{error:?}");

    let small = rsa_signer(1024, 3);
    let signature = small.sign(&sample());
    let error = ReleaseSignature::from_files(signature.as_bytes(), root().pem.as_bytes(), None);
    assert!(matches!(error.unwrap_err(), ReleaseError::Signature { .. }));
}

#[test]
fn a_container_without_trailer_has_no_signed_part() {
    let file = ContainerBuilder::display_package(1, 1, vec![7; 900])
        .build()
        .unwrap();
    let error = release(&sample())
        .verify(file, &pinned(), now())
        .unwrap_err();
    assert!(matches!(error, VerifyError::NoTrailer));
}

#[test]
fn parts_of_a_release_that_are_something_else_are_refused() {
    let signature = signer().sign(&sample());
    let pem = root().pem.as_str();
    let read = |signature: &str, pem: &str, info: Option<&str>| {
        let info = info.map(str::as_bytes);
        ReleaseSignature::from_files(signature.as_bytes(), pem.as_bytes(), info).map(|_| ())
    };
    let wrapped = format!("\u{feff}{}\r\n{}\r\n", &signature[..64], &signature[64..]);
    read(&wrapped, pem, Some(INFORMATION)).unwrap();

    for text in ["", "AAAA", "not base64!", &signature[4..]] {
        assert!(
            matches!(read(text, pem, None), Err(ReleaseError::Signature { .. })),
            "{text:?}"
        );
    }
    for text in [
        "",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let error = read(&signature, text, None);
        assert!(
            matches!(error, Err(ReleaseError::Certificates { .. })),
            "{text:?}"
        );
    }
    let many = pem.repeat(9);
    assert!(matches!(
        read(&signature, &many, None),
        Err(ReleaseError::Certificates { .. })
    ));
    assert!(matches!(
        read(&signature, pem, Some("soon")),
        Err(ReleaseError::Validity)
    ));
    let long = " ".repeat(70_000);
    for error in [
        read(&long, pem, None),
        read(&signature, &long, None),
        read(&signature, pem, Some(&long)),
    ] {
        assert!(
            matches!(error, Err(ReleaseError::TooLarge { .. })),
            "{error:?}"
        );
    }
}

#[test]
fn roots_come_as_pem_or_der_or_not_at_all() {
    let mut roots = TrustRoots::new();
    assert_eq!(
        roots
            .add_pem(format!("{0}{0}", root().pem).as_bytes())
            .unwrap(),
        2
    );
    assert!(roots.add_pem(b"").is_err());
    assert!(roots.add_der(b"\x30\x03\x02\x01\x00").is_err());
}

/// Another implementation's signature is accepted: OpenSSL's, as a vendor would use it.
#[test]
fn a_signature_made_by_openssl_is_accepted() {
    if !tool_is_there("openssl") {
        return;
    }
    let file = sample();
    let directory = std::env::temp_dir().join(format!("fwi-format-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let key_file = directory.join("signer.pem");
    std::fs::write(
        &key_file,
        signer().key.to_pkcs8_pem(LineEnding::LF).unwrap(),
    )
    .unwrap();
    let pss = [
        "rsa_padding_mode:pss",
        "rsa_pss_saltlen:32",
        "rsa_mgf1_md:sha256",
    ];
    let mut openssl = Command::new("openssl")
        .args(["dgst", "-sha256", "-sign"])
        .arg(&key_file)
        .args(pss.iter().flat_map(|option| ["-sigopt", option]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    openssl
        .stdin
        .take()
        .unwrap()
        .write_all(&file[..file.len() - 256])
        .unwrap();
    let output = openssl.wait_with_output().unwrap();
    std::fs::remove_dir_all(&directory).unwrap();
    assert!(output.status.success());

    use base64::Engine as _;
    let signature = base64::engine::general_purpose::STANDARD.encode(output.stdout);
    verdict(&signature, &root().certify(signer(), |_| {})).unwrap();
}

fn tool_is_there(tool: &str) -> bool {
    let there = Command::new(tool).arg("version").output().is_ok();
    let message = format!("`{tool}` is missing; install it (Debian: `apt install {tool}`)");
    assert!(
        there || std::env::var_os("CI").is_none_or(|ci| ci != "true"),
        "{message}"
    );
    if !there {
        eprintln!("skipped: {message}");
    }
    there
}
