//! What a charger of a certain kind takes and refuses in a real handshake.

use std::time::{Duration, SystemTime};

use ocpp_transport::{
    ChargerClock, ChargerDescription, CipherSuite, ConnectError, Endpoint, NameCheck, OcppSocket,
    Subprotocol, TlsClient, TlsConfigError, TlsFailure, TlsIdentity, TlsServer, TlsVersion,
    TrustRoots, connect,
};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    SerialNumber, date_time_ymd,
};

use crate::forge::OldKey;
use crate::pki::{Authority, server};
use crate::server::{OneConnection, options, takes_16};

/// 2030-01-01, as the charger believes.
fn charger() -> ChargerDescription {
    let mut charger = ChargerDescription::conservative();
    charger.clock = ChargerClock::At(SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_456_000));
    charger
}

fn client(roots: &TrustRoots, charger: &ChargerDescription) -> TlsClient {
    TlsClient::builder(roots)
        .with_charger(charger)
        .build()
        .expect("TLS client")
}

fn dial(server: TlsServer, client: &TlsClient) -> Result<OcppSocket, ConnectError> {
    let server = OneConnection::ocpp(Some(server), takes_16, drop);
    let endpoint = Endpoint::new(&server.url("wss"), "CP1", Subprotocol::OCPP16).expect("endpoint");
    let socket = connect(&endpoint, Some(client), &options());
    server.outcome();
    socket
}

fn failure(identity: &TlsIdentity, client: &TlsClient) -> Option<TlsFailure> {
    let server = TlsServer::new(identity).expect("TLS server");
    let error = dial(server, client).err()?;
    Some(error.tls_failure().expect("a failure of TLS").clone())
}

/// A server directly under a root the charger trusts.
fn leaf(
    charger: &ChargerDescription,
    change: impl FnOnce(&mut CertificateParams),
) -> Option<TlsFailure> {
    let root = Authority::root("Root");
    let mut params = server("localhost");
    change(&mut params);
    failure(
        &root.identity(&params, &[]),
        &client(&root.roots(), charger),
    )
}

fn subject(common: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, common);
    subject
}

#[test]
fn each_kind_of_name_check_takes_what_it_reads() {
    let mismatch = |names: &[&str]| {
        Some(TlsFailure::NameMismatch {
            presented: names.iter().map(|it| (*it).to_owned()).collect(),
        })
    };
    type Params = fn(&mut CertificateParams);
    let both: Params = |_| {};
    let cn_only: Params = |it| it.subject_alt_names.clear();
    let san_only: Params = |it| it.distinguished_name = subject("other");
    let cn_against_san: Params = |it| {
        *it = server("other.example");
        it.distinguished_name = subject("localhost");
    };
    for (params, check, expected) in [
        (both, NameCheck::Cn, None),
        (both, NameCheck::San, None),
        (cn_only, NameCheck::Cn, None),
        (cn_only, NameCheck::Either, None),
        (cn_only, NameCheck::San, mismatch(&[])),
        (san_only, NameCheck::Cn, mismatch(&["localhost", "other"])),
        (san_only, NameCheck::San, None),
        (san_only, NameCheck::Either, None),
        (cn_against_san, NameCheck::Cn, None),
        (
            cn_against_san,
            NameCheck::San,
            mismatch(&["DnsName(\"other.example\")"]),
        ),
        (
            cn_against_san,
            NameCheck::Either,
            mismatch(&["DnsName(\"other.example\")"]),
        ),
        // Not even a careless charger's description switches the check off.
        (
            cn_against_san,
            NameCheck::Unchecked,
            mismatch(&["DnsName(\"other.example\")"]),
        ),
    ] {
        let mut charger = charger();
        charger.name_check = check;
        assert_eq!(leaf(&charger, params), expected, "{check:?}");
    }
}

#[test]
fn a_common_name_counts_only_under_a_trusted_root() {
    let mut charger = charger();
    charger.name_check = NameCheck::Cn;
    let mut params = server("localhost");
    params.subject_alt_names.clear();
    let identity = Authority::root("Root").identity(&params, &[]);
    let client = client(&Authority::root("Other").roots(), &charger);
    assert_eq!(failure(&identity, &client), Some(TlsFailure::UnknownIssuer));
}

/// The name check relies on this order of rustls.
#[test]
fn a_bad_path_is_told_before_a_bad_name() {
    let expired = leaf(&charger(), |it| {
        *it = server("other.example");
        it.not_after = date_time_ymd(2029, 1, 1);
    });
    assert!(matches!(
        expired,
        Some(TlsFailure::Expired { not_after: Some(_) })
    ));
}

#[test]
fn wildcards_are_taken_by_those_who_take_them() {
    let root = Authority::root("Root");
    let identity = root.identity(&server("*.localhost.example"), &[]);
    let dial = |wildcards: bool| {
        let mut charger = charger();
        charger.wildcards = wildcards;
        let server = OneConnection::ocpp(TlsServer::new(&identity).ok(), takes_16, drop);
        let url = format!("wss://csms.localhost.example:{}/", server.address.port());
        let endpoint = Endpoint::new(&url, "CP1", Subprotocol::OCPP16).expect("endpoint");
        let tls = client(&root.roots(), &charger);
        let result =
            ocpp_transport::connect_to(&endpoint, &[server.address], Some(&tls), &options());
        server.outcome();
        result.err().and_then(|it| it.tls_failure().cloned())
    };
    assert_eq!(dial(true), None);
    assert_eq!(dial(false), Some(TlsFailure::WildcardOnly));
}

#[test]
fn time_is_judged_by_the_chargers_clock() {
    assert_eq!(leaf(&charger(), |_| {}), None);
    let mut asleep = charger();
    asleep.clock = ChargerClock::At(SystemTime::UNIX_EPOCH);
    assert!(matches!(
        leaf(&asleep, |_| {}),
        Some(TlsFailure::NotYetValid {
            not_before: Some(_)
        })
    ));
}

#[test]
fn an_expired_root_is_refused_by_those_who_look() {
    let old = Authority::root_with("Root", |it| it.not_after = date_time_ymd(2029, 1, 1));
    let identity = old.identity(&server("localhost"), &[]);
    let mut careless = charger();
    careless.checks_root_expiry = false;
    assert_eq!(failure(&identity, &client(&old.roots(), &careless)), None);
    assert_eq!(
        failure(&identity, &client(&old.roots(), &charger())),
        Some(TlsFailure::RootExpired)
    );
    // Another good root beside it does not help the chain of the expired one.
    let mut both = old.roots();
    both.add(Authority::root("Other").certificate());
    assert_eq!(
        failure(&identity, &client(&both, &charger())),
        Some(TlsFailure::RootExpired)
    );
}

#[test]
fn an_intermediate_as_anchor_is_refused_by_those_who_look() {
    let sub = Authority::root("Root").intermediate("Sub");
    let identity = sub.identity(&server("localhost"), &[&sub]);
    let mut lenient = charger();
    lenient.partial_chain = true;
    assert_eq!(failure(&identity, &client(&sub.roots(), &lenient)), None);
    assert_eq!(
        failure(&identity, &client(&sub.roots(), &charger())),
        Some(TlsFailure::PartialChain)
    );
}

#[test]
fn other_defects_of_the_server_have_their_names() {
    let client_only = |it: &mut CertificateParams| {
        it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    };
    assert_eq!(
        leaf(&charger(), client_only),
        Some(TlsFailure::WrongPurpose)
    );
    let ca = |it: &mut CertificateParams| it.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    assert_eq!(leaf(&charger(), ca), Some(TlsFailure::CaAsServer));
}

#[test]
fn a_charger_offers_its_own_suites_and_versions_only() {
    let root = Authority::root("Root");
    let ecdsa = root.identity(&server("localhost"), &[]);
    let old = OldKey::new(2048);
    let rsa = root.rsa_identity(&server("localhost"), &old);
    let strict = {
        let mut strict = ChargerDescription::ocpp_text();
        strict.clock = charger().clock;
        client(&root.roots(), &strict)
    };
    assert_eq!(
        strict.unspoken_suites(),
        [CipherSuite::RSA_AES128_GCM, CipherSuite::RSA_AES256_GCM]
    );
    let socket = dial(TlsServer::new(&ecdsa).expect("server"), &strict).expect("connected");
    let seen = socket.observation().expect("TLS");
    assert_eq!(
        (seen.version, seen.suite),
        (
            Some(TlsVersion::TLS1_2),
            Some(CipherSuite::ECDHE_ECDSA_AES128_GCM)
        )
    );
    // An RSA certificate needs ECDHE-RSA or static RSA: EVerest/libocpp's default list
    // against a server that has only the former.
    assert_eq!(failure(&rsa, &strict), Some(TlsFailure::NoCommonSuite));
    let both = TlsServer::builder(&rsa)
        .with_another_identity(&ecdsa)
        .build()
        .expect("server");
    assert!(dial(both, &strict).is_ok());
    let modern = TlsServer::builder(&ecdsa)
        .with_versions(TlsVersion::TLS1_3, TlsVersion::TLS1_3)
        .build();
    let error = dial(modern.expect("server"), &strict).expect_err("refused");
    assert_eq!(error.tls_failure(), Some(&TlsFailure::NoCommonVersion));
    assert!(
        error
            .observation()
            .is_some_and(|it| it.presented.is_empty())
    );
}

#[test]
fn a_revoked_server_is_refused_and_an_unlisted_one_too() {
    let root = Authority::root("Root");
    let mut params = server("localhost");
    params.serial_number = Some(SerialNumber::from(vec![7]));
    let identity = root.identity(&params, &[]);
    let with = |list: Vec<u8>| {
        let client = TlsClient::builder(&root.roots())
            .with_charger(&charger())
            .with_revocation_list(list);
        failure(&identity, &client.build().expect("TLS client"))
    };
    assert_eq!(with(root.revocation_list(vec![8])), None);
    assert_eq!(
        with(root.revocation_list(vec![7])),
        Some(TlsFailure::Revoked)
    );
    let foreign = Authority::root("Other").revocation_list(vec![8]);
    assert_eq!(with(foreign), Some(TlsFailure::RevocationUnknown));
}

/// A charger that judges its roots asks each of them; the lists are theirs together.
#[test]
fn with_several_roots_a_revoked_server_is_refused_under_each() {
    let roots: Vec<Authority> = ["One", "Two", "Three"].map(Authority::root).into();
    let mut all = TrustRoots::new();
    for root in roots
        .iter()
        .flat_map(|root| root.roots().iter().cloned().collect::<Vec<_>>())
    {
        all.add(root);
    }
    let mut params = server("localhost");
    params.serial_number = Some(SerialNumber::from(vec![7]));
    let mut judging = charger();
    (judging.checks_root_expiry, judging.partial_chain) = (true, false);
    for revoked in [false, true] {
        let lists = roots
            .iter()
            .map(|root| root.revocation_list(vec![if revoked { 7 } else { 8 }]));
        let client = TlsClient::builder(&all).with_charger(&judging);
        let client = lists.fold(client, |client, list| client.with_revocation_list(list));
        let client = client.build().expect("TLS client");
        for root in &roots {
            let found = failure(&root.identity(&params, &[]), &client);
            assert_eq!(found, revoked.then_some(TlsFailure::Revoked));
        }
    }
}

#[test]
fn resumed_sessions_still_know_the_server() {
    let root = Authority::root("Root");
    let identity = root.identity(&server("localhost"), &[]);
    let tls = TlsClient::builder(&root.roots())
        .with_charger(&charger())
        .with_session_resumption(true)
        .build()
        .expect("TLS client");
    let server = TlsServer::builder(&identity)
        .with_session_resumption(true)
        .build();
    let server = server.expect("server");
    for resumed in [false, true] {
        let socket = dial(server.clone(), &tls).expect("connected");
        let seen = socket.observation().expect("TLS");
        assert_eq!(seen.presented, identity.chain());
        assert!(seen.chain_accepted);
        assert_eq!(seen.resumed, resumed);
    }
}

#[test]
fn session_keys_are_written_only_where_it_was_asked_for() {
    let root = Authority::root("Root");
    let server = TlsServer::new(&root.identity(&server("localhost"), &[])).expect("server");
    let directory = tempfile::tempdir().expect("directory");
    let file = directory.path().join("keys");
    let tls = TlsClient::builder(&root.roots())
        .with_charger(&charger())
        .danger_write_session_keys_to(&file)
        .build()
        .expect("TLS client");
    dial(server, &tls).expect("connected");
    let keys = std::fs::read_to_string(&file).expect("file");
    assert!(
        keys.lines()
            .any(|it| it.starts_with("CLIENT_TRAFFIC_SECRET_0 ")),
        "{keys}"
    );
    let nowhere = TlsClient::builder(&root.roots())
        .danger_write_session_keys_to(directory.path())
        .build();
    assert!(matches!(nowhere, Err(TlsConfigError::KeyLog(_))));
}

#[test]
fn the_security_profile_decides_what_tls_needs() {
    use ocpp_config::SecurityProfile as Profile;
    let root = Authority::root("Root");
    let identity = root.identity(&crate::pki::charger("ACE0000001"), &[]);
    let make = |profile, identity: Option<&TlsIdentity>| {
        TlsClient::for_profile(profile, &root.roots(), identity, &charger())
            .map(|it| it.map(|it| it.has_identity()))
    };
    for (profile, identity, expected) in [
        (Profile::NONE, None, Some(None)),
        (Profile::BASIC, Some(&identity), Some(None)),
        (Profile::TLS_BASIC, Some(&identity), Some(Some(false))),
        (
            Profile::TLS_CLIENT_CERTIFICATE,
            Some(&identity),
            Some(Some(true)),
        ),
        (Profile::TLS_CLIENT_CERTIFICATE, None, None),
    ] {
        assert_eq!(make(profile, identity).ok(), expected, "{profile}");
    }
}

#[test]
fn what_cannot_work_is_refused_before_anything_is_dialled() {
    let root = Authority::root("Root");
    assert!(matches!(
        TlsClient::new(&TrustRoots::new()),
        Err(TlsConfigError::NoRoots)
    ));
    let (leaf, _) = root.leaf(&server("localhost"));
    let (_, other) = root.leaf(&server("localhost"));
    let mixed = TlsIdentity::from_der(vec![leaf], other).expect("identity");
    let built = TlsClient::builder(&root.roots())
        .with_identity(&mixed)
        .build();
    assert!(matches!(built, Err(TlsConfigError::BadIdentity(_))));
    let mut ancient = charger();
    ancient.tls_max = TlsVersion::TLS1_1;
    let built = TlsClient::builder(&root.roots())
        .with_charger(&ancient)
        .build();
    assert!(matches!(built, Err(TlsConfigError::NothingInCommon)));
    let built = TlsClient::builder(&root.roots())
        .with_revocation_list(*b"no list")
        .build();
    assert!(matches!(built, Err(TlsConfigError::BadCrl(_))));
}

#[test]
fn any_crypto_provider_comes_in_through_the_escape_hatch() {
    use ocpp_transport::rustls_0_23;
    let root = Authority::root("Root");
    let identity = root.identity(&server("localhost"), &[]);
    let mut own = rustls::crypto::ring::default_provider();
    own.cipher_suites = vec![rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256];
    let own = rustls_0_23::provider(std::sync::Arc::new(own));
    assert!(!own.speaks(CipherSuite::TLS13_AES256_GCM));
    let tls = TlsClient::builder(&root.roots())
        .with_charger(&charger())
        .with_provider(own)
        .build()
        .expect("TLS client");
    assert!(
        tls.unspoken_suites()
            .contains(&CipherSuite::ECDHE_ECDSA_AES128_GCM)
    );
    let server = TlsServer::new(&identity).expect("server");
    let server = rustls_0_23::server(rustls_0_23::server_config(&server));
    let socket = dial(server, &tls).expect("connected");
    let suite = socket.observation().and_then(|it| it.suite);
    assert_eq!(suite, Some(CipherSuite::TLS13_AES128_GCM));
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn aws_lc_rs_connects_without_a_post_quantum_hello() {
    use ocpp_transport::Provider;
    use std::io::Read as _;
    let root = Authority::root("Root");
    let identity = root.identity(&server("localhost"), &[]);
    let tls = TlsClient::builder(&root.roots())
        .with_charger(&charger())
        .with_provider(Provider::aws_lc_rs())
        .build()
        .expect("TLS client");
    let server = TlsServer::builder(&identity)
        .with_provider(Provider::aws_lc_rs())
        .build();
    assert!(dial(server.expect("server"), &tls).is_ok());
    let listening = OneConnection::raw(|mut tcp| {
        let mut hello = vec![0; 4096];
        tcp.read(&mut hello).expect("hello")
    });
    let endpoint = Endpoint::new(&listening.url("wss"), "CP1", Subprotocol::OCPP16);
    let closed = connect(&endpoint.expect("endpoint"), Some(&tls), &options());
    assert!(closed.is_err());
    // X25519MLKEM768 alone has a key share of 1216 bytes.
    assert!(listening.outcome() < 1000);
}
