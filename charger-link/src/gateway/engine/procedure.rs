use std::time::Duration;

use super::super::codec::Command;
use super::op::{Op, OpResult};
use crate::{LinkError, LinkErrorKind, Progress, Response};

/// How one request is carried out, as a sequence of accesses.
pub(super) trait Procedure: Send + Sync {
    /// Takes in what the last access ended with (`None` at first, and after a wait), and
    /// tells what to do next.
    fn advance(&mut self, last: Option<OpResult>) -> Step;

    /// Whether something that is over has changed the charger.
    fn has_taken_effect(&self) -> bool {
        false
    }

    /// Whether the access under way changes the charger once it happens.
    fn is_at_work(&self) -> bool {
        false
    }

    /// How far it is.
    fn progress(&self) -> Option<Progress> {
        None
    }
}

/// What a procedure wants next.
pub(super) enum Step {
    Do(Op),
    Wait(Duration),
    Finish(Result<Response, LinkError>),
}

/// A request that is answered without a word to the gateway.
pub(super) struct Answered(Option<Result<Response, LinkError>>);

impl Answered {
    pub(super) const fn ok(response: Response) -> Self {
        Self(Some(Ok(response)))
    }

    pub(super) const fn err(kind: LinkErrorKind) -> Self {
        Self(Some(Err(LinkError::without_effect(kind))))
    }
}

impl Procedure for Answered {
    fn advance(&mut self, _last: Option<OpResult>) -> Step {
        Step::Finish(self.0.take().unwrap_or(Ok(Response::Done)))
    }
}

/// Lets the gateway say what it still owes, because one of the servers is stuck for good
/// when a client leaves with an answer pending.
#[derive(Default)]
pub(super) struct Leave {
    asked: bool,
}

impl Procedure for Leave {
    fn advance(&mut self, _last: Option<OpResult>) -> Step {
        if self.asked {
            return Step::Finish(Ok(Response::Done));
        }
        self.asked = true;
        Step::Do(Op::Gateway(Command::SetNode))
    }
}
