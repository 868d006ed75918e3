use std::time::{Duration, SystemTime};

use ocpp_transport::{
    Certificate, ChargerClock, ChargerDescription, ChargerVerdict, ClientExpectations, FindingCode,
    NameCheck, OcppVerdict, PolicyFinding, PolicyReport, Subprotocol, TrustRoots, check_chain,
    check_client, check_new_root, check_revocation,
};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, SerialNumber, date_time_ymd,
};

use crate::forge::{
    ALGORITHM, OldKey, PUBLIC_KEY, VERSION, ec_public, pkcs1, pss_sha256, reissue, resign,
    rsa_public,
};
use crate::pki::{Authority, charger, key, server};
use FindingCode as Code;

const HOST: &str = "csms.example.com";

/// 2030-01-01, in the middle of what the test PKI calls valid.
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_456_000)
}

fn judge(chain: &[Certificate], roots: &TrustRoots, charger: &ChargerDescription) -> PolicyReport {
    check_chain(chain, roots, HOST, now(), charger)
}

fn conservative() -> ChargerDescription {
    ChargerDescription::conservative()
}

/// What is expected: the codes in order of severity for the charger, and both verdicts.
fn expect(report: &PolicyReport, codes: &[Code], accepted: bool, conforms: bool) {
    let found: Vec<Code> = report.findings().iter().map(|it| it.code).collect();
    assert_eq!(found, codes, "{report:#?}");
    assert_eq!(report.charger_accepts(), accepted, "{report:#?}");
    assert_eq!(report.conforms_to_ocpp(), conforms, "{report:#?}");
}

/// A leaf directly under a root, with changes, judged by a conservative charger.
fn leaf(change: impl FnOnce(&mut CertificateParams)) -> PolicyReport {
    leaf_for(&conservative(), change)
}

fn leaf_for(
    charger: &ChargerDescription,
    change: impl FnOnce(&mut CertificateParams),
) -> PolicyReport {
    let root = Authority::root("Root");
    let mut params = server(HOST);
    change(&mut params);
    judge(&[root.leaf(&params).0], &root.roots(), charger)
}

#[test]
fn a_certificate_by_the_letter_satisfies_everyone() {
    for charger in [
        ChargerDescription::conservative(),
        ChargerDescription::ocpp_text(),
        ChargerDescription::everest(),
    ] {
        let report = leaf_for(&charger, |_| {});
        expect(&report, &[], true, true);
        assert_eq!(
            report.anchor().map(Certificate::subject).as_deref(),
            Some("CN=Root, O=Example CPO")
        );
    }
}

#[test]
fn unknown_issuer_is_told_apart_by_what_was_sent() {
    let root = Authority::root("Root");
    let sub = root.intermediate("Sub");
    let (leaf, _) = sub.leaf(&server(HOST));
    let stranger = Authority::root("Stranger").roots();
    let full = [leaf.clone(), sub.certificate(), root.certificate()];
    let [_, without_root @ ..] = full.each_ref();
    assert_eq!(without_root.len(), 2);
    for (chain, roots, code) in [
        (&full[..], &stranger, Code::CERT_ROOT_MISSING),
        (&full[..2], &stranger, Code::CERT_ROOT_MISSING),
        (&full[..1], &stranger, Code::CERT_INTERMEDIATE),
        (&full[..1], &root.roots(), Code::CERT_INTERMEDIATE),
        (
            &full[..2],
            &Authority::root("Root").roots(),
            Code::CERT_ROOT_ROTATED,
        ),
        (
            &full[..],
            &Authority::root("Root").roots(),
            Code::CERT_ROOT_ROTATED,
        ),
        (&full[..2], &TrustRoots::new(), Code::CERT_ROOT_MISSING),
    ] {
        expect(&judge(chain, roots, &conservative()), &[code], false, true);
    }
    let report = judge(&full, &stranger, &conservative());
    let fingerprint = root.certificate().fingerprint().to_string();
    assert!(
        report.findings()[0].detail.contains(&fingerprint),
        "{report:?}"
    );
}

#[test]
fn an_issuer_that_does_not_belong_to_the_leaf_is_a_missing_intermediate() {
    let root = Authority::root("Root");
    let (leaf, _) = root.intermediate("Sub A").leaf(&server(HOST));
    let wrong = root.intermediate("Sub B").certificate();
    let report = judge(&[leaf, wrong], &root.roots(), &conservative());
    expect(
        &report,
        &[Code::CERT_INTERMEDIATE, Code::CERT_CHAIN],
        false,
        true,
    );
}

#[test]
fn an_intermediate_as_anchor_is_a_matter_of_the_charger() {
    let sub = Authority::root("Root").intermediate("Sub");
    let chain = [sub.leaf(&server(HOST)).0, sub.certificate()];
    expect(
        &judge(&chain, &sub.roots(), &conservative()),
        &[Code::CERT_PARTIAL],
        false,
        true,
    );
    let mut lenient = conservative();
    lenient.partial_chain = true;
    expect(
        &judge(&chain, &sub.roots(), &lenient),
        &[Code::CERT_PARTIAL],
        true,
        true,
    );
}

#[test]
fn a_server_that_signs_itself_is_no_part_of_a_hierarchy() {
    let key = key();
    let own = |change: fn(&mut CertificateParams)| {
        let mut params = server(HOST);
        change(&mut params);
        let der = params.self_signed(&key).expect("certificate");
        Certificate::from_der(der.der()).expect("readable")
    };
    let plain = own(|_| {});
    expect(
        &judge(
            std::slice::from_ref(&plain),
            &TrustRoots::new(),
            &conservative(),
        ),
        &[Code::CERT_SELFSIGNED],
        false,
        true,
    );
    let installed: TrustRoots = [plain.clone()].into_iter().collect();
    expect(
        &judge(&[plain], &installed, &conservative()),
        &[Code::CERT_SELFSIGNED],
        true,
        true,
    );

    // What `openssl req -x509` makes by default.
    let ca = own(|it| it.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    let installed: TrustRoots = [ca.clone()].into_iter().collect();
    let codes = [Code::CERT_CA_LEAF, Code::CERT_SELFSIGNED];
    expect(
        &judge(std::slice::from_ref(&ca), &installed, &conservative()),
        &codes,
        false,
        true,
    );
    let codes = [Code::CERT_SELFSIGNED, Code::CERT_CA_LEAF];
    expect(
        &judge(&[ca], &installed, &ChargerDescription::everest()),
        &codes,
        true,
        true,
    );
}

#[test]
fn names_are_judged_as_the_charger_reads_them() {
    let common = |name: &str| {
        let mut subject = DistinguishedName::new();
        subject.push(DnType::CommonName, name);
        subject.push(DnType::OrganizationName, "Example CPO");
        subject
    };
    let san = |name: &str| server(name).subject_alt_names;
    let cases = [
        // common name, SAN, code, and whether CN, SAN and either accept
        (HOST, Some(HOST), None, [true, true, true]),
        (
            HOST,
            None,
            Some(Code::CERT_NAME_CNONLY),
            [true, false, true],
        ),
        (
            HOST,
            Some("other.example"),
            Some(Code::CERT_NAME),
            [true, false, false],
        ),
        (
            "other",
            Some(HOST),
            Some(Code::CERT_NAME_NOCN),
            [false, true, true],
        ),
        (
            "other",
            Some("other.example"),
            Some(Code::CERT_NAME),
            [false, false, false],
        ),
        ("other", None, Some(Code::CERT_NAME), [false, false, false]),
    ];
    for (cn, alternative, code, accepted) in cases {
        for (check, accepted) in [NameCheck::Cn, NameCheck::San, NameCheck::Either]
            .into_iter()
            .zip(accepted)
        {
            let mut charger = conservative();
            charger.name_check = check;
            let report = leaf_for(&charger, |it| {
                it.distinguished_name = common(cn);
                it.subject_alt_names = alternative.map(san).unwrap_or_default();
            });
            let codes: Vec<Code> = code.into_iter().collect();
            expect(&report, &codes, accepted, cn == HOST);
        }
    }
}

#[test]
fn a_wildcard_is_a_matter_of_the_charger() {
    let wild = |charger: &ChargerDescription| leaf_for(charger, |it| *it = server("*.example.com"));
    expect(&wild(&conservative()), &[Code::CERT_WILDCARD], false, true);
    let mut lenient = conservative();
    lenient.wildcards = true;
    expect(&wild(&lenient), &[Code::CERT_WILDCARD], true, true);
    let deep = leaf(|it| *it = server("*.com"));
    expect(&deep, &[Code::CERT_NAME], false, false);
}

#[test]
fn an_address_in_the_url_needs_an_address_in_the_certificate() {
    let root = Authority::root("Root");
    let at = |params: CertificateParams| {
        check_chain(
            &[root.leaf(&params).0],
            &root.roots(),
            "192.0.2.7",
            now(),
            &conservative(),
        )
    };
    expect(&at(server(HOST)), &[Code::CERT_IP], false, false);
    expect(&at(server("192.0.2.7")), &[], true, true);
}

#[test]
fn validity_is_judged_at_the_real_time_and_at_the_chargers() {
    let expired = leaf(|it| it.not_after = date_time_ymd(2029, 12, 31));
    expect(&expired, &[Code::CERT_EXPIRED], false, false);
    let early = leaf(|it| it.not_before = date_time_ymd(2030, 1, 2));
    expect(&early, &[Code::CERT_NOTYET], false, false);
    let soon = leaf(|it| it.not_after = date_time_ymd(2030, 1, 10));
    expect(&soon, &[Code::CERT_SOON], true, true);
    let short_lived = leaf(|it| {
        it.not_before = date_time_ymd(2029, 12, 31);
        it.not_after = date_time_ymd(2030, 1, 2);
    });
    expect(&short_lived, &[], true, true);

    let mut asleep = conservative();
    asleep.clock = ChargerClock::At(SystemTime::UNIX_EPOCH);
    expect(
        &leaf_for(&asleep, |_| {}),
        &[Code::CERT_CLOCK, Code::CERT_CLOCK],
        false,
        true,
    );
    // A charger that lives in the past takes what has expired for everyone else.
    let mut late = conservative();
    late.clock = ChargerClock::At(now() - Duration::from_secs(7 * 24 * 3600));
    let report = leaf_for(&late, |it| it.not_after = date_time_ymd(2029, 12, 31));
    expect(&report, &[Code::CERT_EXPIRED], true, false);
}

#[test]
fn an_expired_root_is_a_matter_of_the_charger() {
    let root = Authority::root_with("Root", |it| it.not_after = date_time_ymd(2029, 1, 1));
    let chain = [root.leaf(&server(HOST)).0];
    expect(
        &judge(&chain, &root.roots(), &conservative()),
        &[Code::CERT_ROOT_EXPIRED],
        false,
        false,
    );
    let mut lenient = conservative();
    lenient.checks_root_expiry = false;
    expect(
        &judge(&chain, &root.roots(), &lenient),
        &[Code::CERT_ROOT_EXPIRED],
        true,
        false,
    );
    let soon = Authority::root_with("Root", |it| it.not_after = date_time_ymd(2030, 6, 1));
    let chain = [soon.leaf(&server(HOST)).0];
    expect(
        &judge(&chain, &soon.roots(), &conservative()),
        &[Code::CERT_SOON],
        true,
        true,
    );
}

#[test]
fn keys_below_112_bits_of_security_are_refused() {
    let root = Authority::root("Root");
    let with_key = |public: Vec<u8>| {
        let good = root.leaf(&server(HOST)).0;
        let chain = [reissue(&good, &root, |it| it.0[PUBLIC_KEY] = public)];
        judge(&chain, &root.roots(), &conservative())
    };
    let rsa = |bits: usize| rsa_public(&vec![0xC5; bits / 8]);
    expect(&with_key(rsa(2048)), &[], true, true);
    expect(&with_key(rsa(1024)), &[Code::CERT_KEY], false, false);
    let p192 = ec_public(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 1], 24);
    expect(&with_key(p192), &[Code::CERT_KEY], false, false);
    let p224 = ec_public(&[0x2B, 0x81, 4, 0, 33], 28);
    expect(&with_key(p224), &[Code::CERT_KEY], true, true);
    let p521 = ec_public(&[0x2B, 0x81, 4, 0, 35], 66);
    expect(&with_key(p521), &[Code::CERT_KEY], true, true);
    let brainpool = ec_public(&[0x2B, 0x24, 3, 3, 2, 8, 1, 1, 7], 32);
    expect(&with_key(brainpool), &[Code::CERT_KEY], true, true);
}

#[test]
fn a_root_with_a_short_key_is_found_although_its_signatures_cannot_be_checked() {
    let old = OldKey::new(1024);
    let good = Authority::root("Root");
    let root = resign(
        &good.certificate(),
        |it| {
            it.0[ALGORITHM] = pkcs1(11);
            it.0[PUBLIC_KEY] = old.public();
        },
        |tbs| old.sha256(tbs),
    );
    let leaf = resign(
        &good.leaf(&server(HOST)).0,
        |it| it.0[ALGORITHM] = pkcs1(11),
        |tbs| old.sha256(tbs),
    );
    let roots: TrustRoots = [root].into_iter().collect();
    expect(
        &judge(std::slice::from_ref(&leaf), &roots, &conservative()),
        &[Code::CERT_KEY],
        false,
        false,
    );
    let mut lenient = conservative();
    lenient.min_rsa_bits = 1024;
    let report = judge(&[leaf], &roots, &lenient);
    expect(&report, &[Code::CERT_SIG, Code::CERT_KEY], true, false);
}

#[test]
fn weak_and_rare_signatures_are_told_apart_from_wrong_ones() {
    let old = OldKey::new(2048);
    let root = Authority::with_key("Root", old.key_pair());
    let good = root.leaf(&server(HOST)).0;
    expect(
        &judge(std::slice::from_ref(&good), &root.roots(), &conservative()),
        &[],
        true,
        true,
    );

    let sha1 = resign(&good, |it| it.0[ALGORITHM] = pkcs1(5), |tbs| old.sha1(tbs));
    expect(
        &judge(std::slice::from_ref(&sha1), &root.roots(), &conservative()),
        &[Code::CERT_SIG],
        false,
        false,
    );
    let mut lenient = conservative();
    lenient.accepts_weak_hashes = true;
    expect(
        &judge(&[sha1], &root.roots(), &lenient),
        &[Code::CERT_SIG],
        true,
        false,
    );

    let pss = resign(
        &good,
        |it| it.0[ALGORITHM] = pss_sha256(),
        |tbs| old.pss(tbs),
    );
    expect(
        &judge(&[pss], &root.roots(), &conservative()),
        &[Code::CERT_SIG],
        true,
        true,
    );

    let sub = root.intermediate("Sub");
    let other = root.intermediate("Sub");
    let (forged, _) = other.leaf(&server(HOST));
    let report = judge(&[forged, sub.certificate()], &root.roots(), &conservative());
    expect(&report, &[Code::CERT_SIG], false, true);
}

#[test]
fn what_the_key_may_be_used_for_is_judged() {
    let usage = |usages: Vec<KeyUsagePurpose>| leaf(|it| it.key_usages = usages);
    expect(
        &usage(vec![KeyUsagePurpose::KeyCertSign]),
        &[Code::CERT_KU],
        false,
        true,
    );
    expect(&usage(vec![]), &[Code::CERT_POLICY], true, true);
    let extended =
        |usages: Vec<ExtendedKeyUsagePurpose>| leaf(|it| it.extended_key_usages = usages);
    expect(
        &extended(vec![ExtendedKeyUsagePurpose::ClientAuth]),
        &[Code::CERT_EKU],
        false,
        true,
    );
    expect(
        &extended(vec![ExtendedKeyUsagePurpose::ServerAuth]),
        &[Code::CERT_POLICY],
        true,
        true,
    );
    expect(
        &extended(vec![ExtendedKeyUsagePurpose::Any]),
        &[Code::CERT_POLICY],
        true,
        true,
    );
}

#[test]
fn a_leaf_that_says_it_is_a_ca_is_a_matter_of_the_charger() {
    let ca = |charger: &ChargerDescription| {
        leaf_for(charger, |it| {
            it.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)
        })
    };
    expect(&ca(&conservative()), &[Code::CERT_CA_LEAF], false, true);
    expect(
        &ca(&ChargerDescription::everest()),
        &[Code::CERT_CA_LEAF],
        true,
        true,
    );
}

#[test]
fn a_charger_that_takes_ca_leaves_still_refuses_a_wrong_signature() {
    let root = Authority::root("Root");
    let forged = Authority::root("Root").leaf(&{
        let mut params = server(HOST);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
    });
    let report = judge(&[forged.0], &root.roots(), &ChargerDescription::everest());
    expect(
        &report,
        &[Code::CERT_ROOT_ROTATED, Code::CERT_CA_LEAF],
        false,
        true,
    );
}

#[test]
fn malformed_certificates_are_named() {
    let critical = leaf(|it| {
        let mut extension =
            CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]);
        extension.set_criticality(true);
        it.custom_extensions.push(extension);
    });
    expect(&critical, &[Code::CERT_CRIT], false, true);
    let no_serial = leaf(|it| it.serial_number = Some(SerialNumber::from(vec![0])));
    expect(&no_serial, &[Code::CERT_POLICY], true, false);
    let nameless = leaf(|it| it.distinguished_name = DistinguishedName::new());
    expect(
        &nameless,
        &[Code::CERT_NAME_NOCN, Code::CERT_POLICY],
        true,
        false,
    );

    let root = Authority::root("Root");
    let good = root.leaf(&server(HOST)).0;
    let v1 = reissue(&good, &root, |it| {
        it.0.pop();
        it.0.remove(VERSION);
    });
    let codes = [Code::CERT_V1, Code::CERT_POLICY, Code::CERT_NAME_CNONLY];
    expect(
        &judge(&[v1], &root.roots(), &conservative()),
        &codes,
        false,
        true,
    );
    expect(
        &judge(&[], &root.roots(), &conservative()),
        &[Code::CERT_SILENT],
        false,
        false,
    );
}

#[test]
fn the_shape_of_the_chain_is_judged() {
    let root = Authority::root("Root");
    let (upper, lower) = {
        let upper = root.intermediate("Upper");
        let lower = upper.intermediate("Lower");
        (upper, lower)
    };
    let leaf = lower.leaf(&server(HOST)).0;
    let judge = |chain: &[Certificate]| judge(chain, &root.roots(), &conservative());
    let (up, low, top) = (upper.certificate(), lower.certificate(), root.certificate());
    expect(
        &judge(&[leaf.clone(), low.clone(), up.clone()]),
        &[],
        true,
        true,
    );
    expect(
        &judge(&[leaf.clone(), low.clone(), up.clone(), top.clone()]),
        &[],
        true,
        true,
    );
    expect(
        &judge(&[leaf.clone(), up.clone(), low.clone()]),
        &[Code::CERT_CHAIN],
        true,
        false,
    );
    let foreign = Authority::root("Other")
        .intermediate("Foreign")
        .certificate();
    expect(
        &judge(&[leaf, low, up, foreign]),
        &[Code::CERT_CHAIN],
        true,
        true,
    );
}

#[test]
fn an_intermediate_that_is_no_ca_is_refused() {
    let root = Authority::root("Root");
    let sub = root.intermediate_with("Sub", |it| it.is_ca = IsCa::ExplicitNoCa);
    let chain = [sub.leaf(&server(HOST)).0, sub.certificate()];
    expect(
        &judge(&chain, &root.roots(), &conservative()),
        &[Code::CERT_CHAIN],
        false,
        true,
    );
}

#[test]
fn large_chains_are_judged_by_the_chargers_buffer() {
    let root = Authority::root("Root");
    let mut params = server(HOST);
    let filler = (0..150).map(|it| format!("host-{it:03}.example.com"));
    params
        .subject_alt_names
        .extend(filler.map(|it| rcgen::SanType::DnsName(it.try_into().expect("name"))));
    let chain = [root.leaf(&params).0];
    assert!(chain[0].der().len() > 2048);
    expect(
        &judge(&chain, &root.roots(), &conservative()),
        &[Code::CERT_SIZE],
        true,
        true,
    );
    let mut small = conservative();
    small.max_certificate_message = Some(2048);
    let codes = [Code::CERT_SIZE, Code::CERT_SIZE];
    expect(&judge(&chain, &root.roots(), &small), &codes, false, true);
}

#[test]
fn a_revoked_certificate_is_found_in_the_list() {
    let root = Authority::root("Root");
    let mut params = server(HOST);
    params.serial_number = Some(SerialNumber::from(vec![7]));
    let chain = [root.leaf(&params).0];
    let list = |revoked: Vec<u8>| vec![root.revocation_list(revoked)];
    let found = |list: Vec<Vec<u8>>| check_revocation(&chain, &root.roots(), &list, now());
    assert_eq!(
        found(list(vec![7])).map(|it| it.code),
        Some(Code::TLS_REVOKED)
    );
    assert_eq!(found(list(vec![8])), None);
    assert_eq!(found(vec![]), None);
    assert_eq!(found(vec![b"no list".to_vec()]), None);
}

fn codes(findings: &[PolicyFinding]) -> Vec<Code> {
    findings.iter().map(|it| it.code).collect()
}

#[test]
fn a_root_is_checked_before_it_is_installed() {
    let old = Authority::root("Old");
    let check = |root: &Certificate, charger: &ChargerDescription| {
        codes(&check_new_root(
            root,
            &old.roots(),
            &Subprotocol::OCPP16,
            now(),
            charger,
        ))
    };
    let anyone = conservative();
    let root = Authority::root("New").certificate();
    assert_eq!(check(&root, &anyone), []);

    let expired = Authority::root_with("New", |it| it.not_after = date_time_ymd(2029, 1, 1));
    assert_eq!(check(&expired.certificate(), &anyone), [Code::ROOT_BAD]);
    let intermediate = old.intermediate("Sub").certificate();
    assert_eq!(check(&intermediate, &anyone), [Code::ROOT_BAD]);
    let leaf = old.leaf(&server(HOST)).0;
    assert_eq!(check(&leaf, &anyone), [Code::ROOT_BAD, Code::ROOT_BAD]);
    let large = Authority::root_with("New", |it| {
        let extension =
            CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![0; 5000]);
        it.custom_extensions.push(extension);
    });
    assert_eq!(check(&large.certificate(), &anyone), [Code::ROOT_SIZE]);

    let mut full = conservative();
    full.root_slots_free = Some(0);
    assert_eq!(check(&root, &full), [Code::ROOT_ROOM]);
    assert_eq!(check(&old.certificate(), &full), []);
    let mut strict = conservative();
    strict.additional_root_check = Some(true);
    assert_eq!(check(&root, &strict), [Code::ROOT_CHECK]);
    assert_eq!(check(&old.certificate(), &strict), []);
    // Signed by the old root: no root of its own, but what such a charger asks for.
    assert_eq!(check(&intermediate, &strict), [Code::ROOT_BAD]);
}

#[test]
fn a_client_certificate_is_compared_with_what_the_back_office_knows() {
    let root = Authority::root("CPO Root");
    let expected = ClientExpectations::new()
        .with_serial_number("ACE0000001")
        .with_cpo_name("Example CPO")
        .with_roots(root.roots());
    let check = |change: fn(&mut CertificateParams), expected: &ClientExpectations| {
        let mut params = charger("ACE0000001");
        change(&mut params);
        let identity = root.identity(&params, &[]);
        codes(&check_client(
            &identity,
            expected,
            &Subprotocol::OCPP201,
            now(),
        ))
    };
    assert_eq!(check(|_| {}, &expected), []);
    assert_eq!(
        check(|_| {}, &expected.clone().with_serial_number("ACE0000002")),
        [Code::CLIENT_CN]
    );
    assert_eq!(
        check(|_| {}, &expected.clone().with_cpo_name("Other CPO")),
        [Code::CLIENT_O]
    );
    let stranger = expected
        .clone()
        .with_roots(Authority::root("Other").roots());
    assert_eq!(check(|_| {}, &stranger), [Code::CLIENT_PATH]);
    let same_name = expected
        .clone()
        .with_roots(Authority::root("CPO Root").roots());
    assert_eq!(check(|_| {}, &same_name), [Code::CLIENT_PATH]);
    let unknown = ClientExpectations::new();
    assert_eq!(
        check(
            |it| it
                .distinguished_name
                .push(DnType::CommonName, "wss://csms.example.com"),
            &unknown
        ),
        [Code::CLIENT_CN]
    );
    assert_eq!(
        check(
            |it| it.distinguished_name.push(DnType::CommonName, "192.0.2.7"),
            &unknown
        ),
        [Code::CLIENT_CN]
    );
    assert_eq!(
        check(|it| it.not_after = date_time_ymd(2029, 1, 1), &unknown),
        [Code::CLIENT_VALIDITY]
    );
    assert_eq!(
        check(|it| it.not_before = date_time_ymd(2031, 1, 1), &unknown),
        [Code::CLIENT_VALIDITY]
    );
    assert_eq!(
        check(|it| it.not_after = date_time_ymd(2030, 1, 20), &unknown),
        [Code::CLIENT_VALIDITY]
    );
    assert_eq!(
        check(
            |it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth],
            &unknown
        ),
        [Code::CLIENT_EKU]
    );
    assert_eq!(check(|it| it.extended_key_usages.clear(), &unknown), []);
}

#[test]
fn a_key_of_another_certificate_is_found() {
    let root = Authority::root("CPO Root");
    let (leaf, _) = root.leaf(&charger("ACE0000001"));
    let (_, other_key) = root.leaf(&charger("ACE0000001"));
    let identity = ocpp_transport::TlsIdentity::from_der(vec![leaf], other_key).expect("identity");
    let findings = check_client(
        &identity,
        &ClientExpectations::new(),
        &Subprotocol::OCPP16,
        now(),
    );
    assert_eq!(codes(&findings), [Code::CLIENT_KEY]);
    assert_eq!(findings[0].charger, ChargerVerdict::Refuses);
    assert_eq!(findings[0].ocpp, OcppVerdict::Forbids("A02"));
}
