use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How long each step of a connection may take, and what may stop it early.
///
/// ```
/// use std::time::Duration;
/// use ocpp_transport::ConnectOptions;
///
/// let options = ConnectOptions::new().with_dial_timeout(Duration::from_secs(3));
/// ```
#[derive(Clone)]
pub struct ConnectOptions {
    pub(crate) dial: Duration,
    pub(crate) handshake: Duration,
    pub(crate) upgrade: Duration,
    pub(crate) require_subprotocol: bool,
    pub(crate) stop: Option<StopCheck>,
}

impl ConnectOptions {
    /// The defaults that each method names.
    pub const fn new() -> Self {
        Self {
            dial: Duration::from_secs(10),
            handshake: Duration::from_secs(10),
            upgrade: Duration::from_secs(10),
            require_subprotocol: true,
            stop: None,
        }
    }

    /// The time for finding the addresses, and again for each TCP connection.
    pub const fn dial_timeout(&self) -> Duration {
        self.dial
    }

    /// The time for the TLS handshake.
    pub const fn handshake_timeout(&self) -> Duration {
        self.handshake
    }

    /// The time for the WebSocket upgrade.
    pub const fn upgrade_timeout(&self) -> Duration {
        self.upgrade
    }

    /// Whether a WebSocket without a subprotocol is an error.
    pub const fn is_subprotocol_required(&self) -> bool {
        self.require_subprotocol
    }

    /// For finding the addresses, and again for the TCP connection to each of them.
    /// Defaults to 10 s.
    #[must_use]
    pub const fn with_dial_timeout(mut self, timeout: Duration) -> Self {
        self.dial = timeout;
        self
    }

    /// For the whole TLS handshake. Defaults to 10 s.
    #[must_use]
    pub const fn with_handshake_timeout(mut self, timeout: Duration) -> Self {
        self.handshake = timeout;
        self
    }

    /// For the whole WebSocket upgrade. Defaults to 10 s.
    #[must_use]
    pub const fn with_upgrade_timeout(mut self, timeout: Duration) -> Self {
        self.upgrade = timeout;
        self
    }

    /// All three at once.
    #[must_use]
    pub const fn with_every_timeout(self, timeout: Duration) -> Self {
        self.with_dial_timeout(timeout)
            .with_handshake_timeout(timeout)
            .with_upgrade_timeout(timeout)
    }

    /// Whether a WebSocket without a subprotocol is an error. Defaults to yes; a probe
    /// turns it off to see how the server goes on.
    #[must_use]
    pub const fn with_subprotocol_required(mut self, require: bool) -> Self {
        self.require_subprotocol = require;
        self
    }

    /// Asked about every 100 ms; `true` stops the connection being made. Defaults to
    /// never. The check is dropped from a connection once it is open.
    #[must_use]
    pub fn with_stop_check(mut self, check: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.stop = Some(Arc::new(check));
        self
    }
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("dial", &self.dial)
            .field("handshake", &self.handshake)
            .field("upgrade", &self.upgrade)
            .field("require_subprotocol", &self.require_subprotocol)
            .finish_non_exhaustive()
    }
}

pub(crate) type StopCheck = Arc<dyn Fn() -> bool + Send + Sync>;
