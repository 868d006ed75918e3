use std::fmt;

use charger_link::{LinkError, LiveState, Response};
use ocpp_config::Secret;

use crate::phase::{Bench, Input, Phase};
use crate::procedure::Procedure;
use crate::{Action, Answer, History, Moment, Policy, PreflightReport, ProcedureKind, Status};

/// A procedure under way: decides what comes next, and does nothing itself.
///
/// It has no clock, no link and no journal. A driver polls it, does what the
/// [`Action`] says, and hands the result back; [`Driver`](crate::Driver) is one.
///
/// # Order of calls
/// `poll` -> do it -> the `handle_*` method that the action names -> `poll` -> … until
/// [`Action::Done`]. Polling twice in a row gives the same action again (later in time,
/// a wait may have become a request). Moments do not go backwards: one before the latest
/// counts as the latest.
///
/// # The one invariant a driver must keep
/// An event that [`Action::Record`] hands out is durable before the machine is told so.
/// The machine never asks for a side effect on the charger before the event that
/// announces it was recorded.
///
/// ```text
///  Inspect -> Preflight -> Begin? -> Person … -> Inspect again -> armed
///     |          |           |          |            |              |
///     +----------+-----------+----------+------------+--> refused   v
///                                                         step, step, … proof --> proven
///                                                              | (any failure)
///                                                     log -> Retreat
///                                                              |
///                                       restore, restart, proof of the old --> rolled back
///                                                              | (any failure)
///                                                              v
///                                                         needs a person
/// ```
pub struct Machine {
    bench: Bench,
    phase: Phase,
    latest: Moment,
}

impl Machine {
    pub(crate) fn start(procedure: Box<dyn Procedure>, policy: Policy) -> Self {
        let bench = Bench::new(Some(procedure), policy);
        Self::at(Phase::first(), bench)
    }

    pub(crate) fn resume(
        procedure: Option<Box<dyn Procedure>>,
        policy: Policy,
        history: &History,
        turn_back: bool,
    ) -> Self {
        let mut bench = Bench::new(procedure, policy);
        let phase = bench.resume(history, turn_back);
        Self::at(phase, bench)
    }

    const fn at(phase: Phase, bench: Bench) -> Self {
        let latest = Moment::from_millis(0);
        Self {
            bench,
            phase,
            latest,
        }
    }

    pub(crate) fn set_old_authorization_key(&mut self, key: Option<Secret>) {
        self.bench.old_key = key;
    }

    /// What to do next.
    pub fn poll(&mut self, now: Moment) -> Action {
        let now = self.not_before(now);
        if let Some(event) = self.bench.outbox.first() {
            return Action::Record(event.clone());
        }
        self.phase.poll(now, &self.bench)
    }

    /// The event that was polled last is durable.
    pub fn handle_recorded(&mut self, now: Moment) {
        self.not_before(now);
        if !self.bench.outbox.is_empty() {
            self.bench.outbox.remove(0);
        }
    }

    /// The charger has answered, or the link has failed.
    pub fn handle_response(&mut self, now: Moment, response: Result<Response, LinkError>) {
        self.bench.exchanges = self.bench.exchanges.saturating_add(1);
        self.handle(now, Input::Response(response));
    }

    /// The caller has answered.
    pub fn handle_answer(&mut self, now: Moment, answer: Answer) {
        self.handle(now, Input::Answer(answer));
    }

    /// The preflight is over.
    pub fn handle_preflight(&mut self, now: Moment, report: PreflightReport) {
        self.handle(now, Input::Preflight(Box::new(report)));
    }

    /// The caller wants the old settings back; what is under way ends. Before anything
    /// was written, the procedure just ends.
    pub fn turn_back(&mut self, now: Moment) {
        self.not_before(now);
        let phase = std::mem::take(&mut self.phase);
        self.phase = phase.turn_back(&mut self.bench);
    }

    /// What is under way, for people.
    pub fn status(&self) -> Status {
        self.phase.status()
    }

    /// The last thing the charger said about its back office.
    pub const fn reading(&self) -> &LiveState {
        &self.bench.reading
    }

    /// The link had to send so many requests, as [`Context::requests`] tells after each
    /// exchange. The count is for the [`Outcome`](crate::Outcome); nothing is decided by it.
    ///
    /// [`Context::requests`]: charger_link::Context::requests
    pub fn count_requests(&mut self, requests: Option<u64>) {
        if let Some(more) = requests {
            let so_far = self.bench.requests.unwrap_or(0);
            self.bench.requests = Some(so_far.saturating_add(more));
        }
    }

    /// How many questions this machine has asked the charger so far: the exchanges of its
    /// link.
    pub const fn exchanges(&self) -> u32 {
        self.bench.exchanges
    }

    /// How many requests the link has sent for them; `None` if it does not count.
    pub const fn requests(&self) -> Option<u64> {
        self.bench.requests
    }

    /// Which procedure it is; `None` if it only puts the old settings back.
    pub fn procedure(&self) -> Option<ProcedureKind> {
        self.bench.procedure.as_deref().map(Procedure::kind)
    }

    /// The latest moment that it knows of: where a driver that takes over goes on.
    pub(crate) const fn latest(&self) -> Moment {
        self.latest
    }

    fn not_before(&mut self, now: Moment) -> Moment {
        self.latest = self.latest.max(now);
        self.latest
    }

    fn handle(&mut self, now: Moment, input: Input) {
        let now = self.not_before(now);
        let phase = std::mem::take(&mut self.phase);
        self.phase = phase.handle(now, input, &mut self.bench);
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine")
            .field("procedure", &self.procedure())
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}
