use std::time::Instant;

use super::flight::Flight;
use crate::Request;
use crate::https::api::Conversation;
use crate::https::wire::Call;

/// The request that is under way.
pub(super) struct Job {
    pub(super) conversation: Box<dyn Conversation>,
    pub(super) deadline: Instant,
    pub(super) step: Step,
    /// The conversation's call that is not answered yet.
    pub(super) pending: Option<Call>,
    /// Whether the pending call was answered with 401 or 403 before.
    pub(super) relogged: bool,
    /// How often the pending call, or the way to it, failed.
    pub(super) failures: u8,
    /// How many sessions were lost since the job began.
    pub(super) sessions_lost: u8,
    /// Whether an answered call of this job changed something.
    pub(super) changed: bool,
    /// Whether the call under way may have changed something.
    pub(super) may_change: bool,
    /// Whether the charger goes away after it.
    pub(super) restarts: bool,
}

impl Job {
    pub(super) fn new(
        request: &Request,
        conversation: Box<dyn Conversation>,
        deadline: Instant,
    ) -> Self {
        Self {
            conversation,
            deadline,
            step: Step::Decide,
            pending: None,
            relogged: false,
            failures: 0,
            sessions_lost: 0,
            changed: false,
            may_change: false,
            restarts: matches!(request, Request::Restart | Request::Upload(_)),
        }
    }

    /// Takes the step out, to be replaced by what follows from it.
    pub(super) const fn take_step(&mut self) -> Step {
        std::mem::replace(&mut self.step, Step::Decide)
    }

    /// Whether the charger may have acted on the request.
    pub(super) const fn effect(&self) -> bool {
        self.changed || self.may_change
    }
}

/// Where the job is.
pub(super) enum Step {
    Decide,
    Connecting,
    Checking(Flight),
    Sending(Flight),
    Receiving(Flight),
}

impl Step {
    /// Whether bytes went out, or may have, to which no complete reply came.
    pub(super) const fn is_in_flight(&self) -> bool {
        matches!(self, Self::Sending(_) | Self::Receiving(_))
    }
}
