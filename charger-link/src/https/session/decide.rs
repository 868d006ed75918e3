//! What to do while nothing is under way.

use std::time::Instant;

use super::flight::{Flight, Purpose};
use super::job::Step;
use super::line::Line;
use super::{Action, Session};
use crate::deadline::deadline;
use crate::https::api::{Next, basic_authorization, login_call};
use crate::https::wire::{Call, Outgoing, ReplyReader};
use crate::{LinkError, LinkErrorKind};

impl Session {
    /// Takes one step towards the pending call; `None` if the step changed.
    pub(super) fn decide(&mut self, now: Instant) -> Option<Action> {
        let call = self.pending_call(now)?;
        if call.ends_session && !self.line.has_session() {
            // There is nobody to say goodbye to.
            self.line.give_up();
            self.goodbye(now);
            return None;
        }
        if let Some((until, reason)) = self.back_off.until(now) {
            return self.wait(until, reason);
        }
        match &self.line {
            Line::Closed { reopen_at } => self.reconnect(now, *reopen_at),
            Line::Open(line) if call.fresh_session && line.carried_calls => {
                self.launch(now, Purpose::Logout, Call::logout())
            }
            Line::Open(line) if call.needs_login && line.authorization.is_none() => {
                self.log_in(now)
            }
            Line::Open(_) => self.launch(now, Purpose::Conversation, call),
        }
    }

    /// The conversation's current call; ends the job if there is none left.
    fn pending_call(&mut self, now: Instant) -> Option<Call> {
        let job = self.job.as_mut()?;
        if let Some(call) = &job.pending {
            return Some(call.clone());
        }
        match job.conversation.next() {
            Next::Call(call) => {
                (job.relogged, job.failures) = (false, 0);
                job.pending = Some(call.clone());
                Some(call)
            }
            Next::Finished(response) => {
                self.succeed(now, response);
                None
            }
        }
    }

    fn reconnect(&mut self, now: Instant, reopen_at: Option<Instant>) -> Option<Action> {
        if let Some(until) = reopen_at.filter(|until| *until > now) {
            let during = "waiting to connect again";
            return self.wait(until, LinkErrorKind::Timeout { during });
        }
        self.set_step(Step::Connecting);
        None
    }

    fn log_in(&mut self, now: Instant) -> Option<Action> {
        if self.settings.is_plain_http() {
            let authorization = basic_authorization(self.settings.credentials());
            self.line.open()?.authorization = Some(authorization);
            return None;
        }
        if self.settings.credentials().user().is_empty() {
            self.fail(now, LinkErrorKind::UnknownUser);
            return None;
        }
        match login_call(self.settings.credentials()) {
            Ok(call) => self.launch(now, Purpose::Login, call),
            Err(kind) => {
                self.fail(now, kind);
                None
            }
        }
    }

    /// Puts a call on its way, if the budgets allow.
    ///
    /// A login takes from both of them, and from neither before both have room: drivers
    /// ask again and again while they wait.
    fn launch(&mut self, now: Instant, purpose: Purpose, call: Call) -> Option<Action> {
        if let Err(until) = self.requests.room(now) {
            let during = "keeping to the request budget";
            return self.wait(until, LinkErrorKind::Timeout { during });
        }
        if purpose == Purpose::Login
            && let Err(until) = self.logins.room(now)
        {
            return self.wait(until, LinkErrorKind::LoginLimit);
        }
        self.requests.note(now);
        if purpose == Purpose::Login {
            self.logins.note(now);
        }
        let host = self.settings.address().host_header();
        let line = self.line.open()?;
        let flight = Flight {
            purpose,
            outgoing: Outgoing::new(&call, &host, line.authorization.as_ref()),
            reader: ReplyReader::default(),
            begun: false,
            until: deadline(now, self.settings.answer_timeout()),
            call,
        };
        line.carried_calls |= purpose == Purpose::Conversation;
        let step = match line.used {
            true => Step::Checking(flight),
            false => Step::Sending(flight),
        };
        self.set_step(step);
        None
    }

    /// Waits, or fails at once if there is no time for it.
    fn wait(&mut self, until: Instant, otherwise: LinkErrorKind) -> Option<Action> {
        if self.job.as_ref()?.deadline <= until {
            self.end(LinkError::without_effect(otherwise));
            return None;
        }
        Some(Action::Wait { until })
    }
}
