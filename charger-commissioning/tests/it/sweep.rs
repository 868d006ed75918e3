//! Every single fault at every exchange, in both strategies, with a new back office that
//! accepts the charger and one that is dead.

use std::time::Duration;

use charger_commissioning::{End, Outcome, RunError, Strategy};
use charger_sim::{Behaviour, EventKind, Fault, FaultPlan, KillPhase, Trigger};

use crate::bench::{ARMED, Bench, NEW, OLD, tell};

const FAULTS: [Fault; 20] = [
    Fault::RequestLost,
    Fault::ReplyLost,
    Fault::Reset,
    Fault::ResetAfter,
    Fault::Duplicated,
    Fault::Refused(403),
    Fault::Refused(429),
    Fault::Refused(500),
    Fault::Garbled,
    Fault::Slow(Duration::from_secs(60)),
    Fault::SessionLapsed,
    Fault::SessionStolen,
    Fault::Restart,
    Fault::RestartAfter,
    Fault::PowerCut(Duration::from_secs(120)),
    Fault::PowerCutAfter(Duration::from_secs(120)),
    Fault::ClockLost,
    Fault::Kill(KillPhase::BeforeSend),
    Fault::Kill(KillPhase::AfterSend),
    Fault::Kill(KillPhase::AfterReply),
];

/// What a killed program is followed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    Resume,
    RollBack,
}

#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) runs: u32,
    pub(crate) proven: u32,
    pub(crate) rolled_back: u32,
    pub(crate) refused: u32,
    pub(crate) needs_person: u32,
    pub(crate) most_exchanges: u32,
    pub(crate) broken: Vec<String>,
}

impl Tally {
    pub(crate) fn report(&self, name: &str) {
        tell(&format!(
            "{name}: {} runs, {} proven, {} rolled back, {} refused, {} needed a person, \
             at most {} exchanges, {} broke an invariant",
            self.runs,
            self.proven,
            self.rolled_back,
            self.refused,
            self.needs_person,
            self.most_exchanges,
            self.broken.len()
        ));
    }

    pub(crate) fn assert_unbroken(&self) {
        let shown: Vec<&String> = self.broken.iter().take(20).collect();
        assert!(self.broken.is_empty(), "{shown:#?}");
    }

    fn count(&mut self, outcome: &Outcome) {
        self.most_exchanges = self.most_exchanges.max(outcome.exchanges);
        match outcome.end {
            End::Proven | End::AlreadyInForce => self.proven += 1,
            End::RolledBack { .. } | End::NothingWritten => self.rolled_back += 1,
            End::Refused { .. } => self.refused += 1,
            _ => self.needs_person += 1,
        }
    }
}

/// One changeover under `faults`, to its end: killed programs are resumed or rolled back.
pub(crate) fn run_one(
    strategy: Strategy,
    behaviour: Behaviour,
    faults: FaultPlan,
    after: After,
    tally: &mut Tally,
) {
    let what = format!(
        "{strategy:?} {:?} {after:?}",
        faults.planned().collect::<Vec<_>>()
    );
    let mut bench = Bench::new();
    bench.world.set_behaviour(bench.new, behaviour);
    bench.world.record_events(true);
    bench.world.plan_faults(bench.charger, faults);
    let mut result = bench.try_change(strategy);
    let mut rounds = 0;
    while let Err(RunError::Cancelled) = result {
        rounds += 1;
        assert!(rounds < 9, "{what}: killed over and over");
        bench.world.revive(bench.charger);
        bench.reopen();
        result = match (after, bench.journal.history().is_unfinished()) {
            (_, false) => bench.try_change(strategy),
            (After::Resume, true) => bench.resume(strategy),
            (After::RollBack, true) => bench.roll_back(),
        };
    }
    tally.runs += 1;
    match result {
        Ok(outcome) => {
            tally.count(&outcome);
            check(&what, &mut bench, &outcome, tally);
        }
        Err(error) => tally.broken.push(format!("{what}: {error}")),
    }
}

fn check(what: &str, bench: &mut Bench, outcome: &Outcome, tally: &mut Tally) {
    let mut broken = |why: String| tally.broken.push(format!("{what}: {why}"));
    if let Some(why) = wrote_before_arming(bench) {
        broken(why);
    }
    // A fault may have struck the logout, after the end.
    bench.world.settle(bench.charger, Duration::from_secs(900));
    let success = outcome.is_success();
    if success && !bench.is_at(NEW) {
        broken(format!(
            "reported {:?}, but is at {:?}",
            outcome.end,
            bench.active_url()
        ));
    }
    if !bench.is_answering() {
        broken(format!("{:?}, and no local access", outcome.end));
    }
    if success {
        return;
    }
    if !bench.is_at(OLD) {
        // A person was asked for: with the charger back, the journal must lead home.
        let again = bench.roll_back();
        let back = matches!(&again, Ok(outcome) if matches!(outcome.end, End::RolledBack { .. }));
        if !back
            || !bench.is_at(OLD)
            || !matches!(
                outcome.end,
                End::NeedsPerson { .. } | End::Unreachable { .. }
            )
        {
            broken(format!("{:?}, then {again:?}", outcome.end));
        }
    }
}

/// Nothing may reach the charger that changes it before the way back is durable.
fn wrote_before_arming(bench: &Bench) -> Option<String> {
    let events = bench.world.events();
    let armed = events
        .iter()
        .position(|event| matches!(event.kind, EventKind::Note(note) if note == ARMED));
    let touched = events.iter().position(|event| {
        matches!(
            event.kind,
            EventKind::Wrote(_)
                | EventKind::Installed(_)
                | EventKind::Uploaded(_)
                | EventKind::RestartRequested
        )
    });
    match (armed, touched) {
        (_, None) => None,
        (Some(armed), Some(touched)) if armed < touched => None,
        (armed, touched) => Some(format!("armed at {armed:?}, touched at {touched:?}")),
    }
}

/// How many exchanges a changeover without faults makes.
pub(crate) fn exchanges(strategy: Strategy, behaviour: Behaviour) -> u64 {
    let mut bench = Bench::new();
    bench.world.set_behaviour(bench.new, behaviour);
    let outcome = bench.try_change(strategy).unwrap();
    u64::from(outcome.exchanges) + 1
}

fn single_faults(strategy: Strategy, behaviour: Behaviour) -> Tally {
    let mut tally = Tally::default();
    for exchange in 1..=exchanges(strategy, behaviour) {
        for fault in FAULTS {
            let plan = || FaultPlan::none().with_fault(Trigger::Exchange(exchange), fault);
            run_one(strategy, behaviour, plan(), After::Resume, &mut tally);
            if matches!(fault, Fault::Kill(_)) {
                run_one(strategy, behaviour, plan(), After::RollBack, &mut tally);
            }
        }
    }
    tally
}

#[test]
fn documented_every_single_fault_at_every_exchange_ends_safely() {
    let tally = single_faults(Strategy::Documented, Behaviour::default());
    tally.report("documented, good back office");
    tally.assert_unbroken();
}

#[test]
fn documented_every_single_fault_with_a_dead_back_office_ends_safely() {
    let tally = single_faults(Strategy::Documented, Behaviour::dead());
    tally.report("documented, dead back office");
    assert_eq!(tally.proven, 0);
    tally.assert_unbroken();
}

#[test]
fn staged_every_single_fault_at_every_exchange_ends_safely() {
    let tally = single_faults(Strategy::Staged, Behaviour::default());
    tally.report("staged, good back office");
    tally.assert_unbroken();
}

#[test]
fn staged_every_single_fault_with_a_dead_back_office_ends_safely() {
    let tally = single_faults(Strategy::Staged, Behaviour::dead());
    tally.report("staged, dead back office");
    assert_eq!(tally.proven, 0);
    tally.assert_unbroken();
}
