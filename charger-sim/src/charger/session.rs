//! The charger's only session.

use std::time::Duration;

use super::{ChargerModel, SecondClient, SessionRules};

/// Who holds the session, and since when nothing was heard of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Session {
    holder: Option<u64>,
    last_seen: Duration,
    /// How many clients wanted it at once at most.
    most: u32,
}

/// Why a login did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The user is unknown (400).
    #[error("unknown user")]
    UnknownUser,
    /// The password is wrong (403).
    #[error("wrong password")]
    WrongPassword,
    /// Another client holds the session.
    #[error("another client holds the session")]
    Taken,
    /// The charger does not answer at all.
    #[error("the charger does not answer")]
    Silent,
}

impl ChargerModel {
    /// How many sessions clients wanted at once at most: 2 if one ever logged in while
    /// another one held the session, whatever became of it. Thieves do not count.
    pub const fn most_sessions(&self) -> u32 {
        self.session.most
    }
}

impl Session {
    /// The client that holds the session at this time.
    pub(crate) fn holder(&self, now: Duration, rules: &SessionRules) -> Option<u64> {
        self.holder
            .filter(|_| now.saturating_sub(self.last_seen) <= rules.idle)
    }

    pub(crate) fn open(
        &mut self,
        now: Duration,
        client: u64,
        rules: &SessionRules,
    ) -> Result<(), LoginError> {
        let other = self
            .holder(now, rules)
            .is_some_and(|holder| holder != client);
        self.most = self.most.max(1 + u32::from(other));
        if other && rules.second_client == SecondClient::Refused {
            return Err(LoginError::Taken);
        }
        self.holder = Some(client);
        self.last_seen = now;
        Ok(())
    }

    /// Whether `client` holds the session; if so, it lives on.
    pub(crate) fn touch(&mut self, now: Duration, client: u64, rules: &SessionRules) -> bool {
        let holds = self.holder(now, rules) == Some(client);
        if holds {
            self.last_seen = now;
        }
        holds
    }

    pub(crate) fn close(&mut self, client: u64) {
        if self.holder == Some(client) {
            self.holder = None;
        }
    }

    pub(crate) fn end(&mut self) {
        self.holder = None;
    }

    /// Another client takes it, whatever the rules.
    pub(crate) fn steal(&mut self, now: Duration, client: u64) {
        self.holder = Some(client);
        self.last_seen = now;
    }
}
