//! Putting a snapshot's settings back on the charger that it was taken of.

use ocpp_config::{Plan, Snapshot};

use super::change_back_office::{changes, is_in_force, wanted};
use super::{Course, Decision, Procedure, ProcedureKind, StartError, digest, slots_in_use};
use crate::check;
use crate::script::Script;
use crate::{Goal, History, Machine, PersonStep, Policy, PreflightSubject, Refusal, StepName};

/// Puts the readable settings of a snapshot back on the same charger, restarts it and
/// proves that it is where the snapshot's settings lead.
#[derive(Debug, Clone)]
pub struct RestoreSnapshot {
    snapshot: Snapshot,
    policy: Policy,
}

impl RestoreSnapshot {
    /// Puts these settings back.
    pub fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            policy: Policy::default(),
        }
    }

    /// Time limits and choices.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// A machine that begins.
    ///
    /// # Errors
    /// [`StartError::Unfinished`] if the journal holds a procedure that has not ended.
    pub fn start(self, history: &History) -> Result<Machine, StartError> {
        let policy = self.policy.clone();
        super::start(self, policy, history)
    }

    /// A machine that goes on if the journal holds this procedure unfinished, and begins
    /// otherwise: what a tool that is just started again wants.
    ///
    /// # Errors
    /// [`StartError::OtherProcedure`] or [`StartError::OtherWish`], if the journal holds
    /// something else unfinished.
    pub fn start_or_resume(self, history: &History) -> Result<Machine, StartError> {
        let policy = self.policy.clone();
        super::start_or_resume(self, policy, history)
    }

    /// A machine that goes on where the journal ends.
    ///
    /// # Errors
    /// [`StartError`], if the journal holds no unfinished procedure, or another one.
    pub fn resume(self, history: &History) -> Result<Machine, StartError> {
        let policy = self.policy.clone();
        super::resume(self, policy, history)
    }

    fn goal(&self) -> Goal {
        let slots = slots_in_use(&self.snapshot);
        match slots.is_empty() {
            true => Goal::StandAlone,
            false => Goal::Accepted { slots },
        }
    }
}

impl Procedure for RestoreSnapshot {
    fn kind(&self) -> ProcedureKind {
        ProcedureKind::Restore
    }

    fn wish(&self) -> String {
        digest(&self.kind(), &check::without_secrets(&self.snapshot))
    }

    fn person_steps(&self) -> Vec<PersonStep> {
        Vec::new()
    }

    fn preflight(&self) -> Option<PreflightSubject> {
        None
    }

    fn decide(&self, snapshot: &Snapshot, policy: &Policy) -> Result<Decision, Refusal> {
        let plan =
            Plan::restore(&self.snapshot, snapshot).map_err(|error| Refusal::OtherCharger {
                expected: error.before,
                found: error.now,
            })?;
        let goal = self.goal();
        if is_in_force(&plan, snapshot, &goal, policy) {
            return Ok(Decision::AlreadyInForce);
        }
        let mut script = Script::default();
        script.write(StepName::Restore, &plan);
        script.restart_and_prove(wanted(&plan), goal);
        Ok(Decision::Go(Box::new(Course {
            script,
            changes: changes(&plan, snapshot),
            one_way_doors: plan.one_way_doors().to_vec(),
            warnings: plan
                .left_out()
                .iter()
                .map(|left_out| format!("object {} cannot be put back", left_out.id))
                .collect(),
        })))
    }
}
