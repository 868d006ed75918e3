//! Changing the back office, without faults and with a back office that says no.

use charger_commissioning::{End, Failure, Strategy};
use charger_sim::{Behaviour, BootStatus};

use crate::bench::{Bench, DOCUMENT, NEW, OLD, resolve_with_root};

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
