//! The procedures: what each reads, decides and does.

mod change_back_office;
mod install_root;
pub(crate) mod restore;
mod restore_snapshot;
mod roll_back;
mod stand_alone;

pub use change_back_office::ChangeBackOffice;
pub use install_root::InstallRoot;
pub use restore_snapshot::RestoreSnapshot;
pub use roll_back::RollBack;
pub use stand_alone::StandAlone;

use std::collections::BTreeSet;
use std::fmt;

use ocpp_config::objects::ProfileField;
use ocpp_config::{OneWayDoor, PlanError, Snapshot};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::script::Script;
use crate::values::unsigned;
use crate::{Change, History, Machine, PersonStep, Policy, PreflightSubject, Refusal};

/// Which procedure a journal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "procedure", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProcedureKind {
    /// Move the charger to another back office.
    ChangeBackOffice {
        /// How.
        strategy: Strategy,
    },
    /// Install a root certificate.
    InstallRoot,
    /// Switch to stand-alone.
    StandAlone,
    /// Put a snapshot's settings back.
    Restore,
}

impl fmt::Display for ProcedureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ChangeBackOffice {
                strategy: Strategy::Documented,
            } => "change the back office, documented strategy",
            Self::ChangeBackOffice {
                strategy: Strategy::Staged,
            } => "change the back office, staged strategy",
            Self::InstallRoot => "install a root certificate",
            Self::StandAlone => "switch to stand-alone",
            Self::Restore => "restore a snapshot",
        })
    }
}

/// How a charger is moved to another back office.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Strategy {
    /// The order of the vendor's article: stand-alone, restart, new settings, restart,
    /// proof. The charger has no back office in between.
    #[default]
    Documented,
    /// The new back office goes into a free network profile with the first priority,
    /// the old one stays behind it as the charger's own fallback and is cleared after
    /// the proof. Needs a charger that reports its active profile.
    Staged,
}

/// What is wished for, and how to get there from a given snapshot. Pure.
pub(crate) trait Procedure: fmt::Debug + Send {
    fn kind(&self) -> ProcedureKind;

    /// SHA-256 over the wish, without its secrets.
    fn wish(&self) -> String;

    /// What persons must do before the first write.
    fn person_steps(&self) -> Vec<PersonStep>;

    /// What the new back office shall be asked beforehand.
    fn preflight(&self) -> Option<PreflightSubject>;

    /// What must be done from here, or why nothing can be.
    fn decide(&self, snapshot: &Snapshot, policy: &Policy) -> Result<Decision, Refusal>;
}

/// What must be done from a given snapshot.
#[derive(Debug)]
pub(crate) enum Decision {
    /// Nothing.
    AlreadyInForce,
    /// This.
    Go(Box<Course>),
}

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

/// Why no machine could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The journal holds a procedure that has not ended: resume it, or roll it back.
    #[error("the journal holds an unfinished procedure; resume it or roll it back first")]
    Unfinished,
    /// The journal holds no procedure that could go on.
    #[error("the journal holds no unfinished procedure")]
    NothingToResume,
    /// The journal holds no procedure that could be undone.
    #[error("the journal holds no procedure that could be undone")]
    NothingToUndo,
    /// The journal is about another procedure.
    #[error("the journal is about: {found}")]
    OtherProcedure {
        /// Which.
        found: ProcedureKind,
    },
    /// The document does not say stand-alone.
    #[error("the preset of the document is not stand-alone")]
    NotStandAlone,
    /// The journal was begun with another document.
    #[error("the journal was begun with another document")]
    OtherWish,
}

fn start(
    procedure: impl Procedure + 'static,
    policy: Policy,
    history: &History,
) -> Result<Machine, StartError> {
    if history.is_unfinished() {
        return Err(StartError::Unfinished);
    }
    Ok(Machine::start(Box::new(procedure), policy))
}

fn resume(
    procedure: impl Procedure + 'static,
    policy: Policy,
    history: &History,
) -> Result<Machine, StartError> {
    check_resumable(&procedure, history)?;
    Ok(Machine::resume(
        Some(Box::new(procedure)),
        policy,
        history,
        false,
    ))
}

fn start_or_resume(
    procedure: impl Procedure + 'static,
    policy: Policy,
    history: &History,
) -> Result<Machine, StartError> {
    match history.is_unfinished() {
        true => resume(procedure, policy, history),
        false => start(procedure, policy, history),
    }
}

/// Whether the journal's procedure is this one, and can go on.
fn check_resumable(procedure: &dyn Procedure, history: &History) -> Result<(), StartError> {
    let opened = match &history.opened {
        Some(opened) if history.is_unfinished() => opened,
        _ => return Err(StartError::NothingToResume),
    };
    if opened.procedure != procedure.kind() {
        return Err(StartError::OtherProcedure {
            found: opened.procedure,
        });
    }
    if opened.wish != procedure.wish() {
        return Err(StartError::OtherWish);
    }
    Ok(())
}

/// The network profiles that a charger tries.
pub(crate) fn slots_in_use(snapshot: &Snapshot) -> BTreeSet<u8> {
    let used = |slot: &u8| {
        let priority = ProfileField::PRIORITY.of_profile(*slot);
        priority.and_then(|id| unsigned(snapshot, id)) > Some(0)
    };
    (1..=4).filter(used).collect()
}

/// SHA-256 over a procedure and what it shall bring about. A document with a secret in it
/// refuses to be written out; its `Debug`, which redacts, stands in for it.
fn digest(kind: &ProcedureKind, wish: &(impl Serialize + fmt::Debug)) -> String {
    let text = serde_json::to_string(wish).unwrap_or_else(|_| format!("{wish:?}"));
    let hash = Sha256::new()
        .chain_update(kind.to_string())
        .chain_update([0])
        .chain_update(text)
        .finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl From<PlanError> for Refusal {
    fn from(error: PlanError) -> Self {
        Self::NoPlan { error }
    }
}

#[cfg(test)]
mod tests {
    use ocpp_config::{Access, DataType, Object, Value};

    use super::*;

    #[test]
    fn a_profile_without_priority_is_not_in_use() {
        let priority = |(slot, value)| {
            let id = ProfileField::PRIORITY.of_profile(slot).unwrap();
            let value = Value::Unsigned(value);
            Object::new(id, Access::READ_WRITE, DataType::UNSIGNED8, 0, value)
        };
        let snapshot: Snapshot = [(1, 0), (2, 1), (3, 4)].into_iter().map(priority).collect();
        assert_eq!(slots_in_use(&snapshot), BTreeSet::from([2, 3]));
    }
}
