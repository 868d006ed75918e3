//! The other procedures of the vendor's article, and the ways of the main one. Names begin
//! with the rows that they show; `rows.rs` gathers them.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use charger_commissioning::{
    Answer, ChangeBackOffice, Diagnosis, End, Failure, Goal, Inspector, InstallRoot, LookDriver,
    LookError, Machine, Observer, PersonStep, Question, ReadOnly, RestoreSnapshot, StandAlone,
    StepName, Strategy, Verifier, diagnose,
};
use charger_link::BootNotificationState;
use charger_sim::{
    Account, Admission, BackOfficeModel, Behaviour, BootStatus, ChargerModel, ChargerSetup,
    ServerCertificate, SimCard, TestContainer,
};
use fwi_format::OwnedContainer;
use ocpp_config::objects::{self, ProfileField};
use ocpp_config::{Concern, DataType, ObjectWrite, Value};

use crate::bench::{
    Bench, DOCUMENT, NEW, OLD, ROOT, policy, resolve, resolve_with, root_container,
};

fn inspect(bench: &Bench) -> charger_commissioning::Inspection {
    look(bench, Inspector::new(policy())).unwrap()
}

fn verify(bench: &Bench, goal: Goal) -> Result<charger_link::LiveState, LookError> {
    look(bench, Verifier::new(goal, policy()))
}

fn look<M: ReadOnly>(bench: &Bench, mut machine: M) -> Result<M::Found, LookError> {
    LookDriver::new(bench.world.link(bench.charger))
        .with_clock(bench.clock())
        .with_cancel(&bench.cancel)
        .run(&mut machine)
}

fn with_key(mut setup: ChargerSetup, key: &str) -> ChargerSetup {
    setup.authorization_key = Some(key.into());
    setup
}

fn slot(slot: u8) -> Goal {
    Goal::Accepted {
        slots: BTreeSet::from([slot]),
    }
}

#[test]
fn b1_f3_an_inspection_tells_which_back_office_is_on_the_charger() {
    let setup = ChargerSetup::default()
        .with_object(objects::PRESET, Value::Text("old-provider".to_owned()));
    let bench = Bench::with(setup);
    let found = inspect(&bench);
    assert_eq!(found.preset, "old-provider");
    assert!(found.is_accepted());
    let active = found.active_profile().unwrap();
    assert!(active.url.contains(OLD), "{}", active.url);
    assert_eq!(found.profiles.len(), 2);
    assert_eq!(bench.world.counts(bench.charger).side_effects, 0);
    let text = found.to_string();
    assert!(
        text.contains("<- active") && text.contains("ACCEPTED"),
        "{text}"
    );
}

#[test]
fn v1_a_charger_counts_as_verified_only_while_it_stays_accepted() {
    let bench = Bench::new();
    let found = verify(&bench, slot(1)).unwrap();
    assert_eq!(
        found.boot_notification,
        Some(BootNotificationState::ACCEPTED)
    );
    assert!(matches!(
        verify(&bench, slot(3)),
        Err(LookError::Failed(Failure::NotProven { .. }))
    ));
    bench
        .world
        .set_behaviour(bench.old, Behaviour::answering(BootStatus::Pending));
    bench
        .world
        .with_charger(bench.charger, |charger, now, effects| {
            charger.crash(now, effects)
        });
    let found = verify(&bench, slot(1));
    assert!(
        matches!(found, Err(LookError::Failed(Failure::NotProven { .. }))),
        "{found:?}"
    );
}

#[test]
fn a_cancelled_look_says_that_it_was_cancelled() {
    let bench = Bench::new();
    bench.cancel.cancel();
    let found = look(&bench, Inspector::new(policy()));
    assert!(matches!(found, Err(LookError::Cancelled)), "{found:?}");
}

#[test]
fn b3_a_named_preset_is_uploaded_after_the_old_back_office_is_detached() {
    let writes = [
        ("20F0_1", DataType::UNSIGNED8, Value::Unsigned(3)),
        (
            "20F0_3",
            DataType::VISIBLE_STRING,
            Value::Text("ws://new.example.org:80/x".to_owned()),
        ),
        ("20F0_5", DataType::UNSIGNED8, Value::Unsigned(0)),
        ("20F0_6", DataType::UNSIGNED8, Value::Unsigned(1)),
        ("20F0_E", DataType::UNSIGNED8, Value::Unsigned(1)),
    ]
    .map(|(id, data_type, value)| ObjectWrite::new(id.parse().unwrap(), data_type, value));
    let container = TestContainer::preset("new-provider", &writes).unwrap();
    let document = resolve_with(
        "preset = { name = \"new-provider\", package = \"Preset.fwi\" }\n",
        "Preset.fwi",
        container.to_bytes().unwrap(),
    );
    let mut bench = Bench::new();
    bench.world.add_back_office(
        BackOfficeModel::new("new.example.org:80").with_account("ACE0999001", Account::open()),
    );
    let outcome = bench.change_to(document, Strategy::Documented);
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert!(bench.active_url().contains("new.example.org:80"));
    assert_eq!(inspect(&bench).preset, "new-provider");
}

/// Two profiles, mobile first.
const MOBILE: &str = r#"
preset = "manual"
connection-attempts = 5
identity = "ACE0999001"

[network-profile.1]
priority = 2
ocpp-version = "1.6"
csms-url = "wss://new.example.org:443/ocpp"
interface = "wired"
security-profile = 2

[network-profile.2]
priority = "not-used"

[network-profile.3]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://new.example.org:443/mobile/path"
interface = "mobile"
security-profile = 2
message-timeout = 30
sim-pin = { env = "PIN" }

[network-profile.3.apn]
name = "apn.new.example.org"
user = "charger"
password = { env = "APN" }

[mobile]
selection = "automatic"
preference = "4g"

[security]
authorization-key = { env = "KEY", encoding = "text" }
root-certificate = { package = "Rootcertificate.fwi" }
"#;

#[test]
fn n1_to_n5_m1_to_m8_two_profiles_with_a_sim_card_and_its_pin() {
    let mut setup = ChargerSetup::default();
    let mut sim = SimCard::default();
    sim.apn = Some("apn.new.example.org".to_owned());
    sim.pin = Some(crate::bench::PIN.to_owned());
    setup.sim = Some(sim);
    let mut bench = Bench::with(setup);
    let outcome = bench.change_to(resolve(MOBILE), Strategy::Documented);
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    let found = inspect(&bench);
    let order: Vec<u8> = found.profiles.iter().map(|profile| profile.slot).collect();
    assert_eq!(order, [3, 1]);
    assert_eq!(found.active_profile().unwrap().slot, 3);
    assert_eq!(
        found.active_profile().unwrap().url,
        "wss://new.example.org:443/mobile/path"
    );
    let read = |id| found.snapshot.value(id).cloned();
    assert_eq!(read(objects::CONNECTION_ATTEMPTS), Some(Value::Unsigned(5)));
    assert_eq!(read(objects::NETWORK_PREFERENCE), Some(Value::Unsigned(1)));
    let apn = ProfileField::APN.of_profile(3).unwrap();
    assert_eq!(
        read(apn),
        Some(Value::Text("apn.new.example.org".to_owned()))
    );
    assert_eq!(
        outcome.end.ending(),
        Some(charger_commissioning::Ending::Proven)
    );
}

#[test]
fn f4_a_sim_that_does_not_connect_is_named_and_the_old_back_office_comes_back() {
    let mut setup = ChargerSetup::default();
    let mut sim = SimCard::default();
    sim.active = false;
    setup.sim = Some(sim);
    let mut bench = Bench::with(setup);
    let only_mobile = MOBILE.replace("priority = 2\n", "priority = \"not-used\"\n");
    let outcome = bench.change_to(resolve(&only_mobile), Strategy::Documented);
    assert!(
        matches!(outcome.end, End::RolledBack { .. }),
        "{outcome:#?}"
    );
    assert!(
        outcome
            .diagnoses
            .iter()
            .any(|found| matches!(found, Diagnosis::SimNotConnected { .. })),
        "{:#?}",
        outcome.diagnoses
    );
    assert!(bench.is_at(OLD));
}

#[test]
fn f5_profile_3_needs_a_client_certificate_and_profile_2_does_not() {
    let with = |profile: &str| {
        let document = DOCUMENT.replace("security-profile = 2", profile);
        ocpp_config::validate(&ocpp_config::DocumentSource::from_toml("x", document).unwrap())
    };
    assert!(with("security-profile = 2").checked.is_some());
    let third = with("security-profile = 3").report.to_text();
    assert!(third.contains("client"), "{third}");
}

#[test]
fn f2_errors_103_and_104_concern_the_provider_of_the_back_office() {
    for number in [103, 104] {
        let log = [format!(
            "9_2026-01-01T00:00:00.000Z:ERROR:http.c:7:HTTP error {number}"
        )];
        let found = diagnose(&Default::default(), &log);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].concerns(), Concern::BackOffice);
    }
}

fn start_root(bench: &Bench, root: &[u8]) -> Machine {
    let container = OwnedContainer::parse(Bytes::from(root_container(root))).unwrap();
    InstallRoot::new(container)
        .with_policy(policy())
        .start(&bench.journal.history())
        .unwrap()
}

#[test]
fn f1_r1_to_r5_a_missing_root_certificate_is_installed_and_the_charger_accepted() {
    // The back office has moved to a certificate under a root that the charger lacks.
    let setup = ChargerSetup::default()
        .with_profile(1, "wss://new.example.org:443/ocpp", 1, 2)
        .with_profile(2, "", 0, 0);
    let mut bench = Bench::unsettled(with_key(setup, crate::bench::KEY));
    bench.world.advance(Duration::from_secs(120));
    assert!(!bench.is_accepted());
    let found = inspect(&bench);
    assert!(
        matches!(
            found.diagnoses.as_slice(),
            [Diagnosis::RootCertificateMissing { .. }, ..]
        ),
        "{:#?}",
        found.diagnoses
    );
    let mut machine = start_root(&bench, ROOT);
    let outcome = bench.run(&mut machine).unwrap();
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert!(bench.is_at(NEW));
    let counts = bench.world.counts(bench.charger);
    assert_eq!(
        (counts.uploads, counts.restarts, counts.objects_written),
        (1, 1, 0)
    );
}

/// Somebody at the charger who does as told.
struct Person<'a> {
    bench: &'a charger_sim::World,
    charger: charger_sim::ChargerId,
    asked: Vec<PersonStep>,
}

impl Observer for Person<'_> {
    fn answer(&mut self, question: &Question) -> Answer {
        if let Question::Person(step) = question {
            self.asked.push(*step);
            self.bench
                .with_charger(self.charger, |charger, now, effects| match step {
                    PersonStep::PowerOff => charger.power_off(now, effects),
                    PersonStep::RemoveSim => charger.insert_sim(None),
                    PersonStep::PowerOn => charger.power_on(now),
                    _ => {}
                });
        }
        Answer::Yes
    }
}

const ALONE: &str = r#"
preset = "stand-alone"

[authorization]
mode = "plug-and-charge"
offline-action = "accept-known"
plug-and-charge-id = "ACE0999001"
"#;

#[test]
fn s1_to_s6_a_charger_becomes_stand_alone_with_plug_and_charge() {
    let setup = ChargerSetup::default().with_white_list(["ACE0999001".to_owned()]);
    let mut bench = Bench::with(setup);
    let (world, charger) = (bench.world.clone(), bench.charger);
    let plug_in = || {
        let ask = |charger: &mut ChargerModel, now, effects: &mut _| {
            charger.ask_to_charge(now, None, effects)
        };
        world.with_charger(charger, ask)
    };
    assert_eq!(plug_in(), Admission::Refused, "a card is asked for");
    let mut person = Person {
        bench: &world,
        charger: bench.charger,
        asked: Vec::new(),
    };
    let mut machine = StandAlone::new(resolve(ALONE))
        .unwrap()
        .with_policy(policy())
        .with_person_steps(PersonStep::NO_SIM)
        .start(&bench.journal.history())
        .unwrap();
    let mut link = bench.world.link(bench.charger);
    let outcome = bench
        .run_watched(&mut machine, &mut link, &mut person)
        .unwrap();
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert_eq!(person.asked, PersonStep::NO_SIM);
    assert!(
        bench
            .world
            .charger(bench.charger, |charger| charger.is_stand_alone())
    );
    let found = inspect(&bench);
    let number = |id| found.snapshot.value(id).and_then(|value| value.as_u8());
    assert!(found.profiles.is_empty());
    assert_eq!(number(objects::AUTHORIZATION_MODE), Some(0));
    assert_eq!(number(objects::OFFLINE_ACTION_HIGH), Some(0));
    assert_eq!(number(objects::OFFLINE_ACTION_LOW), Some(1));
    assert_eq!(
        found.snapshot.value(objects::PLUG_AND_CHARGE_ID),
        Some(&Value::Text("ACE0999001".to_owned()))
    );
    assert!(found.mobile.imsi.is_empty());
    let mut again = StandAlone::new(resolve(ALONE))
        .unwrap()
        .with_policy(policy())
        .start(&bench.journal.history())
        .unwrap();
    let outcome = bench.run(&mut again).unwrap();
    assert!(matches!(outcome.end, End::AlreadyInForce), "{outcome:#?}");
    assert_eq!(plug_in(), Admission::Granted, "its own number is known");
}

#[test]
fn a_document_for_a_back_office_is_no_stand_alone() {
    assert!(StandAlone::new(resolve(DOCUMENT)).is_err());
}

#[test]
fn a_snapshot_is_put_back_on_its_charger() {
    let mut bench = Bench::new();
    let before = inspect(&bench).snapshot;
    assert!(bench.change(Strategy::Documented).is_success());
    let mut machine = RestoreSnapshot::new(before)
        .with_policy(policy())
        .start(&bench.journal.history())
        .unwrap();
    let outcome = bench.run(&mut machine).unwrap();
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert!(bench.is_at(OLD));
}

#[test]
fn b2_n1_to_n5_staged_the_old_back_office_stays_until_the_new_one_is_proven() {
    let mut bench = Bench::new();
    let outcome = bench.change(Strategy::Staged);
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert!(bench.is_at(NEW));
    let found = inspect(&bench);
    assert_eq!(found.profiles.len(), 1);
    let armed = bench.journal.history().armed.unwrap();
    assert_eq!(
        armed
            .steps
            .iter()
            .filter(|step| **step == StepName::Prove)
            .count(),
        2
    );
    assert!(!armed.steps.contains(&StepName::Detach));
    let again = bench.change(Strategy::Staged);
    assert!(matches!(again.end, End::AlreadyInForce), "{again:#?}");
}

#[test]
fn staged_the_fallback_answering_in_place_of_the_new_back_office_is_no_success() {
    let mut bench = Bench::new();
    bench.world.set_behaviour(bench.new, Behaviour::dead());
    let outcome = bench.change(Strategy::Staged);
    let End::RolledBack {
        failure: Failure::NotProven { doubt },
    } = &outcome.end
    else {
        panic!("{outcome:#?}");
    };
    assert!(
        matches!(doubt, charger_commissioning::Doubt::WrongProfile { .. }),
        "{doubt:?}"
    );
    assert!(bench.is_at(OLD));
}

#[test]
fn an_overwritten_key_comes_back_when_the_caller_knows_it() {
    let old_key = "the old back office k";
    let setup = ChargerSetup::default().with_profile(1, "ws://csms.example.net:80/o", 1, 1);
    let mut bench = Bench::unsettled(with_key(setup.with_profile(2, "", 0, 0), old_key));
    bench.world.back_office(bench.old, |old| {
        old.accounts
            .insert("ACE0999001".to_owned(), Account::open().with_key(old_key));
    });
    bench.world.settle(bench.charger, Duration::from_secs(600));
    assert!(bench.is_at(OLD));
    bench.world.set_behaviour(bench.new, Behaviour::dead());
    let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
        .with_policy(policy())
        .with_old_authorization_key(old_key.into())
        .start(&bench.journal.history())
        .unwrap();
    let outcome = bench.run(&mut machine).unwrap();
    assert!(
        matches!(outcome.end, End::RolledBack { .. }),
        "{outcome:#?}"
    );
    assert!(bench.is_at(OLD));
}

#[test]
fn a_lost_key_is_named_as_what_a_person_must_see_to() {
    let old_key = "the old back office k";
    let setup = ChargerSetup::default().with_profile(1, "ws://csms.example.net:80/o", 1, 1);
    let mut bench = Bench::unsettled(with_key(setup.with_profile(2, "", 0, 0), old_key));
    bench.world.back_office(bench.old, |old| {
        old.accounts
            .insert("ACE0999001".to_owned(), Account::open().with_key(old_key));
    });
    bench.world.settle(bench.charger, Duration::from_secs(600));
    bench.world.set_behaviour(bench.new, Behaviour::dead());
    let outcome = bench.change(Strategy::Documented);
    let End::NeedsPerson { notes, .. } = &outcome.end else {
        panic!("{outcome:#?}");
    };
    assert!(notes.contains(&charger_commissioning::SafetyNote::LocalAccess));
    assert!(notes.contains(&charger_commissioning::SafetyNote::OldAuthorizationKey));
    assert!(bench.is_answering());
}

#[test]
fn certificates_are_checked_against_a_clock_that_was_set() {
    let mut bench = Bench::new();
    let now = charger_sim::EPOCH + bench.world.now();
    let mut certificate = ServerCertificate::new(ROOT.to_vec());
    certificate.not_before = now.saturating_sub(Duration::from_secs(3600));
    bench
        .world
        .back_office(bench.new, |new| new.certificate = Some(certificate));
    assert!(bench.change(Strategy::Documented).is_success());
}
