//! Does the chain lead to a root that the charger has?

use ocpp_transport::{Certificate, ChargerDescription, TrustRoots};
use rcgen::{BasicConstraints, CertificateParams, IsCa};

use super::{Code, HOST, conservative, expect, judge, leaf_for};
use crate::pki::{Authority, key, server};

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
