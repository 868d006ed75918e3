use std::net::SocketAddr;
use std::time::Duration;

use crate::connect_error::ConnectError;
use crate::endpoint::{Endpoint, Subprotocol};
use crate::ocppj::{BootAnswer, BootNotification, CallRefusal};
use crate::socket_error::{CallError, CloseReason, SocketError};
use crate::socket_event::Direction;
use crate::tls::{TlsClient, TlsObservation};

/// What the driver of a probe has to do next. It does exactly that and nothing else.
#[derive(Debug)]
pub(crate) enum Action {
    /// Find all addresses of the endpoint's host.
    Resolve(Endpoint),
    /// Open a TCP connection and drop it.
    Dial(SocketAddr),
    /// Open a TCP connection, send these bytes, and read until the reply is whole.
    Talk(SocketAddr, Vec<u8>, Reply),
    /// Connect and keep the socket, refusing every call from now on.
    Connect(Box<Connect>),
    /// Read from the kept socket this long, refusing every call.
    Listen(Duration),
    /// Send this on the kept socket and wait this long for the answer.
    Boot(BootNotification, Duration),
    /// Close the kept socket with 1000 and wait for the other side's frame.
    Close,
}

/// A connection to be made.
#[derive(Debug)]
pub(crate) struct Connect {
    pub(crate) endpoint: Endpoint,
    pub(crate) address: SocketAddr,
    pub(crate) tls: Option<TlsClient>,
}

/// What kind of reply is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    /// A TLS server's first flight.
    TlsFlight,
    /// Any bytes at all.
    AnyBytes,
}

impl Reply {
    /// Whether nothing more has to be read.
    pub(crate) fn is_whole(self, received: &[u8]) -> bool {
        use super::hello::{Progress, read_flight};
        match self {
            Self::TlsFlight => !matches!(read_flight(received), Ok(Progress::Incomplete)),
            Self::AnyBytes => received.len() >= 16,
        }
    }
}

/// What became of an [`Action`].
#[derive(Debug)]
pub(crate) enum Outcome {
    Resolved(Result<Vec<SocketAddr>, ConnectError>),
    Dialled(Result<(), ConnectError>),
    /// What was received until the reply was whole or nothing more came.
    Talked(Vec<u8>, TalkEnd),
    Connected(Result<Opened, ConnectError>),
    Listened(Ended, Messages),
    Booted(BootEnd, Messages),
    Closed,
    /// The caller stopped the probe in the middle of it, or before.
    Stopped,
}

/// Why a talk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TalkEnd {
    Whole,
    Closed,
    Reset,
    Timeout,
    Failed,
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) version: Option<Subprotocol>,
    pub(crate) observation: Option<TlsObservation>,
}

/// How listening ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The time was over and the connection stands.
    Standing,
    Closed(CloseReason),
    Broken,
}

/// What became of a boot notification.
#[derive(Debug)]
pub(crate) enum BootEnd {
    Answered(BootAnswer),
    Refused(CallRefusal),
    Silent,
    /// The answer is none.
    Nonsense(String),
    /// Ours cannot be sent.
    Unsendable(String),
    Ended(Ended),
}

impl BootEnd {
    /// From what the socket says; `action` is checked beforehand, so that an error about
    /// a payload concerns the answer.
    pub(crate) fn of(answer: Result<BootAnswer, CallError>) -> Self {
        match answer {
            Ok(answer) => Self::Answered(answer),
            Err(CallError::Refused(refusal)) => Self::Refused(refusal),
            Err(CallError::Timeout) => Self::Silent,
            Err(CallError::Socket(SocketError::Closed(reason))) => {
                Self::Ended(Ended::Closed(reason))
            }
            Err(CallError::Socket(_)) => Self::Ended(Ended::Broken),
            Err(error) => Self::Nonsense(error.to_string()),
        }
    }
}

/// The messages of a step, both ways, at most [`MAX_MESSAGES`].
pub(crate) type Messages = Vec<(Direction, String)>;

/// How many messages of one step are kept.
pub(crate) const MAX_MESSAGES: usize = 64;
/// How much of each message is kept, bytes.
pub(crate) const MAX_MESSAGE: usize = 64 * 1024;
