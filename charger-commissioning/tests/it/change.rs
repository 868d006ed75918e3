//! Changing the back office, without faults and with a back office that says no.

use std::collections::BTreeMap;
use std::time::Duration;

use charger_commissioning::{
    Answer, ChangeBackOffice, End, Event, Failure, Observer, Outcome, Question, Strategy,
};
use charger_link::LiveState;
use charger_sim::{BackOfficeId, Behaviour, BootStatus, ChargerId, ChargerSetup, EPOCH, World};

use crate::bench::{Bench, DOCUMENT, NEW, OLD, policy, resolve, resolve_with_root};

#[test]
fn b2_n1_n2_n5_m1_to_m4_m8_v1_documented_a_charger_ends_accepted_at_the_new_back_office() {
    let mut bench = Bench::new();
    let outcome = bench.change(Strategy::Documented);
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert!(bench.is_at(NEW), "{}", bench.active_url());
    assert_eq!(bench.world.counts(bench.charger).restarts, 2);
    assert!(outcome.exchanges <= 200, "{} exchanges", outcome.exchanges);
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

/// Looks on while the charger is proven, and meddles once.
struct Meddler {
    world: World,
    charger: ChargerId,
    new: BackOfficeId,
    /// When the new back office was first seen to hold the charger, by boot.
    held_since: BTreeMap<u64, Duration>,
    /// In which of these boots, from 1, and at how many good looks in it, it meddles.
    meddles_in: usize,
    looks_left: usize,
    meddle: fn(&World, ChargerId, BackOfficeId),
}

impl Observer for Meddler {
    fn reading(&mut self, reading: &LiveState) {
        let held = self.world.accepted_by(self.charger) == Some(self.new);
        let Some(boot) = reading.boot_count.filter(|_| held) else {
            return;
        };
        self.held_since
            .entry(boot)
            .or_insert_with(|| self.world.now());
        if self.held_since.len() == self.meddles_in && self.looks_left > 0 {
            self.looks_left -= 1;
            if self.looks_left == 0 {
                (self.meddle)(&self.world, self.charger, self.new);
            }
        }
    }

    fn answer(&mut self, _question: &Question) -> Answer {
        Answer::Yes
    }
}

/// One changeover with somebody who meddles in this boot (0 = in none) at this good look.
fn change_with_meddler(
    bench: &mut Bench,
    strategy: Strategy,
    (boot, look): (usize, usize),
    meddle: fn(&World, ChargerId, BackOfficeId),
) -> (Outcome, Meddler) {
    let mut meddler = Meddler {
        world: bench.world.clone(),
        charger: bench.charger,
        new: bench.new,
        held_since: BTreeMap::new(),
        meddles_in: boot,
        looks_left: look,
        meddle,
    };
    let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
        .with_strategy(strategy)
        .with_policy(policy())
        .start(&bench.journal.history())
        .unwrap();
    let mut link = bench.world.link(bench.charger);
    let outcome = bench.run_watched(&mut machine, &mut link, &mut meddler);
    (outcome.unwrap(), meddler)
}

/// How long the new back office held the charger at the end.
fn held(bench: &Bench, meddler: &Meddler) -> Duration {
    let last = bench.journal.entries().last().unwrap();
    assert!(matches!(last.event, Event::Ended { .. }), "{last:?}");
    let (_, since) = meddler.held_since.last_key_value().unwrap();
    last.at.since_epoch() - EPOCH - *since
}

/// The strategies, and in which boots each of them is proven.
const PROOFS: [(Strategy, usize); 3] = [
    (Strategy::Documented, 1),
    (Strategy::Staged, 1),
    (Strategy::Staged, 2),
];

#[test]
fn a_back_office_that_accepts_and_lets_go_at_once_is_no_success() {
    for (strategy, boot) in PROOFS {
        for look in [1, 4] {
            let mut bench = Bench::new();
            let let_go = |world: &World, _, new| world.set_behaviour(new, Behaviour::dead());
            let (outcome, meddler) =
                change_with_meddler(&mut bench, strategy, (boot, look), let_go);
            let what = format!("{strategy:?}, proof {boot}, look {look}: {outcome:#?}");
            assert_eq!(meddler.looks_left, 0, "it did not come to it: {what}");
            let End::RolledBack { failure } = &outcome.end else {
                panic!("{what}");
            };
            assert!(matches!(failure, Failure::NotProven { .. }), "{what}");
            assert!(bench.is_at(OLD), "{what}");
        }
    }
}

#[test]
fn an_acceptance_is_proven_only_after_the_whole_confirmation_time() {
    for strategy in [Strategy::Documented, Strategy::Staged] {
        let mut bench = Bench::new();
        let (outcome, meddler) = change_with_meddler(&mut bench, strategy, (0, 0), |_, _, _| {});
        assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
        let (held, wanted) = (held(&bench, &meddler), policy().confirmation());
        assert!(held >= wanted, "{strategy:?}: held for {held:?} only");
        let patient = wanted + Duration::from_secs(60);
        assert!(held <= patient, "{strategy:?}: watched for {held:?}");
    }
}

/// The charger dials, and is answered, so early that no look finds it without an acceptance in between.
#[test]
fn after_a_restart_within_the_confirmation_time_the_time_starts_anew() {
    for (strategy, boot) in PROOFS {
        for look in [1, 5] {
            let mut setup = ChargerSetup::default();
            setup.timing.first_dial = Duration::from_millis(1);
            let mut bench = Bench::with(setup);
            let at_once = Behaviour::default().with_delay(Duration::ZERO);
            bench.world.set_behaviour(bench.new, at_once);
            let crash = |world: &World, charger, _| {
                world.with_charger(charger, |charger, now, effects| charger.crash(now, effects));
            };
            let (outcome, meddler) = change_with_meddler(&mut bench, strategy, (boot, look), crash);
            let what = format!("{strategy:?}, proof {boot}, look {look}: {outcome:#?}");
            assert_eq!(meddler.looks_left, 0, "it did not come to it: {what}");
            assert!(matches!(outcome.end, End::Proven), "{what}");
            assert!(bench.is_at(NEW), "{what}");
            let proofs = usize::from(strategy == Strategy::Staged) + 1;
            assert_eq!(meddler.held_since.len(), proofs + 1, "{what}");
            let boots: Vec<Duration> = meddler.held_since.values().copied().collect();
            let begins = boots.get(boot).unwrap();
            let next = boots.get(boot + 1).copied();
            let until = next.unwrap_or_else(|| held(&bench, &meddler) + *begins);
            assert!(until - *begins >= policy().confirmation(), "{what}");
        }
    }
}
