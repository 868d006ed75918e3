use std::io;

use ocpp_config::Concern;
use tungstenite::protocol::CloseFrame;

use crate::ocppj::{CallRefusal, FrameError, PayloadError};

/// Why an open connection is of no more use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SocketError {
    /// The other side closed the WebSocket in an orderly way.
    #[error("the other side closed the WebSocket ({})", .0.describe())]
    Closed(CloseReason),
    /// The connection broke without a closing handshake.
    #[error("the connection broke")]
    Broken(#[source] Option<io::Error>),
    /// The other side broke the rules of WebSocket, or sent more than 1 MiB at once.
    #[error("the other side broke the rules of WebSocket")]
    Protocol(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a call got no usable answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The other side answered with a CALLERROR.
    #[error("the call was refused: {} {}", .0.code, .0.description)]
    Refused(CallRefusal),
    /// No answer came in time. The connection may still be used.
    #[error("no answer in time")]
    Timeout,
    /// The answer is not OCPP-J.
    #[error("the answer is no OCPP-J message")]
    NotOcppJ(#[source] FrameError),
    /// A payload is not as its schema says: ours before it was sent, or the answer's.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// The connection is of no more use.
    #[error(transparent)]
    Socket(#[from] SocketError),
}

impl CallError {
    /// Whom it concerns.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::Refused(_) | Self::NotOcppJ(_) | Self::Payload(_) => Concern::BackOffice,
            Self::Timeout => Concern::Network,
            Self::Socket(error) => error.concerns(),
        }
    }
}

/// With which words a WebSocket was closed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseReason {
    /// The status code of RFC 6455 section 7.4, if one was given (1000 = normal).
    pub code: Option<u16>,
    /// The text, often empty.
    pub reason: String,
}

impl CloseReason {
    pub(crate) fn of(frame: Option<CloseFrame>) -> Self {
        frame.map_or_else(Self::default, |frame| Self {
            code: Some(frame.code.into()),
            reason: frame.reason.as_str().to_owned(),
        })
    }

    fn describe(&self) -> String {
        match (self.code, self.reason.as_str()) {
            (None, _) => "no code".to_owned(),
            (Some(code), "") => code.to_string(),
            (Some(code), reason) => format!("{code} {reason}"),
        }
    }
}

impl SocketError {
    /// Whom it concerns.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::Closed(_) | Self::Protocol(_) => Concern::BackOffice,
            Self::Broken(_) => Concern::Network,
        }
    }

    /// Whether nothing broke, and only the time was over.
    pub(crate) fn is_timeout(&self) -> bool {
        matches!(self, Self::Broken(Some(error)) if error.kind() == io::ErrorKind::TimedOut)
    }

    pub(crate) fn of(error: tungstenite::Error) -> Self {
        use tungstenite::Error;
        use tungstenite::error::ProtocolError;
        match error {
            Error::ConnectionClosed | Error::AlreadyClosed => Self::Closed(CloseReason::default()),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::Broken(None),
            Error::Io(error) => Self::Broken(Some(error)),
            other => Self::Protocol(Box::new(other)),
        }
    }
}
