//! Moving a charger to another back office.

use std::collections::BTreeSet;

use charger_link::{LiveState, Upload};
use fwi_format::Container;
use ocpp_config::{
    AssignedSlot, CheckedProfile, InForce, Plan, PlanOptions, PlannedWrite, Preset,
    ResolvedDocument, Secret, Slot, Snapshot, UploadPurpose, objects, plan, plan_staged,
    validate_move,
};

use super::{Course, Decision, Procedure, ProcedureKind, StartError, Strategy, digest};
use crate::check;
use crate::script::{ContainerKind, Script, Step, Wanted};
use crate::values::unsigned;
use crate::{
    Change, Ending, Goal, History, Machine, PersonStep, Policy, PreflightSubject, Refusal,
    StepName, judge,
};

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

    /// Time limits and choices.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
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

    /// A machine that begins.
    ///
    /// # Errors
    /// [`StartError::Unfinished`] if the journal holds a procedure that has not ended.
    pub fn start(self, history: &History) -> Result<Machine, StartError> {
        let (policy, old_key) = (self.policy.clone(), self.old_key.clone());
        let mut machine = super::start(self, policy, history)?;
        machine.set_old_authorization_key(old_key);
        Ok(machine)
    }

    /// Whether the last thing that the journal tells is that this very move was proven, or
    /// found in force: what lets a tool that is started again pass over the charger without
    /// asking it.
    pub fn is_finished(&self, history: &History) -> bool {
        let ended = matches!(history.ended, Some(Ending::Proven | Ending::AlreadyInForce));
        let opened = history.opened.as_ref();
        ended
            && opened
                .is_some_and(|opened| opened.procedure == self.kind() && opened.wish == self.wish())
    }

    /// A machine that goes on if the journal holds this move unfinished, and begins
    /// otherwise: what a tool that is just started again wants.
    ///
    /// # Errors
    /// [`StartError::OtherProcedure`] or [`StartError::OtherWish`], if the journal holds
    /// something else unfinished.
    pub fn start_or_resume(self, history: &History) -> Result<Machine, StartError> {
        match history.is_unfinished() {
            true => self.resume(history),
            false => self.start(history),
        }
    }

    /// A machine that goes on where the journal ends, perhaps on another machine: it looks
    /// at the charger first, and repeats nothing that took effect.
    ///
    /// # Errors
    /// [`StartError`], if the journal holds no unfinished procedure, or another one.
    pub fn resume(self, history: &History) -> Result<Machine, StartError> {
        let (policy, old_key) = (self.policy.clone(), self.old_key.clone());
        let mut machine = super::resume(self, policy, history)?;
        machine.set_old_authorization_key(old_key);
        Ok(machine)
    }
}

impl Procedure for ChangeBackOffice {
    fn kind(&self) -> ProcedureKind {
        ProcedureKind::ChangeBackOffice {
            strategy: self.strategy,
        }
    }

    fn wish(&self) -> String {
        digest(&self.kind(), self.document.document())
    }

    fn person_steps(&self) -> Vec<PersonStep> {
        self.person_steps.clone()
    }

    fn preflight(&self) -> Option<PreflightSubject> {
        Some(PreflightSubject::new(self.document.clone()))
    }

    fn decide(&self, snapshot: &Snapshot, policy: &Policy) -> Result<Decision, Refusal> {
        let findings = validate_move(self.document.checked(), snapshot);
        if findings.has_errors() {
            let report = Box::new(findings);
            return Err(Refusal::DoesNotFit { report });
        }
        let course = match self.strategy {
            Strategy::Documented => self.documented(snapshot, policy)?,
            Strategy::Staged => self.staged(snapshot, policy)?,
        };
        Ok(course.map_or(Decision::AlreadyInForce, |course| {
            Decision::Go(Box::new(course))
        }))
    }
}

impl ChangeBackOffice {
    /// `None` if everything is in force.
    fn documented(&self, snapshot: &Snapshot, policy: &Policy) -> Result<Option<Course>, Refusal> {
        let goal = self.documented_goal();
        let whole = plan(&self.document, snapshot, &self.plan_options)?;
        if is_in_force(&whole, snapshot, &goal, policy) {
            return Ok(None);
        }
        check_uploads(&whole, snapshot, policy)?;
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
        Ok(Some(Course {
            script,
            changes: changes(&whole, snapshot),
            one_way_doors: whole.one_way_doors().to_vec(),
            warnings: Vec::new(),
        }))
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

    fn staged(&self, snapshot: &Snapshot, policy: &Policy) -> Result<Option<Course>, Refusal> {
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
            return Ok(None);
        }
        check_uploads(plan, snapshot, policy)?;
        let mut script = Script::default();
        script.install_and_write(plan);
        script.restart_and_prove(wanted(plan), goal.clone());
        if !retire.writes().is_empty() {
            script.write(StepName::ClearOld, &retire);
            script.restart_and_prove(wanted(&retire), goal);
        }
        let mut changes = changes(plan, snapshot);
        changes.extend(self::changes(&retire, snapshot));
        Ok(Some(Course {
            script,
            changes,
            one_way_doors: plan.one_way_doors().to_vec(),
            warnings: staged
                .fallback_risks()
                .iter()
                .map(ToString::to_string)
                .collect(),
        }))
    }
}

impl Script {
    pub(super) fn write(&mut self, name: StepName, plan: &Plan) {
        let wanted = wanted(plan);
        if !wanted.is_empty() {
            self.steps.push(Step::Write { name, wanted });
        }
    }

    /// Containers first: a preset replaces settings. The clock before them, as signatures
    /// are checked against it.
    fn install_and_write(&mut self, plan: &Plan) {
        if !plan.uploads().is_empty() {
            self.steps.push(Step::SetClock);
        }
        for upload in plan.uploads() {
            self.steps.push(Step::Upload {
                container: match upload.purpose() {
                    UploadPurpose::Preset => ContainerKind::Preset,
                    _ => ContainerKind::RootCertificate,
                },
                upload: Upload::new(bytes::Bytes::copy_from_slice(upload.data())),
            });
        }
        self.write(StepName::WriteSettings, plan);
        for install in plan.installs() {
            self.steps.push(Step::Install {
                item: install.item(),
                data: install.data().clone(),
            });
        }
    }

    /// The clock again, since a charger starts with an old one and checks certificates
    /// against it.
    pub(super) fn restart_and_prove(&mut self, wanted: Vec<Wanted>, goal: Goal) {
        self.steps.push(Step::Restart);
        self.steps.push(Step::SetClock);
        if !wanted.is_empty() {
            self.steps.push(Step::Verify { wanted });
        }
        self.steps.push(Step::Prove { goal });
    }
}

/// Everything readable is as wished, and was before the last restart, and the charger is
/// where it shall be. What cannot be read evidently works then.
pub(super) fn is_in_force(plan: &Plan, snapshot: &Snapshot, goal: &Goal, policy: &Policy) -> bool {
    let differs = plan.writes().iter().any(PlannedWrite::is_readable);
    let reading = LiveState::from_objects(snapshot.iter());
    !differs
        && !policy.install_again
        && judge(&reading, goal, 0).is_ok()
        && unchanged_since_restart(snapshot)
}

/// A setting that was written after the last restart reads back and is not in force. Only
/// the time of the last change tells; a charger that hides it is restarted to be sure.
fn unchanged_since_restart(snapshot: &Snapshot) -> bool {
    let read = |id| unsigned(snapshot, id);
    let (Some(changed), Some(clock), Some(uptime)) = (
        read(objects::CONFIGURATION_CHANGED),
        read(objects::CLOCK),
        read(objects::UPTIME),
    ) else {
        return false;
    };
    changed <= clock.saturating_sub(uptime)
}

/// Only a sound container is sent, and only where there is room for it.
fn check_uploads(plan: &Plan, snapshot: &Snapshot, policy: &Policy) -> Result<(), Refusal> {
    for upload in plan.uploads() {
        if upload.purpose() == UploadPurpose::RootCertificate {
            check::store_room(snapshot, policy.certificate_room)?;
        }
        let file = upload.file_name();
        let container = Container::parse(upload.data()).map_err(|error| Refusal::BadContainer {
            file: file.to_owned(),
            reason: error.to_string(),
        })?;
        check::sound_container(file, &container)?;
    }
    Ok(())
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

pub(super) fn wanted(plan: &Plan) -> Vec<Wanted> {
    plan.writes()
        .iter()
        .map(|write| Wanted {
            write: write.write().clone(),
            secret: !write.is_readable(),
        })
        .collect()
}

pub(super) fn changes(plan: &Plan, snapshot: &Snapshot) -> Vec<Change> {
    plan.writes()
        .iter()
        .map(|write| Change {
            object: write.id(),
            old: snapshot
                .value(write.id())
                .filter(|_| !write.is_secret())
                .cloned(),
            new: (!write.is_secret()).then(|| write.write().value.clone()),
            after_restart: write.in_force() == InForce::AfterRestart,
        })
        .collect()
}

fn slots(slots: impl Iterator<Item = Slot>) -> BTreeSet<u8> {
    slots.map(Slot::number).collect()
}
