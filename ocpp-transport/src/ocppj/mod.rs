//! OCPP-J: the framing of calls and answers, and the few messages that prove a
//! connection, as pure functions over text and values.
//!
//! The messages are our own few structs. The two crates that have them all were judged
//! and left out: `rust-ocpp` 3.0 brings a JSON schema validator with an HTTP client, and
//! both it and `ocpp_rs` 0.4 switch on `serde_json/arbitrary_precision` for the whole
//! program that embeds this crate, which changes how that program's own numbers are read.

mod boot;
mod frame;
mod heartbeat;
mod session;
mod status;
mod timestamp;

pub use boot::{BootAnswer, BootNotification, BootReason, RegistrationStatus};
pub use frame::{CallErrorCode, CallRefusal, Frame, FrameError};
pub use heartbeat::{heartbeat_answer, heartbeat_time};
pub use session::{CallSession, IncomingCall, SessionEvent};
pub use status::{ConnectorStatus, StatusNotification};
pub use timestamp::{format_timestamp, parse_timestamp};

/// Why the payload of a message cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the payload of {action} is not as its schema says: {reason}")]
#[non_exhaustive]
pub struct PayloadError {
    /// The message.
    pub action: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl PayloadError {
    pub(crate) fn new(action: &'static str, reason: impl ToString) -> Self {
        Self {
            action,
            reason: reason.to_string(),
        }
    }
}
