//! Fleets in virtual time, each charger in a world of its own.

use std::sync::Mutex;

use charger_commissioning::{
    ChangeBackOffice, Fleet, FleetAbort, FleetEntry, FleetList, FleetPolicy, FleetRunner,
    FleetVerdict, Strategy,
};
use charger_link::Cancel;
use charger_sim::{Behaviour, ChargerSetup};

use crate::bench::{Bench, DOCUMENT, NEW, OLD, policy, resolve, tell};

fn list(chargers: usize) -> FleetList {
    let entry = |number: usize| FleetEntry::new(format!("ACE{number:07}"), "in memory");
    FleetList::new((1..=chargers).map(entry).collect()).unwrap()
}

/// Changes one charger, which must end where its verdict says.
fn change(entry: &FleetEntry, behaviour: Behaviour) -> (FleetVerdict, String) {
    let mut bench = Bench::with(ChargerSetup::new(&entry.name));
    bench.world.set_behaviour(bench.new, behaviour);
    let document = resolve(&DOCUMENT.replace("ACE0999001", &entry.name));
    let mut machine = ChangeBackOffice::new(document)
        .with_strategy(Strategy::Documented)
        .with_policy(policy())
        .start_or_resume(&bench.journal.history())
        .unwrap();
    let outcome = bench.run(&mut machine).unwrap();
    let verdict = FleetVerdict::of(&outcome);
    let place = if verdict.is_success() { NEW } else { OLD };
    assert!(bench.is_at(place), "{}: {outcome:#?}", entry.name);
    (verdict, format!("{:?}", outcome.end))
}

#[test]
fn ten_thousand_chargers_are_changed_over() {
    let fleet = Fleet::new(list(10_000), FleetPolicy::default().with_concurrency(2));
    let report = FleetRunner::new(fleet).run(|entry, _| change(entry, Behaviour::default()));
    tell(&format!(
        "fleet: {} chargers changed over",
        report.count(FleetVerdict::Changed)
    ));
    assert_eq!(report.count(FleetVerdict::Changed), 10_000);
    assert!(report.is_success());
}

#[test]
fn what_the_caller_stops_is_not_told_as_failures() {
    let cancel = Cancel::new();
    let report = FleetRunner::new(Fleet::new(list(10), FleetPolicy::default()))
        .with_cancel(&cancel)
        .run(|_, _| {
            cancel.cancel();
            (FleetVerdict::Interrupted, String::new())
        });
    assert_eq!(report.abort, Some(FleetAbort::Cancelled));
    assert_eq!(report.count(FleetVerdict::Interrupted), 1);
}

/// The work on the second charger panics, in the second wave; there is one worker.
#[test]
fn a_panic_over_one_charger_goes_on_when_all_others_are_finished() {
    let begun = Mutex::new(Vec::new());
    let last = Mutex::new(None);
    let policy = FleetPolicy::default()
        .with_waves([1])
        .with_concurrency(1)
        .with_tolerance(100, 10);
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        FleetRunner::new(Fleet::new(list(5), policy))
            .with_watch(|report| *last.lock().unwrap() = Some(report.clone()))
            .run(|entry, _| {
                begun.lock().unwrap().push(entry.name.clone());
                assert_ne!(entry.name, "ACE0000002", "for the test");
                (FleetVerdict::Changed, String::new())
            })
    }));
    let panic = caught.unwrap_err();
    let words = panic.downcast_ref::<String>().unwrap();
    assert!(words.contains("for the test"), "{words}");
    assert_eq!(begun.into_inner().unwrap().len(), 5);
    let last = last.into_inner().unwrap().unwrap();
    assert_eq!(last.count(FleetVerdict::Changed), 4);
    assert_eq!(last.count(FleetVerdict::Interrupted), 1);
}

/// Each of two watchers waits until the other is there too: with a lock held around them
/// they would wait for ever.
#[test]
fn a_watcher_may_take_its_time_as_nobody_waits_for_it() {
    let both = std::sync::Barrier::new(2);
    let policy = FleetPolicy::default().with_waves([]).with_concurrency(2);
    let report = FleetRunner::new(Fleet::new(list(2), policy))
        .with_watch(|report| {
            let finished = |row: &&charger_commissioning::FleetRow| {
                matches!(
                    row.state,
                    charger_commissioning::FleetRowState::Finished { .. }
                )
            };
            if report.rows.iter().any(|row| finished(&row)) {
                both.wait();
            }
        })
        .run(|_, _| (FleetVerdict::Changed, String::new()));
    assert!(report.is_success());
}

/// More workers than chargers are not begun: each would need a thread.
#[test]
fn a_short_list_needs_no_more_threads_than_it_has_chargers() {
    let policy = FleetPolicy::default()
        .with_waves([])
        .with_concurrency(usize::MAX);
    let report = FleetRunner::new(Fleet::new(list(3), policy))
        .run(|_, _| (FleetVerdict::Changed, String::new()));
    assert_eq!(report.count(FleetVerdict::Changed), 3);
}

#[test]
fn a_bad_document_stops_within_the_first_wave() {
    let tables = Mutex::new(0);
    let fleet = Fleet::new(list(10_000), FleetPolicy::default());
    let report = FleetRunner::new(fleet)
        .with_watch(|_| *tables.lock().unwrap() += 1)
        .run(|entry, status| {
            status("begins".to_owned());
            change(entry, Behaviour::dead())
        });
    assert_eq!(report.count(FleetVerdict::RolledBack), 1);
    assert!(matches!(
        report.abort,
        Some(FleetAbort::TooManyFailures { wave: 1, .. })
    ));
    assert_eq!(tables.into_inner().unwrap(), 2);
}
