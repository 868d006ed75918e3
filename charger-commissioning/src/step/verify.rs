//! Reading back after a restart: a charger may answer 200 and forget.

use std::time::Duration;

use charger_link::{LinkError, Request, Response};
use ocpp_config::{ObjectId, Snapshot};

use super::{Progress, Running};
use crate::asking::{Asking, unexpected_answer};
use crate::script::Wanted;
use crate::values::same;
use crate::{Action, Failure, Moment, Policy};

/// One read, compared.
#[derive(Debug)]
pub(crate) struct Verify {
    wanted: Vec<Wanted>,
    later: Vec<Wanted>,
    asking: Asking,
}

impl Verify {
    pub(super) fn enter(
        wanted: Vec<Wanted>,
        later: Vec<Wanted>,
        now: Moment,
        patience: Duration,
    ) -> Self {
        Self {
            wanted,
            later,
            asking: Asking::new(now, patience),
        }
    }

    pub(super) fn poll(&self, now: Moment, policy: &Policy) -> Action {
        let ids = self.wanted.iter().map(|wanted| wanted.write.id).collect();
        self.asking
            .action(now, Request::Read(ids), policy.request_timeout)
    }

    pub(super) fn handle(mut self, now: Moment, answer: Result<Response, LinkError>) -> Progress {
        let objects = match answer {
            Ok(Response::Objects(objects)) => objects,
            Ok(_) => return Progress::Failed(unexpected_answer("read")),
            Err(error) => match self.asking.after_error(now, "read", &error) {
                Ok(asking) => {
                    self.asking = asking;
                    return Progress::Going(Running::Verify(self));
                }
                Err(failure) => return Progress::Failed(failure),
            },
        };
        let lost = self.lost(&objects.into_iter().collect());
        if lost.is_empty() {
            Progress::Done { boot_count: None }
        } else {
            Progress::Failed(Failure::NotKept { objects: lost })
        }
    }

    fn lost(&self, found: &Snapshot) -> Vec<ObjectId> {
        let holds = |wanted: &Wanted| {
            let value = found.value(wanted.write.id);
            value.is_some_and(|value| same(value, &wanted.write.value))
        };
        let is_later = |id| {
            let mut later = self.later.iter().filter(|later| later.write.id == id);
            later.any(|later| !later.secret && holds(later))
        };
        self.wanted
            .iter()
            .filter(|wanted| !wanted.secret && !holds(wanted) && !is_later(wanted.write.id))
            .map(|wanted| wanted.write.id)
            .collect()
    }
}
