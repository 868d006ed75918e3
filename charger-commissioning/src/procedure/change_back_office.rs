//! Moving a charger to another back office.

use std::collections::BTreeSet;

use fwi_format::{Container, Kind};
use ocpp_config::{
    AssignedSlot, CheckedProfile, Plan, PlanOptions, Preset, ResolvedDocument, Secret, Slot,
    Snapshot, UploadPurpose, objects, plan, plan_staged,
};

use super::course::{already_in_force, changes, is_in_force, wanted};
use super::{Course, Decision, Procedure, ProcedureKind, Strategy, wish};
use crate::script::{Script, Step};
use crate::{
    Ending, Goal, History, Opened, PersonStep, Policy, PreflightSubject, Refusal, StepName,
};
use crate::{check, containers};

/// Moves a charger to the back office of a document: by preset package or by hand, wired
/// or mobile, with certificates and keys.
///
/// ```no_run
/// use charger_commissioning::{ChangeBackOffice, Driver, FileJournal, Journal, Strategy};
///
/// # fn example(
/// #     document: ocpp_config::ResolvedDocument,
/// #     mut link: impl charger_link::Link,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// let mut journal = Journal::open(FileJournal::open("ACE0999001.journal")?)?;
/// let mut machine = ChangeBackOffice::new(document)
///     .with_strategy(Strategy::Documented)
///     .start(&journal.history())?;
/// let outcome = Driver::new(&mut link, &mut journal).run(&mut machine)?;
/// assert!(outcome.is_success());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ChangeBackOffice {
    document: ResolvedDocument,
    strategy: Strategy,
    policy: Policy,
    plan_options: PlanOptions,
    person_steps: Vec<PersonStep>,
    old_key: Option<Secret>,
}

impl ChangeBackOffice {
    /// The move that `document` describes, by the documented strategy and the default
    /// policy.
    pub fn new(document: ResolvedDocument) -> Self {
        Self {
            document,
            strategy: Strategy::default(),
            policy: Policy::default(),
            plan_options: PlanOptions::new(),
            person_steps: Vec::new(),
            old_key: None,
        }
    }

    /// How the charger is moved. Defaults to [`Strategy::Documented`].
    #[must_use]
    pub const fn with_strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// How the plan is made: what is known to be installed, and how roots are.
    #[must_use]
    pub fn with_plan_options(mut self, options: PlanOptions) -> Self {
        self.plan_options = options;
        self
    }

    /// What persons do before the first write, for example
    /// [`PersonStep::NEW_SIM`]. Defaults to nothing.
    #[must_use]
    pub fn with_person_steps(mut self, steps: impl IntoIterator<Item = PersonStep>) -> Self {
        self.person_steps = steps.into_iter().collect();
        self
    }

    /// The authorization key of the old back office, so that a way back can install it
    /// again. Defaults to none: then an overwritten key is lost.
    #[must_use]
    pub fn with_old_authorization_key(mut self, key: Secret) -> Self {
        self.old_key = Some(key);
        self
    }

    /// Judges the document's packages by themselves, so that a damaged file is told before
    /// the charger is asked for anything. Whether they are made for this charger is judged
    /// before the first write.
    ///
    /// # Errors
    /// [`Refusal::BadContainer`] for a file that is no container, is damaged, or is evidently
    /// of another kind.
    pub fn check_containers(&self) -> Result<(), Refusal> {
        let document = self.document.document();
        let preset = match &document.preset {
            Some(Preset::Named { package, .. }) => package.as_ref(),
            _ => None,
        };
        let root = document.security.root_certificate.as_ref();
        let root = root.and_then(|root| root.package.as_ref());
        for (file, kind, bytes) in [
            (preset, Kind::Preset, self.document.preset_package()),
            (root, Kind::RootCertificate, self.document.root_package()),
        ] {
            if let (Some(file), Some(bytes)) = (file, bytes) {
                containers::check_alone(file.as_str(), kind, bytes)?;
            }
        }
        Ok(())
    }

    /// Whether the last thing that the journal tells is that this very move was proven, or
    /// found in force: what lets a tool that is started again pass over the charger without
    /// asking it. Never with [`Policy::with_install_again`].
    ///
    /// A root certificate or another public file that was replaced under the same name makes
    /// it another move. A key or a password that was does not, as a journal keeps no trace of
    /// a secret: ask for it to be installed again.
    pub fn is_finished(&self, history: &History) -> bool {
        let ended = matches!(history.ended, Some(Ending::Proven | Ending::AlreadyInForce));
        let is_this = |opened: &Opened| {
            opened.procedure == self.kind()
                && opened.wish == self.wish()
                && opened.files == self.files()
        };
        ended && !self.policy.install_again && history.opened.as_ref().is_some_and(is_this)
    }
}

begins!(ChangeBackOffice);

impl Procedure for ChangeBackOffice {
    fn kind(&self) -> ProcedureKind {
        ProcedureKind::ChangeBackOffice {
            strategy: self.strategy,
        }
    }

    fn wish(&self) -> String {
        wish::of_document(&self.kind(), self.document.document())
    }

    fn files(&self) -> String {
        wish::of_files(&self.document)
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn old_key(&self) -> Option<Secret> {
        self.old_key.clone()
    }

    fn person_steps(&self) -> Vec<PersonStep> {
        self.person_steps.clone()
    }

    fn preflight(&self) -> Option<PreflightSubject> {
        Some(PreflightSubject::new(self.document.clone()))
    }

    fn decide(&self, snapshot: &Snapshot, policy: &Policy) -> Result<Decision, Refusal> {
        let findings = check::fit(self.document.checked(), snapshot)?;
        let mut decision = match self.strategy {
            Strategy::Documented => self.documented(snapshot, policy)?,
            Strategy::Staged => self.staged(snapshot, policy)?,
        };
        if let Decision::Go(course) = &mut decision {
            course.warnings.splice(..0, findings);
        }
        Ok(decision)
    }
}

impl ChangeBackOffice {
    fn documented(&self, snapshot: &Snapshot, policy: &Policy) -> Result<Decision, Refusal> {
        let goal = self.documented_goal();
        let whole = plan(&self.document, snapshot, &self.plan_options)?;
        if is_in_force(&whole, snapshot, &goal, policy) {
            return Ok(already_in_force(&whole));
        }
        let warnings = check_uploads(&whole, snapshot, policy)?;
        let detach = Plan::detach(snapshot);
        let detached = applied(snapshot, &detach);
        // What the detached charger needs, not what the present one does.
        let plan = plan(&self.document, &detached, &self.plan_options)?;
        let mut script = Script::default();
        if !detach.writes().is_empty() {
            script.write(StepName::Detach, &detach);
            script.steps.push(Step::Restart);
        }
        script.install_and_write(&plan);
        script.restart_and_prove(wanted(&plan), goal);
        Ok(Decision::Go(Box::new(Course {
            script,
            changes: changes(&whole, snapshot),
            one_way_doors: whole.one_way_doors().to_vec(),
            warnings,
        })))
    }

    /// A preset does not say which profile it fills; after the detachment there is no
    /// other one left.
    fn documented_goal(&self) -> Goal {
        match self.document.checked().preset() {
            Preset::StandAlone => Goal::StandAlone,
            _ => Goal::Accepted {
                slots: slots(self.proving_slots().into_iter()),
            },
        }
    }

    /// The document's profiles that lead to the host of the one that is tried first. A
    /// fallback at another back office, perhaps the old one, proves nothing.
    fn proving_slots(&self) -> Vec<Slot> {
        let profiles = || self.document.checked().profiles();
        let first = profiles().min_by_key(CheckedProfile::priority);
        let host = first.map(|profile| profile.url().host());
        profiles()
            .filter(|profile| Some(profile.url().host()) == host)
            .map(|profile| profile.slot())
            .collect()
    }

    fn staged(&self, snapshot: &Snapshot, policy: &Policy) -> Result<Decision, Refusal> {
        if snapshot.get(objects::ACTIVE_PROFILE).is_none() {
            return Err(Refusal::ActiveProfileUnknown);
        }
        let staged = plan_staged(&self.document, snapshot, &self.plan_options)?;
        let plan = staged.plan();
        let keep: Vec<Slot> = staged.slots().iter().map(|slot| slot.on_charger).collect();
        let proving = self.proving_slots();
        let proves = |slot: &&AssignedSlot| proving.contains(&slot.in_document);
        let goal = Goal::Accepted {
            slots: slots(
                staged
                    .slots()
                    .iter()
                    .filter(proves)
                    .map(|slot| slot.on_charger),
            ),
        };
        let retire = Plan::retire_all_but(&keep, &applied(snapshot, plan));
        if retire.is_empty() && is_in_force(plan, snapshot, &goal, policy) {
            return Ok(already_in_force(plan));
        }
        let mut warnings = check_uploads(plan, snapshot, policy)?;
        warnings.extend(staged.fallback_risks().iter().map(ToString::to_string));
        let mut script = Script::default();
        script.install_and_write(plan);
        script.restart_and_prove_before(wanted(plan), wanted(&retire), goal.clone());
        if !retire.writes().is_empty() {
            script.write(StepName::ClearOld, &retire);
            script.restart_and_prove(wanted(&retire), goal);
        }
        let mut changes = changes(plan, snapshot);
        changes.extend(self::changes(&retire, snapshot));
        Ok(Decision::Go(Box::new(Course {
            script,
            changes,
            one_way_doors: plan.one_way_doors().to_vec(),
            warnings,
        })))
    }
}

/// Only a container that fits the charger is sent, and only where there is room for it.
/// What a person should know about them.
fn check_uploads(
    plan: &Plan,
    snapshot: &Snapshot,
    policy: &Policy,
) -> Result<Vec<String>, Refusal> {
    let mut told = Vec::new();
    for upload in plan.uploads() {
        let shall_be = match upload.purpose() {
            UploadPurpose::Preset => Kind::Preset,
            _ => Kind::RootCertificate,
        };
        if shall_be == Kind::RootCertificate {
            check::store_room(snapshot, policy.certificate_room)?;
        }
        let file = upload.file_name();
        let container = Container::parse(upload.data()).map_err(|error| Refusal::BadContainer {
            file: file.to_owned(),
            reason: error.to_string(),
        })?;
        told.extend(containers::check(file, shall_be, &container, snapshot)?);
    }
    Ok(told)
}

/// The snapshot as it will be once `plan` is carried out.
fn applied(snapshot: &Snapshot, plan: &Plan) -> Snapshot {
    let mut after = snapshot.clone();
    for write in plan.writes() {
        if let Some(object) = snapshot.get(write.id()) {
            let mut object = object.clone();
            object.value = write.write().value.clone();
            after.insert(object);
        }
    }
    after
}

fn slots(slots: impl Iterator<Item = Slot>) -> BTreeSet<u8> {
    slots.map(Slot::number).collect()
}
