//! Mistakes that show before anything is dialled. The server is a closed port, or none.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use ocpp_config::{Secret, SecurityProfile};
use ocpp_transport::{
    ChargerDescription, ClientExpectations, FindingCode, ProbeOptions, ProbeReport, ProbeSubject,
    Subprotocol, probe,
};
use rcgen::date_time_ymd;

use super::case::{Case, check_all};
use crate::pki::{Authority, charger, server};

#[test]
fn every_wrong_setting_ends_in_its_finding() {
    check_all(cases());
}

/// A port of this machine that nobody listens on.
fn closed() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback");
    listener.local_addr().expect("address")
}

fn asked(subject: &ProbeSubject) -> ProbeReport {
    let options = ProbeOptions::new()
        .with_step_timeout(Duration::from_secs(30))
        .with_addresses([closed()]);
    probe(subject, &options)
}

/// The settings are wrong, and the port is closed besides.
fn settings(
    name: &'static str,
    expected: &[FindingCode],
    make: impl FnOnce() -> ProbeSubject + 'static,
) -> Case {
    let expected = [expected, &[FindingCode::TCP_REFUSED]].concat();
    Case::new(name, &expected, move || asked(&make()))
}

/// The settings are such that nothing can be dialled.
fn stopped(name: &'static str, expected: FindingCode, url: &'static str) -> Case {
    Case::new(name, &[expected], move || asked(&free(url, "CP1")))
}

fn free(url: &str, identity: &str) -> ProbeSubject {
    ProbeSubject::new(url, identity, SecurityProfile::NONE)
}

fn keyed(key: &str) -> ProbeSubject {
    ProbeSubject::new("ws://localhost/ocpp", "CP1", SecurityProfile::BASIC)
        .with_key(Secret::from(key))
}

fn v201(subject: ProbeSubject) -> ProbeSubject {
    let mut charger = ChargerDescription::conservative();
    charger.versions = vec![Subprotocol::OCPP201];
    subject.with_charger(&charger)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = urls();
    cases.extend(identities());
    cases.extend(keys());
    cases.extend(profiles());
    cases.extend(certificates());
    cases
}

fn urls() -> Vec<Case> {
    vec![
        stopped(
            "https copied from a portal",
            FindingCode::URL_SCHEME,
            "https://csms.example.com",
        ),
        stopped(
            "no scheme",
            FindingCode::URL_SCHEME,
            "csms.example.com/ocpp",
        ),
        Case::new(
            "ws with profile 2",
            &[FindingCode::URL_PROFILE, FindingCode::TCP_REFUSED],
            || {
                let url = "ws://localhost/ocpp";
                asked(
                    &ProbeSubject::new(url, "CP1", SecurityProfile::TLS_BASIC)
                        .with_key(Secret::from("0123456789abcdefghij")),
                )
            },
        ),
        settings("wss with profile 0", &[FindingCode::URL_PROFILE], || {
            free("wss://localhost/ocpp", "CP1").with_roots(&Authority::root("Root").roots())
        }),
        settings("user and password", &[FindingCode::URL_USERINFO], || {
            free("ws://user:hush@localhost/ocpp", "CP1")
        }),
        settings("fragment", &[FindingCode::URL_FRAGMENT], || {
            free("ws://localhost/#/ocpp", "CP1")
        }),
        settings("default port", &[FindingCode::URL_PORT], || {
            free("ws://localhost:80/ocpp", "CP1")
        }),
        settings("one slash", &[FindingCode::URL_REPAIRED], || {
            free("ws:/localhost/ocpp", "CP1")
        }),
        settings("short address", &[FindingCode::URL_REPAIRED], || {
            free("ws://127.1/ocpp", "CP1")
        }),
        settings("too long for 1.6", &[FindingCode::URL_LEN], || {
            free(&format!("ws://localhost/{}", "x".repeat(500)), "CP1")
        }),
        settings("too long for 2.0.1", &[FindingCode::URL_LEN], || {
            v201(free(&format!("ws://localhost/{}", "x".repeat(512)), "CP1"))
        }),
    ]
}

fn identities() -> Vec<Case> {
    vec![
        settings("identity twice", &[FindingCode::URL_ID_DOUBLE], || {
            free("ws://localhost/CP1", "CP1")
        }),
        settings(
            "identity not at all",
            &[FindingCode::URL_ID_MISSING],
            || {
                let mut charger = ChargerDescription::conservative();
                charger.appends_identity = false;
                free("ws://localhost/ocpp", "CP1").with_charger(&charger)
            },
        ),
        settings(
            "blank in the identity",
            &[FindingCode::URL_ID_CHARS],
            || free("ws://localhost/", "CP 1"),
        ),
        settings(
            "identity longer than 48",
            &[FindingCode::URL_ID_CHARS],
            || v201(free("ws://localhost/", &"x".repeat(49))),
        ),
        Case::new("identity of two dots", &[FindingCode::URL_ID_CHARS], || {
            asked(&free("ws://localhost/", ".."))
        }),
    ]
}

fn keys() -> Vec<Case> {
    vec![
        settings("no key", &[FindingCode::PW_MISSING], || {
            ProbeSubject::new("ws://localhost/", "CP1", SecurityProfile::BASIC)
        }),
        settings("key of six characters", &[FindingCode::PW_LEN], || {
            keyed("secret")
        }),
        settings(
            "key of 41 characters for 1.6",
            &[FindingCode::PW_LEN],
            || keyed(&"z".repeat(41)),
        ),
        settings(
            "key of 65 characters for 2.0.1",
            &[FindingCode::PW_LEN],
            || v201(keyed(&"z".repeat(65))),
        ),
        settings("odd number of hex digits", &[FindingCode::PW_HEX], || {
            keyed(&"a".repeat(39))
        }),
        settings("symbols outside the set", &[FindingCode::PW_SET], || {
            v201(keyed("0123456789abcdef#&"))
        }),
    ]
}

fn profiles() -> Vec<Case> {
    let bounded = |current, max| {
        let mut charger = ChargerDescription::conservative();
        charger.current_profile = current;
        charger.max_profile = max;
        charger
    };
    vec![
        settings("downwards", &[FindingCode::PROFILE_DOWN], move || {
            free("ws://localhost/", "CP1")
                .with_charger(&bounded(Some(SecurityProfile::TLS_BASIC), None))
        }),
        settings(
            "beyond the charger",
            &[FindingCode::PROFILE_MAX],
            move || {
                keyed("0123456789abcdefghij")
                    .with_charger(&bounded(None, Some(SecurityProfile::NONE)))
            },
        ),
        Case::new("no roots for wss", &[FindingCode::ROOT_NONE], || {
            asked(
                &ProbeSubject::new("wss://localhost/", "CP1", SecurityProfile::TLS_BASIC)
                    .with_key(Secret::from("0123456789abcdefghij")),
            )
        }),
        Case::new(
            "a charger that speaks nothing of ours",
            &[FindingCode::ROOT_UNUSABLE],
            || {
                let mut charger = ChargerDescription::ocpp_text();
                charger.suites12 = vec![ocpp_transport::CipherSuite::RSA_AES128_CBC_SHA];
                let subject =
                    ProbeSubject::new("wss://localhost/", "CP1", SecurityProfile::TLS_BASIC);
                asked(
                    &subject
                        .with_roots(&Authority::root("Root").roots())
                        .with_charger(&charger)
                        .with_key(Secret::from("0123456789abcdefghij")),
                )
            },
        ),
    ]
}

/// Profile 3 at a closed port.
fn client(change: impl FnOnce(&mut rcgen::CertificateParams)) -> ProbeSubject {
    let root = Authority::root("Root");
    let mut params = charger("ACE0000001");
    change(&mut params);
    let expected = ClientExpectations::new()
        .with_serial_number("ACE0000001")
        .with_cpo_name("Example CPO")
        .with_roots(&root.roots());
    ProbeSubject::new(
        "wss://localhost/",
        "CP1",
        SecurityProfile::TLS_CLIENT_CERTIFICATE,
    )
    .with_roots(&root.roots())
    .with_client_certificate(&root.identity(&params, &[]))
    .with_client_expectations(expected)
}

fn certificates() -> Vec<Case> {
    use rcgen::{DnType, ExtendedKeyUsagePurpose};
    vec![
        settings(
            "profile 3 without a certificate",
            &[FindingCode::CLIENT_NONE],
            || {
                ProbeSubject::new(
                    "wss://localhost/",
                    "CP1",
                    SecurityProfile::TLS_CLIENT_CERTIFICATE,
                )
                .with_roots(&Authority::root("Root").roots())
            },
        ),
        settings("a good client certificate", &[], || client(|_| {})),
        settings(
            "expired client certificate",
            &[FindingCode::CLIENT_VALIDITY],
            || client(|it| it.not_after = date_time_ymd(2024, 1, 1)),
        ),
        settings(
            "CN is not the serial number",
            &[FindingCode::CLIENT_CN],
            || client(|it| it.distinguished_name.push(DnType::CommonName, "ACE0000002")),
        ),
        settings("O is not the CPO", &[FindingCode::CLIENT_O], || {
            client(|it| {
                it.distinguished_name
                    .push(DnType::OrganizationName, "Other CPO")
            })
        }),
        settings("EKU for servers", &[FindingCode::CLIENT_EKU], || {
            client(|it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth])
        }),
        settings("unknown client CA", &[FindingCode::CLIENT_PATH], || {
            let expected = ClientExpectations::new().with_roots(&Authority::root("Other").roots());
            client(|_| {}).with_client_expectations(expected)
        }),
        Case::new(
            "key of another certificate",
            &[FindingCode::CLIENT_KEY, FindingCode::ROOT_UNUSABLE],
            || {
                let root = Authority::root("Root");
                let (leaf, _) = root.leaf(&charger("ACE0000001"));
                let (_, key) = root.leaf(&charger("ACE0000001"));
                let identity =
                    ocpp_transport::TlsIdentity::from_der(vec![leaf], key).expect("identity");
                asked(
                    &ProbeSubject::new(
                        "wss://localhost/",
                        "CP1",
                        SecurityProfile::TLS_CLIENT_CERTIFICATE,
                    )
                    .with_roots(&root.roots())
                    .with_client_certificate(&identity),
                )
            },
        ),
        settings(
            "a client chain too large to deliver",
            &[FindingCode::CLIENT_SIZE],
            || {
                let root = Authority::root("Root");
                let mut chain = vec![];
                let (leaf, key) = root.leaf(&charger("ACE0000001"));
                chain.push(leaf);
                chain.extend(
                    (0..24).map(|number| Authority::root(&format!("Sub {number}")).certificate()),
                );
                let identity = ocpp_transport::TlsIdentity::from_der(chain, key).expect("identity");
                ProbeSubject::new(
                    "wss://localhost/",
                    "CP1",
                    SecurityProfile::TLS_CLIENT_CERTIFICATE,
                )
                .with_roots(&root.roots())
                .with_client_certificate(&identity)
            },
        ),
        settings(
            "a new root that is an intermediate",
            &[FindingCode::ROOT_BAD],
            || {
                tls_with_new_root(
                    Authority::root("Root").intermediate("Sub").certificate(),
                    |_| {},
                )
            },
        ),
        settings(
            "no room for another root",
            &[FindingCode::ROOT_ROOM],
            || {
                tls_with_new_root(Authority::root("New").certificate(), |it| {
                    it.root_slots_free = Some(0)
                })
            },
        ),
        settings(
            "a root that the old one has not signed",
            &[FindingCode::ROOT_CHECK],
            || {
                tls_with_new_root(Authority::root("New").certificate(), |it| {
                    it.additional_root_check = Some(true)
                })
            },
        ),
        settings(
            "a root too large for InstallCertificate",
            &[FindingCode::ROOT_SIZE],
            || {
                let large = Authority::root_with("Root", |it| {
                    it.subject_alt_names =
                        server(&format!("{}.example", "x".repeat(60))).subject_alt_names;
                    let content = vec![0x5A; 5000];
                    it.custom_extensions
                        .push(rcgen::CustomExtension::from_oid_content(
                            &[1, 3, 6, 1, 4, 1, 1],
                            content,
                        ));
                });
                tls_with_new_root(large.certificate(), |_| {})
            },
        ),
    ]
}

fn tls_with_new_root(
    root: ocpp_transport::Certificate,
    change: impl FnOnce(&mut ChargerDescription),
) -> ProbeSubject {
    let mut charger = ChargerDescription::conservative();
    change(&mut charger);
    ProbeSubject::new("wss://localhost/", "CP1", SecurityProfile::TLS_BASIC)
        .with_key(Secret::from("0123456789abcdefghij"))
        .with_roots(&Authority::root("Old").roots())
        .with_charger(&charger)
        .with_new_root(root)
}

#[test]
fn a_name_that_nobody_has_is_reported_as_such() {
    // RFC 6761: `.invalid` never resolves; without any network the resolver fails.
    let subject = free("ws://no-such-host.invalid/ocpp", "CP1");
    let options = ProbeOptions::new().with_step_timeout(Duration::from_secs(30));
    let report = probe(&subject, &options);
    assert!(
        report.has(FindingCode::DNS_NX) || report.has(FindingCode::DNS_FAIL),
        "{report}"
    );
}
