//! Every way in which a back office can turn a charger away, in memory.

use std::time::Duration;

use charger_sim::{
    Account, BackOfficeModel, Behaviour, ChargerSetup, DialFailure, DialOutcome, EPOCH, EventKind,
    ServerCertificate, SimCard, World,
};
use ocpp_config::{ObjectId, Secret, Value};

use crate::support::{KEY, NEW, root};

const ID: &str = "ACE0999001";
const URL: &str = "wss://new.example.org:443/ocpp";

fn certificate() -> ServerCertificate {
    ServerCertificate::new(root().der)
}

fn office() -> BackOfficeModel {
    BackOfficeModel::new(NEW)
        .with_certificate(certificate())
        .with_account(
            ID,
            Account::open()
                .with_key(KEY)
                .with_lowest_security_profile(2),
        )
}

fn setup() -> ChargerSetup {
    let mut setup = ChargerSetup::default()
        .with_profile(1, URL, 1, 2)
        .with_object(ObjectId::new(0x20F1, 0xE), Value::Unsigned(0));
    setup.roots = vec![root().der];
    setup.authorization_key = Some(Secret::from(KEY));
    setup
}

/// How the first dialling ends.
fn first_dial(office: BackOfficeModel, setup: ChargerSetup) -> DialOutcome {
    let world = World::new();
    world.record_events(true);
    world.add_back_office(office);
    world.add_charger(setup);
    world.advance(Duration::from_secs(1));
    let dialled = |event: charger_sim::Event| match event.kind {
        EventKind::Dialled { outcome, .. } => Some(outcome),
        _ => None,
    };
    world.events().into_iter().find_map(dialled).unwrap()
}

#[test]
fn a_charger_that_has_everything_is_let_in() {
    assert_eq!(first_dial(office(), setup()), DialOutcome::Connected);
}

#[test]
fn every_mistake_has_its_own_failure() {
    let with_certificate = |change: fn(&mut ServerCertificate)| {
        let mut certificate = certificate();
        change(&mut certificate);
        office().with_certificate(certificate)
    };
    let behaving = |behaviour: Behaviour| {
        let mut office = office();
        office.behaviour = behaviour;
        office
    };
    let mut elsewhere = office();
    elsewhere.address = "other.example.org:443".into();
    let mut stranger = office();
    stranger.accounts.clear();
    let mut only_201 = Account::open().with_key(KEY);
    only_201.versions = vec![4];
    let mut refusing = Behaviour::default();
    refusing.refuses_upgrade = Some(503);
    let mut wrong = Behaviour::default();
    wrong.wrong_subprotocol = true;
    for (office, failure) in [
        (elsewhere, DialFailure::NameNotFound),
        (behaving(Behaviour::dead()), DialFailure::Unreachable),
        (
            with_certificate(|it| it.root = vec![0x30, 0]),
            DialFailure::UnknownIssuer,
        ),
        (
            with_certificate(|it| it.names = vec!["x.org".into()]),
            DialFailure::CertificateName,
        ),
        (
            with_certificate(|it| it.not_after = EPOCH / 2),
            DialFailure::CertificateDate,
        ),
        (
            with_certificate(|it| it.not_before = EPOCH * 2),
            DialFailure::CertificateDate,
        ),
        (stranger, DialFailure::HttpStatus(404)),
        (
            office().with_account(ID, Account::open().with_key("another")),
            DialFailure::HttpStatus(401),
        ),
        (
            office().with_account(ID, Account::open().with_lowest_security_profile(3)),
            DialFailure::HttpStatus(401),
        ),
        (
            office().with_account(ID, only_201),
            DialFailure::Subprotocol,
        ),
        (behaving(refusing), DialFailure::HttpStatus(503)),
        (behaving(wrong), DialFailure::Subprotocol),
    ] {
        assert_eq!(first_dial(office, setup()), DialOutcome::Failed(failure));
    }
}

#[test]
fn a_charger_refuses_to_dial_what_makes_no_sense() {
    let world = World::new();
    world.add_back_office(office());
    for (url, words) in [
        (
            "ws://new.example.org:443/ocpp",
            "does not fit the security profile",
        ),
        ("not a url", "does not fit the security profile"),
    ] {
        let charger = world.add_charger(setup().with_profile(1, url, 1, 2));
        world.advance(Duration::from_secs(1));
        let log = world.charger(charger, |it| it.log_page(0).join("\n"));
        assert!(log.contains(words), "{log}");
    }
}

#[test]
fn security_profile_3_wants_a_certificate_and_no_key() {
    let office = || office().with_account(ID, Account::open().with_lowest_security_profile(3));
    let mut setup = setup().with_profile(1, URL, 1, 3);
    setup.authorization_key = None;
    let refused = DialOutcome::Failed(DialFailure::ClientCertificate);
    assert_eq!(first_dial(office(), setup.clone()), refused);
    setup.client_certificate = Some(Secret::from(root().pem));
    assert_eq!(first_dial(office(), setup), DialOutcome::Connected);
}

/// A person takes the power away, changes the SIM card and gives the power back.
#[test]
fn a_mobile_profile_needs_a_sim_card_that_fits() {
    let world = World::new();
    world.add_back_office(office());
    let mobile = setup()
        .with_object(ObjectId::new(0x20F0, 6), Value::Unsigned(5))
        .with_object(
            ObjectId::new(0x20F0, 7),
            Value::Text("apn.example.org".into()),
        )
        .with_object(ObjectId::new(0x20F0, 0x10), Value::Text("1234".into()));
    let mut card = SimCard::default();
    card.apn = Some("apn.example.org".into());
    card.pin = Some("1234".into());
    let mut inactive = card.clone();
    inactive.active = false;
    let mut other_apn = card.clone();
    other_apn.apn = Some("internet".into());
    let mut other_pin = card.clone();
    other_pin.pin = Some("0000".into());
    let charger = world.add_charger(mobile);
    for (card, accepted) in [
        (None, false),
        (Some(inactive), false),
        (Some(other_apn), false),
        (Some(other_pin), false),
        (Some(card), true),
    ] {
        world.with_charger(charger, |it, now, effects| it.power_off(now, effects));
        world.advance(Duration::from_secs(30));
        assert!(!world.charger(charger, |it| it.is_running()));
        world.with_charger(charger, |it, now, _| {
            it.insert_sim(card.clone());
            it.power_on(now);
        });
        world.advance(Duration::from_secs(90));
        assert_eq!(
            world.charger(charger, |it| it.is_accepted()),
            accepted,
            "{card:?}"
        );
        let now = world.now();
        let iccid = world.charger(charger, |it| it.value(now, ObjectId::new(0x2105, 0)));
        let wanted = card.map(|card| card.iccid).unwrap_or_default();
        assert_eq!(iccid, Some(Value::Text(wanted)));
    }
}

/// The upgrade and the BootNotification take the delay each; the message timeout is 15 s,
/// and dialling may take 10 s more.
#[test]
fn a_slow_back_office_accepts_later_and_a_very_slow_one_never() {
    let slow = |delay| {
        let behaviour = Behaviour::default().with_delay(Duration::from_secs(delay));
        let world = World::new();
        world.add_back_office(office().with_behaviour(behaviour));
        let timeout = (ObjectId::new(0x20F0, 4), Value::Unsigned(15));
        let charger = world.add_charger(setup().with_object(timeout.0, timeout.1));
        (world, charger)
    };
    for (delay, seconds) in [(3, 6), (12, 24)] {
        let (world, charger) = slow(delay);
        let accepted = || world.charger(charger, |it| it.is_accepted());
        world.advance(Duration::from_millis(seconds * 1_000 - 1));
        assert!(!accepted(), "{delay} s");
        world.advance(Duration::from_millis(1));
        assert!(accepted(), "{delay} s");
    }
    for delay in [16, 26] {
        let (world, charger) = slow(delay);
        for _ in 0..60 {
            world.advance(Duration::from_secs(10));
            assert!(!world.charger(charger, |it| it.is_accepted()), "{delay} s");
        }
        let log = world.charger(charger, |it| it.log_page(0).join("\n"));
        assert!(log.contains("connection timed out"), "{log}");
    }
}

#[test]
fn a_back_office_that_closes_is_dialled_again_and_sees_one_boot() {
    let closing = Behaviour::default().with_closing_after(Some(Duration::from_secs(30)));
    let world = World::new();
    world.record_events(true);
    let office = world.add_back_office(office().with_behaviour(closing));
    let charger = world.add_charger(setup());
    world.advance(Duration::from_secs(300));
    let connected = |event: &charger_sim::Event| {
        let outcome = DialOutcome::Connected;
        event.kind == EventKind::Dialled { slot: 1, outcome }
    };
    let connections = world.events().iter().filter(|it| connected(it)).count();
    assert!(connections >= 6, "{connections}");
    assert_eq!(world.back_office(office, |it| it.accepted(ID)), 1);
    let log = world.charger(charger, |it| it.log_page(0).join("\n"));
    assert!(
        log.contains("connection closed by the back office"),
        "{log}"
    );
    world.set_behaviour(office, Behaviour::default());
    world.advance(Duration::from_secs(120));
    assert!(world.charger(charger, |it| it.is_accepted()));
}

#[test]
fn endless_times_are_no_trouble() {
    let mut office = office();
    office.behaviour.interval = Duration::MAX;
    office.behaviour.closes_after = Some(Duration::MAX);
    office.behaviour.boot = Some(charger_sim::BootStatus::Pending);
    let world = World::new();
    world.add_back_office(office);
    let charger = world.add_charger(setup());
    world.advance(Duration::from_secs(100_000));
    world.with_charger(charger, |it, now, effects| {
        it.tell_time(now, Duration::MAX);
        it.bounce_link(now, Duration::MAX, effects);
    });
    world.advance(Duration::from_secs(1));
    let now = world.now();
    assert!(!world.charger(charger, |it| it.is_answering(now)));
}
