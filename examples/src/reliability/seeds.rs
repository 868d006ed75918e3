//! What is too much to enumerate and therefore drawn from seeds: R4, R5 and R6.

use std::time::Duration;

use charger_commissioning::Strategy;
use charger_sim::{Behaviour, BootStatus, Fault, FaultPlan, KillPhase, Trigger};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::bench::Jump;
use super::run::{After, Case};
use super::scenario::Scenario;
use super::tally::{Kind, Ran, Tally, every};
use super::{Extent, Figure};

/// Among so many exchanges the faults strike; a changeover makes fewer, a retreat more.
const EXCHANGES: u64 = 80;

/// R4: several faults at once.
pub(super) fn random(scenarios: &[Scenario], extent: Extent) -> Figure {
    let tally = every(extent.seeds, |seed| Some(case(scenarios, seed).check()));
    Figure::new(
        "R4",
        "2 to 8 random faults of the charger, the link and the session, kills, back offices \
         that fail, a computer whose clock is set",
        "0 broken promises",
        &tally,
    )
    .with_note(format!(
        "{}; at most {} requests; seeds 0 to {}",
        tally.ends(),
        tally.most_requests,
        extent.seeds.saturating_sub(1)
    ))
}

/// What a seed of R4 stands for.
pub(super) fn case(scenarios: &[Scenario], seed: u64) -> Case<'_> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let scenario = pick(&mut random, scenarios);
    let strategy = *pick(&mut random, scenario.strategies);
    let behaviour = if random.next_u32() % 2 == 0 {
        Behaviour::default()
    } else {
        *pick(&mut random, &failing())
    };
    let count = 2 + random.next_u32() as usize % 7;
    let mut faults = FaultPlan::random(random.next_u64(), count, EXCHANGES);
    if random.next_u32() % 4 == 0 {
        let at = Trigger::Exchange(1 + random.next_u64() % EXCHANGES);
        let phases = [
            KillPhase::BeforeSend,
            KillPhase::AfterSend,
            KillPhase::AfterReply,
        ];
        faults = faults.with_fault(at, Fault::Kill(*pick(&mut random, &phases)));
    }
    let jump = (random.next_u32() % 4 == 0).then(|| Jump {
        at: 1 + random.next_u64() % 200,
        seconds: i64::from(random.next_u32() % 14_400) - 7_200,
    });
    let after = *pick(&mut random, &[After::Resume, After::RollBack]);
    let mut case = Case::new(scenario, strategy, behaviour)
        .with_faults(faults)
        .followed_by(after)
        .numbered(seed);
    case.jump = jump;
    case
}

/// R5: a back office that does not take the charger is never reported as a success.
pub(super) fn false_positives(refusable: &[Scenario], extent: Extent) -> Figure {
    let tally = every(extent.failing, |seed| {
        Some(never_proven(&false_positive(refusable, seed)))
    });
    Figure::new(
        "R5",
        "the new back office rejects, pends, is silent, dead, refuses the upgrade or speaks \
         another version; only the old one accepts, as the fallback that the staged strategy \
         leaves or that the document itself names; 0 to 3 random faults",
        "0 reported successes",
        &tally,
    )
    .with_note(tally.ends())
}

/// What a seed of R5 stands for.
pub(super) fn false_positive(refusable: &[Scenario], seed: u64) -> Case<'_> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let scenario = pick(&mut random, refusable);
    let strategy = *pick(&mut random, scenario.strategies);
    let behaviour = *pick(&mut random, &failing());
    let faults = FaultPlan::random(seed, random.next_u32() as usize % 4, EXCHANGES);
    Case::new(scenario, strategy, behaviour)
        .with_faults(faults)
        .numbered(seed)
}

pub(super) fn never_proven(case: &Case<'_>) -> Ran {
    let mut ran = case.check();
    if ran.kind() == Kind::Proven {
        ran.breaks("a false success".to_owned());
    }
    ran
}

/// R6: a changeover that fails after its activation ends at the old back office.
pub(super) fn rollbacks(refusable: &[Scenario], extent: Extent) -> Figure {
    let all = failures(refusable).len() as u64 * RESTARTS;
    let back = |number| Some(always_back(&rollback(refusable, number)));
    let calm = every(extent.failing.min(all), back);
    let faulty = every(extent.failing.saturating_sub(all), |more| back(all + more));
    let note = format!(
        "{} of the {all} cases without faults (every changeover, strategy and way to fail, \
         restarts of every second from 30 s to 180 s), from the decision to the proof, in \
         virtual time: {}; {} more with 1 to 3 random faults besides: {}",
        calm.runs,
        times(&calm),
        faulty.runs,
        faulty.ends()
    );
    let mut tally = calm;
    tally.merge(faulty);
    Figure::new(
        "R6",
        "the new back office fails after the activation",
        "100 % proven at the old one again; with faults, also by the roll back from the journal \
         that a person is asked for",
        &tally,
    )
    .with_note(note)
}

/// What a number of R6 stands for: first every case there is without faults, in an order
/// in which any beginning is a sample of them, then random ones with faults.
pub(super) fn rollback(refusable: &[Scenario], number: u64) -> Case<'_> {
    let failures = failures(refusable);
    let all = failures.len() as u64 * RESTARTS;
    let mut random = ChaCha8Rng::seed_from_u64(number);
    let (place, faults) = match number < all {
        true => (number * STRIDE % all, FaultPlan::none()),
        false => {
            let count = 1 + random.next_u32() as usize % 3;
            let faults = FaultPlan::random(random.next_u64(), count, EXCHANGES);
            (random.next_u64() % all, faults)
        }
    };
    let (scenario, strategy, behaviour) = *nth(&failures, place / RESTARTS);
    Case::new(scenario, strategy, behaviour)
        .with_restarts_of(Duration::from_secs(30 + place % RESTARTS))
        .with_faults(faults)
        .numbered(number)
}

/// So many lengths of a restart are tried, in steps of a second.
const RESTARTS: u64 = 151;
/// A prime that divides no number of cases.
const STRIDE: u64 = 7_919;

/// Every changeover with every strategy and every way in which the new back office fails.
fn failures(refusable: &[Scenario]) -> Vec<(&Scenario, Strategy, Behaviour)> {
    let mut failures = Vec::new();
    for scenario in refusable {
        for strategy in scenario.strategies {
            for behaviour in failing() {
                failures.push((scenario, *strategy, behaviour));
            }
        }
    }
    failures
}

pub(super) fn always_back(case: &Case<'_>) -> Ran {
    let mut ran = case.check();
    let has_faults = case.faults.planned().next().is_some();
    let is_back = match ran.kind() {
        Kind::RolledBack => true,
        // The changeover never began, or the way home was gone and is checked.
        Kind::Refused | Kind::NeededPerson => has_faults,
        Kind::Proven | Kind::Other => false,
    };
    if !is_back {
        ran.breaks("not rolled back".to_owned());
    }
    ran
}

fn times(tally: &Tally) -> String {
    let mut times = tally.retreats.clone();
    times.sort();
    let quantile = |percent: usize| {
        let place = times.len().saturating_sub(1) * percent / 100;
        times.get(place).map_or(0, Duration::as_secs)
    };
    format!(
        "median {} s, p99 {} s, longest {} s",
        quantile(50),
        quantile(99),
        quantile(100)
    )
}

fn failing() -> [Behaviour; 9] {
    let silent = || {
        let mut silent = Behaviour::default();
        silent.boot = None;
        silent
    };
    let refusing = |status| {
        let mut refusing = Behaviour::default();
        refusing.refuses_upgrade = Some(status);
        refusing
    };
    let mut other_version = Behaviour::default();
    other_version.wrong_subprotocol = true;
    [
        Behaviour::dead(),
        Behaviour::answering(BootStatus::Rejected),
        Behaviour::answering(BootStatus::Pending),
        silent(),
        refusing(401),
        refusing(404),
        refusing(500),
        refusing(503),
        other_version,
    ]
}

fn pick<'a, T>(random: &mut ChaCha8Rng, from: &'a [T]) -> &'a T {
    nth(from, random.next_u32().into())
}

#[expect(
    clippy::indexing_slicing,
    reason = "the place is taken modulo the length, and nobody picks from nothing"
)]
fn nth<T>(from: &[T], place: u64) -> &T {
    &from[(place % from.len() as u64) as usize]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_case_without_faults_is_run_once_before_the_first_with_faults() {
        let refusable = Scenario::refusable().unwrap();
        let all = failures(&refusable).len() as u64 * RESTARTS;
        let has_faults = |number| {
            let case = rollback(&refusable, number);
            case.faults.planned().next().is_some()
        };
        assert_eq!(all, 25_821);
        let places: BTreeSet<u64> = (0..all).map(|number| number * STRIDE % all).collect();
        assert_eq!(places.len() as u64, all, "each place is taken once");
        assert!(!has_faults(0) && !has_faults(all - 1) && has_faults(all));
    }
}
