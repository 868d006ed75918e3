//! Asking until there is an answer: patience, back-off and politeness in one place.

use std::time::Duration;

use charger_link::{LinkError, LinkErrorKind, Request};

use crate::{Action, Failure, Moment};

/// How often a charger may refuse the same request before that is its last word.
const REFUSALS: u8 = 3;
/// The first pause after an error, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// One question that is repeated until it is answered, refused for good, or out of time.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    not_before: Moment,
    give_up: Moment,
    refusals: u8,
    pause: Duration,
}

impl Asking {
    /// Asks at once, and gives up `patience` from now.
    pub(crate) fn new(now: Moment, patience: Duration) -> Self {
        Self {
            not_before: now,
            give_up: now + patience,
            refusals: 0,
            pause: FIRST_PAUSE,
        }
    }

    /// Waits before asking for the first time.
    pub(crate) fn starting_after(mut self, now: Moment, pause: Duration) -> Self {
        self.not_before = now + pause;
        self.pause = pause;
        self
    }

    /// The next action: wait, or ask.
    pub(crate) fn action(&self, now: Moment, request: Request, timeout: Duration) -> Action {
        if now < self.not_before {
            return Action::Wait {
                until: self.not_before,
            };
        }
        Action::Exchange { request, timeout }
    }

    /// Whether the time is up.
    pub(crate) fn is_over(&self, now: Moment) -> bool {
        now >= self.give_up
    }

    /// The answer was not the hoped for: asks again a while later, ever less often.
    pub(crate) fn later(mut self, now: Moment) -> Self {
        self.not_before = now + self.pause;
        self.pause = (self.pause * 4 / 3).min(LONGEST_PAUSE);
        self
    }

    /// Asks again after a fixed pause.
    pub(crate) fn after(mut self, now: Moment, pause: Duration) -> Self {
        self.not_before = now + pause;
        self
    }

    /// The question failed: asks again a while later.
    ///
    /// # Errors
    /// That asking again makes no sense.
    pub(crate) fn after_error(
        mut self,
        now: Moment,
        request: &'static str,
        error: &LinkError,
    ) -> Result<Self, Failure> {
        match weigh(error.kind()) {
            Weight::Final => return Err(refused(request, error)),
            Weight::Refusal => self.refusals += 1,
            Weight::Passing => {}
        }
        if self.refusals >= REFUSALS {
            return Err(refused(request, error));
        }
        if self.is_over(now) {
            return Err(Failure::NoAnswer {
                last: error.to_string(),
            });
        }
        self.not_before = now + self.pause;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(self)
    }
}

/// The failure for an answer of the wrong kind; links promise that it cannot happen.
pub(crate) fn unexpected_answer(request: &'static str) -> Failure {
    Failure::Internal {
        what: format!("the link answered {request} with something else"),
    }
}

enum Weight {
    /// Nothing will change by asking again.
    Final,
    /// The charger said no; it may have been in the wrong moment.
    Refusal,
    /// The charger may not even have heard it.
    Passing,
}

fn weigh(kind: &LinkErrorKind) -> Weight {
    match kind {
        LinkErrorKind::KeyChanged { .. }
        | LinkErrorKind::KeyNotConfirmed { .. }
        | LinkErrorKind::FirmwareTooOld
        | LinkErrorKind::NotOnThisLink { .. }
        | LinkErrorKind::ValueOutOfRange { .. }
        | LinkErrorKind::NoCommonCipherSuite
        | LinkErrorKind::UploadSource => Weight::Final,
        LinkErrorKind::UnknownUser
        | LinkErrorKind::WrongPassword
        | LinkErrorKind::NotACharger
        | LinkErrorKind::Refused { .. }
        | LinkErrorKind::Aborted { .. } => Weight::Refusal,
        _ => Weight::Passing,
    }
}

fn refused(request: &'static str, error: &LinkError) -> Failure {
    Failure::Refused {
        request: request.to_owned(),
        reason: error.to_string(),
    }
}
