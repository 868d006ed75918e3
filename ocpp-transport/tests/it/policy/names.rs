//! Is the certificate for the host of the URL?

use ocpp_transport::{ChargerDescription, NameCheck, check_chain};
use rcgen::{CertificateParams, DistinguishedName, DnType};

use super::{Code, HOST, conservative, expect, leaf, leaf_for, now};
use crate::pki::{Authority, server};

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
