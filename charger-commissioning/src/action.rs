use std::time::Duration;

use charger_link::Request;

use crate::{Event, Moment, Outcome, PersonStep, PreflightSubject, Proposal, TransactionExport};

/// What a machine wants next. The driver does it and hands the result to the method
/// named with each variant; then it polls again.
#[derive(Debug)]
#[non_exhaustive]
pub enum Action {
    /// Make this durable in the journal, then call
    /// [`handle_recorded`](crate::Machine::handle_recorded). If that fails, stop: what
    /// the event announces must not be done.
    Record(Event),
    /// Ask the charger, then call
    /// [`handle_response`](crate::Machine::handle_response).
    Exchange {
        /// What to ask.
        request: Request,
        /// How long it may take in all.
        timeout: Duration,
    },
    /// Nothing to do until then; just poll again.
    Wait {
        /// Until when.
        until: Moment,
    },
    /// Ask the caller, then call [`handle_answer`](crate::Machine::handle_answer). It may
    /// take days.
    Ask(Question),
    /// Ask the new back office what the charger would get, then call
    /// [`handle_preflight`](crate::Machine::handle_preflight).
    Preflight(Box<PreflightSubject>),
    /// The procedure is over. Polling again gives the same.
    Done(Box<Outcome>),
}

/// What only the caller can answer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Question {
    /// This is what would be done, and what could not be undone: shall it begin? Nothing
    /// has been written yet.
    Begin(Box<Proposal>),
    /// A person must do this at the charger; [`Answer::Yes`] when it is done.
    Person(PersonStep),
    /// These are the raw records of the charger's transactions, some of which its old back
    /// office may not have: store them durably, then say [`Answer::Yes`]. Asked with
    /// [`UnsentTransactions::Export`](crate::UnsentTransactions::Export) only.
    StoreTransactions(Box<TransactionExport>),
    /// The charger is proven from its own side: does the new back office see it, under
    /// this charge box identity?
    Witness {
        /// The charge box identity.
        identity: String,
    },
}

/// The caller's answer to a [`Question`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Yes, or: it is done.
    Yes,
    /// No, or: it will not be done.
    No,
    /// Not now. The driver stops; the procedure can be resumed from its journal.
    Later,
}
