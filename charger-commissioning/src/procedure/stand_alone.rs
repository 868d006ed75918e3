//! Taking a charger off its back office.

use ocpp_config::{Plan, PlanOptions, Preset, ResolvedDocument, Snapshot, plan};

use super::course::{already_in_force, changes, is_in_force, wanted};
use super::{Course, Decision, Procedure, ProcedureKind, StartError, wish};
use crate::check;
use crate::script::Script;
use crate::{Goal, PersonStep, Policy, PreflightSubject, Refusal, StepName};

/// Switches a charger to stand-alone: no back office, and the offline action,
/// authorization mode and Plug & Charge ID of the document.
#[derive(Debug, Clone)]
pub struct StandAlone {
    document: ResolvedDocument,
    policy: Policy,
    person_steps: Vec<PersonStep>,
}

impl StandAlone {
    /// Stand-alone as `document` describes it.
    ///
    /// # Errors
    /// [`StartError::NotStandAlone`] if its preset is another one.
    pub fn new(document: ResolvedDocument) -> Result<Self, StartError> {
        if *document.checked().preset() != Preset::StandAlone {
            return Err(StartError::NotStandAlone);
        }
        Ok(Self {
            document,
            policy: Policy::default(),
            person_steps: Vec::new(),
        })
    }

    /// What persons do before the first write, for example [`PersonStep::NO_SIM`].
    /// Defaults to nothing.
    #[must_use]
    pub fn with_person_steps(mut self, steps: impl IntoIterator<Item = PersonStep>) -> Self {
        self.person_steps = steps.into_iter().collect();
        self
    }
}

begins!(StandAlone);

impl Procedure for StandAlone {
    fn kind(&self) -> ProcedureKind {
        ProcedureKind::StandAlone
    }

    fn wish(&self) -> String {
        wish::of_document(&self.kind(), self.document.document())
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn person_steps(&self) -> Vec<PersonStep> {
        self.person_steps.clone()
    }

    fn preflight(&self) -> Option<PreflightSubject> {
        None
    }

    fn decide(&self, snapshot: &Snapshot, policy: &Policy) -> Result<Decision, Refusal> {
        let warnings = check::fit(self.document.checked(), snapshot)?;
        let plan: Plan = plan(&self.document, snapshot, &PlanOptions::new())?;
        if is_in_force(&plan, snapshot, &Goal::StandAlone, policy) {
            return Ok(already_in_force(&plan));
        }
        let mut script = Script::default();
        script.write(StepName::WriteSettings, &plan);
        script.restart_and_prove(wanted(&plan), Goal::StandAlone);
        Ok(Decision::Go(Box::new(Course {
            script,
            changes: changes(&plan, snapshot),
            one_way_doors: plan.one_way_doors().to_vec(),
            warnings,
        })))
    }
}
