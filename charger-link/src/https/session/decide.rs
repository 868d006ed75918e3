//! What to do while nothing is under way.

use std::time::Instant;

use super::flight::{Flight, Purpose};
use super::job::Step;
use super::line::Line;
use super::{Action, Session};
use crate::LinkErrorKind;
use crate::https::api::{Next, basic_authorization, login_call};
use crate::https::wire::{Call, Outgoing, ReplyReader};

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
            return self.wait(now, until, reason);
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
            return self.wait(now, until, LinkErrorKind::Timeout { during });
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
        match self.logins.admit(now) {
            Ok(()) => {
                let call = login_call(self.settings.credentials());
                self.launch(now, Purpose::Login, call)
            }
            Err(until) => self.wait(now, until, LinkErrorKind::LoginLimit),
        }
    }

    /// Puts a call on its way, if the budget allows.
    fn launch(&mut self, now: Instant, purpose: Purpose, call: Call) -> Option<Action> {
        if let Err(until) = self.requests.admit(now) {
            let during = "keeping to the request budget";
            return self.wait(now, until, LinkErrorKind::Timeout { during });
        }
        let host = self.settings.address().host_header();
        let line = self.line.open()?;
        let flight = Flight {
            purpose,
            outgoing: Outgoing::new(&call, &host, line.authorization.as_ref()),
            reader: ReplyReader::default(),
            until: now + self.settings.answer_timeout(),
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
    fn wait(&mut self, now: Instant, until: Instant, otherwise: LinkErrorKind) -> Option<Action> {
        if self.job.as_ref()?.deadline <= until {
            self.fail(now, otherwise);
            return None;
        }
        Some(Action::Wait { until })
    }
}
