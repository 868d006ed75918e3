//! From a plan to the steps that carry it out, for every procedure that has one.

use charger_link::{LiveState, Upload};
use ocpp_config::{
    InForce, InstalledPlace, OneWayDoor, Plan, PlannedUpload, PlannedWrite, Snapshot,
    UploadPurpose, objects,
};

use super::Decision;
use crate::script::{ContainerKind, Script, Step, Wanted};
use crate::values::unsigned;
use crate::{Change, Goal, Policy, StepName, judge};

/// The way there.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) script: Script,
    pub(crate) changes: Vec<Change>,
    pub(crate) one_way_doors: Vec<OneWayDoor>,
    pub(crate) warnings: Vec<String>,
}

impl Course {
    /// Whether every setting that the charger shows is as wished already.
    pub(crate) fn keeps_settings(&self) -> bool {
        self.changes.iter().all(|change| change.new.is_none())
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
    pub(super) fn install_and_write(&mut self, plan: &Plan) {
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
        self.restart_and_prove_before(wanted, Vec::new(), goal);
    }

    /// The same, before steps that make something else of the same objects.
    pub(super) fn restart_and_prove_before(
        &mut self,
        wanted: Vec<Wanted>,
        later: Vec<Wanted>,
        goal: Goal,
    ) {
        self.steps.push(Step::Restart);
        self.steps.push(Step::SetClock);
        if !wanted.is_empty() {
            self.steps.push(Step::Verify { wanted, later });
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

/// Everything in force: nothing is to be done. Told is what `plan` would bring all the same,
/// as nobody can see whether the charger has it.
pub(super) fn already_in_force(plan: &Plan) -> Decision {
    let items = plan.installs().iter().map(|install| install.item());
    let mut not_compared: Vec<InstalledPlace> = items.map(InstalledPlace::Item).collect();
    let is_root = |upload: &&PlannedUpload| upload.purpose() != UploadPurpose::Preset;
    let roots = plan.uploads().iter().filter(is_root);
    not_compared.extend(roots.map(|_| InstalledPlace::RootPackage));
    let hidden = plan.writes().iter().filter(|write| !write.is_readable());
    not_compared.extend(hidden.map(|write| InstalledPlace::Object(write.id())));
    Decision::AlreadyInForce { not_compared }
}

/// A setting that was written after the last restart reads back and is not in force. Only
/// the time of the last change tells; a charger that hides it is restarted to be sure.
pub(crate) fn unchanged_since_restart(snapshot: &Snapshot) -> bool {
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
