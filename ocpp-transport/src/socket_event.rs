use serde::Serialize;

use crate::ocppj::{IncomingCall, SessionEvent};
use crate::socket_error::CloseReason;

/// What [`OcppSocket::poll`](crate::OcppSocket::poll) waited for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SocketEvent {
    /// The other side calls and waits for an answer.
    Called(IncomingCall),
    /// The other side closed the connection in an orderly way.
    Closed(CloseReason),
    /// Nothing came in time.
    Idle,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Direction {
    /// To the other side.
    Sent,
    /// From the other side.
    Received,
}

/// Sees every message text, both ways.
pub(crate) type Transcript = Box<dyn FnMut(Direction, &str) + Send>;

/// What one read of a socket brought.
pub(crate) enum Received {
    Event(SessionEvent),
    Closed(CloseReason),
    Nothing,
}
