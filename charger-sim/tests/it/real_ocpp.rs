//! A charger on a loopback socket dials real back offices.

use std::sync::Arc;
use std::time::{Duration, Instant};

use charger_sim::{
    Account, Authority, Behaviour, BootStatus, ChargerSetup, KeySpelling, OfficeOptions,
    OfficeRecord, SimulatedBackOffice, SimulatedCharger, TestContainer,
};
use ocpp_config::{ObjectId, Secret, Value, WriteOnlyItem};

use charger_link::{Request, Upload, UploadState};

const ID: &str = "ACE0999001";
const KEY: &str = "0123456789abcdef";
const SOON: Duration = Duration::from_secs(20);

fn quick(url: &str, security_profile: u8) -> ChargerSetup {
    let mut setup = ChargerSetup::default()
        .with_profile(1, url, 1, security_profile)
        .with_object(ObjectId::new(0x20F1, 0xE), Value::Unsigned(0));
    setup.timing = setup.timing.faster(200);
    setup.authorization_key = Some(Secret::from(KEY));
    setup
}

fn authority(name: &str) -> Arc<Authority> {
    Arc::new(Authority::generate(name).unwrap())
}

fn office(options: OfficeOptions, account: Account) -> SimulatedBackOffice {
    SimulatedBackOffice::start(options.with_account(ID, account)).unwrap()
}

/// Waits until the log holds the words.
fn logs(charger: &SimulatedCharger, words: &str) -> bool {
    for _ in 0..400 {
        let log = charger.inspect(|model, _| model.log_page(0).join("\n"));
        if log.contains(words) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    false
}

#[test]
fn security_profile_0_needs_an_identity_only() {
    let office = office(OfficeOptions::default(), Account::open());
    let charger = SimulatedCharger::start(quick(&office.url(), 0)).unwrap();
    assert!(charger.settle(SOON));
    // The charger may know a moment before the back office has written it down.
    assert!(office.wait_until_accepted(ID, 1, SOON));
}

#[test]
fn security_profile_1_needs_the_key() {
    let office = office(OfficeOptions::default(), Account::open().with_key(KEY));
    let charger = SimulatedCharger::start(quick(&office.url(), 1)).unwrap();
    assert!(charger.settle(SOON));
    let mut other = quick(&office.url(), 1);
    other.authorization_key = Some(Secret::from("another key 1234"));
    let refused = SimulatedCharger::start(other).unwrap();
    assert!(logs(&refused, "HTTP error 401"));
}

#[test]
fn a_key_may_be_configured_in_hexadecimal() {
    let mut account = Account::open().with_key(KEY);
    account.spelling = KeySpelling::Either;
    let office = office(OfficeOptions::default(), account);
    let mut setup = quick(&office.url(), 1);
    setup.authorization_key = Some(Secret::from("30313233343536373839616263646566"));
    assert!(SimulatedCharger::start(setup).unwrap().settle(SOON));
}

#[test]
fn security_profile_2_needs_the_root() {
    let root = authority("Test root");
    let office = office(
        OfficeOptions::default().with_tls(&root),
        Account::open()
            .with_key(KEY)
            .with_lowest_security_profile(2),
    );
    let without = SimulatedCharger::start(quick(&office.url(), 2)).unwrap();
    assert!(logs(&without, "TLS error: Handshake missing"));
    let mut setup = quick(&office.url(), 2);
    setup.roots = vec![root.root_der().to_vec()];
    let with = SimulatedCharger::start(setup).unwrap();
    assert!(with.settle(SOON));
}

#[test]
fn security_profile_3_needs_a_client_certificate() {
    let (root, clients) = (authority("Test root"), authority("Client root"));
    let options = OfficeOptions::default()
        .with_tls(&root)
        .with_client_authority(&clients);
    let office = office(options, Account::open().with_lowest_security_profile(3));
    let mut setup = quick(&office.url(), 3);
    setup.roots = vec![root.root_der().to_vec()];
    let charger = SimulatedCharger::start(setup).unwrap();
    assert!(logs(&charger, "TLS error: client certificate refused"));
    let install = Request::Install {
        item: WriteOnlyItem::CLIENT_CERTIFICATE,
        data: clients.client(ID, "Example CPO").unwrap(),
    };
    charger
        .with(|model, now, effects| model.request(now, &install, effects))
        .unwrap();
    assert!(office.wait_until_accepted(ID, 1, SOON));
}

#[test]
fn ocpp_201_is_spoken_too() {
    let office = office(OfficeOptions::default(), Account::open());
    let setup = quick(&office.url(), 0).with_object(ObjectId::new(0x20F0, 1), Value::Unsigned(4));
    let charger = SimulatedCharger::start(setup).unwrap();
    assert!(charger.settle(SOON));
    charger.with(|model, _, effects| model.charge(effects));
    assert!(eventually(|| called(&office, "TransactionEvent") == 2));
}

#[test]
fn a_profile_without_a_version_is_not_dialled() {
    let office = office(OfficeOptions::default(), Account::open());
    let setup = quick(&office.url(), 0).with_object(ObjectId::new(0x20F0, 1), Value::Unsigned(0));
    let charger = SimulatedCharger::start(setup).unwrap();
    assert!(logs(&charger, "HTTP error 103"));
    assert_eq!(connects(&office), 0);
}

#[test]
fn a_transaction_is_started_and_stopped() {
    let office = office(OfficeOptions::default(), Account::open());
    let charger = SimulatedCharger::start(quick(&office.url(), 0)).unwrap();
    assert!(charger.settle(SOON));
    charger.with(|model, _, effects| model.charge(effects));
    assert!(eventually(|| called(&office, "StopTransaction") == 1));
    assert!(eventually(|| charger
        .inspect(|model, _| model.unsent_transactions())
        == 0));
    assert!(called(&office, "StatusNotification") >= 2);
}

#[test]
fn each_connector_and_the_charger_itself_tell_their_status() {
    for (sockets, expected) in [(1, 2), (2, 3)] {
        let office = office(OfficeOptions::default(), Account::open());
        let setup = quick(&office.url(), 0).with_sockets(sockets);
        let charger = SimulatedCharger::start(setup).unwrap();
        assert!(charger.settle(SOON));
        assert!(eventually(
            || called(&office, "StatusNotification") == expected
        ));
    }
}

#[test]
fn heartbeats_follow_the_interval_of_the_back_office() {
    let mut options = OfficeOptions::default();
    options.behaviour.interval = Duration::from_secs(1);
    let office = office(options, Account::open());
    let charger = SimulatedCharger::start(quick(&office.url(), 0)).unwrap();
    assert!(charger.settle(SOON));
    assert!(eventually(|| called(&office, "Heartbeat") >= 2));
}

#[test]
fn an_unknown_charger_and_a_wrong_subprotocol_are_told_apart() {
    let office = SimulatedBackOffice::start(OfficeOptions::default()).unwrap();
    let charger = SimulatedCharger::start(quick(&office.url(), 0)).unwrap();
    assert!(logs(&charger, "HTTP error 404"));
    office.set_account(ID, Account::open());
    let mut behaviour = Behaviour::default();
    behaviour.wrong_subprotocol = true;
    office.set_behaviour(behaviour);
    assert!(logs(&charger, "HTTP error 103"));
    office.set_behaviour(Behaviour::default());
    assert!(office.wait_until_accepted(ID, 1, SOON));
}

#[test]
fn pending_is_told_and_not_accepted() {
    let mut options = OfficeOptions::default();
    options.behaviour = Behaviour::answering(BootStatus::Pending);
    let office = office(options, Account::open());
    let charger = SimulatedCharger::start(quick(&office.url(), 0)).unwrap();
    assert!(logs(&charger, "boot notification: Pending"));
    let state = charger.inspect(|it, now| it.value(now, ObjectId::new(0x3600, 1)));
    assert_eq!(state, Some(Value::Signed(4)));
    assert_eq!(office.accepted(ID), 0);
}

#[test]
fn rejected_is_told_and_asked_again() {
    let mut options = OfficeOptions::default();
    let rejecting = Behaviour::answering(BootStatus::Rejected);
    options.behaviour = rejecting.with_interval(Duration::from_secs(1));
    let office = office(options, Account::open());
    let charger = SimulatedCharger::start(quick(&office.url(), 0)).unwrap();
    assert!(logs(&charger, "boot notification: Rejected"));
    let state = charger.inspect(|it, now| it.value(now, ObjectId::new(0x3600, 1)));
    assert_eq!(state, Some(Value::Signed(2)));
    assert_eq!(office.accepted(ID), 0);
    office.set_behaviour(Behaviour::default());
    assert!(office.wait_until_accepted(ID, 1, SOON));
}

/// Only from below: from above it would be a test of the machine that it runs on.
#[test]
fn the_upgrade_and_the_boot_take_the_delay_of_the_back_office_each() {
    let delay = Duration::from_millis(400);
    let mut options = OfficeOptions::default();
    options.behaviour = Behaviour::default().with_delay(delay);
    let office = office(options, Account::open());
    let started = Instant::now();
    let charger = SimulatedCharger::start(quick(&office.url(), 0)).unwrap();
    assert!(charger.settle(SOON));
    assert!(started.elapsed() >= delay * 2, "{:?}", started.elapsed());
}

#[test]
fn a_back_office_that_closes_is_found_again_and_sees_one_boot() {
    let mut options = OfficeOptions::default();
    let closing = Some(Duration::from_millis(200));
    options.behaviour = Behaviour::default().with_closing_after(closing);
    let office = office(options, Account::open());
    let charger = SimulatedCharger::start(quick(&office.url(), 0)).unwrap();
    assert!(eventually(|| connects(&office) >= 3));
    assert!(logs(&charger, "connection closed by the back office"));
    assert_eq!(office.accepted(ID), 1);
}

#[test]
fn a_rotated_certificate_locks_the_charger_out_until_it_has_the_root() {
    let (old, new) = (authority("Old root"), authority("New root"));
    let office = office(
        OfficeOptions::default().with_tls(&old),
        Account::open().with_key(KEY),
    );
    let mut setup = quick(&office.url(), 2);
    setup.roots = vec![old.root_der().to_vec()];
    let charger = SimulatedCharger::start(setup).unwrap();
    assert!(charger.settle(SOON));
    office.rotate_certificate(&new).unwrap();
    assert!(logs(&charger, "TLS error: Handshake missing"));
    assert_eq!(office.accepted(ID), 1);
    install_root(&charger, &new);
    assert!(office.wait_until_accepted(ID, 2, SOON));
}

/// As an installer does: upload, wait for the check, restart.
fn install_root(charger: &SimulatedCharger, root: &Authority) {
    let container = TestContainer::root_certificate(root.root_pem());
    let upload = Upload::new(bytes::Bytes::from(container.to_bytes().unwrap()));
    let ask = |request: &Request| {
        charger
            .with(|model, now, effects| model.request(now, request, effects))
            .unwrap();
    };
    ask(&Request::Upload(upload));
    let state = || charger.inspect(|model, _| model.upload_status().state);
    assert!(eventually(|| state() == UploadState::DONE));
    ask(&Request::Restart);
}

#[test]
fn the_second_profile_catches_a_dead_first_one() {
    let office = office(OfficeOptions::default(), Account::open());
    let setup = quick("ws://127.0.0.1:9/ocpp", 0).with_profile(2, &office.url(), 2, 0);
    let charger = SimulatedCharger::start(setup).unwrap();
    assert!(charger.settle(SOON));
    let active = charger.inspect(|it, now| it.value(now, ObjectId::new(0x3553, 0)));
    assert_eq!(active, Some(Value::Unsigned(2)));
}

#[test]
fn a_broken_connection_is_made_again_without_another_boot() {
    let office = office(OfficeOptions::default(), Account::open());
    let charger = SimulatedCharger::start(quick(&office.url(), 0)).unwrap();
    assert!(charger.settle(SOON));
    office.disconnect_all();
    assert!(eventually(|| connects(&office) == 2));
    assert_eq!(office.accepted(ID), 1);
}

#[test]
fn a_back_office_can_restart_a_charger_and_is_found_again() {
    let office = office(OfficeOptions::default(), Account::open());
    let charger = SimulatedCharger::start(quick(&office.url(), 0)).unwrap();
    assert!(charger.settle(SOON));
    assert!(office.call(ID, "Reset", serde_json::json!({"type": "Hard"})));
    assert!(office.wait_until_accepted(ID, 2, SOON));
    let accepted = OfficeRecord::Answered {
        identity: ID.into(),
        action: "Reset".into(),
        answer: Some(r#"{"status":"Accepted"}"#.into()),
    };
    assert!(office.records().contains(&accepted));
    assert!(!office.call("nobody", "Reset", serde_json::json!({})));
}

fn connects(office: &SimulatedBackOffice) -> usize {
    let connected = |it: &OfficeRecord| matches!(it, OfficeRecord::Connected { .. });
    office.records().iter().filter(|it| connected(it)).count()
}

fn called(office: &SimulatedBackOffice, name: &str) -> usize {
    let named = |record: &OfficeRecord| matches!(record, OfficeRecord::Called { action, .. } if action == name);
    office
        .records()
        .iter()
        .filter(|record| named(record))
        .count()
}

fn eventually(condition: impl Fn() -> bool) -> bool {
    for _ in 0..400 {
        if condition() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    false
}
