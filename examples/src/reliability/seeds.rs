//! What is too much to enumerate and therefore drawn from seeds: R4, R5 and R6.

use std::time::Duration;

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
    let tally = every(extent.failing, |seed| {
        Some(always_back(&rollback(refusable, seed)))
    });
    let note = times(&tally);
    Figure::new(
        "R6",
        "the new back office fails after the activation; restarts of 30 s to 180 s",
        "100 % proven at the old one again",
        &tally,
    )
    .with_note(note)
}

/// What a seed of R6 stands for.
pub(super) fn rollback(refusable: &[Scenario], seed: u64) -> Case<'_> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let scenario = pick(&mut random, refusable);
    let restart = Duration::from_secs(30 + random.next_u64() % 151);
    let strategy = *pick(&mut random, scenario.strategies);
    let behaviour = *pick(&mut random, &failing());
    Case::new(scenario, strategy, behaviour)
        .with_restarts_of(restart)
        .numbered(seed)
}

pub(super) fn always_back(case: &Case<'_>) -> Ran {
    let mut ran = case.check();
    if ran.kind() != Kind::RolledBack {
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
        "from the decision to the proof, in virtual time: median {} s, p99 {} s, longest {} s",
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

#[expect(
    clippy::indexing_slicing,
    reason = "the place is taken modulo the length, and nobody picks from nothing"
)]
fn pick<'a, T>(random: &mut ChaCha8Rng, from: &'a [T]) -> &'a T {
    &from[random.next_u32() as usize % from.len()]
}
