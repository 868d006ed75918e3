//! What the charger's replies mean for the session and the request.

use std::time::Instant;

use ocpp_config::Secret;

use super::Session;
use super::flight::{Flight, Purpose};
use crate::https::api::LoginReply;
use crate::https::wire::Reply;
use crate::{LinkError, LinkErrorKind, SessionSymptom};

impl Session {
    pub(super) fn handle_reply(&mut self, now: Instant, flight: &Flight, reply: &Reply) {
        if !is_busy(reply.status) {
            self.back_off.reset();
        }
        match flight.purpose {
            Purpose::Login => self.handle_login(now, flight, reply),
            Purpose::Logout => self.goodbye(now),
            Purpose::Conversation if flight.call.ends_session => self.goodbye(now),
            Purpose::Conversation => self.handle_answer(now, flight, reply),
        }
    }

    /// The session is over, in whatever way; if that was the request, it is done.
    pub(super) fn goodbye(&mut self, now: Instant) {
        self.line.give_up();
        let pending = self.job.as_ref().and_then(|job| job.pending.as_ref());
        if pending.is_some_and(|call| call.ends_session)
            && let Err(kind) = self.hand_over(&Secret::from(""))
        {
            self.fail(now, kind);
        }
    }

    fn handle_login(&mut self, now: Instant, flight: &Flight, reply: &Reply) {
        match LoginReply::of(reply) {
            LoginReply::Welcome(authorization) => {
                (self.met, self.welcomed, self.restarting_until) = (true, true, None);
                if let Some(line) = self.line.open() {
                    line.authorization = Some(authorization);
                }
            }
            LoginReply::Refused(kind) => {
                self.line.give_up();
                self.fail(now, self.as_seen_before(kind));
            }
            LoginReply::Later => self.later(now, flight, reply),
        }
    }

    fn handle_answer(&mut self, now: Instant, flight: &Flight, reply: &Reply) {
        match reply.status {
            200..=299 => self.answered(now, flight, &reply.body),
            401 | 403 if flight.call.needs_login => self.unauthorized(now, reply.status),
            status if is_busy(status) => self.later(now, flight, reply),
            status => {
                self.no_effect();
                self.refused(now, status);
            }
        }
    }

    fn answered(&mut self, now: Instant, flight: &Flight, body: &Secret) {
        match self.hand_over(body) {
            Ok(()) => {
                self.met = true;
                // There is no login that could say so.
                self.welcomed |= self.settings.is_plain_http() && flight.call.needs_login;
            }
            // Most likely the answer to another question: ask again on a clean line.
            Err(kind @ (LinkErrorKind::Malformed { .. } | LinkErrorKind::NotACharger)) => {
                self.line.give_up();
                self.retry_or_fail(now, flight, LinkError::without_effect(kind));
            }
            Err(kind) => self.fail(now, kind),
        }
    }

    /// Hands the answer to the conversation; its call is done.
    fn hand_over(&mut self, body: &Secret) -> Result<(), LinkErrorKind> {
        let Some(job) = &mut self.job else {
            return Ok(());
        };
        job.conversation.answered(body)?;
        job.changed |= job.may_change;
        job.pending = None;
        Ok(())
    }

    /// The session lapsed, or somebody else took it: log in again, once. What a user is
    /// denied right after that has nothing to do with the password.
    fn unauthorized(&mut self, now: Instant, status: u16) {
        self.no_effect();
        let plain = self.settings.is_plain_http();
        let Some(job) = &mut self.job else { return };
        let let_in = if plain { self.welcomed } else { job.relogged };
        if let_in && status == 403 {
            self.fail(now, LinkErrorKind::NotPermitted);
        } else if plain {
            self.fail(now, self.as_seen_before(LinkErrorKind::WrongPassword));
        } else if job.relogged {
            let symptom = SessionSymptom::LoggedOut;
            self.line.give_up();
            self.fail(now, LinkErrorKind::SessionTaken { symptom });
        } else {
            job.relogged = true;
            if let Some(line) = self.line.open() {
                line.authorization = None;
            }
        }
    }

    /// Who was let in before has the right password: it is something else if a login is
    /// refused now.
    fn as_seen_before(&self, kind: LinkErrorKind) -> LinkErrorKind {
        match kind {
            LinkErrorKind::UnknownUser | LinkErrorKind::WrongPassword if self.welcomed => {
                LinkErrorKind::SessionTaken {
                    symptom: SessionSymptom::PasswordRefused,
                }
            }
            kind => kind,
        }
    }

    /// The charger cannot answer now. After 429 it certainly did nothing, so that the
    /// call can be repeated whatever it is; after 5xx it may have done something.
    fn later(&mut self, now: Instant, flight: &Flight, reply: &Reply) {
        let kind = reason_to_wait(flight.purpose, reply.status);
        self.back_off.refused(now, reply.retry_after, kind.clone());
        if kind != LinkErrorKind::RateLimited {
            return self.retry_or_fail(now, flight, LinkError::without_effect(kind));
        }
        self.no_effect();
        if !self.count_failure() {
            self.fail(now, kind);
        }
    }

    fn refused(&mut self, now: Instant, status: u16) {
        let Some(job) = &mut self.job else { return };
        job.pending = None;
        if let Err(kind) = job.conversation.refused(status) {
            self.fail(now, kind);
        }
    }

    /// The charger said clearly that it did not do it. What earlier calls of the same
    /// request did stays done.
    fn no_effect(&mut self) {
        if let Some(job) = &mut self.job {
            job.may_change = false;
        }
    }
}

/// What a status means that [`is_busy`] knows.
const fn reason_to_wait(purpose: Purpose, status: u16) -> LinkErrorKind {
    match (purpose, status) {
        (_, 429) => LinkErrorKind::RateLimited,
        // The session is all that a login needs and may find taken.
        (Purpose::Login, 503) => LinkErrorKind::SessionTaken {
            symptom: SessionSymptom::LoginRefused,
        },
        (_, status) => LinkErrorKind::Refused { status },
    }
}

/// Whether the status says that it is only now that the charger cannot answer.
const fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 500..=599)
}
