//! Is it valid, at the real time and at the charger's?

use std::time::{Duration, SystemTime};

use ocpp_transport::{ChargerClock, check_revocation};
use rcgen::{SerialNumber, date_time_ymd};

use super::{Code, HOST, conservative, expect, judge, leaf, leaf_for, now};
use crate::pki::{Authority, server};

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
