//! Keys, signatures, and what they may be used for.

use ocpp_transport::{ChargerDescription, TrustRoots};
use rcgen::{
    BasicConstraints, CustomExtension, DistinguishedName, ExtendedKeyUsagePurpose, IsCa,
    KeyUsagePurpose, SerialNumber,
};

use super::{Code, HOST, conservative, expect, judge, leaf, leaf_for};
use crate::forge::{
    ALGORITHM, OldKey, PUBLIC_KEY, VERSION, ec_public, pkcs1, pss_sha256, reissue, resign,
    rsa_public,
};
use crate::pki::{Authority, server};

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
