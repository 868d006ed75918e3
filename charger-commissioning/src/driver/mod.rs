//! Drivers: what the machine wants is done here, and nothing is decided.

mod blocking;
#[cfg(feature = "tokio")]
mod tokio;

pub use blocking::run;
#[cfg(feature = "tokio")]
pub use tokio::run_async;

use std::time::Duration;

use crate::{JournalError, Question};

/// How long the last request, the logout, may take.
pub(crate) const LOGOUT: Duration = Duration::from_secs(5);

/// Why a driver stopped before the procedure was over. The journal knows where: resume
/// it, or roll back.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The journal could not be written, so nothing more was done to the charger.
    #[error("the procedure stopped, as its journal cannot be written")]
    Journal(#[source] JournalError),
    /// The caller threw the switch.
    #[error("the procedure was cancelled and can be resumed")]
    Cancelled,
    /// The caller answered a question with later.
    #[error("the procedure waits for an answer and can be resumed")]
    Paused {
        /// The question.
        question: Box<Question>,
    },
}
