//! After a proof that did not come: what does the charger's log say?

use charger_link::{LinkError, Request, Response};

use super::{Bench, Phase, retreat};
use crate::asking::Asking;
use crate::diagnose::diagnose;
use crate::{Action, Failure, Moment};

#[derive(Debug)]
pub(crate) struct Explain {
    failure: Failure,
    asking: Asking,
}

impl Explain {
    pub(super) fn new(now: Moment, failure: Failure) -> Self {
        Self {
            failure,
            asking: Asking::new(now, std::time::Duration::ZERO),
        }
    }

    pub(super) fn poll(&self, now: Moment, bench: &Bench) -> Action {
        let request = Request::ReadLog { offset: 0 };
        self.asking
            .action(now, request, bench.policy.request_timeout)
    }

    /// One try: the way back is more urgent than the reason.
    pub(super) fn handle(self, answer: Result<Response, LinkError>, bench: &mut Bench) -> Phase {
        let lines = match answer {
            Ok(Response::Log(page)) => page.lines,
            _ => Vec::new(),
        };
        bench.diagnoses = diagnose(&bench.reading, &lines);
        retreat::Retreat::begin(self.failure, bench)
    }
}
