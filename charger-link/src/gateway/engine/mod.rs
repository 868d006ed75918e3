//! Requests as sequences of commands, without input, output or clock.

mod attempt;
mod op;
mod procedure;
mod read;
#[cfg(test)]
mod tests;
mod upload;
mod write;

use std::fmt;
use std::time::Duration;

use self::attempt::{Attempt, Verdict};
use self::op::{Op, OpResult};
use self::procedure::{Answered, Leave, Procedure, Step};
use self::read::ReadObjects;
use self::upload::UploadContainer;
use self::write::WriteObjects;
use super::codec::{Command, Event};
use super::session::{Session, SessionPoll};
use super::settings::GatewaySettings;
use crate::{LinkError, LinkErrorKind, Progress, Request, Response};

pub use self::upload::UploadCommands;

/// Carries out requests over a stream of bytes that somebody else moves: the core of
/// every gateway link, for a runtime or a transport of your own.
///
/// [`start`](Self::start) a request, then do what [`poll`](Self::poll) says until it is
/// done: send from [`outgoing`](Self::outgoing) and report with
/// [`handle_sent`](Self::handle_sent), listen and report with
/// [`handle_received`](Self::handle_received) whatever came. `now` is the time since
/// any fixed moment, and never goes back.
///
/// ```
/// use std::time::Duration;
///
/// use charger_link::gateway::codec::NodeAddress;
/// use charger_link::gateway::{Action, Engine, GatewaySettings};
/// use charger_link::{Request, Response};
/// use ocpp_config::ObjectId;
///
/// let settings = GatewaySettings::new(NodeAddress::new(4).unwrap());
/// let mut engine = Engine::new(settings);
/// let read = Request::Read(vec![ObjectId::new(0x2053, 0)]);
/// let mut now = Duration::ZERO;
/// engine.start(now, &read, Duration::from_secs(10));
/// let response = loop {
///     match engine.poll(now) {
///         Action::Send => {
///             let sent = engine.outgoing().to_vec();
///             engine.handle_sent(now, sent.len());
///             let line = String::from_utf8(sent).unwrap();
///             // A gateway that says OK to everything but the read.
///             if let Some((number, command)) = line.trim().split_once(' ') {
///                 let answer = if command.contains(" r ") { "Q0hBUkdFUg==" } else { "OK" };
///                 engine.handle_received(now, format!("{number} {answer}\r\n").as_bytes());
///             }
///         }
///         Action::Receive { until } => now = until,
///         Action::Done(response) => break response.unwrap(),
///         _ => unreachable!(),
///     }
/// };
/// let Response::Objects(objects) = response else { panic!("no objects") };
/// assert_eq!(objects[0].value.as_text(), Some("CHARGER"));
/// ```
pub struct Engine {
    settings: GatewaySettings,
    session: Session,
    running: Option<Running>,
    /// Whether this gateway was told how long to wait for the charger.
    introduced: bool,
    outcome: Option<Result<Response, LinkError>>,
    progress: Option<Progress>,
}

/// What a driver does next.
#[derive(Debug)]
#[non_exhaustive]
pub enum Action {
    /// Send from [`Engine::outgoing`], then take in what has come, without waiting for
    /// anything.
    Send,
    /// Listen, at most until then.
    Receive {
        /// When to poll again although nothing has come.
        until: Duration,
    },
    /// The request is answered.
    Done(Result<Response, LinkError>),
    /// Nothing is asked of the gateway.
    Idle,
}

struct Running {
    procedure: Box<dyn Procedure>,
    deadline: Duration,
    attempt: Option<Attempt>,
    /// Whether the attempt is the introduction to a new gateway.
    introducing: bool,
    pause_until: Option<Duration>,
}

impl Engine {
    /// An engine that has not met its gateway yet.
    pub fn new(settings: GatewaySettings) -> Self {
        Self {
            session: Session::new(settings.clone()),
            settings,
            running: None,
            introduced: false,
            outcome: None,
            progress: None,
        }
    }

    /// Begins a request that may take `timeout` in all. One that was under way is given
    /// up, as after [`cancel`](Self::cancel).
    pub fn start(&mut self, now: Duration, request: &Request, timeout: Duration) {
        self.session.abandon();
        self.outcome = None;
        self.progress = None;
        self.running = Some(Running {
            procedure: self.procedure(request),
            deadline: now.saturating_add(timeout),
            attempt: None,
            introducing: false,
            pause_until: None,
        });
        let talks = !matches!(request, Request::Close);
        if talks && !self.introduced {
            self.introduce(now);
        } else {
            self.advance(now, None);
        }
    }

    /// What to do next. Call it again after every report, and at the latest when the
    /// time of [`Action::Receive`] has come.
    pub fn poll(&mut self, now: Duration) -> Action {
        loop {
            if let Some(outcome) = self.outcome.take() {
                return Action::Done(outcome);
            }
            let Some(running) = &mut self.running else {
                return Action::Idle;
            };
            let deadline = running.deadline;
            if now >= deadline {
                self.time_out();
                continue;
            }
            match running.pause_until {
                Some(until) if now < until => {
                    let until = until.min(deadline);
                    return Action::Receive { until };
                }
                Some(_) => {
                    running.pause_until = None;
                    self.advance(now, None);
                    continue;
                }
                None => {}
            }
            match self.session.poll(now) {
                SessionPoll::Send => return Action::Send,
                SessionPoll::Receive(until) => {
                    let until = until.min(deadline);
                    return Action::Receive { until };
                }
                SessionPoll::Done(outcome) => {
                    let verdict = running.attempt.as_mut().map(|it| it.handle(outcome));
                    if let Some(verdict) = verdict {
                        self.obey(now, verdict);
                    }
                }
            }
        }
    }

    /// The bytes to send next, at most 1 KiB of them.
    pub fn outgoing(&self) -> &[u8] {
        self.session.chunk()
    }

    /// The first `count` bytes of [`outgoing`](Self::outgoing) have left.
    pub fn handle_sent(&mut self, now: Duration, count: usize) {
        self.session.handle_sent(now, count);
        if let Some(Op::Stream { upload, .. }) = self.op() {
            let total = upload.len();
            let done = self.session.streamed().unwrap_or(total);
            self.progress = Some(Progress::new(done, Some(total)));
        }
    }

    /// These bytes have come.
    pub fn handle_received(&mut self, now: Duration, bytes: &[u8]) {
        self.session.handle_received(now, bytes);
    }

    /// The stream broke. Ends the request, with the error that tells whether it may have
    /// taken effect; the next one may go over a new stream.
    pub fn handle_lost(&mut self) -> Option<LinkError> {
        self.introduced = false;
        let sent = self.session.handle_lost();
        self.stop(
            sent,
            LinkErrorKind::ConnectionLost {
                during: "talking to the gateway",
            },
        )
    }

    /// Gives the request up, and tells whether it may have taken effect.
    pub fn cancel(&mut self) -> Option<LinkError> {
        let sent = self.session.abandon();
        self.stop(sent, LinkErrorKind::Cancelled)
    }

    /// How far the request is, if that has changed since the last call.
    pub fn take_progress(&mut self) -> Option<Progress> {
        self.progress.take()
    }

    /// How many command lines have left since the last call; for
    /// [`Context::count_requests`](crate::Context::count_requests).
    pub const fn take_sent(&mut self) -> u64 {
        self.session.take_sent()
    }

    /// What the gateway said unasked. At most the last 64 events are kept.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.session.poll_event()
    }

    fn procedure(&self, request: &Request) -> Box<dyn Procedure> {
        match request {
            Request::Identify => Box::new(ReadObjects::identity()),
            Request::Read(ids) => Box::new(ReadObjects::new(ids.clone())),
            Request::ReadCategory(category) => Box::new(ReadObjects::of_category(category)),
            Request::ReadAll => Box::new(ReadObjects::all()),
            Request::UploadStatus => Box::new(ReadObjects::upload_status()),
            Request::Write(writes) => checked(WriteObjects::new(writes)),
            Request::Install { item, data } => checked(WriteObjects::install(*item, data)),
            Request::SetClock { since_epoch } => checked(WriteObjects::clock(*since_epoch)),
            Request::Restart => Box::new(WriteObjects::restart()),
            Request::Upload(upload) => {
                checked(UploadContainer::new(upload.clone(), self.settings.upload))
            }
            Request::KeepFirmware => not_here("keep a firmware"),
            Request::ReadLog { .. } => not_here("read the log of the charger"),
            Request::ReadTransactions { .. } => not_here("read the transactions of the charger"),
            Request::Close if self.session.is_owed_an_answer() => Box::new(Leave::default()),
            Request::Close => Box::new(Answered::ok(Response::Done)),
        }
    }

    fn introduce(&mut self, now: Duration) {
        if let Some(running) = &mut self.running {
            running.introducing = true;
        }
        let command = Command::SetSdoTimeout(self.settings.node_timeout);
        self.begin(now, Op::Gateway(command));
    }

    fn begin(&mut self, now: Duration, op: Op) {
        let attempt = Attempt::new(op);
        let verdict = attempt.first();
        if let Some(running) = &mut self.running {
            running.attempt = Some(attempt);
        }
        self.obey(now, verdict);
    }

    fn obey(&mut self, now: Duration, verdict: Verdict) {
        let result = match verdict {
            Verdict::Again(job) => return self.session.start(now, job),
            Verdict::Over(result) => result,
        };
        let Some(running) = &mut self.running else {
            return;
        };
        running.attempt = None;
        if std::mem::take(&mut running.introducing) {
            self.handle_introduced(now, result);
        } else {
            self.advance(now, Some(result));
        }
    }

    /// A gateway may not know the command; that it answers nothing at all is another
    /// matter.
    fn handle_introduced(&mut self, now: Duration, result: OpResult) {
        match result {
            Err(error) if error.is_silence() => self.finish(Err(error.into_link_error(false))),
            _ => {
                self.introduced = true;
                self.advance(now, None);
            }
        }
    }

    fn advance(&mut self, now: Duration, last: Option<OpResult>) {
        let Some(running) = &mut self.running else {
            return;
        };
        let step = running.procedure.advance(last);
        self.progress = running.procedure.progress().or(self.progress);
        match step {
            Step::Do(op) => self.begin(now, op),
            Step::Wait(pause) => running.pause_until = Some(now.saturating_add(pause)),
            Step::Finish(result) => self.finish(result),
        }
    }

    fn finish(&mut self, result: Result<Response, LinkError>) {
        self.running = None;
        self.outcome = Some(result);
    }

    fn time_out(&mut self) {
        let sent = self.session.abandon();
        self.outcome = self
            .stop(
                sent,
                LinkErrorKind::Timeout {
                    during: "waiting for the end of the request",
                },
            )
            .map(Err);
    }

    fn stop(&mut self, sent: bool, kind: LinkErrorKind) -> Option<LinkError> {
        self.outcome = None;
        let running = self.running.take()?;
        let begun = running
            .attempt
            .as_ref()
            .is_some_and(|attempt| attempt.may_have_run(sent));
        let effect =
            running.procedure.has_taken_effect() || (running.procedure.is_at_work() && begun);
        Some(if effect {
            LinkError::effect_unknown(kind)
        } else {
            LinkError::without_effect(kind)
        })
    }

    fn op(&self) -> Option<&Op> {
        self.running.as_ref()?.attempt.as_ref().map(Attempt::op)
    }
}

/// Without what is sent and received: any of it may be a secret.
impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("settings", &self.settings)
            .field("introduced", &self.introduced)
            .field("is_idle", &self.running.is_none())
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

fn checked<P: Procedure + 'static>(procedure: Result<P, LinkErrorKind>) -> Box<dyn Procedure> {
    match procedure {
        Ok(procedure) => Box::new(procedure),
        Err(kind) => Box::new(Answered::err(kind)),
    }
}

fn not_here(what: &'static str) -> Box<dyn Procedure> {
    Box::new(Answered::err(LinkErrorKind::NotOnThisLink { what }))
}
