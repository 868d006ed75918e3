//! Looking without touching: what is on the charger now, and is it accepted?

mod driver;
mod inspector;
mod verifier;

pub use driver::LookDriver;
pub use inspector::{Inspection, Inspector, MobileView, ProfileView};
pub use verifier::Verifier;

use std::time::Duration;

use charger_link::{LinkError, Request, Response};

use ocpp_config::Concern;

use crate::{Failure, Moment};

/// What a looking machine wants next.
#[derive(Debug)]
#[non_exhaustive]
pub enum Look<T> {
    /// Ask the charger, then call
    /// [`handle_response`](ReadOnly::handle_response). The request changes nothing.
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
    /// Over.
    Done(Result<T, Failure>),
}

/// Why nothing was found out.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum LookError {
    /// The caller threw the switch.
    #[error("the look at the charger was cancelled")]
    Cancelled,
    /// The machine ended with this.
    #[error("the charger could not be looked at")]
    Failed(#[source] Failure),
}

impl LookError {
    /// Whom it concerns.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::Cancelled => Concern::Caller,
            Self::Failed(failure) => failure.concerns(),
        }
    }
}

/// A machine that only reads. It needs no journal: when it is cut off, nothing happened.
pub trait ReadOnly {
    /// What it finds out.
    type Found;

    /// What to do next.
    fn poll(&mut self, now: Moment) -> Look<Self::Found>;

    /// The charger has answered, or the link has failed.
    fn handle_response(&mut self, now: Moment, response: Result<Response, LinkError>);
}
