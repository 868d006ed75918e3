use charger_link::{LiveState, Progress};

use crate::{Answer, Entry, PreflightReport, Question, Status};

/// Who watches a procedure, and answers for the person in front of it.
///
/// Every method has a default, so that an observer implements what it cares about. It is
/// [`Send`], as a request's progress is told from within the link.
pub trait Observer: Send {
    /// What is under way has changed.
    fn status(&mut self, status: &Status) {
        let _ = status;
    }

    /// An event is durable in the journal.
    fn recorded(&mut self, entry: &Entry) {
        let _ = entry;
    }

    /// The charger has said something about its back office.
    fn reading(&mut self, reading: &LiveState) {
        let _ = reading;
    }

    /// A long request, such as an upload, has come this far.
    fn progress(&mut self, progress: Progress) {
        let _ = progress;
    }

    /// A request went wrong, and the machine goes on: it asks again, or another way. What
    /// ends the procedure is told in its [`Outcome`](crate::Outcome) instead.
    fn trouble(&mut self, request: &'static str, error: &charger_link::LinkError) {
        let _ = (request, error);
    }

    /// The preflight is over.
    fn preflight(&mut self, report: &PreflightReport) {
        let _ = report;
    }

    /// A question. Defaults to agreeing to a proposal without one-way doors, to no
    /// otherwise, and to later for a person's step.
    fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::Begin(proposal) if proposal.one_way_doors.is_empty() => Answer::Yes,
            Question::Begin(_) | Question::StoreTransactions(_) | Question::Witness { .. } => {
                Answer::No
            }
            Question::Person(_) => Answer::Later,
        }
    }
}

impl<O: Observer + ?Sized> Observer for &mut O {
    fn status(&mut self, status: &Status) {
        (**self).status(status);
    }

    fn recorded(&mut self, entry: &Entry) {
        (**self).recorded(entry);
    }

    fn reading(&mut self, reading: &LiveState) {
        (**self).reading(reading);
    }

    fn progress(&mut self, progress: Progress) {
        (**self).progress(progress);
    }

    fn trouble(&mut self, request: &'static str, error: &charger_link::LinkError) {
        (**self).trouble(request, error);
    }

    fn preflight(&mut self, report: &PreflightReport) {
        (**self).preflight(report);
    }

    fn answer(&mut self, question: &Question) -> Answer {
        (**self).answer(question)
    }
}

impl<O: Observer + ?Sized> Observer for Box<O> {
    fn status(&mut self, status: &Status) {
        (**self).status(status);
    }

    fn recorded(&mut self, entry: &Entry) {
        (**self).recorded(entry);
    }

    fn reading(&mut self, reading: &LiveState) {
        (**self).reading(reading);
    }

    fn progress(&mut self, progress: Progress) {
        (**self).progress(progress);
    }

    fn trouble(&mut self, request: &'static str, error: &charger_link::LinkError) {
        (**self).trouble(request, error);
    }

    fn preflight(&mut self, report: &PreflightReport) {
        (**self).preflight(report);
    }

    fn answer(&mut self, question: &Question) -> Answer {
        (**self).answer(question)
    }
}

/// Nobody watches; the defaults of [`Observer`] answer.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Unobserved;

impl Unobserved {
    /// Nobody watches.
    pub const fn new() -> Self {
        Self
    }
}

impl Observer for Unobserved {}
