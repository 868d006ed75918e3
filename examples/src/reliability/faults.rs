//! Everything that can be enumerated: R1, R2, R3 and R8.

use std::time::Duration;

use charger_commissioning::Strategy;
use charger_sim::{Behaviour, EventKind, Fault, FaultPlan, KillPhase, Trigger};

use super::bench::STARTED;
use super::run::{After, Case};
use super::scenario::Scenario;
use super::tally::{Kind, Ran, each};
use super::{Extent, Fallible, Figure};

const REPLIES: [Fault; 19] = [
    Fault::RequestLost,
    Fault::ReplyLost,
    Fault::Reset,
    Fault::ResetAfter,
    Fault::Duplicated,
    Fault::Refused(401),
    Fault::Refused(403),
    Fault::Refused(429),
    Fault::Refused(500),
    Fault::Refused(503),
    Fault::Garbled,
    Fault::Slow(Duration::from_secs(60)),
    Fault::SessionLapsed,
    Fault::SessionStolen,
    Fault::Restart,
    Fault::RestartAfter,
    Fault::LinkBounce(Duration::from_millis(100)),
    Fault::LinkBounce(Duration::from_secs(20)),
    Fault::ClockLost,
];

const KILLS: [Fault; 3] = [
    Fault::Kill(KillPhase::BeforeSend),
    Fault::Kill(KillPhase::AfterSend),
    Fault::Kill(KillPhase::AfterReply),
];

const SECOND: Duration = Duration::from_secs(1);
const MINUTES: Duration = Duration::from_secs(120);

/// R1: the program is killed at every exchange, and resumed or rolled back.
pub(super) fn kills(scenarios: &[Scenario], extent: Extent) -> Fallible<Figure> {
    let cases = extent.thinned(kill_cases(scenarios)?);
    let tally = each(&cases, Case::check);
    Ok(Figure::new(
        "R1",
        "the program killed at every exchange (before sending, after it, after the reply), \
         resumed or rolled back; new back office good or dead",
        "0 unsafe ends",
        &tally,
    )
    .with_note(format!(
        "{}; in memory, {} kinds of changeover; the fourth moment, reply in the journal, is \
         the first one of the next exchange",
        tally.ends(),
        scenarios.len()
    )))
}

pub(super) fn kill_cases(scenarios: &[Scenario]) -> Fallible<Vec<Case<'_>>> {
    let mut cases = Vec::new();
    for case in every_exchange(scenarios, &KILLS)? {
        cases.push(case.clone().followed_by(After::RollBack));
        cases.push(case);
    }
    Ok(numbered(cases))
}

/// R8: what a resumed run does twice.
pub(super) fn duplicates(scenarios: &[Scenario], extent: Extent) -> Fallible<Figure> {
    let cases = extent.thinned(duplicate_cases(scenarios)?);
    let tally = each(&cases, repeats);
    Ok(Figure::new(
        "R8",
        "after each of these kills the resumed run repeats at most one restart and one upload, \
         and reads the charger's settings and state before the first of them",
        "100 %",
        &tally,
    )
    .with_note("with a good back office, compared with a run without faults".to_owned()))
}

pub(super) fn duplicate_cases(scenarios: &[Scenario]) -> Fallible<Vec<Case<'_>>> {
    let good = |case: &Case<'_>| case.behaviour == Behaviour::default();
    let mut cases = every_exchange(scenarios, &KILLS)?;
    cases.retain(good);
    Ok(numbered(cases))
}

/// Compares a run with one without its faults.
pub(super) fn repeats(case: &Case<'_>) -> Ran {
    let calm = case.clone().with_faults(FaultPlan::none());
    let (finished, clean) = match (case.run(), calm.run()) {
        (Ok(finished), Ok(calm)) => (finished, calm.counts()),
        (Err(error), _) | (_, Err(error)) => {
            return Ran::broken(case.to_string(), error.to_string());
        }
    };
    let counts = finished.counts();
    let mut ran = Ran::new(case.to_string(), Kind::Other);
    if counts.restarts > clean.restarts + 1 || counts.uploads > clean.uploads + 1 {
        ran.breaks(format!("{counts:?}, without faults {clean:?}"));
    }
    let events = finished.bench.world.events();
    for kind in blind(events.iter().map(|event| &event.kind)) {
        ran.breaks(format!("{kind:?} before anything was read"));
    }
    ran
}

/// The restarts and uploads of programs that had read nothing of the charger since they
/// were started.
fn blind<'a>(events: impl Iterator<Item = &'a EventKind>) -> Vec<&'a EventKind> {
    let (mut asked, mut has_read, mut blind) = ((0, ""), false, Vec::new());
    for event in events {
        match event {
            EventKind::Note(STARTED) => has_read = false,
            EventKind::Exchange { number, request } => asked = (*number, *request),
            EventKind::Reached { number } if *number == asked.0 => {
                has_read |= READS.contains(&asked.1);
            }
            EventKind::RestartRequested | EventKind::Uploaded(_) if !has_read => blind.push(event),
            _ => {}
        }
    }
    blind
}

/// The names of the requests that read objects.
const READS: [&str; 3] = ["read", "read-category", "read-all"];

/// R2: the charger loses power at every exchange, and within uploads at every record.
pub(super) fn power_cuts(scenarios: &[Scenario], extent: Extent) -> Fallible<Figure> {
    let cases = extent.thinned(power_cut_cases(scenarios)?);
    let tally = each(&cases, Case::check);
    let records = scenarios.iter().map(Scenario::records).max();
    Ok(Figure::new(
        "R2",
        "the charger loses power at every exchange, before it or after it, and at every \
         record of an upload",
        "0 unsafe ends",
        &tally,
    )
    .with_note(format!(
        "{}; in memory; uploads of up to {} records of 7,000 bytes",
        tally.ends(),
        records.unwrap_or(0)
    )))
}

pub(super) fn power_cut_cases(scenarios: &[Scenario]) -> Fallible<Vec<Case<'_>>> {
    let cuts = [
        Fault::PowerCut(SECOND),
        Fault::PowerCut(MINUTES),
        Fault::PowerCutAfter(SECOND),
        Fault::PowerCutAfter(MINUTES),
    ];
    let mut cases = every_exchange(scenarios, &cuts)?;
    for scenario in scenarios {
        for strategy in scenario.strategies {
            for behaviour in [Behaviour::default(), Behaviour::dead()] {
                for record in 0..scenario.records() {
                    let off = MINUTES;
                    let fault = Fault::PowerCutInUpload { record, off };
                    let place = Trigger::Place {
                        request: "upload",
                        nth: 1,
                    };
                    let plan = FaultPlan::none().with_fault(place, fault);
                    cases.push(Case::new(scenario, *strategy, behaviour).with_faults(plan));
                }
            }
        }
    }
    Ok(numbered(cases))
}

/// R3: every single reply goes wrong in every way.
pub(super) fn replies(scenarios: &[Scenario], extent: Extent) -> Fallible<Figure> {
    let cases = extent.thinned(reply_cases(scenarios)?);
    let tally = each(&cases, Case::check);
    Ok(Figure::new(
        "R3",
        "every single exchange lost, late, doubled, refused, garbled, cut off; charger \
         restarted, session or clock lost",
        "recovered or rolled back, 0 false successes",
        &tally,
    )
    .with_note(format!(
        "{}; at most {} requests",
        tally.ends(),
        tally.most_requests
    )))
}

pub(super) fn reply_cases(scenarios: &[Scenario]) -> Fallible<Vec<Case<'_>>> {
    Ok(numbered(every_exchange(scenarios, &REPLIES)?))
}

/// A case is run again by its place among all of them, thinned or not.
pub(super) fn numbered(cases: Vec<Case<'_>>) -> Vec<Case<'_>> {
    let all = cases.into_iter().zip(0..);
    all.map(|(case, number)| case.numbered(number)).collect()
}

/// Each fault at each exchange of each kind of changeover, with a good and a dead back
/// office.
fn every_exchange<'a>(scenarios: &'a [Scenario], faults: &[Fault]) -> Fallible<Vec<Case<'a>>> {
    let mut cases = Vec::new();
    for scenario in scenarios {
        for strategy in scenario.strategies {
            for behaviour in [Behaviour::default(), Behaviour::dead()] {
                let calm = Case::new(scenario, *strategy, behaviour);
                for at in 1..=exchanges(scenario, *strategy, behaviour)? {
                    for fault in faults {
                        let plan = FaultPlan::none().with_fault(Trigger::Exchange(at), *fault);
                        cases.push(calm.clone().with_faults(plan));
                    }
                }
            }
        }
    }
    Ok(cases)
}

/// How many exchanges a changeover without faults makes, the logout included.
fn exchanges(scenario: &Scenario, strategy: Strategy, behaviour: Behaviour) -> Fallible<u64> {
    let finished = Case::new(scenario, strategy, behaviour).run()?;
    Ok(u64::from(finished.outcome.exchanges) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(number: u64, request: &'static str) -> [EventKind; 2] {
        let exchange = EventKind::Exchange { number, request };
        [exchange, EventKind::Reached { number }]
    }

    #[test]
    fn a_program_that_restarts_a_charger_unseen_is_found() {
        let [read, reached] = asked(1, "read-all");
        let [restart, carried_out] = asked(2, "restart");
        let requested = EventKind::RestartRequested;
        let started = EventKind::Note(STARTED);
        let seen = [&read, &reached, &restart, &carried_out, &requested];
        assert!(blind(seen.into_iter()).is_empty());
        let again = [&started, &restart, &carried_out, &requested];
        assert_eq!(blind(seen.into_iter().chain(again)), [&requested]);
        // A read that did not arrive tells nothing.
        let lost = [&read, &restart, &carried_out, &requested];
        assert_eq!(blind(lost.into_iter()), [&requested]);
    }
}
