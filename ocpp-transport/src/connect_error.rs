use std::fmt;
use std::io;
use std::net::SocketAddr;

use ocpp_config::Concern;

use crate::endpoint::EndpointError;
use crate::tls::{TlsFailure, TlsObservation};
use crate::websocket::{HttpAnswer, UpgradeFault};

/// A connection that did not come about: how far it got, why it stopped, and what was
/// seen until then.
///
/// `Display` is one phrase that a charger could log; [`cause`](Self::cause) is what a
/// program decides on.
#[derive(Debug)]
pub struct ConnectError {
    stage: ConnectStage,
    cause: ConnectCause,
    address: Option<SocketAddr>,
    observation: Option<Box<TlsObservation>>,
    source: Option<io::Error>,
}

impl ConnectError {
    pub(crate) const fn new(stage: ConnectStage, cause: ConnectCause) -> Self {
        Self {
            stage,
            cause,
            address: None,
            observation: None,
            source: None,
        }
    }

    /// From an I/O error that TLS has no say in.
    pub(crate) fn io(stage: ConnectStage, error: io::Error) -> Self {
        Self::new(stage, ConnectCause::from_io(&error)).caused_by(error)
    }

    pub(crate) fn caused_by(mut self, error: io::Error) -> Self {
        self.source = Some(error);
        self
    }

    pub(crate) const fn at(mut self, address: SocketAddr) -> Self {
        self.address = Some(address);
        self
    }

    pub(crate) fn having_seen(mut self, observation: Option<TlsObservation>) -> Self {
        self.observation = observation.map(Box::new);
        self
    }

    /// How far it got.
    pub const fn stage(&self) -> ConnectStage {
        self.stage
    }

    /// Why it stopped.
    pub const fn cause(&self) -> &ConnectCause {
        &self.cause
    }

    /// Whom it concerns, as far as the cause alone can tell;
    /// [`probe`](crate::probe) looks closer.
    pub const fn concerns(&self) -> Concern {
        self.cause.concerns()
    }

    /// Why TLS did not come about, if that was it.
    pub const fn tls_failure(&self) -> Option<&TlsFailure> {
        match &self.cause {
            ConnectCause::Tls(failure) => Some(failure),
            _ => None,
        }
    }

    /// The answer of the server that refused the WebSocket, if that was it.
    pub const fn http_answer(&self) -> Option<&HttpAnswer> {
        match &self.cause {
            ConnectCause::Refused(answer) => Some(answer),
            _ => None,
        }
    }

    /// The address that was dialled last.
    pub const fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// What was seen in the TLS handshake, if there was one.
    pub fn observation(&self) -> Option<&TlsObservation> {
        self.observation.as_deref()
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed: {}", self.stage, self.cause)
    }
}

impl std::error::Error for ConnectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|it| it as _)
    }
}

/// The steps of a connection, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ConnectStage {
    /// Finding the addresses of the host.
    Dns,
    /// Opening the TCP connection.
    Tcp,
    /// The TLS handshake; with TLS 1.3 also a refusal that arrives just after it.
    Tls,
    /// The request for a WebSocket.
    Upgrade,
    /// The choice of the OCPP version.
    Subprotocol,
}

impl fmt::Display for ConnectStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dns => "name resolution",
            Self::Tcp => "TCP connection",
            Self::Tls => "TLS",
            Self::Upgrade => "WebSocket upgrade",
            Self::Subprotocol => "choice of the OCPP version",
        })
    }
}

/// Why a connection did not come about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectCause {
    /// The endpoint is `wss`, and no TLS client was given.
    #[error("the URL asks for TLS, but no trusted roots were given")]
    TlsNotConfigured,
    /// The host of the endpoint cannot be named in TLS.
    #[error("the host name cannot be used")]
    HostName,
    /// The URL, identity or key cannot be used.
    #[error(transparent)]
    Endpoint(EndpointError),
    /// The host has no address: misspelt, or known to another network only.
    #[error("the host name is not known")]
    UnknownHost,
    /// No address was found, and only the operating system's own words tell why: the name
    /// server failed, or the host is not known and the system says so in a language that
    /// this crate does not read.
    #[error("the host name could not be resolved: {0}")]
    Resolver(String),
    /// Nothing came in time.
    #[error("no answer in time")]
    Timeout,
    /// The caller stopped it.
    #[error("stopped")]
    Stopped,
    /// The port is closed.
    #[error("connection refused")]
    ConnectionRefused,
    /// There is no way to that network or host.
    #[error("host or network unreachable")]
    Unreachable,
    /// The other side closed the connection.
    #[error("the other side closed the connection")]
    Closed,
    /// The connection was reset.
    #[error("connection reset")]
    Reset,
    /// TLS did not come about.
    #[error("{0}")]
    Tls(TlsFailure),
    /// The server answered with another status than 101.
    #[error("HTTP status {}", .0.status)]
    Refused(Box<HttpAnswer>),
    /// The server's answer breaks the rules of WebSocket.
    #[error("{0}")]
    Upgrade(UpgradeFault),
    /// The server opened the WebSocket, but chose none of the offered OCPP versions.
    #[error("the server chose none of the offered OCPP versions")]
    NoSubprotocol,
    /// Any other failure of the operating system.
    #[error("{0}")]
    Io(String),
}

impl ConnectCause {
    /// Whom it concerns.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::HostName | Self::Endpoint(_) | Self::UnknownHost => Concern::Document,
            Self::Tls(failure) => failure.concerns(),
            Self::Refused(_) | Self::Upgrade(_) | Self::NoSubprotocol => Concern::BackOffice,
            Self::TlsNotConfigured | Self::Stopped => Concern::Caller,
            Self::Resolver(_)
            | Self::Timeout
            | Self::ConnectionRefused
            | Self::Unreachable
            | Self::Closed
            | Self::Reset
            | Self::Io(_) => Concern::Network,
        }
    }

    pub(crate) fn from_io(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        if error.get_ref().is_some_and(|it| it.is::<Stopped>()) {
            return Self::Stopped;
        }
        match error.kind() {
            Kind::TimedOut | Kind::WouldBlock => Self::Timeout,
            Kind::ConnectionRefused => Self::ConnectionRefused,
            Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown => {
                Self::Unreachable
            }
            Kind::UnexpectedEof | Kind::WriteZero => Self::Closed,
            Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => Self::Reset,
            _ => Self::Io(error.to_string()),
        }
    }
}

/// Travels inside an [`io::Error`] when the caller stopped a wait.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("stopped by the caller")]
pub(crate) struct Stopped;
