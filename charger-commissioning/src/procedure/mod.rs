//! The procedures: what each reads, decides and does.

/// What every procedure that begins at a charger as it is offers.
macro_rules! begins {
    ($procedure:ty) => {
        impl $procedure {
            /// Time limits and choices.
            #[must_use]
            pub fn with_policy(mut self, policy: $crate::Policy) -> Self {
                self.policy = policy;
                self
            }

            /// A machine that begins.
            ///
            /// # Errors
            /// [`StartError::Unfinished`](crate::StartError::Unfinished) if the journal holds a
            /// procedure that has not ended.
            pub fn start(
                self,
                history: &$crate::History,
            ) -> Result<$crate::Machine, $crate::StartError> {
                $crate::procedure::start(self, history)
            }

            /// A machine that goes on if the journal holds this procedure unfinished, and
            /// begins otherwise: what a tool that is just started again wants.
            ///
            /// # Errors
            /// [`StartError`](crate::StartError), if the journal holds something else
            /// unfinished.
            pub fn start_or_resume(
                self,
                history: &$crate::History,
            ) -> Result<$crate::Machine, $crate::StartError> {
                match history.is_unfinished() {
                    true => self.resume(history),
                    false => self.start(history),
                }
            }

            /// A machine that goes on where the journal ends, perhaps on another machine:
            /// it looks at the charger first, and repeats nothing that took effect.
            ///
            /// # Errors
            /// [`StartError`](crate::StartError), if the journal holds no unfinished procedure,
            /// or another one.
            pub fn resume(
                self,
                history: &$crate::History,
            ) -> Result<$crate::Machine, $crate::StartError> {
                $crate::procedure::resume(self, history)
            }
        }
    };
}

mod change_back_office;
mod course;
mod install_root;
pub(crate) mod restore;
mod restore_snapshot;
mod roll_back;
mod stand_alone;
mod wish;

pub use change_back_office::ChangeBackOffice;
pub(crate) use course::{Course, unchanged_since_restart};
pub use install_root::InstallRoot;
pub use restore_snapshot::RestoreSnapshot;
pub use roll_back::RollBack;
pub use stand_alone::StandAlone;

use std::collections::BTreeSet;
use std::fmt;

use ocpp_config::objects::ProfileField;
use ocpp_config::{Concern, InstalledPlace, PlanError, Secret, Snapshot};
use serde::{Deserialize, Serialize};

use crate::values::unsigned;
use crate::{History, Machine, PersonStep, Policy, PreflightSubject, Refusal};

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

    /// SHA-256 over the public files that it installs and that cannot be read back; empty
    /// if there are none.
    fn files(&self) -> String {
        String::new()
    }

    fn policy(&self) -> &Policy;

    /// The authorization key of the old back office, for the way back.
    fn old_key(&self) -> Option<Secret> {
        None
    }

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
    /// Nothing, as far as can be read back.
    AlreadyInForce { not_compared: Vec<InstalledPlace> },
    /// This.
    Go(Box<Course>),
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
    /// The journal was begun with another document, or with other files behind its names.
    #[error("the journal was begun with another document or other certificates")]
    OtherWish,
}

impl StartError {
    /// Whom it concerns: the document, or the caller, who chose the journal.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::NotStandAlone => Concern::Document,
            _ => Concern::Caller,
        }
    }
}

fn start(procedure: impl Procedure + 'static, history: &History) -> Result<Machine, StartError> {
    if history.is_unfinished() {
        return Err(StartError::Unfinished);
    }
    let (policy, key) = (policy(&procedure, history), procedure.old_key());
    let mut machine = Machine::start(Box::new(procedure), policy);
    machine.set_old_authorization_key(key);
    Ok(machine)
}

fn resume(procedure: impl Procedure + 'static, history: &History) -> Result<Machine, StartError> {
    check_resumable(&procedure, history)?;
    let (policy, key) = (policy(&procedure, history), procedure.old_key());
    let mut machine = Machine::resume(Some(Box::new(procedure)), policy, history, false);
    machine.set_old_authorization_key(key);
    Ok(machine)
}

/// What cannot be read back counts as in force while the charger is accepted, unless the
/// journal knows that something else was installed.
fn policy(procedure: &dyn Procedure, history: &History) -> Policy {
    let policy = procedure.policy().clone();
    let files = procedure.files();
    let others = history.installed.as_ref().is_some_and(|it| *it != files);
    let again = policy.install_again || (others && !files.is_empty());
    policy.with_install_again(again)
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
    if opened.wish != procedure.wish() || opened.files != procedure.files() {
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
