//! Things that are asked for once and cannot be compared afterwards: an item that cannot be
//! read back is installed, the clock is set.

use std::time::Duration;

use charger_link::{LinkError, Request, Response};
use ocpp_config::{Object, ObjectId, Secret, Snapshot, WriteOnlyItem, objects};

use super::{Desk, Progress, Running};
use crate::asking::{Asking, unexpected_answer};
use crate::values::unsigned;
use crate::{Action, Moment, Policy};

/// A clock that is less off than this is left alone.
const TOLERANCE: Duration = Duration::from_secs(30);

/// Looking -> Doing, as often as needed: the same bytes twice do no harm.
#[derive(Debug)]
pub(crate) struct Once {
    job: Job,
    state: State,
}

/// What is done.
#[derive(Debug)]
pub(super) enum Job {
    Install {
        item: WriteOnlyItem,
        data: Secret,
    },
    /// Certificates and signatures are checked against it, and a charger boots with the
    /// date on which its firmware was built.
    SetClock,
}

#[derive(Debug)]
enum State {
    /// One read, so that a charger that does not answer is noticed before the journal says
    /// that it may have been changed.
    Looking(Asking),
    Doing(Asking),
}

impl Once {
    pub(super) fn enter(job: Job, now: Moment, patience: Duration) -> Self {
        Self {
            job,
            state: State::Looking(Asking::new(now, patience)),
        }
    }

    pub(super) fn poll(&self, now: Moment, policy: &Policy) -> Action {
        let (asking, request) = match &self.state {
            State::Looking(asking) => (asking, Request::Read(vec![self.job.looks_at()])),
            State::Doing(asking) => (asking, self.job.request(now)),
        };
        asking.action(now, request, policy.request_timeout)
    }

    pub(super) fn handle(
        mut self,
        now: Moment,
        answer: Result<Response, LinkError>,
        desk: &mut Desk<'_>,
    ) -> Progress {
        let name = self.job.name();
        let next = match (self.state, answer) {
            (State::Looking(asking), Ok(Response::Objects(objects))) => {
                if self.job.is_done(now, objects) {
                    return Progress::Done { boot_count: None };
                }
                desk.begin(None, None);
                Ok(State::Doing(asking))
            }
            (State::Doing(_), Ok(Response::Done)) => return Progress::Done { boot_count: None },
            (State::Looking(asking), Err(error)) => {
                asking.after_error(now, "read", &error).map(State::Looking)
            }
            (State::Doing(asking), Err(error)) => {
                asking.after_error(now, name, &error).map(State::Doing)
            }
            (_, Ok(_)) => Err(unexpected_answer(name)),
        };
        match next {
            Ok(state) => {
                self.state = state;
                Progress::Going(Running::Once(self))
            }
            Err(failure) => Progress::Failed(failure),
        }
    }
}

impl Job {
    const fn name(&self) -> &'static str {
        match self {
            Self::Install { .. } => "install",
            Self::SetClock => "set-clock",
        }
    }

    /// An item cannot be read; that anything can is enough.
    const fn looks_at(&self) -> ObjectId {
        match self {
            Self::Install { .. } => objects::BOOT_COUNT,
            Self::SetClock => objects::CLOCK,
        }
    }

    fn request(&self, now: Moment) -> Request {
        match self {
            Self::Install { item, data } => Request::Install {
                item: *item,
                data: data.clone(),
            },
            Self::SetClock => Request::SetClock {
                since_epoch: now.since_epoch(),
            },
        }
    }

    fn is_done(&self, now: Moment, objects: Vec<Object>) -> bool {
        let found: Snapshot = objects.into_iter().collect();
        match self {
            Self::Install { .. } => false,
            Self::SetClock => unsigned(&found, objects::CLOCK)
                .is_some_and(|clock| is_right(Moment::from_millis(clock), now)),
        }
    }
}

fn is_right(clock: Moment, now: Moment) -> bool {
    now.since(clock) <= TOLERANCE && clock.since(now) <= TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_half_a_minute_off_is_left_alone() {
        let now = Moment::from_millis(100_000);
        for (clock, right) in [
            (69_999, false),
            (70_000, true),
            (100_000, true),
            (130_000, true),
            (130_001, false),
        ] {
            assert_eq!(is_right(Moment::from_millis(clock), now), right, "{clock}");
        }
    }
}
