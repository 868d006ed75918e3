//! What stops a procedure before its first write, and who is asked.

use std::time::Duration;

use bytes::Bytes;
use charger_commissioning::{
    Answer, ChangeBackOffice, Driver, End, Event, InstallRoot, Observer, PersonStep, Policy,
    Preflight, PreflightReport, PreflightSubject, PreflightVerdict, Question, Refusal, RunError,
    Strategy, UnsentTransactions, WhenBusy, WhenPreflightFails,
};
use charger_sim::{ChargerSetup, FirmwareLine, SimCard};
use fwi_format::OwnedContainer;
use ocpp_config::{InstalledPlace, OneWayDoor, Value, WriteOnlyItem, objects};

use crate::bench::{
    Bench, DOCUMENT, NEW, OLD, ROOT, WorldClock, policy, resolve, resolve_with, root_container,
};

fn refusal(bench: &mut Bench, policy: Policy) -> Refusal {
    let outcome = bench.change_under(policy, Strategy::Documented).unwrap();
    assert_untouched(bench);
    match outcome.end {
        End::Refused { refusal } => refusal,
        other => panic!("{other:#?}"),
    }
}

pub(crate) fn assert_untouched(bench: &Bench) {
    let counts = bench.world.counts(bench.charger);
    assert_eq!(
        (counts.side_effects, counts.objects_written, counts.restarts),
        (0, 0, 0)
    );
}

#[test]
fn firmware_without_network_profiles_is_refused() {
    let mut bench = Bench::with(ChargerSetup::default().with_firmware(FirmwareLine::V5));
    let refusal = refusal(&mut bench, policy());
    assert!(
        matches!(refusal, Refusal::FirmwareTooOld { .. }),
        "{refusal:?}"
    );
}

#[test]
fn a_full_certificate_store_is_refused() {
    let mut bench = Bench::new();
    let refusal = refusal(&mut bench, policy().with_certificate_room(0));
    assert!(matches!(refusal, Refusal::StoreFull { .. }), "{refusal:?}");
}

#[test]
fn a_container_without_its_trailer_is_refused() {
    let mut bench = Bench::new();
    let mut cut = root_container(ROOT);
    cut.truncate(cut.len() - 256);
    let container = OwnedContainer::parse(Bytes::from(cut.clone())).unwrap();
    let alone = InstallRoot::new(container).check_container();
    assert!(matches!(alone, Err(Refusal::BadContainer { .. })));
    let document = resolve_with(DOCUMENT, "Rootcertificate.fwi", cut);
    let alone = ChangeBackOffice::new(document.clone()).check_containers();
    assert!(matches!(alone, Err(Refusal::BadContainer { .. })));
    let outcome = bench.change_to(document, Strategy::Documented);
    assert_untouched(&bench);
    let End::Refused { refusal } = outcome.end else {
        panic!("{:#?}", outcome.end)
    };
    assert!(
        matches!(refusal, Refusal::BadContainer { .. }),
        "{refusal:?}"
    );
}

#[test]
fn a_charging_car_is_waited_for() {
    let mut bench = Bench::new();
    let charge = |bench: &Bench, on| {
        bench
            .world
            .with_charger(bench.charger, |charger, _, effects| {
                charger.set_charging(on, effects)
            });
    };
    charge(&bench, true);
    let limit = Duration::from_secs(1200);
    let started = bench.world.now();
    let refused = refusal(&mut bench, policy().with_busy(WhenBusy::Wait(limit)));
    assert!(matches!(refused, Refusal::Busy), "{refused:?}");
    assert!(bench.world.now() - started >= limit);
    charge(&bench, false);
    assert!(bench.change(Strategy::Documented).is_success());
}

#[test]
fn a_charging_car_is_interrupted_only_on_request() {
    let mut bench = Bench::new();
    bench
        .world
        .with_charger(bench.charger, |charger, _, effects| {
            charger.set_charging(true, effects)
        });
    let policy = policy().with_busy(WhenBusy::Interrupt);
    let outcome = bench.change_under(policy, Strategy::Documented).unwrap();
    assert!(outcome.is_success(), "{outcome:#?}");
}

#[test]
fn a_charger_that_was_just_accepted_gets_time_to_deliver_its_transactions() {
    let mut setup = ChargerSetup::default();
    setup.unsent_transactions = 3;
    let mut bench = Bench::with(setup);
    bench
        .world
        .with_charger(bench.charger, |charger, now, effects| {
            charger.crash(now, effects)
        });
    bench.world.settle(bench.charger, Duration::from_secs(600));
    let settled = bench.world.now();
    let outcome = bench.change(Strategy::Documented);
    assert!(outcome.is_success(), "{outcome:#?}");
    let armed = bench.armed_at();
    assert!(
        armed - settled >= Duration::from_secs(30),
        "{:?}",
        armed - settled
    );
    let unsent = |charger: &charger_sim::ChargerModel| charger.unsent_transactions();
    assert_eq!(bench.world.charger(bench.charger, unsent), 0);
}

#[test]
fn undelivered_transactions_can_be_ignored() {
    let policy = policy().with_unsent_transactions(UnsentTransactions::Ignore);
    let outcome = Bench::new().change_under(policy, Strategy::Documented);
    assert!(outcome.unwrap().is_success());
}

#[test]
fn staged_needs_a_charger_that_reports_its_active_profile() {
    let mut setup = ChargerSetup::default();
    setup.habits.reports_active_profile = false;
    let mut bench = Bench::with(setup);
    let outcome = bench.change(Strategy::Staged);
    assert!(
        matches!(
            outcome.end,
            End::Refused {
                refusal: Refusal::ActiveProfileUnknown
            }
        ),
        "{outcome:#?}"
    );
    assert_untouched(&bench);
}

#[test]
fn staged_needs_a_free_profile() {
    let mut setup = ChargerSetup::default();
    for (slot, priority) in [(1, 1), (2, 2), (3, 3), (4, 4)] {
        setup = setup.with_profile(slot, "ws://csms.example.net:80/services/ocppj", priority, 0);
    }
    let mut bench = Bench::with(setup);
    let outcome = bench.change(Strategy::Staged);
    assert!(
        matches!(
            outcome.end,
            End::Refused {
                refusal: Refusal::NoPlan { .. }
            }
        ),
        "{outcome:#?}"
    );
    assert_untouched(&bench);
}

/// Says the same to every question.
pub(crate) struct Says(pub(crate) Answer, pub(crate) Vec<Question>);

impl Observer for Says {
    fn answer(&mut self, question: &Question) -> Answer {
        self.1.push(question.clone());
        self.0
    }
}

/// What a preflight found.
struct Found(PreflightVerdict);

impl Preflight for Found {
    fn check(&mut self, subject: &PreflightSubject) -> PreflightReport {
        assert_eq!(subject.document().checked().profiles().count(), 1);
        PreflightReport::new(self.0, "as the test wants it")
    }
}

fn change_with(
    bench: &mut Bench,
    change: ChangeBackOffice,
    preflight: PreflightVerdict,
    observer: &mut impl Observer,
) -> Result<charger_commissioning::Outcome, RunError> {
    let history = bench.journal.history();
    let mut machine = match history.is_unfinished() {
        true => change.resume(&history).unwrap(),
        false => change.start(&history).unwrap(),
    };
    Driver::new(bench.world.link(bench.charger), &mut bench.journal)
        .with_clock(WorldClock(bench.world.clone()))
        .with_preflight(Found(preflight))
        .with_observer(observer)
        .run(&mut machine)
}

#[test]
fn one_way_doors_are_listed_and_without_a_yes_nothing_is_written() {
    let mut bench = Bench::new();
    let mut says = Says(Answer::No, Vec::new());
    let change = ChangeBackOffice::new(resolve(DOCUMENT));
    let outcome = change_with(&mut bench, change, PreflightVerdict::WillWork, &mut says).unwrap();
    assert!(
        matches!(
            outcome.end,
            End::Refused {
                refusal: Refusal::NotAgreed
            }
        ),
        "{outcome:#?}"
    );
    assert_untouched(&bench);
    let [Question::Begin(proposal)] = says.1.as_slice() else {
        panic!("{:#?}", says.1);
    };
    let key = InstalledPlace::Item(WriteOnlyItem::AUTHORIZATION_KEY);
    assert_eq!(
        proposal.one_way_doors,
        [
            OneWayDoor::RootInstalled,
            OneWayDoor::SecretOverwritten { place: key },
            OneWayDoor::SecurityProfileRaised { from: 0, to: 2 },
        ]
    );
    assert!(
        proposal
            .changes
            .iter()
            .any(|change| change.new
                == Some(Value::Text("wss://new.example.org:443/ocpp".to_owned())))
    );
    assert!(proposal.preflight.is_some());
}

#[test]
fn a_preflight_that_fails_stops_before_the_first_write_unless_told_otherwise() {
    let mut bench = Bench::new();
    let mut yes = Says(Answer::Yes, Vec::new());
    let change = ChangeBackOffice::new(resolve(DOCUMENT));
    let outcome = change_with(
        &mut bench,
        change.clone(),
        PreflightVerdict::WillFail,
        &mut yes,
    );
    assert!(matches!(
        outcome.unwrap().end,
        End::Refused {
            refusal: Refusal::Preflight { .. }
        }
    ));
    assert_untouched(&bench);
    let policy = policy().with_preflight_failure(WhenPreflightFails::GoOn);
    let change = change.with_policy(policy);
    let outcome = change_with(&mut bench, change, PreflightVerdict::WillFail, &mut yes);
    assert!(outcome.unwrap().is_success());
}

/// Somebody who does one thing a day.
struct Tomorrow {
    bench: charger_sim::World,
    charger: charger_sim::ChargerId,
    done: usize,
    asked: Vec<PersonStep>,
}

impl Observer for Tomorrow {
    fn answer(&mut self, question: &Question) -> Answer {
        let Question::Person(step) = question else {
            return Answer::Yes;
        };
        if self.asked.len() == self.done {
            self.asked.push(*step);
            return Answer::Later;
        }
        self.done += 1;
        self.bench
            .with_charger(self.charger, |charger, now, effects| match step {
                PersonStep::PowerOff => charger.power_off(now, effects),
                PersonStep::InsertSim => charger.insert_sim(Some(SimCard::default())),
                PersonStep::PowerOn => charger.power_on(now),
                _ => {}
            });
        Answer::Yes
    }
}

#[test]
fn p1_p2_p3_a_new_sim_is_waited_for_across_days_and_program_starts() {
    let mut bench = Bench::new();
    let mut person = Tomorrow {
        bench: bench.world.clone(),
        charger: bench.charger,
        done: 0,
        asked: Vec::new(),
    };
    let change = || ChangeBackOffice::new(resolve(DOCUMENT)).with_person_steps(PersonStep::NEW_SIM);
    let mut starts = 0;
    let outcome = loop {
        starts += 1;
        match change_with(
            &mut bench,
            change(),
            PreflightVerdict::WillWork,
            &mut person,
        ) {
            Ok(outcome) => break outcome,
            Err(RunError::Paused { .. }) => {
                bench.world.advance(Duration::from_secs(86_400));
                bench.reopen();
            }
            Err(error) => panic!("{error}"),
        }
        assert!(starts < 9);
    };
    assert!(outcome.is_success(), "{outcome:#?}");
    assert_eq!(person.asked, PersonStep::NEW_SIM);
    assert_eq!(starts, 4);
    assert!(bench.is_at(NEW));
}

#[test]
fn a_witness_who_does_not_see_the_charger_is_believed() {
    struct Blind;
    impl Observer for Blind {
        fn answer(&mut self, question: &Question) -> Answer {
            match question {
                Question::Witness { identity } => {
                    assert_eq!(identity, "ACE0999001");
                    Answer::No
                }
                _ => Answer::Yes,
            }
        }
    }
    let mut bench = Bench::new();
    let change = ChangeBackOffice::new(resolve(DOCUMENT)).with_policy(policy().with_witness(true));
    let outcome = change_with(&mut bench, change, PreflightVerdict::WillWork, &mut Blind).unwrap();
    assert!(
        matches!(outcome.end, End::RolledBack { .. }),
        "{outcome:#?}"
    );
    assert!(bench.is_at(OLD));
}

#[test]
fn a_journal_is_not_resumed_on_another_charger() {
    let mut bench = Bench::new();
    bench.cancel_after_armed(Strategy::Documented);
    let other = bench.world.add_charger(ChargerSetup::new("ACE0999002"));
    bench.world.advance(Duration::from_secs(60));
    let mine = std::mem::replace(&mut bench.charger, other);
    let outcome = bench.resume(Strategy::Documented).unwrap();
    assert!(
        matches!(
            &outcome.end,
            End::Refused {
                refusal: Refusal::OtherCharger { .. }
            }
        ),
        "{outcome:#?}"
    );
    assert_eq!(bench.world.counts(other).side_effects, 0);
    bench.charger = mine;
    assert!(bench.resume(Strategy::Documented).unwrap().is_success());
}

#[test]
fn a_journal_of_another_document_or_strategy_is_not_resumed() {
    let mut bench = Bench::new();
    bench.cancel_after_armed(Strategy::Documented);
    let history = bench.journal.history();
    let other = DOCUMENT.replace("connection-attempts = 3", "connection-attempts = 4");
    let other = ChangeBackOffice::new(resolve(&other)).resume(&history);
    assert!(other.is_err());
    let staged = ChangeBackOffice::new(resolve(DOCUMENT)).with_strategy(Strategy::Staged);
    assert!(staged.resume(&history).is_err());
    assert!(
        ChangeBackOffice::new(resolve(DOCUMENT))
            .start(&history)
            .is_err()
    );
}

#[test]
fn two_days_after_a_crash_the_deadline_brings_the_old_back_office_back() {
    let mut bench = Bench::new();
    bench.cancel_after_armed(Strategy::Documented);
    bench.world.advance(Duration::from_secs(2 * 86_400));
    let outcome = bench.resume(Strategy::Documented).unwrap();
    assert!(
        matches!(outcome.end, End::RolledBack { .. }),
        "{outcome:#?}"
    );
    assert!(bench.is_at(OLD));
}

#[test]
fn the_journal_holds_no_secret() {
    let document = DOCUMENT.replace(
        "message-timeout = 15",
        "message-timeout = 15\nsim-pin = { env = \"PIN\" }",
    );
    let mut bench = Bench::with(ChargerSetup::default().with_object(
        objects::ProfileField::SIM_PIN_LONG.of_profile(2).unwrap(),
        Value::Text("73519".to_owned()),
    ));
    bench.change_to(resolve(&document), Strategy::Documented);
    assert!(matches!(
        bench.journal.entries().last().map(|entry| &entry.event),
        Some(Event::Ended { .. })
    ));
    let bytes = bench.journal_bytes();
    let text = String::from_utf8(bytes).unwrap();
    for secret in [crate::bench::KEY, crate::bench::PIN, "73519"] {
        assert!(!text.contains(secret), "{secret} is in the journal");
    }
}
