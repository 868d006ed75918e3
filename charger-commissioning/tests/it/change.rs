//! Changing the back office, without faults and with a back office that says no.

use std::time::Duration;

use charger_commissioning::{End, Event, Failure, Strategy};
use charger_sim::{Behaviour, BootStatus, EPOCH};

use crate::bench::{Bench, DOCUMENT, NEW, OLD, resolve, resolve_with_root};

#[test]
fn b2_n1_n2_n5_m1_to_m4_m8_v1_documented_a_charger_ends_accepted_at_the_new_back_office() {
    let mut bench = Bench::new();
    let outcome = bench.change(Strategy::Documented);
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert!(bench.is_at(NEW), "{}", bench.active_url());
    assert_eq!(bench.world.counts(bench.charger).restarts, 2);
    assert!(outcome.requests <= 200, "{} requests", outcome.requests);
}

#[test]
fn a_back_office_that_rejects_the_charger_gets_it_not() {
    let mut bench = Bench::new();
    bench
        .world
        .set_behaviour(bench.new, Behaviour::answering(BootStatus::Rejected));
    let outcome = bench.change(Strategy::Documented);
    assert!(
        matches!(
            &outcome.end,
            End::RolledBack {
                failure: Failure::NotProven { .. }
            }
        ),
        "{outcome:#?}"
    );
    assert!(bench.is_at(OLD), "{}", bench.active_url());
}

#[test]
fn f1_with_the_wrong_root_the_old_back_office_comes_back_and_the_log_is_explained() {
    let mut bench = Bench::new();
    let document = resolve_with_root(DOCUMENT, b"another root");
    let outcome = bench.change_to(document, Strategy::Documented);
    assert!(
        matches!(outcome.end, End::RolledBack { .. }),
        "{outcome:#?}"
    );
    assert!(!outcome.diagnoses.is_empty(), "{outcome:#?}");
    assert!(bench.is_at(OLD), "{}", bench.active_url());
}

#[test]
fn a_second_run_writes_nothing_and_restarts_nothing() {
    let mut bench = Bench::new();
    bench.change(Strategy::Documented);
    let before = bench.world.counts(bench.charger);
    let outcome = bench.change(Strategy::Documented);
    assert!(matches!(outcome.end, End::AlreadyInForce), "{outcome:#?}");
    let after = bench.world.counts(bench.charger);
    assert_eq!(after.objects_written, before.objects_written);
    assert_eq!(after.restarts, before.restarts);
    assert_eq!(after.uploads, before.uploads);
}

/// Found by the reliability suite (R7): the power went away with the logout of the first
/// run, and the second one took a charger that was still starting for one that nobody
/// accepts, and moved it once more.
#[test]
fn a_second_run_waits_for_a_charger_that_is_still_starting() {
    for strategy in [Strategy::Documented, Strategy::Staged] {
        let mut bench = Bench::new();
        assert!(bench.change(strategy).is_success());
        let before = bench.world.counts(bench.charger);
        bench
            .world
            .with_charger(bench.charger, |charger, now, effects| {
                charger.crash(now, effects);
            });
        let outcome = bench.change(strategy);
        assert!(matches!(outcome.end, End::AlreadyInForce), "{outcome:#?}");
        let after = bench.world.counts(bench.charger);
        assert_eq!(after.objects_written, before.objects_written);
        assert_eq!(
            (after.restarts, after.uploads),
            (before.restarts, before.uploads)
        );
    }
}

#[test]
fn a_charger_that_nobody_accepts_any_more_is_not_waited_for_without_end() {
    let mut bench = Bench::new();
    assert!(bench.change(Strategy::Documented).is_success());
    let new = bench.new;
    bench.world.set_behaviour(new, Behaviour::dead());
    bench
        .world
        .with_charger(bench.charger, |charger, now, effects| {
            charger.crash(now, effects);
        });
    let started = bench.world.now();
    let outcome = bench.change(Strategy::Documented);
    assert!(!outcome.is_success(), "{outcome:#?}");
    let events = bench.journal.entries().iter().rev();
    let armed = events
        .filter(|entry| matches!(entry.event, Event::Armed(_)))
        .map(|entry| entry.at.since_epoch().saturating_sub(EPOCH))
        .next()
        .unwrap();
    assert!(armed > started && armed - started < Duration::from_secs(600));
}

/// The document keeps the old back office as the fallback of the new one, and only the
/// fallback accepts the charger.
#[test]
fn accepted_by_a_fallback_at_another_back_office_is_no_success() {
    let fallback = format!(
        "{DOCUMENT}\n[network-profile.2]\npriority = 2\nocpp-version = \"1.6\"\n\
         csms-url = \"ws://{OLD}/fallback\"\ninterface = \"wired\"\nsecurity-profile = 0\n"
    );
    for strategy in [Strategy::Documented, Strategy::Staged] {
        for behaviour in [
            Behaviour::dead(),
            Behaviour::answering(BootStatus::Rejected),
            Behaviour::answering(BootStatus::Pending),
            Behaviour::default().with_boot(None),
        ] {
            let mut bench = Bench::new();
            bench.world.set_behaviour(bench.new, behaviour);
            let outcome = bench.change_to(resolve(&fallback), strategy);
            assert!(
                matches!(outcome.end, End::RolledBack { .. }),
                "{strategy:?} {behaviour:?} {outcome:#?}"
            );
            assert!(bench.is_at(OLD), "{}", bench.active_url());
            assert!(!bench.active_url().contains("fallback"));
        }
        let mut bench = Bench::new();
        let outcome = bench.change_to(resolve(&fallback), strategy);
        assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    }
}
