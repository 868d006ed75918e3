use std::time::Duration;

use charger_link::{AsyncLink, Cancel, Context, LinkErrorKind, Request};

use super::{LOGOUT, RunError};
use crate::{
    Action, Answer, AsyncClock, AsyncPreflight, Journal, JournalStore, Machine, Observer, Outcome,
};

/// [`run`](crate::run) for tokio. Journals are written in place: a line is short, and
/// nothing may go on before it is durable.
///
/// # Cancellation
/// Dropping the future is a crash: the journal knows where, and the charger's session
/// stays open until it lapses. Throwing `cancel` ends it in order.
///
/// # Errors
/// As [`run`](crate::run).
pub async fn run_async<L: AsyncLink, S: JournalStore + Send>(
    machine: &mut Machine,
    link: &mut L,
    journal: &mut Journal<S>,
    clock: &mut impl AsyncClock,
    preflight: &mut impl AsyncPreflight,
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
    let result = driver.drive(link, preflight).await;
    // The charger forgets the session by itself if this fails.
    let _ = link
        .exchange(&Request::Close, &mut Context::new(LOGOUT))
        .await;
    result
}

struct Driver<'a, S, C, O: ?Sized> {
    machine: &'a mut Machine,
    journal: &'a mut Journal<S>,
    clock: &'a mut C,
    observer: &'a mut O,
    cancel: &'a Cancel,
}

impl<S: JournalStore + Send, C: AsyncClock, O: Observer + Send + ?Sized> Driver<'_, S, C, O> {
    async fn drive(
        &mut self,
        link: &mut impl AsyncLink,
        preflight: &mut impl AsyncPreflight,
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
                    self.exchange(link, &request, timeout).await?;
                }
                Action::Wait { until } => self.clock.sleep(until.since(now), self.cancel).await,
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
                    let report = preflight.check(&subject).await;
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

    async fn exchange(
        &mut self,
        link: &mut impl AsyncLink,
        request: &Request,
        timeout: Duration,
    ) -> Result<(), RunError> {
        let before = *self.machine.reading();
        let response = {
            let mut progress = |progress| self.observer.progress(progress);
            let mut context = Context::new(timeout)
                .with_cancel(self.cancel)
                .with_progress(&mut progress);
            link.exchange(request, &mut context).await
        };
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
