use charger_link::{AsyncClock, AsyncLink, Context, Request};

use super::turn::{Turn, Turns};
use super::{Driver, LOGOUT, RunError, closed, pieces};
use crate::{AsyncPreflight, JournalStore, Machine, Observer, Outcome};

impl<L, S, C, P, O> Driver<'_, L, S, C, P, O>
where
    L: AsyncLink,
    S: JournalStore + Send,
    C: AsyncClock,
    P: AsyncPreflight,
    O: Observer,
{
    /// [`run`](Self::run) for tokio. The journal is written in place: a line is short, and
    /// nothing may go on before it is durable. The observer answers questions in place,
    /// too; one that waits for a person answers [`Later`](crate::Answer::Later).
    ///
    /// # Cancellation
    /// Dropping the future is a crash: the journal knows where, and the charger's session
    /// stays open until it lapses. Throwing the switch of
    /// [`with_cancel`](Self::with_cancel) ends it in order.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_async(&mut self, machine: &mut Machine) -> Result<Outcome, RunError> {
        let result = self.drive_async(machine).await;
        let mut context = Context::new(LOGOUT);
        // The charger forgets the session by itself if this fails.
        let _ = self.link.exchange(&Request::Close, &mut context).await;
        closed(result, machine, &context)
    }

    async fn drive_async(&mut self, machine: &mut Machine) -> Result<Outcome, RunError> {
        let mut turns = Turns::of(machine);
        while !self.cancel.is_cancelled() {
            let time = (self.clock.now(), self.clock.since_epoch());
            match turns.next(time, machine, self.journal, &mut self.observer)? {
                Turn::Next => {}
                Turn::Exchange { request, timeout } => {
                    let mut progress = |progress| self.observer.progress(progress);
                    let mut context = Context::new(timeout)
                        .with_cancel(&self.cancel)
                        .with_progress(&mut progress);
                    let response = self.link.exchange(&request, &mut context).await;
                    machine.count_requests(context.requests());
                    turns.answered(&request, response)?;
                }
                Turn::Pause(pause) => {
                    for piece in pieces(pause, &self.cancel) {
                        self.clock.sleep(piece).await;
                    }
                }
                Turn::Preflight(subject) => {
                    let report = self.preflight.check(&subject).await;
                    turns.reported(report, &mut self.observer);
                }
                Turn::Done(outcome) => return Ok(*outcome),
            }
        }
        Err(RunError::Cancelled)
    }
}
