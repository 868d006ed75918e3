//! The session machine: pure, no socket, no clock.
//!
//! ```text
//!              begin(request)
//!                    │
//!                    ▼        connection needed
//!   Wait ◀────── [ decide ] ─────────────────────▶ [ connecting ]
//!                 ▲  │  ▲                                │
//!        answered │  │  └────────────────────────────────┘ connected
//!                 │  │ login or call
//!                 │  ▼
//!                 │ [ checking ] ──quiet──▶ [ sending ] ──all sent──▶ [ receiving ]
//!                 │                                                        │
//!                 └────────────────────────────────────────────────────────┘
//!                    nothing left to ask, or failed: Done
//! ```
//!
//! The driver calls [`Session::begin`], then in a loop [`Session::poll`], does what
//! the [`Action`] says and reports the outcome with one of the `handle_*` methods,
//! until the action is [`Action::Done`]. The one invariant it must keep: bytes are
//! handed over in the order in which they came, and none from a connection that it was
//! told to close.

mod decide;
mod events;
mod flight;
mod job;
mod line;
mod pace;
mod replies;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use job::{Job, Step};
use line::Line;
use pace::{BackOff, PerMinute};

use super::api;
use super::settings::HttpsSettings;
use crate::deadline::deadline;
use crate::{LinkError, LinkErrorKind, Progress, Request, Response, SessionSymptom};

/// What the driver is to do next.
#[derive(Debug)]
pub(crate) enum Action {
    /// Open a connection, TLS included. Answer with `handle_connected` or
    /// `handle_connect_failed`.
    Connect { until: Instant },
    /// See without waiting whether anything came. Answer with `handle_quiet`,
    /// `handle_received`, `handle_closed` or `handle_lost`.
    Check,
    /// Take bytes from `fill` and send some of them. Answer with `handle_sent` or
    /// `handle_lost`, or not at all if it takes longer.
    Send,
    /// Wait for bytes. Answer with `handle_received`, `handle_closed` or
    /// `handle_lost`, or not at all.
    Receive { until: Instant },
    /// Close the connection. Answer with `handle_disconnected`.
    Disconnect,
    /// Do nothing until then.
    Wait { until: Instant },
    /// Call `finish`.
    Done,
}

/// One charger's session and the request that is under way on it.
pub(crate) struct Session {
    settings: Arc<HttpsSettings>,
    line: Line,
    logins: PerMinute,
    requests: PerMinute,
    back_off: BackOff,
    /// HTTP requests that have left and were not told of yet.
    sent: u64,
    /// Whether the charger ever answered on this link.
    met: bool,
    /// Whether it ever let this user in.
    welcomed: bool,
    /// Until when silence means that it restarts.
    restarting_until: Option<Instant>,
    job: Option<Job>,
    outcome: Option<Result<Response, LinkError>>,
}

impl Session {
    pub(crate) fn new(settings: HttpsSettings) -> Self {
        Self {
            line: Line::Closed { reopen_at: None },
            logins: PerMinute::new(settings.logins_per_minute()),
            requests: PerMinute::new(settings.requests_per_minute()),
            back_off: BackOff::default(),
            sent: 0,
            met: false,
            welcomed: false,
            restarting_until: None,
            job: None,
            outcome: None,
            settings: Arc::new(settings),
        }
    }

    pub(crate) const fn settings(&self) -> &Arc<HttpsSettings> {
        &self.settings
    }

    /// Whether the charger counts this side as logged in.
    pub(crate) const fn is_logged_in(&self) -> bool {
        self.line.has_session()
    }

    /// Starts a request that is to be over at `deadline`.
    ///
    /// A request that was abandoned in the middle costs the connection.
    pub(crate) fn begin(&mut self, request: &Request, deadline: Instant) {
        self.abandon();
        let conversation = match self.settings.address().is_plain() {
            true => api::begin(request),
            false => Err(LinkErrorKind::NotOnThisLink {
                what: "reach an address of this form",
            }),
        };
        match conversation {
            Ok(conversation) => self.job = Some(Job::new(request, conversation, deadline)),
            Err(kind) => self.outcome = Some(Err(LinkError::without_effect(kind))),
        }
    }

    /// Gives up a request that nobody waits for any more, for example because its
    /// future was dropped.
    pub(crate) fn abandon(&mut self) {
        self.outcome = None;
        if self.job.take().is_some_and(|job| job.step.is_in_flight()) {
            self.line.give_up();
        }
    }

    /// What is to be done at `now`.
    pub(crate) fn poll(&mut self, now: Instant) -> Action {
        self.expire(now);
        loop {
            if self.line.is_broken() {
                return Action::Disconnect;
            }
            let Some(job) = &self.job else {
                return Action::Done;
            };
            return match &job.step {
                Step::Decide => match self.decide(now) {
                    Some(action) => action,
                    None => continue,
                },
                Step::Connecting => Action::Connect {
                    until: deadline(now, self.settings.connect_timeout()).min(job.deadline),
                },
                Step::Checking(_) => Action::Check,
                Step::Sending(_) => Action::Send,
                Step::Receiving(flight) => Action::Receive {
                    until: flight.until.min(job.deadline),
                },
            };
        }
    }

    /// The outcome, once [`Action::Done`] was returned.
    pub(crate) fn finish(&mut self) -> Result<Response, LinkError> {
        self.outcome
            .take()
            .unwrap_or_else(|| Err(LinkError::effect_unknown(LinkErrorKind::Cancelled)))
    }

    /// How far the request is, if it is a long one.
    pub(crate) fn progress(&self) -> Option<Progress> {
        let job = self.job.as_ref()?;
        let flight = match &job.step {
            Step::Sending(flight) | Step::Receiving(flight) => Some(flight),
            _ => None,
        };
        flight
            .and_then(|flight| flight.outgoing.content_progress())
            .map(|(done, total)| Progress::new(done, Some(total)))
            .or_else(|| job.conversation.progress())
    }

    /// How many HTTP requests have left since the last call.
    pub(crate) const fn take_sent(&mut self) -> u64 {
        std::mem::replace(&mut self.sent, 0)
    }

    fn succeed(&mut self, now: Instant, response: Response) {
        if self.job.take().is_some_and(|job| job.restarts) {
            // The charger goes away now; so does the session.
            self.restarting_until = Some(now + LONGEST_RESTART);
            self.line.give_up();
        }
        self.outcome = Some(Ok(response));
    }

    fn fail(&mut self, now: Instant, kind: LinkErrorKind) {
        self.fail_with(now, LinkError::without_effect(kind));
    }

    /// Ends the request with `error`, explained by what is known of the charger.
    fn fail_with(&mut self, now: Instant, error: LinkError) {
        let error = self.explain(now, error);
        self.end(error);
    }

    /// Ends the request with `error`, to which it adds what is known about the effect.
    fn end(&mut self, error: LinkError) {
        let Some(job) = self.job.take() else { return };
        if job.step.is_in_flight() {
            self.line.give_up();
        }
        self.outcome = Some(Err(error.with_effect(job.effect())));
    }

    /// Puts what this link knows of the charger into the error.
    fn explain(&self, now: Instant, error: LinkError) -> LinkError {
        let silent = matches!(
            error.kind(),
            LinkErrorKind::Unreachable
                | LinkErrorKind::Timeout { .. }
                | LinkErrorKind::ConnectionLost { .. }
        );
        let kind = if silent && self.restarting_until.is_some_and(|until| now < until) {
            LinkErrorKind::Restarting
        } else if self.met && is_refused_connection(&error) {
            LinkErrorKind::SessionTaken {
                symptom: SessionSymptom::ConnectionRefused,
            }
        } else {
            return error;
        };
        LinkError::without_effect(kind).with_source(error)
    }

    fn set_step(&mut self, step: Step) {
        if let Some(job) = &mut self.job {
            job.step = step;
        }
    }
}

/// How long a charger may take for a restart: two to three minutes are usual, fifteen
/// were seen after firmware updates.
const LONGEST_RESTART: Duration = Duration::from_secs(15 * 60);

fn is_refused_connection(error: &LinkError) -> bool {
    let source = std::error::Error::source(error);
    let io = source.and_then(|source| source.downcast_ref::<std::io::Error>());
    *error.kind() == LinkErrorKind::Unreachable
        && io.is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionRefused)
}
