//! One turn of a driver, without what blocks: the blocking and the asynchronous driver
//! differ in how they carry a [`Turn`] out, and in nothing else.

use std::time::Duration;

use charger_link::{LinkError, LinkErrorKind, Request, Response};

use super::{RunError, Steady};
use crate::{
    Action, Answer, Journal, JournalStore, Machine, Moment, Observer, Outcome, PreflightReport,
    PreflightSubject, Question, Status,
};

/// What only the driver can do; then it takes the next turn.
pub(super) enum Turn {
    /// Nothing.
    Next,
    /// Ask the charger, and hand the answer to [`Turns::answered`].
    Exchange { request: Request, timeout: Duration },
    /// Let this time pass.
    Pause(Duration),
    /// Ask the new back office, and hand the report to [`Turns::reported`].
    Preflight(Box<PreflightSubject>),
    /// The procedure is over.
    Done(Box<Outcome>),
}

/// What is kept from one turn to the next.
pub(super) struct Turns {
    steady: Steady,
    /// Handed to the machine at the next turn, with the time it is then: a person may have
    /// taken days to answer.
    input: Option<Input>,
    status: Option<Status>,
}

enum Input {
    Recorded,
    Response(&'static str, Result<Response, LinkError>),
    Answer(Answer),
    Preflight(PreflightReport),
}

impl Turns {
    /// One machine may be driven by several drivers in a row, with clocks of their own.
    pub(super) const fn of(machine: &Machine) -> Self {
        Self {
            steady: Steady::from(machine.latest()),
            input: None,
            status: None,
        }
    }

    /// The next turn. `elapsed` and `since_epoch` are what the clock shows.
    pub(super) fn next<S: JournalStore>(
        &mut self,
        (elapsed, since_epoch): (Duration, Duration),
        machine: &mut Machine,
        journal: &mut Journal<S>,
        observer: &mut impl Observer,
    ) -> Result<Turn, RunError> {
        let now = self.steady.moment(elapsed, since_epoch);
        self.hand_in(now, machine, observer);
        Ok(match machine.poll(now) {
            Action::Record(event) => {
                let entry = journal.append(now, event).map_err(RunError::Journal)?;
                observer.recorded(entry);
                self.input = Some(Input::Recorded);
                Turn::Next
            }
            Action::Exchange { request, timeout } => Turn::Exchange { request, timeout },
            Action::Wait { until } => Turn::Pause(until.since(now)),
            Action::Ask(question) => self.ask(question, observer)?,
            Action::Preflight(subject) => Turn::Preflight(subject),
            Action::Done(outcome) => Turn::Done(outcome),
        })
    }

    /// The charger has answered, or the link has failed.
    pub(super) fn answered(
        &mut self,
        request: &Request,
        response: Result<Response, LinkError>,
    ) -> Result<(), RunError> {
        if let Err(error) = &response
            && *error.kind() == LinkErrorKind::Cancelled
        {
            return Err(RunError::Cancelled);
        }
        self.input = Some(Input::Response(request.name(), response));
        Ok(())
    }

    /// The preflight is over.
    pub(super) fn reported(&mut self, report: PreflightReport, observer: &mut impl Observer) {
        observer.preflight(&report);
        self.input = Some(Input::Preflight(report));
    }

    fn ask(&mut self, question: Question, observer: &mut impl Observer) -> Result<Turn, RunError> {
        let answer = observer.answer(&question);
        if answer == Answer::Later {
            let question = Box::new(question);
            return Err(RunError::Paused { question });
        }
        self.input = Some(Input::Answer(answer));
        Ok(Turn::Next)
    }

    /// Hands the last turn's result to the machine, and tells what that changed.
    fn hand_in(&mut self, now: Moment, machine: &mut Machine, observer: &mut impl Observer) {
        let before = *machine.reading();
        match self.input.take() {
            None => {}
            Some(Input::Recorded) => machine.handle_recorded(now),
            Some(Input::Response(request, response)) => {
                let trouble = response.as_ref().err().cloned();
                machine.handle_response(now, response);
                // What ends the procedure is told in its outcome.
                if let Some(error) = trouble.filter(|_| machine.status() != Status::Done) {
                    observer.trouble(request, &error);
                }
            }
            Some(Input::Answer(answer)) => machine.handle_answer(now, answer),
            Some(Input::Preflight(report)) => machine.handle_preflight(now, report),
        }
        if *machine.reading() != before {
            observer.reading(machine.reading());
        }
        let status = machine.status();
        if self.status != Some(status) {
            observer.status(&status);
            self.status = Some(status);
        }
    }
}
