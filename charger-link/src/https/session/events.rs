//! What happened on the connection.

use std::io;
use std::time::Instant;

use super::Session;
use super::flight::{Flight, Purpose};
use super::job::Step;
use super::line::{Line, OpenLine};
use crate::deadline::deadline;
use crate::https::wire::Reply;
use crate::{LinkError, LinkErrorKind, SessionSymptom};

impl Session {
    /// The connection is open.
    pub(crate) fn handle_connected(&mut self) {
        self.line = Line::Open(OpenLine::default());
        self.set_step(Step::Decide);
    }

    /// It could not be opened.
    pub(crate) fn handle_connect_failed(&mut self, now: Instant, error: LinkError) {
        self.handle_disconnected(now);
        // A charger that drops a connection in the handshake often takes the next one.
        let again = matches!(error.kind(), LinkErrorKind::ConnectionLost { .. });
        if again && self.count_failure() {
            self.set_step(Step::Decide);
        } else {
            self.fail_with(now, error);
        }
    }

    /// The connection was closed as told.
    pub(crate) fn handle_disconnected(&mut self, now: Instant) {
        self.line = Line::Closed {
            reopen_at: Some(deadline(now, self.settings.reconnect_gap())),
        };
    }

    /// Nothing came that nobody had asked for.
    pub(crate) fn handle_quiet(&mut self) {
        if let Some(job) = &mut self.job {
            job.step = match job.take_step() {
                Step::Checking(flight) => Step::Sending(flight),
                step => step,
            };
        }
    }

    /// What is to be sent next.
    pub(crate) fn fill(&mut self, now: Instant, buffer: &mut [u8]) -> usize {
        let Some(Step::Sending(flight)) = self.job.as_ref().map(|job| &job.step) else {
            return 0;
        };
        flight.outgoing.fill(buffer).unwrap_or_else(|error| {
            let failed = LinkError::without_effect(LinkErrorKind::UploadSource);
            self.fail_with(now, failed.with_source(error));
            0
        })
    }

    /// `count` bytes went out.
    pub(crate) fn handle_sent(&mut self, now: Instant, count: usize) {
        let time_to_answer = self.settings.answer_timeout();
        let Some(job) = &mut self.job else { return };
        let Step::Sending(mut flight) = job.take_step() else {
            return;
        };
        self.sent += u64::from(!std::mem::replace(&mut flight.begun, true));
        flight.outgoing.advance(count);
        let complete = flight.outgoing.is_sent();
        // A container that is cut short is thrown away by the charger.
        job.may_change |= flight.call.effect && (complete || !flight.is_container());
        let patience = if flight.is_container() { 4 } else { 1 };
        flight.until = deadline(now, time_to_answer.saturating_mul(patience));
        job.step = match complete {
            true => Step::Receiving(flight),
            false => Step::Sending(flight),
        };
    }

    /// Bytes came.
    pub(crate) fn handle_received(&mut self, now: Instant, bytes: &[u8]) {
        let Some(job) = &mut self.job else { return };
        match job.take_step() {
            Step::Receiving(flight) | Step::Sending(flight) => self.take(now, flight, bytes),
            // A second answer to an earlier question: ask again on a clean line.
            Step::Checking(_) => self.line.give_up(),
            step => job.step = step,
        }
    }

    /// The charger closed the connection.
    pub(crate) fn handle_closed(&mut self, now: Instant) {
        let Some(job) = &mut self.job else { return };
        match job.take_step() {
            Step::Receiving(mut flight) => match flight.reader.closed() {
                Some(reply) => self.replied(now, flight, reply),
                None => self.broke(now, &flight, None),
            },
            Step::Sending(flight) => self.broke(now, &flight, None),
            Step::Checking(_) => self.line.give_up(),
            step => job.step = step,
        }
    }

    /// The connection broke.
    pub(crate) fn handle_lost(&mut self, now: Instant, error: io::Error) {
        let Some(job) = &mut self.job else { return };
        match job.take_step() {
            Step::Receiving(flight) | Step::Sending(flight) => {
                self.broke(now, &flight, Some(error));
            }
            Step::Checking(_) => self.line.give_up(),
            step => job.step = step,
        }
    }

    /// The caller threw the switch.
    pub(crate) fn cancel(&mut self, now: Instant) {
        self.fail(now, LinkErrorKind::Cancelled);
    }

    /// Notices that time is up, for the request or for the answer.
    pub(super) fn expire(&mut self, now: Instant) {
        let Some(job) = &mut self.job else { return };
        let (during, until) = match &job.step {
            Step::Decide => ("waiting for its turn", job.deadline),
            Step::Connecting => ("connecting", job.deadline),
            Step::Checking(flight) => (flight.call.doing, job.deadline),
            Step::Sending(flight) | Step::Receiving(flight) => {
                (flight.call.doing, flight.until.min(job.deadline))
            }
        };
        if now < until {
            return;
        }
        let kind = LinkErrorKind::Timeout { during };
        if matches!(job.step, Step::Decide) {
            // The charger was not asked, so that its silence says nothing.
            return self.end(LinkError::without_effect(kind));
        }
        if now >= job.deadline {
            return self.fail(now, kind);
        }
        if let Step::Sending(flight) | Step::Receiving(flight) = job.take_step() {
            // A late answer would be taken for the answer to the next question.
            self.line.give_up();
            self.retry_or_fail(now, &flight, LinkError::without_effect(kind));
        }
    }

    /// Feeds the reply of `flight`.
    fn take(&mut self, now: Instant, mut flight: Flight, bytes: &[u8]) {
        match flight.reader.push(bytes) {
            Ok(Some(reply)) => self.replied(now, flight, reply),
            Ok(None) => self.set_step(match flight.outgoing.is_sent() {
                true => Step::Receiving(flight),
                false => Step::Sending(flight),
            }),
            Err(error) => {
                self.line.give_up();
                let kind = match self.met {
                    true => LinkErrorKind::Malformed { what: error.0 },
                    false => LinkErrorKind::NotACharger,
                };
                self.retry_or_fail(now, &flight, LinkError::without_effect(kind));
            }
        }
    }

    fn replied(&mut self, now: Instant, flight: Flight, reply: Reply) {
        let premature = !flight.outgoing.is_sent();
        if premature && reply.status < 300 {
            // Success for half a request is none.
            return self.broke(now, &flight, None);
        }
        if let Some(line) = self.line.open() {
            line.used = true;
            line.broken |= reply.closes || reply.surplus || premature;
        }
        self.handle_reply(now, &flight, &reply);
    }

    /// The connection broke under `flight`.
    fn broke(&mut self, now: Instant, flight: &Flight, cause: Option<io::Error>) {
        let had_session = self.line.has_session();
        self.line.give_up();
        let Some(job) = &mut self.job else { return };
        let whole = flight.outgoing.is_sent() && flight.purpose == Purpose::Conversation;
        if whole && job.conversation.broke_after_sending() {
            job.pending = None;
            return;
        }
        job.sessions_lost += u8::from(had_session);
        let error = self.lost_error(flight, cause);
        self.retry_or_fail(now, flight, error);
    }

    fn lost_error(&self, flight: &Flight, cause: Option<io::Error>) -> LinkError {
        let lost = self.job.as_ref().map_or(0, |job| job.sessions_lost);
        let kind = match lost >= MOST_SESSIONS_LOST {
            true => LinkErrorKind::SessionTaken {
                symptom: SessionSymptom::Disconnected,
            },
            false => LinkErrorKind::ConnectionLost {
                during: flight.call.doing,
            },
        };
        let error = LinkError::without_effect(kind);
        match cause {
            Some(cause) => error.with_source(cause),
            None => error,
        }
    }

    /// Asks again where that does no harm, else ends the request.
    pub(super) fn retry_or_fail(&mut self, now: Instant, flight: &Flight, error: LinkError) {
        if flight.call.ends_session {
            return self.goodbye(now);
        }
        if flight.call.repeatable && self.count_failure() {
            self.set_step(Step::Decide);
        } else {
            self.fail_with(now, error);
        }
    }

    /// Whether there is another attempt.
    pub(super) fn count_failure(&mut self) -> bool {
        let most = self.settings.attempts();
        self.job.as_mut().is_some_and(|job| {
            job.failures = job.failures.saturating_add(1);
            job.failures < most
        })
    }
}

/// One lost session happens; so many in one request are somebody else's doing.
const MOST_SESSIONS_LOST: u8 = 3;
