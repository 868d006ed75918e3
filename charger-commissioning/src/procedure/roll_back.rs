//! Putting back what a journal says was there before.

use ocpp_config::Secret;

use super::StartError;
use crate::{History, Machine, Policy};

/// Puts back what was there before the procedure of a journal: nothing but the journal is
/// needed, not even the document. Works from any prefix of a journal, and after a
/// procedure that ended as well.
///
/// Done once more after a way back that was proven, it looks at the charger: where the old
/// settings are in force and the charger is where it was, nothing is written and nothing
/// restarted ([`End::AlreadyRolledBack`](crate::End::AlreadyRolledBack)). Where somebody has
/// changed settings since, all of them go back again, and the outcome names those
/// ([`Failure::ChangedSince`](crate::Failure::ChangedSince)). So they do where the charger
/// is not accepted, or does not tell when it was changed last.
#[derive(Debug, Clone, Default)]
pub struct RollBack {
    policy: Policy,
    old_key: Option<Secret>,
}

impl RollBack {
    /// With the default policy.
    pub fn new() -> Self {
        Self::default()
    }

    /// Time limits; and by [`Policy::with_install_again`] the whole way back again, whatever
    /// the charger says.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The authorization key of the old back office, to be installed again. Defaults to
    /// none: a journal holds no secrets, so an overwritten key is lost.
    #[must_use]
    pub fn with_old_authorization_key(mut self, key: Secret) -> Self {
        self.old_key = Some(key);
        self
    }

    /// A machine that goes back.
    ///
    /// # Errors
    /// [`StartError::NothingToUndo`] if the journal is empty.
    pub fn start(self, history: &History) -> Result<Machine, StartError> {
        if history.opened.is_none() {
            return Err(StartError::NothingToUndo);
        }
        let mut machine = Machine::resume(None, self.policy, history, true);
        machine.set_old_authorization_key(self.old_key);
        Ok(machine)
    }
}
