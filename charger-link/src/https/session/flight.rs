use std::time::Instant;

use crate::https::wire::{Body, Call, Outgoing, ReplyReader};

/// A call on its way.
pub(super) struct Flight {
    pub(super) purpose: Purpose,
    pub(super) call: Call,
    pub(super) outgoing: Outgoing,
    pub(super) reader: ReplyReader,
    /// Whether any of it has left.
    pub(super) begun: bool,
    /// When to give up: for the answer once all is sent, for room to send before.
    pub(super) until: Instant,
}

impl Flight {
    /// Whether what is sent is a container, which takes its time.
    pub(super) const fn is_container(&self) -> bool {
        matches!(self.call.body, Body::Container(_))
    }
}

/// On whose behalf a call goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The session's own: log in.
    Login,
    /// The session's own: log out, so that the next session is a fresh one.
    Logout,
    /// The conversation's.
    Conversation,
}
