//! What is checked before a root or a client certificate is installed.

use ocpp_transport::{
    Certificate, ChargerDescription, ChargerVerdict, ClientExpectations, OcppVerdict, Subprotocol,
    check_client, check_new_root,
};
use rcgen::{CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, date_time_ymd};

use super::{Code, HOST, codes, conservative, now};
use crate::pki::{Authority, charger, server};

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
        .with_roots(&root.roots());
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
        .with_roots(&Authority::root("Other").roots());
    assert_eq!(check(|_| {}, &stranger), [Code::CLIENT_PATH]);
    let same_name = expected
        .clone()
        .with_roots(&Authority::root("CPO Root").roots());
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
