//! Certificates and keys as people hand them over.

use ocpp_config::Secret;
use ocpp_transport::{
    Certificate, CertificateError, RootsError, TlsClient, TlsIdentity, TlsIdentityError, TrustRoots,
};

use crate::forge::OldKey;
use crate::pki::{Authority, charger, key};

fn pem(label: &str, der: &[u8]) -> String {
    let certificate = Authority::root("Root").certificate().to_pem();
    let body = {
        use base64::Engine as _;
        base64::prelude::BASE64_STANDARD.encode(der)
    };
    assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----\n"));
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

#[test]
fn roots_are_read_from_der_pem_and_bundles() {
    let (a, b) = (
        Authority::root("A").certificate(),
        Authority::root("B").certificate(),
    );
    let read =
        |bytes: &[u8]| TrustRoots::parse(bytes).map(|it| it.iter().cloned().collect::<Vec<_>>());
    assert_eq!(read(a.der()), Ok(vec![a.clone()]));
    assert_eq!(read(a.to_pem().as_bytes()), Ok(vec![a.clone()]));
    let bundle = format!(
        "# operator A\n{}\nsubject=B\n{}{}",
        a.to_pem(),
        b.to_pem(),
        a.to_pem()
    );
    assert_eq!(read(bundle.as_bytes()), Ok(vec![a.clone(), b]));
    let windows = a.to_pem().replace('\n', "\r\n");
    assert_eq!(read(windows.as_bytes()), Ok(vec![a]));
}

#[test]
fn files_that_hold_no_root_say_why() {
    let root = Authority::root("A").certificate();
    let read = |bytes: &[u8]| TrustRoots::parse(bytes).expect_err("no roots");
    assert_eq!(read(b""), RootsError::NoCertificate);
    assert_eq!(read(b"hello"), RootsError::NoCertificate);
    assert_eq!(
        read(&vec![b' '; TrustRoots::MAX_BYTES + 1]),
        RootsError::TooLarge(TrustRoots::MAX_BYTES + 1)
    );
    let with_key = format!("{}{}", root.to_pem(), key().serialize_pem());
    assert_eq!(read(with_key.as_bytes()), RootsError::PrivateKey);
    let trailing = [root.der(), &[0, 0]].concat();
    assert_eq!(
        read(&trailing),
        RootsError::Block(1, CertificateError::TrailingBytes(2))
    );
    let second = format!("{}{}", root.to_pem(), pem("CERTIFICATE", b"\x30\x00"));
    assert!(matches!(
        read(second.as_bytes()),
        RootsError::Block(2, CertificateError::NotX509(_))
    ));
    let cut = &root.to_pem()[..200];
    assert!(matches!(read(cut.as_bytes()), RootsError::Pem(_)));
}

#[test]
fn a_fingerprint_looks_as_other_tools_print_it() {
    let root = Authority::root("A").certificate();
    let text = root.fingerprint().to_string();
    assert_eq!(text.len(), 32 * 3 - 1);
    assert!(
        text.split(':')
            .all(|it| it.len() == 2 && u8::from_str_radix(it, 16).is_ok())
    );
    assert_eq!(text, text.to_uppercase());
    assert_eq!(root.subject(), "CN=A, O=Example CPO");
}

#[test]
fn an_identity_is_read_from_one_file_or_two_with_any_kind_of_key() {
    let root = Authority::root("A");
    let (leaf, key) = root.leaf(&charger("ACE0000001"));
    let key_pem = pem("PRIVATE KEY", key.expose());
    let one = format!("{key_pem}{}{}", leaf.to_pem(), root.certificate().to_pem());
    let identity =
        TlsIdentity::from_pem(one.as_bytes(), &Secret::from(one.as_str())).expect("identity");
    assert_eq!(identity.chain(), [leaf.clone(), root.certificate()]);
    let two =
        TlsIdentity::from_pem(leaf.to_pem().as_bytes(), &Secret::from(key_pem)).expect("identity");
    assert!(
        TlsClient::builder(&root.roots())
            .with_identity(&two)
            .build()
            .is_ok()
    );

    let old = OldKey::new(2048);
    let leaf = root.rsa_identity(&charger("ACE0000001"), &old).chain()[0].clone();
    let pkcs1 = Secret::from(old.pkcs1_pem());
    let rsa = TlsIdentity::from_pem(leaf.to_pem().as_bytes(), &pkcs1).expect("identity");
    assert!(
        TlsClient::builder(&root.roots())
            .with_identity(&rsa)
            .build()
            .is_ok()
    );
}

#[test]
fn an_identity_that_cannot_be_used_says_why_and_never_shows_the_key() {
    let root = Authority::root("A");
    let (leaf, key) = root.leaf(&charger("ACE0000001"));
    let chain = leaf.to_pem();
    let read = |chain: &str, key: &str| TlsIdentity::from_pem(chain.as_bytes(), &Secret::from(key));
    let key = pem("PRIVATE KEY", key.expose());
    assert_eq!(read(&chain, "").err(), Some(TlsIdentityError::NoKey));
    assert_eq!(
        read(&key, &key).err(),
        Some(TlsIdentityError::Chain(RootsError::NoCertificate))
    );
    let locked = pem("ENCRYPTED PRIVATE KEY", b"locked");
    assert_eq!(
        read(&chain, &locked).err(),
        Some(TlsIdentityError::EncryptedKey)
    );
    let identity = read(&chain, &key).expect("identity");
    let shown = format!("{identity:?}");
    assert!(
        shown.contains("ACE0000001") && !shown.contains("key"),
        "{shown}"
    );
}

#[test]
fn pem_is_written_in_lines_that_every_tool_reads() {
    let root = Authority::root("A").certificate();
    let text = root.to_pem();
    assert!(text.lines().all(|it| it.len() <= 64));
    let read = TrustRoots::parse(text.as_bytes()).expect("roots");
    assert_eq!(
        read.iter().map(Certificate::der).collect::<Vec<_>>(),
        [root.der()]
    );
}
