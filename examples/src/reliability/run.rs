//! One changeover under faults, and whether it kept what was promised.

use std::time::Duration;

use charger_commissioning::{End, Outcome, RunError, Strategy};
use charger_sim::{Behaviour, Counts, FaultPlan};

use super::Fallible;
use super::bench::{Bench, Jump};
use super::scenario::Scenario;
use super::tally::{Kind, Ran};

/// What a killed program is followed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Resume,
    RollBack,
}

/// A changeover and what goes wrong with it.
#[derive(Debug, Clone)]
pub(super) struct Case<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) strategy: Strategy,
    pub(super) behaviour: Behaviour,
    pub(super) faults: FaultPlan,
    pub(super) after: After,
    pub(super) jump: Option<Jump>,
}

impl<'a> Case<'a> {
    pub(super) fn new(scenario: &'a Scenario, strategy: Strategy, behaviour: Behaviour) -> Self {
        Self {
            scenario,
            strategy,
            behaviour,
            faults: FaultPlan::none(),
            after: After::Resume,
            jump: None,
        }
    }

    pub(super) fn with_faults(mut self, faults: FaultPlan) -> Self {
        self.faults = faults;
        self
    }

    pub(super) const fn followed_by(mut self, after: After) -> Self {
        self.after = after;
        self
    }

    /// The run, with every promise checked.
    pub(super) fn check(&self) -> Ran {
        match self.run() {
            Ok(mut finished) => finished.check(self),
            Err(error) => Ran::broken(self.to_string(), error.to_string()),
        }
    }

    /// The run, to the end of the last program that worked on it.
    pub(super) fn run(&self) -> Fallible<Finished> {
        let bench = Bench::new(self.scenario)?;
        self.run_on(bench)
    }

    pub(super) fn run_on(&self, mut bench: Bench) -> Fallible<Finished> {
        bench.set_behaviour(self.behaviour);
        bench.world.plan_faults(bench.charger, self.faults.clone());
        bench.clock.plan(self.jump);
        let mut result = bench.change(self.scenario, self.strategy)?;
        let mut kills = 0;
        while matches!(result, Err(RunError::Cancelled)) {
            kills += 1;
            if kills > 9 {
                return Err("killed over and over".into());
            }
            bench.start_again()?;
            result = match (self.after, bench.journal.history().is_unfinished()) {
                (_, false) => bench.change(self.scenario, self.strategy)?,
                (After::Resume, true) => bench.resume(self.scenario, self.strategy)?,
                (After::RollBack, true) => bench.roll_back()?,
            };
        }
        let outcome = result?;
        Ok(Finished { bench, outcome })
    }
}

impl std::fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let faults: Vec<_> = self.faults.planned().collect();
        write!(
            f,
            "{}, {:?}, {:?}, {faults:?}, then {:?}, {:?}",
            self.scenario.name, self.strategy, self.behaviour, self.after, self.jump
        )
    }
}

/// How a run ended, and what it left behind.
pub(super) struct Finished {
    pub(super) bench: Bench,
    pub(super) outcome: Outcome,
}

impl Finished {
    pub(super) fn counts(&self) -> Counts {
        self.bench.world.counts(self.bench.charger)
    }

    fn check(&mut self, case: &Case<'_>) -> Ran {
        let mut ran = Ran::new(case.to_string(), self.kind());
        ran.requests = self.outcome.requests;
        ran.busiest_minute = self.bench.busiest_minute();
        ran.retreat = self.bench.retreat();
        if let Some(why) = self.bench.touched_before_armed() {
            ran.breaks(format!("R9: {why}"));
        }
        // A fault may have struck the logout, after the end.
        let (world, charger) = (&self.bench.world, self.bench.charger);
        world.settle(charger, Duration::from_secs(900));
        if !self.bench.is_answering() {
            // A wired link that went down with the logout.
            world.advance(Duration::from_secs(60));
        }
        if !self.bench.is_answering() {
            ran.breaks(format!("{:?}, and no local access", self.outcome.end));
        }
        if self.outcome.is_success() {
            self.check_success(&mut ran);
        } else if !self.bench.is_at_old() {
            self.check_way_home(&mut ran);
        }
        ran
    }

    fn check_success(&self, ran: &mut Ran) {
        if !self.bench.is_at_target() {
            ran.breaks(format!(
                "reported {:?}, but is at {:?}",
                self.outcome.end,
                self.bench.active_url()
            ));
        }
    }

    /// A person was asked for: with nothing in the way any more, the journal must lead
    /// home.
    fn check_way_home(&mut self, ran: &mut Ran) {
        let world = &self.bench.world;
        world.plan_faults(self.bench.charger, FaultPlan::none());
        let again = self.bench.roll_back();
        let is_back = matches!(
            &again,
            Ok(Ok(outcome)) if matches!(outcome.end, End::RolledBack { .. })
        );
        let was_told = matches!(
            self.outcome.end,
            End::NeedsPerson { .. } | End::Unreachable { .. }
        );
        if !(is_back && was_told && self.bench.is_at_old()) {
            ran.breaks(format!("{:?}, then {again:?}", self.outcome.end));
        }
    }

    const fn kind(&self) -> Kind {
        match self.outcome.end {
            End::Proven | End::AlreadyInForce => Kind::Proven,
            End::RolledBack { .. } | End::NothingWritten => Kind::RolledBack,
            End::Refused { .. } => Kind::Refused,
            _ => Kind::NeededPerson,
        }
    }
}
