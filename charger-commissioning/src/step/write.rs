//! Writing settings: read, write what differs, read back.

use std::time::Duration;

use charger_link::{LinkError, Request, Response};
use ocpp_config::{Object, ObjectId, ObjectWrite, Snapshot};

use super::{Desk, Progress, Running};
use crate::asking::{Asking, unexpected_answer};
use crate::script::Wanted;
use crate::values::same;
use crate::{Action, Failure, Moment, Policy};

/// How often the same values are written before the charger is taken at its word.
const ATTEMPTS: u8 = 3;

/// Reading -> Writing -> Reading -> … until nothing differs.
#[derive(Debug)]
pub(crate) struct Write {
    wanted: Vec<Wanted>,
    attempts: u8,
    /// Whether the write-only values among them were taken for certain.
    secrets_taken: bool,
    patience: Duration,
    state: State,
}

#[derive(Debug)]
enum State {
    Reading(Asking),
    Writing(Asking, Vec<ObjectWrite>),
}

impl Write {
    pub(super) fn enter(wanted: Vec<Wanted>, now: Moment, patience: Duration) -> Self {
        Self {
            wanted,
            attempts: 0,
            secrets_taken: false,
            patience,
            state: State::Reading(Asking::new(now, patience)),
        }
    }

    pub(super) fn poll(&self, now: Moment, policy: &Policy) -> Action {
        let timeout = policy.request_timeout;
        match &self.state {
            State::Reading(asking) => asking.action(now, Request::Read(self.ids()), timeout),
            State::Writing(asking, writes) => {
                asking.action(now, Request::Write(writes.clone()), timeout)
            }
        }
    }

    pub(super) fn handle(
        self,
        now: Moment,
        answer: Result<Response, LinkError>,
        desk: &mut Desk<'_>,
    ) -> Progress {
        match (&self.state, answer) {
            (State::Reading(_), Ok(Response::Objects(objects))) => self.compare(now, objects, desk),
            (State::Writing(..), Ok(Response::Done)) => self.written(now, true),
            (State::Reading(_), Ok(_)) => Progress::Failed(unexpected_answer("read")),
            (State::Writing(..), Ok(_)) => Progress::Failed(unexpected_answer("write")),
            (_, Err(error)) => self.failed(now, &error),
        }
    }

    fn compare(mut self, now: Moment, objects: Vec<Object>, desk: &mut Desk<'_>) -> Progress {
        let found: Snapshot = objects.into_iter().collect();
        let missing: Vec<ObjectWrite> = self
            .wanted
            .iter()
            .filter(|wanted| self.is_missing(wanted, &found))
            .map(|wanted| wanted.write.clone())
            .collect();
        if missing.is_empty() {
            return Progress::Done { boot_count: None };
        }
        if self.attempts >= ATTEMPTS {
            return Progress::Failed(Failure::NotTaken {
                objects: missing.iter().map(|write| write.id).collect(),
            });
        }
        if self.attempts == 0 {
            desk.begin(None, None);
        }
        self.attempts += 1;
        self.state = State::Writing(Asking::new(now, self.patience), missing);
        Progress::Going(Running::Write(self))
    }

    fn is_missing(&self, wanted: &Wanted, found: &Snapshot) -> bool {
        if wanted.secret {
            return !self.secrets_taken;
        }
        found
            .value(wanted.write.id)
            .is_none_or(|value| !same(value, &wanted.write.value))
    }

    /// Reading back is what decides, whatever the answer to the write was.
    fn written(mut self, now: Moment, taken: bool) -> Progress {
        self.secrets_taken |= taken;
        self.state = State::Reading(Asking::new(now, self.patience));
        Progress::Going(Running::Write(self))
    }

    fn failed(mut self, now: Moment, error: &LinkError) -> Progress {
        let (request, asking) = match &self.state {
            State::Reading(asking) => ("read", asking.clone()),
            State::Writing(asking, _) => ("write", asking.clone()),
        };
        let asking = match asking.after_error(now, request, error) {
            Ok(asking) => asking,
            Err(failure) => return Progress::Failed(failure),
        };
        if error.may_have_taken_effect() && matches!(self.state, State::Writing(..)) {
            // Read back before writing again; an attempt that may not even have reached
            // the charger is not the charger's refusal.
            self.attempts = self.attempts.saturating_sub(1).max(1);
            self.state = State::Reading(asking);
        } else {
            self.state = match self.state {
                State::Reading(_) => State::Reading(asking),
                State::Writing(_, writes) => State::Writing(asking, writes),
            };
        }
        Progress::Going(Running::Write(self))
    }

    fn ids(&self) -> Vec<ObjectId> {
        self.wanted.iter().map(|wanted| wanted.write.id).collect()
    }
}
