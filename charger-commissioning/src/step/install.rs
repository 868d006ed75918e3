//! Installing an item that cannot be read back.

use std::time::Duration;

use charger_link::{LinkError, Request, Response};
use ocpp_config::{Secret, WriteOnlyItem, objects};

use super::{Desk, Progress, Running};
use crate::asking::{Asking, unexpected_answer};
use crate::{Action, Moment};

/// Announced -> sent, as often as needed: the same bytes twice do no harm.
#[derive(Debug)]
pub(crate) struct Install {
    item: WriteOnlyItem,
    data: Secret,
    state: State,
}

#[derive(Debug)]
enum State {
    /// One read, so that a charger that does not answer is noticed before the journal
    /// says that the item may be on it.
    Knocking(Asking),
    Sending(Asking),
}

impl Install {
    pub(super) fn enter(
        item: WriteOnlyItem,
        data: Secret,
        now: Moment,
        patience: Duration,
    ) -> Self {
        Self {
            item,
            data,
            state: State::Knocking(Asking::new(now, patience)),
        }
    }

    pub(super) fn poll(&self, now: Moment, desk: &Desk<'_>) -> Action {
        let timeout = desk.policy.request_timeout;
        match &self.state {
            State::Knocking(asking) => {
                asking.action(now, Request::Read(vec![objects::BOOT_COUNT]), timeout)
            }
            State::Sending(asking) => asking.action(
                now,
                Request::Install {
                    item: self.item,
                    data: self.data.clone(),
                },
                timeout,
            ),
        }
    }

    pub(super) fn handle(
        mut self,
        now: Moment,
        answer: Result<Response, LinkError>,
        desk: &mut Desk<'_>,
    ) -> Progress {
        let next = match (self.state, answer) {
            (State::Knocking(asking), Ok(Response::Objects(_))) => {
                desk.begin(None, None);
                Ok(State::Sending(asking))
            }
            (State::Sending(_), Ok(Response::Done)) => {
                return Progress::Done { boot_count: None };
            }
            (State::Knocking(asking), Err(error)) => {
                asking.after_error(now, "read", &error).map(State::Knocking)
            }
            (State::Sending(asking), Err(error)) => asking
                .after_error(now, "install", &error)
                .map(State::Sending),
            (_, Ok(_)) => Err(unexpected_answer("install")),
        };
        match next {
            Ok(state) => {
                self.state = state;
                Progress::Going(Running::Install(self))
            }
            Err(failure) => Progress::Failed(failure),
        }
    }
}
