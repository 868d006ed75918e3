use std::io;

use ocpp_config::Concern;

use crate::connect_error::ConnectCause;
use crate::tls::{TlsFailure, TlsObservation};
use crate::websocket::{UpgradeFault, UpgradeRequest};

/// Why a charger was not taken in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptError {
    /// Nothing came in time.
    #[error("the charger did not go on in time")]
    Timeout,
    /// The caller stopped it.
    #[error("stopped")]
    Stopped,
    /// TLS did not come about; an alert is the charger's verdict on the server.
    #[error("TLS failed: {0}")]
    Tls(TlsFailure),
    /// The request is not one for a WebSocket.
    #[error("not a request for a WebSocket: {0}")]
    Upgrade(UpgradeFault),
    /// The request was refused with this HTTP status.
    #[error("refused with HTTP status {1}")]
    Refused(Box<UpgradeRequest>, u16),
    /// The connection broke.
    #[error("the connection broke")]
    Broken(#[source] io::Error),
}

impl AcceptError {
    /// Whom it concerns, seen from the back office.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::Timeout | Self::Broken(_) => Concern::Network,
            Self::Stopped => Concern::Caller,
            Self::Tls(_) | Self::Upgrade(_) | Self::Refused(..) => Concern::Charger,
        }
    }

    pub(crate) fn io(error: io::Error) -> Self {
        match ConnectCause::from_io(&error) {
            ConnectCause::Timeout => Self::Timeout,
            ConnectCause::Stopped => Self::Stopped,
            _ => Self::Broken(error),
        }
    }

    pub(crate) fn handshake(error: io::Error) -> Self {
        match TlsFailure::from_io(&error, &TlsObservation::default()) {
            Some(failure) => Self::Tls(failure),
            None => Self::io(error),
        }
    }
}
