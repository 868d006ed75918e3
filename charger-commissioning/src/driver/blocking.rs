use charger_link::{Clock, Context, Link, Request};

use super::turn::{Turn, Turns};
use super::{Driver, LOGOUT, RunError, closed, pieces};
use crate::{JournalStore, Machine, Observer, Outcome, Preflight};

impl<L, S, C, P, O> Driver<'_, L, S, C, P, O>
where
    L: Link,
    S: JournalStore,
    C: Clock,
    P: Preflight,
    O: Observer,
{
    /// Drives `machine` to its end, blocking.
    ///
    /// The charger's only session is freed on every way out, a panic apart. After
    /// [`RunError::Paused`] the same machine can be driven on; after other errors a new one
    /// is made from the journal.
    ///
    /// # Errors
    /// [`RunError`]: the journal failed, the caller cancelled, or an answer has to wait.
    /// What goes wrong with the charger or the back office is no error here but an
    /// [`Outcome`].
    pub fn run(&mut self, machine: &mut Machine) -> Result<Outcome, RunError> {
        let result = self.drive(machine);
        let mut context = Context::new(LOGOUT);
        // The charger forgets the session by itself if this fails.
        let _ = self.link.exchange(&Request::Close, &mut context);
        closed(result, machine, &context)
    }

    fn drive(&mut self, machine: &mut Machine) -> Result<Outcome, RunError> {
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
                    let response = self.link.exchange(&request, &mut context);
                    machine.count_requests(context.requests());
                    turns.answered(&request, response)?;
                }
                Turn::Pause(pause) => {
                    pieces(pause, &self.cancel).for_each(|piece| self.clock.sleep(piece));
                }
                Turn::Preflight(subject) => {
                    let report = self.preflight.check(&subject);
                    turns.reported(report, &mut self.observer);
                }
                Turn::Done(outcome) => return Ok(*outcome),
            }
        }
        Err(RunError::Cancelled)
    }
}
