//! Drivers: what the machine wants is done here, and nothing is decided.

mod blocking;
mod time;
#[cfg(feature = "tokio")]
mod tokio;
mod turn;

use std::fmt;
use std::time::Duration;

use charger_link::{Cancel, Context, SystemClock};

pub(crate) use time::{Steady, pieces};

use ocpp_config::Concern;

use crate::{Journal, JournalError, Machine, NoPreflight, Outcome, Question, Unobserved};

/// How long the last request, the logout, may take.
pub(crate) const LOGOUT: Duration = Duration::from_secs(5);

/// The outcome knows of the last requests, too.
fn closed(
    mut result: Result<Outcome, RunError>,
    machine: &mut Machine,
    context: &Context<'_>,
) -> Result<Outcome, RunError> {
    machine.count_requests(context.requests());
    if let Ok(outcome) = &mut result {
        outcome.requests = machine.requests();
    }
    result
}

/// Does what a [`Machine`](crate::Machine) wants: asks the charger, writes the journal,
/// lets time pass, and asks the caller. [`run`](Self::run) does so blocking, `run_async`
/// (feature `tokio`) asynchronously; what they do is the same.
///
/// The link, the clock, the preflight and the observer can be given away or lent (`&mut`).
///
/// ```no_run
/// use charger_commissioning::{Driver, FileJournal, Journal, RollBack};
/// use charger_link::Cancel;
///
/// # fn example(mut link: impl charger_link::Link) -> Result<(), Box<dyn std::error::Error>> {
/// let mut journal = Journal::open(FileJournal::open_existing("ACE0999001.journal")?)?;
/// let mut machine = RollBack::new().start(&journal.history())?;
/// let cancel = Cancel::new();
/// let outcome = Driver::new(&mut link, &mut journal)
///     .with_cancel(&cancel)
///     .run(&mut machine)?;
/// # Ok(())
/// # }
/// ```
pub struct Driver<'a, L, S, C = SystemClock, P = NoPreflight, O = Unobserved> {
    link: L,
    journal: &'a mut Journal<S>,
    clock: C,
    preflight: P,
    observer: O,
    cancel: Cancel,
}

impl<'a, L, S> Driver<'a, L, S> {
    /// Drives over `link`, a [`Link`](charger_link::Link) or an
    /// `AsyncLink`, and records in `journal`.
    pub fn new(link: L, journal: &'a mut Journal<S>) -> Self {
        Self {
            link,
            journal,
            clock: SystemClock::new(),
            preflight: NoPreflight::new(),
            observer: Unobserved::new(),
            cancel: Cancel::new(),
        }
    }
}

impl<'a, L, S, C, P, O> Driver<'a, L, S, C, P, O> {
    /// Who asks the new back office beforehand. Defaults to [`NoPreflight`].
    #[must_use]
    pub fn with_preflight<Q>(self, preflight: Q) -> Driver<'a, L, S, C, Q, O> {
        Driver {
            link: self.link,
            journal: self.journal,
            clock: self.clock,
            preflight,
            observer: self.observer,
            cancel: self.cancel,
        }
    }

    /// Who watches, and answers for the person in front of it. Defaults to
    /// [`Unobserved`], which agrees to nothing that cannot be undone.
    #[must_use]
    pub fn with_observer<Q>(self, observer: Q) -> Driver<'a, L, S, C, P, Q> {
        Driver {
            link: self.link,
            journal: self.journal,
            clock: self.clock,
            preflight: self.preflight,
            observer,
            cancel: self.cancel,
        }
    }

    /// Where the time comes from. Defaults to [`SystemClock`].
    #[must_use]
    pub fn with_clock<D>(self, clock: D) -> Driver<'a, L, S, D, P, O> {
        Driver {
            link: self.link,
            journal: self.journal,
            clock,
            preflight: self.preflight,
            observer: self.observer,
            cancel: self.cancel,
        }
    }

    /// Lets `cancel` stop the procedure, for good: it ends in order with
    /// [`RunError::Cancelled`], and its journal can be resumed. Defaults to a switch that
    /// nobody throws.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }
}

impl<L, S, C, P, O> fmt::Debug for Driver<'_, L, S, C, P, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver")
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

/// Why a driver stopped before the procedure was over. If the journal holds events, it
/// knows where: resume it, or roll back. If it is empty, nothing was begun.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The journal could not be written, so nothing more was done to the charger.
    #[error("the procedure stopped, as its journal cannot be written")]
    Journal(#[source] JournalError),
    /// The caller threw the switch.
    #[error("the procedure was cancelled")]
    Cancelled,
    /// The caller answered a question with later.
    #[error("the procedure waits for an answer")]
    Paused {
        /// The question.
        question: Box<Question>,
    },
}

impl RunError {
    /// Whom it concerns: the caller, who cancelled, has to answer, or keeps the journal.
    pub const fn concerns(&self) -> Concern {
        Concern::Caller
    }
}
