use std::time::Instant;

use crate::https::wire::Authorization;

/// The one connection to the charger, as the session sees it.
#[derive(Debug)]
pub(super) enum Line {
    Closed {
        /// Not to be opened again before this.
        reopen_at: Option<Instant>,
    },
    Open(OpenLine),
}

/// An open connection and the session that lives on it.
#[derive(Debug, Default)]
pub(super) struct OpenLine {
    /// Set once logged in.
    pub(super) authorization: Option<Authorization>,
    /// Whether any reply came over it.
    pub(super) used: bool,
    /// Whether it carried anything but a login.
    pub(super) carried_calls: bool,
    /// Whether the two sides may no longer agree on whose turn it is, so that it can
    /// only be closed.
    pub(super) broken: bool,
}

impl Line {
    pub(super) const fn open(&mut self) -> Option<&mut OpenLine> {
        match self {
            Self::Open(line) => Some(line),
            Self::Closed { .. } => None,
        }
    }

    pub(super) const fn is_broken(&self) -> bool {
        matches!(self, Self::Open(line) if line.broken)
    }

    pub(super) const fn has_session(&self) -> bool {
        matches!(self, Self::Open(line) if line.authorization.is_some() && !line.broken)
    }

    /// Lets nothing more go over the connection.
    pub(super) const fn give_up(&mut self) {
        if let Self::Open(line) = self {
            line.broken = true;
        }
    }
}
