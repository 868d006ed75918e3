//! Setting the clock: certificates and signatures are checked against it, and a charger
//! boots with the date on which its firmware was built.

use std::time::Duration;

use charger_link::{LinkError, Request, Response};
use ocpp_config::{Snapshot, objects};

use super::{Desk, Progress, Running};
use crate::asking::{Asking, unexpected_answer};
use crate::values::unsigned;
use crate::{Action, Moment};

/// A clock that is less off than this is left alone.
const TOLERANCE: Duration = Duration::from_secs(30);

/// Reading -> Setting.
#[derive(Debug)]
pub(crate) struct SetClock {
    state: State,
}

#[derive(Debug)]
enum State {
    Reading(Asking),
    Setting(Asking),
}

impl SetClock {
    pub(super) fn enter(now: Moment, patience: Duration) -> Self {
        Self {
            state: State::Reading(Asking::new(now, patience)),
        }
    }

    pub(super) fn poll(&self, now: Moment, desk: &Desk<'_>) -> Action {
        let timeout = desk.policy.request_timeout;
        match &self.state {
            State::Reading(asking) => {
                asking.action(now, Request::Read(vec![objects::CLOCK]), timeout)
            }
            State::Setting(asking) => {
                let since_epoch = now.since_epoch();
                asking.action(now, Request::SetClock { since_epoch }, timeout)
            }
        }
    }

    pub(super) fn handle(
        mut self,
        now: Moment,
        answer: Result<Response, LinkError>,
        desk: &mut Desk<'_>,
    ) -> Progress {
        let next = match (self.state, answer) {
            (State::Reading(asking), Ok(Response::Objects(objects))) => {
                let clock = unsigned(&objects.into_iter().collect::<Snapshot>(), objects::CLOCK);
                if clock.is_some_and(|clock| is_right(Moment::from_millis(clock), now)) {
                    return Progress::Done { boot_count: None };
                }
                desk.begin(None, None);
                Ok(State::Setting(asking))
            }
            (State::Setting(_), Ok(Response::Done)) => return Progress::Done { boot_count: None },
            (State::Reading(asking), Err(error)) => {
                asking.after_error(now, "read", &error).map(State::Reading)
            }
            (State::Setting(asking), Err(error)) => asking
                .after_error(now, "set-clock", &error)
                .map(State::Setting),
            (_, Ok(_)) => Err(unexpected_answer("set-clock")),
        };
        match next {
            Ok(state) => {
                self.state = state;
                Progress::Going(Running::SetClock(self))
            }
            Err(failure) => Progress::Failed(failure),
        }
    }
}

fn is_right(clock: Moment, now: Moment) -> bool {
    now.since(clock) <= TOLERANCE && clock.since(now) <= TOLERANCE
}
