//! Putting a snapshot's settings back on the charger that it was taken of.

use ocpp_config::{Plan, Snapshot};

use super::course::{already_in_force, changes, is_in_force, wanted};
use super::{Course, Decision, Procedure, ProcedureKind, slots_in_use, wish};
use crate::check;
use crate::script::Script;
use crate::{Goal, PersonStep, Policy, PreflightSubject, Refusal, StepName};

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

    fn goal(&self) -> Goal {
        let slots = slots_in_use(&self.snapshot);
        match slots.is_empty() {
            true => Goal::StandAlone,
            false => Goal::Accepted { slots },
        }
    }
}

begins!(RestoreSnapshot);

impl Procedure for RestoreSnapshot {
    fn kind(&self) -> ProcedureKind {
        ProcedureKind::Restore
    }

    fn wish(&self) -> String {
        wish::digest(&self.kind(), &check::without_secrets(&self.snapshot))
    }

    fn policy(&self) -> &Policy {
        &self.policy
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
            return Ok(already_in_force(&plan));
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
