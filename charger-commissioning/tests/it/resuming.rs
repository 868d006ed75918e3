//! Taking a procedure up again: too late, by the tool that is just started again, or with
//! the wrong one.

use std::time::Duration;

use bytes::Bytes;
use charger_commissioning::{
    Answer, ChangeBackOffice, Driver, End, Event, Failure, History, Inspector, InstallRoot,
    LookDriver, Machine, Observer, Question, RestoreSnapshot, RollBack, RunError, StandAlone,
    StartError, Strategy, WhenLate,
};
use fwi_format::OwnedContainer;
use ocpp_config::{InstalledPlace, WriteOnlyItem};

use crate::bench::{
    Bench, DOCUMENT, NEW, OLD, ROOT, policy, resolve, resolve_with_root, root_container,
};

const TWO_DAYS: Duration = Duration::from_secs(2 * 86_400);

/// A changeover that was cut off right after it was armed, two days ago.
fn two_days_late(strategy: Strategy) -> Bench {
    let mut bench = Bench::new();
    bench.cancel_after_armed(strategy);
    bench.world.advance(TWO_DAYS);
    bench
}

fn resume(bench: &mut Bench, strategy: Strategy, late: WhenLate) -> End {
    let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
        .with_strategy(strategy)
        .with_policy(policy().with_late(late))
        .resume(&bench.journal.history())
        .unwrap();
    bench.run(&mut machine).unwrap().end
}

#[test]
fn a_deadline_that_passed_meanwhile_brings_the_old_back_office_back() {
    for strategy in [Strategy::Documented, Strategy::Staged] {
        let mut bench = two_days_late(strategy);
        let written = bench.world.counts(bench.charger).objects_written;
        let end = resume(&mut bench, strategy, WhenLate::GoBack);
        assert!(
            matches!(
                end,
                End::RolledBack {
                    failure: Failure::DeadlinePassed
                }
            ),
            "{end}"
        );
        assert!(bench.is_at(OLD));
        let counts = bench.world.counts(bench.charger);
        assert_eq!(counts.objects_written, written, "late, and yet it wrote");
    }
}

#[test]
fn a_new_deadline_is_given_by_name_only_and_is_durable_before_anything_is_done() {
    for strategy in [Strategy::Documented, Strategy::Staged] {
        let mut bench = two_days_late(strategy);
        let old = bench.journal.history().armed.unwrap().deadline;
        let end = resume(&mut bench, strategy, WhenLate::NewDeadline);
        assert!(matches!(end, End::Proven), "{end}");
        assert!(bench.is_at(NEW));
        let entries = bench.journal.entries();
        let renewed = entries
            .iter()
            .position(|entry| matches!(entry.event, Event::DeadlineRenewed { .. }));
        let begun = entries
            .iter()
            .position(|entry| matches!(entry.event, Event::StepBegun { .. }));
        assert!(renewed.unwrap() < begun.unwrap());
        let entry = &entries[renewed.unwrap()];
        let new = bench.journal.history().armed.unwrap().deadline;
        assert_eq!(new, entry.at + policy().time_limit());
        assert!(new > old);
    }
}

#[test]
fn a_deadline_that_has_not_passed_is_not_moved() {
    let mut bench = Bench::new();
    bench.cancel_after_armed(Strategy::Documented);
    let old = bench.journal.history().armed.unwrap().deadline;
    let end = resume(&mut bench, Strategy::Documented, WhenLate::NewDeadline);
    assert!(matches!(end, End::Proven), "{end}");
    assert_eq!(bench.journal.history().armed.unwrap().deadline, old);
}

/// Every procedure that starts fresh, made by its `start_or_resume`.
type Make = fn(&Bench, &History) -> Result<Machine, StartError>;

const CHANGE: Make = |_, history| {
    ChangeBackOffice::new(resolve(DOCUMENT))
        .with_policy(policy())
        .start_or_resume(history)
};
const INSTALL_ROOT: Make = |_, history| {
    let container = OwnedContainer::parse(Bytes::from(root_container(ROOT))).unwrap();
    InstallRoot::new(container)
        .with_policy(policy())
        .start_or_resume(history)
};
const STAND_ALONE: Make = |_, history| {
    let document = resolve("preset = \"stand-alone\"\n[authorization]\nmode = \"rfid\"\n");
    StandAlone::new(document)
        .unwrap()
        .with_policy(policy())
        .start_or_resume(history)
};
/// Back to what is on the charger, with another number of connection attempts.
const RESTORE: Make = |bench, history| {
    let mut link = bench.world.link(bench.charger);
    let mut inspector = Inspector::new(policy());
    let mut driver = LookDriver::new(&mut link).with_clock(bench.clock());
    let mut before = driver.run(&mut inspector).unwrap().snapshot;
    let id = ocpp_config::objects::CONNECTION_ATTEMPTS;
    let mut attempts = before.get(id).unwrap().clone();
    attempts.value = ocpp_config::Value::Unsigned(7);
    before.insert(attempts);
    // The moment differs, the wish must not.
    for id in [
        ocpp_config::objects::CLOCK,
        ocpp_config::objects::UPTIME,
        ocpp_config::objects::CONFIGURATION_CHANGED,
    ] {
        let mut object = before.get(id).unwrap().clone();
        object.value = ocpp_config::Value::Unsigned(0);
        before.insert(object);
    }
    RestoreSnapshot::new(before)
        .with_policy(policy())
        .start_or_resume(history)
};

#[test]
fn a_tool_that_is_started_again_goes_on_with_every_procedure() {
    let all = [CHANGE, INSTALL_ROOT, STAND_ALONE, RESTORE];
    for (number, make) in all.into_iter().enumerate() {
        let mut bench = Bench::new();
        bench.watcher.cancel_when_armed = Some(bench.cancel.clone());
        let mut machine = make(&bench, &bench.journal.history()).unwrap();
        let cut_off = bench.run(&mut machine);
        assert!(matches!(cut_off, Err(RunError::Cancelled)), "{number}");
        bench.watcher.cancel_when_armed = None;
        bench.cancel = charger_link::Cancel::new();
        bench.reopen();
        let history = bench.journal.history();
        for (other, make) in all.into_iter().enumerate() {
            let again = make(&bench, &history);
            let is_other = matches!(again, Err(StartError::OtherProcedure { .. }));
            assert_eq!(is_other, other != number, "{number}, {other}: {again:?}");
        }
        let mut machine = make(&bench, &history).unwrap();
        let outcome = bench.run(&mut machine).unwrap();
        assert!(matches!(outcome.end, End::Proven), "{number}: {outcome:#?}");
        let resumed = bench.journal.entries().iter();
        let resumed = resumed.filter(|entry| entry.event == Event::Resumed);
        assert_eq!(resumed.count(), 1, "{number}");
        assert!(make(&bench, &bench.journal.history()).is_ok(), "{number}");
    }
}

/// The document names the same file, which holds another root now.
fn change_with(root: &[u8]) -> ChangeBackOffice {
    ChangeBackOffice::new(resolve_with_root(DOCUMENT, root)).with_policy(policy())
}

const NEXT_ROOT: &[u8] = b"the next root of the new back office";

/// Agrees another time when it is asked for the first time.
#[derive(Default)]
struct AnotherTime {
    asked: bool,
}

impl Observer for AnotherTime {
    fn answer(&mut self, _question: &Question) -> Answer {
        match std::mem::replace(&mut self.asked, true) {
            false => Answer::Later,
            true => Answer::Yes,
        }
    }
}

#[test]
fn a_root_that_was_replaced_under_the_same_name_is_installed() {
    let mut bench = Bench::new();
    assert!(bench.change(Strategy::Documented).is_success());
    let uploads = |bench: &Bench| bench.world.counts(bench.charger).uploads;
    assert_eq!(uploads(&bench), 1);
    assert!(change_with(ROOT).is_finished(&bench.journal.history()));
    assert!(!change_with(NEXT_ROOT).is_finished(&bench.journal.history()));
    // A pause between the first line of the journal and the word to begin forgets nothing.
    let mut observer = AnotherTime::default();
    let mut machine = change_with(NEXT_ROOT)
        .start(&bench.journal.history())
        .unwrap();
    let mut link = bench.world.link(bench.charger);
    let paused = bench.run_watched(&mut machine, &mut link, &mut observer);
    assert!(matches!(paused, Err(RunError::Paused { .. })), "{paused:?}");
    bench.reopen();
    let mut machine = change_with(NEXT_ROOT)
        .resume(&bench.journal.history())
        .unwrap();
    let outcome = bench.run(&mut machine).unwrap();
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert_eq!(uploads(&bench), 2);
    assert!(change_with(NEXT_ROOT).is_finished(&bench.journal.history()));
    // The third time there is nothing to do.
    let mut machine = change_with(NEXT_ROOT)
        .start(&bench.journal.history())
        .unwrap();
    let outcome = bench.run(&mut machine).unwrap();
    assert!(matches!(outcome.end, End::AlreadyInForce), "{outcome:#?}");
    assert_eq!(uploads(&bench), 2);
}

#[test]
fn who_wants_it_installed_again_is_never_finished() {
    let mut bench = Bench::new();
    assert!(bench.change(Strategy::Documented).is_success());
    let history = bench.journal.history();
    let again = change_with(ROOT).with_policy(policy().with_install_again(true));
    assert!(change_with(ROOT).is_finished(&history) && !again.is_finished(&history));
    let mut machine = again.start_or_resume(&history).unwrap();
    let outcome = bench.run(&mut machine).unwrap();
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert_eq!(bench.world.counts(bench.charger).uploads, 2);
}

/// A key that was replaced under the same name is not noticed, which is said; asked for by
/// name, it is installed.
#[test]
fn what_cannot_be_compared_is_named_by_a_second_run() {
    for strategy in [Strategy::Documented, Strategy::Staged] {
        let mut bench = Bench::new();
        let first = bench.change(strategy);
        assert_eq!((first.is_success(), first.not_compared.len()), (true, 0));
        let before = bench.world.counts(bench.charger).side_effects;
        let outcome = bench.change(strategy);
        assert!(matches!(outcome.end, End::AlreadyInForce), "{outcome:#?}");
        assert_eq!(bench.world.counts(bench.charger).side_effects, before);
        assert_eq!(
            outcome.not_compared,
            [
                InstalledPlace::Item(WriteOnlyItem::AUTHORIZATION_KEY),
                InstalledPlace::RootPackage
            ]
        );
        let told = outcome.to_string();
        let words = "; not compared: authorization key, root certificate container";
        assert!(told.ends_with(words), "{told}");
        let json = serde_json::to_value(&outcome).unwrap();
        let places = serde_json::json!(["item-0", "root-package"]);
        assert_eq!(json["not_compared"], places);
        let again = change_with(ROOT).with_strategy(strategy);
        let again = again.with_policy(policy().with_install_again(true));
        let mut machine = again.start(&bench.journal.history()).unwrap();
        let outcome = bench.run(&mut machine).unwrap();
        assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
        assert_eq!(outcome.not_compared, []);
        assert!(bench.world.counts(bench.charger).side_effects > before);
    }
}

#[test]
fn what_has_no_secrets_is_compared_as_a_whole() {
    let mut bench = Bench::new();
    for end in [End::Proven, End::AlreadyInForce] {
        let document = resolve("preset = \"stand-alone\"\n[authorization]\nmode = \"rfid\"\n");
        let stand_alone = StandAlone::new(document).unwrap().with_policy(policy());
        let mut machine = stand_alone.start(&bench.journal.history()).unwrap();
        let outcome = bench.run(&mut machine).unwrap();
        assert_eq!(outcome.end.to_string(), end.to_string());
        assert_eq!(outcome.not_compared, []);
    }
}

/// What was begun with one root is not gone on with by another, and is by the same although
/// the charger has everything else already.
#[test]
fn an_armed_move_goes_on_with_its_own_root_only() {
    let mut bench = Bench::new();
    assert!(bench.change(Strategy::Documented).is_success());
    bench.watcher.cancel_when_armed = Some(bench.cancel.clone());
    let mut machine = change_with(NEXT_ROOT)
        .start(&bench.journal.history())
        .unwrap();
    let cut_off = bench.run(&mut machine);
    assert!(matches!(cut_off, Err(RunError::Cancelled)), "{cut_off:?}");
    bench.watcher.cancel_when_armed = None;
    bench.cancel = charger_link::Cancel::new();
    bench.reopen();
    let history = bench.journal.history();
    let other = change_with(ROOT).start_or_resume(&history);
    assert!(matches!(other, Err(StartError::OtherWish)), "{other:?}");
    let mut machine = change_with(NEXT_ROOT).start_or_resume(&history).unwrap();
    let outcome = bench.run(&mut machine).unwrap();
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert_eq!(bench.world.counts(bench.charger).uploads, 2);
}

#[test]
fn an_empty_journal_holds_nothing_to_undo_and_nothing_to_resume() {
    let history = History::of(&[]);
    assert!(matches!(
        RollBack::new().start(&history),
        Err(StartError::NothingToUndo)
    ));
    assert!(matches!(
        ChangeBackOffice::new(resolve(DOCUMENT)).resume(&history),
        Err(StartError::NothingToResume)
    ));
}

/// Nobody answers for the person in front of it: what cannot be undone is not agreed to,
/// and nothing is written.
#[test]
fn a_driver_without_an_observer_agrees_to_nothing_that_cannot_be_undone() {
    let mut bench = Bench::new();
    let mut machine = CHANGE(&bench, &bench.journal.history()).unwrap();
    let clock = bench.clock();
    let outcome = Driver::new(bench.world.link(bench.charger), &mut bench.journal)
        .with_clock(clock)
        .run(&mut machine)
        .unwrap();
    assert!(matches!(outcome.end, End::Refused { .. }), "{outcome}");
    assert_eq!(bench.world.counts(bench.charger).side_effects, 0);
}
