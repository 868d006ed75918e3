//! What a changeover costs the charger: R7 and R14.

use charger_commissioning::End;
use charger_sim::{Behaviour, Fault, FaultPlan};

use super::faults::numbered;
use super::run::{Case, Finished, Way};
use super::scenario::{Scenario, Target};
use super::tally::{Kind, Ran, each};
use super::{Extent, Fallible, Figure};

/// R7: a finished changeover, asked for again.
pub(super) fn second_runs(scenarios: &[Scenario], extent: Extent) -> Figure {
    let cases = second_run_cases(scenarios, extent.repeated);
    let (unsure, sure): (Vec<_>, Vec<_>) = cases.into_iter().partition(may_lose_clock);
    let (mut tally, unsure) = (each(&sure, second_run), each(&unsure, second_run));
    // The failures are told anyway.
    let repeated = unsure.runs - unsure.proven - unsure.rolled_back;
    let note = format!(
        "{} of the first runs succeeded and were repeated. In {} more the charger's clock was \
         lost (or, stand-alone, the charger restarted, after which nobody sets it), which hides \
         when settings were changed last: there the second run may make the changeover once \
         more, to be sure, as {} did, and it is the third one that writes and restarts nothing",
        tally.proven,
        unsure.proven + repeated,
        repeated
    );
    tally.merge(unsure);
    Figure::new(
        "R7",
        "a second run after a success (the first one under 0 to 2 random faults)",
        "0 writes, 0 restarts",
        &tally,
    )
    .with_note(note)
}

/// So many seeds for each kind of changeover.
pub(super) fn second_run_cases(scenarios: &[Scenario], seeds: u64) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for seed in 0..seeds {
        for scenario in scenarios {
            for strategy in scenario.strategies {
                let faults = FaultPlan::random(seed, (seed % 3) as usize, 60);
                let case = Case::new(scenario, *strategy, Behaviour::default());
                cases.push(case.with_faults(faults));
            }
        }
    }
    numbered(cases)
}

/// Whether the charger may not know when its settings were changed last. One that starts has
/// lost its clock, and without a back office nobody sets it.
fn may_lose_clock(case: &Case<'_>) -> bool {
    let is_alone = matches!(case.scenario.target, Target::StandAlone);
    let loses_clock = |(_, fault)| fault == Fault::ClockLost || is_alone && restarts(fault);
    case.faults.planned().any(loses_clock)
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
    let bench = &mut finished.bench;
    bench.world.plan_faults(bench.charger, FaultPlan::none());
    let Some(mut why) = not_quiet(&mut finished, case)? else {
        return Ok(Ran::new(case.to_string(), Kind::Proven));
    };
    if may_lose_clock(case) && finished.bench.is_at_target() {
        match not_quiet(&mut finished, case)? {
            // Counted apart from those that were quiet at once.
            None => return Ok(Ran::new(case.to_string(), Kind::Other)),
            Some(third) => why = format!("{why}; then {third}"),
        }
    }
    Ok(Ran::broken(case.to_string(), why))
}

/// What another run of a finished changeover did beyond looking.
fn not_quiet(finished: &mut Finished, case: &Case<'_>) -> Fallible<Option<String>> {
    let before = finished.counts();
    let again = finished.bench.change(case.scenario, case.strategy)?;
    let after = finished.counts();
    let of =
        |counts: charger_sim::Counts| (counts.objects_written, counts.uploads, counts.restarts);
    let found = matches!(&again, Ok(outcome) if matches!(outcome.end, End::AlreadyInForce));
    let is_quiet = found && of(before) == of(after);
    Ok((!is_quiet).then(|| format!("{again:?}: {before:?}, then {after:?}")))
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
    let over_https: Vec<_> = cases.iter().cloned().map(|it| it.over(UNHARMED)).collect();
    let memory = each(&cases, |case| polite(case, false));
    let https = each(&over_https, |case| polite(case, true));
    let note = format!(
        "in memory at most {} exchanges, {} in a minute of virtual time. Through the real HTTPS \
         client, whose own limit of requests in a minute is off in virtual time: at most {} \
         HTTP requests, logins, pages and the logout included; at once at most {} connections, \
         {} sessions, {} requests in flight, counted by the simulated charger; on sockets the \
         tests of the program count them too",
        memory.most_requests,
        memory.busiest_minute,
        https.most_requests,
        https.peaks.connections,
        https.peaks.sessions,
        https.peaks.in_flight
    );
    let mut tally = memory;
    tally.merge(https);
    Figure::new(
        "R14",
        "requests of a changeover without faults, good or dead back office",
        "at most 200, at most 60 in any minute; never more than one connection, session or \
         request at once",
        &tally,
    )
    .with_note(note)
}

/// The real HTTPS client, and no bit flipped.
const UNHARMED: Way = Way::Https(0, 0);

fn polite(case: &Case<'_>, over_https: bool) -> Ran {
    let mut ran = case.check();
    let (requests, minute) = (ran.requests, ran.busiest_minute);
    // What paces the HTTPS client has no meaning in virtual time.
    if requests > 200 || !over_https && minute > 60 {
        ran.breaks(format!("{requests} requests, {minute} in a minute"));
    }
    if !ran.peaks.is_polite(over_https) {
        let peaks = ran.peaks;
        ran.breaks(format!("{peaks:?}"));
    }
    ran
}
