use std::time::Duration;

use charger_link::{Cancel, Context, Link, LinkErrorKind, Request};

use super::{LOGOUT, RunError};
use crate::{Action, Answer, Clock, Journal, JournalStore, Machine, Observer, Outcome, Preflight};

/// Drives a machine to its end, blocking.
///
/// The charger's only session is freed on every way out, a panic apart.
///
/// # Errors
/// [`RunError`]: the journal failed, the caller cancelled, or an answer has to wait. What
/// goes wrong with the charger or the back office is no error here but an [`Outcome`].
pub fn run<L: Link, S: JournalStore>(
    machine: &mut Machine,
    link: &mut L,
    journal: &mut Journal<S>,
    clock: &mut impl Clock,
    preflight: &mut (impl Preflight + ?Sized),
    observer: &mut (impl Observer + Send + ?Sized),
    cancel: &Cancel,
) -> Result<Outcome, RunError> {
    let mut driver = Driver {
        machine,
        journal,
        clock,
        observer,
        cancel,
    };
    let result = driver.drive(link, preflight);
    // The charger forgets the session by itself if this fails.
    let _ = link.exchange(&Request::Close, &mut Context::new(LOGOUT));
    result
}

struct Driver<'a, S, C, O: ?Sized> {
    machine: &'a mut Machine,
    journal: &'a mut Journal<S>,
    clock: &'a mut C,
    observer: &'a mut O,
    cancel: &'a Cancel,
}

impl<S: JournalStore, C: Clock, O: Observer + Send + ?Sized> Driver<'_, S, C, O> {
    fn drive(
        &mut self,
        link: &mut impl Link,
        preflight: &mut (impl Preflight + ?Sized),
    ) -> Result<Outcome, RunError> {
        let mut status = self.machine.status();
        self.observer.status(&status);
        loop {
            if self.cancel.is_cancelled() {
                return Err(RunError::Cancelled);
            }
            let now = self.clock.now();
            match self.machine.poll(now) {
                Action::Record(event) => {
                    let entry = self.journal.append(now, event).map_err(RunError::Journal)?;
                    self.observer.recorded(entry);
                    self.machine.handle_recorded(now);
                }
                Action::Exchange { request, timeout } => {
                    self.exchange(link, &request, timeout)?;
                }
                Action::Wait { until } => self.clock.sleep(until.since(now), self.cancel),
                Action::Ask(question) => {
                    let answer = self.observer.answer(&question);
                    if answer == Answer::Later {
                        let question = Box::new(question);
                        return Err(RunError::Paused { question });
                    }
                    let now = self.clock.now();
                    self.machine.handle_answer(now, answer);
                }
                Action::Preflight(subject) => {
                    let report = preflight.check(&subject);
                    self.observer.preflight(&report);
                    let now = self.clock.now();
                    self.machine.handle_preflight(now, report);
                }
                Action::Done(outcome) => return Ok(*outcome),
            }
            let next = self.machine.status();
            if next != status {
                self.observer.status(&next);
                status = next;
            }
        }
    }

    fn exchange(
        &mut self,
        link: &mut impl Link,
        request: &Request,
        timeout: Duration,
    ) -> Result<(), RunError> {
        let before = *self.machine.reading();
        let mut progress = |progress| self.observer.progress(progress);
        let mut context = Context::new(timeout)
            .with_cancel(self.cancel)
            .with_progress(&mut progress);
        let response = link.exchange(request, &mut context);
        if let Err(error) = &response {
            if *error.kind() == LinkErrorKind::Cancelled {
                return Err(RunError::Cancelled);
            }
            self.observer.trouble(request.name(), error);
        }
        self.machine.handle_response(self.clock.now(), response);
        if *self.machine.reading() != before {
            self.observer.reading(self.machine.reading());
        }
        Ok(())
    }
}
