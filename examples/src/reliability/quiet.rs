//! What a changeover costs the charger: R7 and R14.

use charger_commissioning::End;
use charger_sim::{Behaviour, Fault, FaultPlan};

use super::faults::numbered;
use super::run::Case;
use super::scenario::{Scenario, Target};
use super::tally::{Kind, Ran, each};
use super::{Extent, Fallible, Figure};

/// R7: a finished changeover, asked for again.
pub(super) fn second_runs(scenarios: &[Scenario], extent: Extent) -> Figure {
    let cases = second_run_cases(scenarios, extent.repeated);
    let tally = each(&cases, second_run);
    Figure::new(
        "R7",
        "a second run after a success (the first one under 0 to 2 random faults)",
        "0 writes, 0 restarts",
        &tally,
    )
    .with_note(format!(
        "{} of the first runs succeeded and were repeated; not with a lost clock (nor, stand-alone, with a restart, after which nobody sets it): it hides when \
         settings were changed last, and the second run then writes and restarts once more, to \
         be sure",
        tally.proven
    ))
}

/// So many seeds for each kind of changeover.
pub(super) fn second_run_cases(scenarios: &[Scenario], seeds: u64) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for seed in 0..seeds {
        for scenario in scenarios {
            for strategy in scenario.strategies {
                let faults = FaultPlan::random(seed, (seed % 3) as usize, 60);
                // A lost clock hides when settings were changed last, and the charger is
                // restarted to be sure.
                let loses_clock = |(_, fault)| {
                    // A charger that starts has lost its clock, and without a back office
                    // nobody sets it.
                    fault == Fault::ClockLost
                        || (matches!(scenario.target, Target::StandAlone) && restarts(fault))
                };
                if faults.planned().any(loses_clock) {
                    continue;
                }
                let case = Case::new(scenario, *strategy, Behaviour::default());
                cases.push(case.with_faults(faults));
            }
        }
    }
    numbered(cases)
}

const fn restarts(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::Restart | Fault::RestartAfter | Fault::PowerCut(_) | Fault::PowerCutAfter(_)
    )
}

pub(super) fn second_run(case: &Case<'_>) -> Ran {
    try_second_run(case).unwrap_or_else(|error| Ran::broken(case.to_string(), error.to_string()))
}

fn try_second_run(case: &Case<'_>) -> Fallible<Ran> {
    let mut finished = case.run()?;
    if !finished.outcome.is_success() {
        return Ok(Ran::new(case.to_string(), Kind::RolledBack));
    }
    let mut ran = Ran::new(case.to_string(), Kind::Proven);
    let before = finished.counts();
    let bench = &mut finished.bench;
    bench.world.plan_faults(bench.charger, FaultPlan::none());
    let again = bench.change(case.scenario, case.strategy)?;
    let after = finished.counts();
    if !matches!(&again, Ok(outcome) if matches!(outcome.end, End::AlreadyInForce)) {
        ran.breaks(format!("{again:?}"));
    }
    let of =
        |counts: charger_sim::Counts| (counts.objects_written, counts.uploads, counts.restarts);
    if of(before) != of(after) {
        ran.breaks(format!("{before:?}, then {after:?}"));
    }
    Ok(ran)
}

/// R14: how much is asked of the charger.
pub(super) fn load(scenarios: &[Scenario]) -> Figure {
    let mut cases = Vec::new();
    for scenario in scenarios {
        for strategy in scenario.strategies {
            for behaviour in [Behaviour::default(), Behaviour::dead()] {
                cases.push(Case::new(scenario, *strategy, behaviour));
            }
        }
    }
    let tally = each(&cases, |case| {
        let mut ran = case.check();
        if ran.requests > 200 || ran.busiest_minute > 60 {
            let (requests, minute) = (ran.requests, ran.busiest_minute);
            ran.breaks(format!("{requests} requests, {minute} in a minute"));
        }
        ran
    });
    Figure::new(
        "R14",
        "requests of a changeover without faults, good or dead back office",
        "at most 200, at most 60 in any minute, one at a time",
        &tally,
    )
    .with_note(format!(
        "at most {} requests, {} in a minute of virtual time; one at a time by construction, \
         as a link is borrowed exclusively for each",
        tally.most_requests, tally.busiest_minute
    ))
}
