//! The phases of a procedure. Each owns what it needs; a transition consumes the old
//! phase and leaves events on the bench, which are durable before the new phase acts.

mod begin;
mod bench;
mod carry;
mod explain;
mod export;
mod inspect;
mod person;
mod preflight;
mod retreat;
mod rolled_back;

use charger_link::{LinkError, Response};

pub(crate) use bench::Bench;

use crate::{
    Action, Answer, End, Event, Failure, Leg, Moment, Outcome, PreflightReport, Refusal, Status,
};

/// Where a procedure is.
#[derive(Debug, Default)]
pub(crate) enum Phase {
    Inspect(inspect::Inspect),
    Preflight(preflight::Preflight),
    Begin(begin::Begin),
    Person(person::Person),
    Export(export::Export),
    Carry(carry::Carry),
    Explain(explain::Explain),
    Retreat(retreat::Retreat),
    Done(Box<Outcome>),
    /// Only while a transition is under way.
    #[default]
    Between,
}

/// What a driver hands in.
#[derive(Debug)]
pub(crate) enum Input {
    Response(Result<Response, LinkError>),
    Answer(Answer),
    Preflight(Box<PreflightReport>),
}

impl Phase {
    pub(crate) fn first() -> Self {
        Self::Inspect(inspect::Inspect::first())
    }

    pub(crate) fn poll(&self, now: Moment, bench: &Bench) -> Action {
        match self {
            Self::Inspect(phase) => phase.poll(now, bench),
            Self::Preflight(phase) => phase.poll(),
            Self::Begin(phase) => phase.poll(),
            Self::Person(phase) => phase.poll(),
            Self::Export(phase) => phase.poll(now, bench),
            Self::Carry(phase) => phase.poll(now, bench),
            Self::Explain(phase) => phase.poll(now, bench),
            Self::Retreat(phase) => phase.poll(now, bench),
            Self::Done(outcome) => Action::Done(outcome.clone()),
            // Unreachable by construction: a transition always puts a phase back.
            Self::Between => Action::Wait { until: now },
        }
    }

    /// Takes what the driver did. What does not fit the phase is ignored: the driver then
    /// polls the same action again.
    pub(crate) fn handle(self, now: Moment, input: Input, bench: &mut Bench) -> Self {
        match (self, input) {
            (Self::Inspect(phase), Input::Response(answer)) => phase.handle(now, answer, bench),
            (Self::Preflight(phase), Input::Preflight(report)) => phase.handle(*report, bench),
            (Self::Begin(phase), Input::Answer(answer)) => phase.handle(answer, bench),
            (Self::Person(phase), Input::Answer(answer)) => phase.handle(answer, bench),
            (Self::Export(phase), Input::Response(answer)) => phase.handle(now, answer, bench),
            (Self::Export(phase), Input::Answer(answer)) => phase.answered(answer, bench),
            (Self::Carry(phase), Input::Response(answer)) => {
                phase.handle(now, crate::step::Input::Response(answer), bench)
            }
            (Self::Carry(phase), Input::Answer(answer)) => {
                phase.handle(now, crate::step::Input::Answer(answer), bench)
            }
            (Self::Explain(phase), Input::Response(answer)) => phase.handle(answer, bench),
            (Self::Retreat(phase), Input::Response(answer)) => phase.handle(now, answer, bench),
            (phase, _) => phase,
        }
    }

    /// The caller wants back.
    pub(crate) fn turn_back(self, bench: &mut Bench) -> Self {
        match self {
            Self::Carry(phase) if phase.leg() == Leg::There => {
                retreat::Retreat::begin(Failure::Asked, bench)
            }
            Self::Inspect(phase) => phase.turn_back(bench),
            Self::Preflight(_) | Self::Begin(_) | Self::Person(_) | Self::Export(_) => {
                refuse(Refusal::NotAgreed, bench)
            }
            phase => phase,
        }
    }

    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Inspect(phase) => phase.status(),
            Self::Preflight(_) => Status::Preflight,
            Self::Begin(_) => Status::Asking,
            Self::Person(_) => Status::WaitingForPerson,
            Self::Export(_) => Status::ExportingTransactions,
            Self::Carry(phase) => phase.status(),
            Self::Explain(_) => Status::Explaining,
            Self::Retreat(_) => Status::Retreating,
            Self::Done(_) | Self::Between => Status::Done,
        }
    }
}

/// Ends the procedure before anything was written.
fn refuse(refusal: Refusal, bench: &mut Bench) -> Phase {
    end(End::Refused { refusal }, bench)
}

/// Ends the procedure; the journal says so if it knows the procedure at all.
fn end(end: End, bench: &mut Bench) -> Phase {
    if bench.is_open
        && let Some(ending) = end.ending()
    {
        bench.outbox.push(Event::Ended { ending });
    }
    Phase::Done(Box::new(bench.outcome(end)))
}
