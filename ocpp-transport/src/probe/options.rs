use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::step::ProbeStepName;
use crate::timeouts::ConnectOptions;

/// How long the steps of a probe may take, and who watches.
#[derive(Clone)]
pub struct ProbeOptions {
    pub(crate) connect: ConnectOptions,
    pub(crate) boot: Duration,
    pub(crate) settle: Duration,
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) transcript: bool,
    pub(crate) observer: Option<Observer>,
}

impl ProbeOptions {
    /// The defaults that each method names.
    pub const fn new() -> Self {
        Self {
            connect: ConnectOptions::new().with_subprotocol_required(false),
            boot: Duration::from_secs(30),
            settle: Duration::from_secs(2),
            addresses: Vec::new(),
            transcript: false,
            observer: None,
        }
    }

    /// The time for each step but the boot notification.
    pub const fn step_timeout(&self) -> Duration {
        self.connect.dial_timeout()
    }

    /// The time for the answer to the boot notification.
    pub const fn boot_timeout(&self) -> Duration {
        self.boot
    }

    /// How long an open connection is listened to.
    pub const fn settle_time(&self) -> Duration {
        self.settle
    }

    /// The addresses to dial in place of asking the DNS.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Whether the report carries a transcript.
    pub const fn transcript(&self) -> bool {
        self.transcript
    }

    /// For each of: name resolution, each TCP connection, each TLS handshake, each look at
    /// a first flight, each WebSocket upgrade. Defaults to 10 s.
    #[must_use]
    pub fn with_step_timeout(mut self, timeout: Duration) -> Self {
        self.connect = self.connect.with_every_timeout(timeout);
        self
    }

    /// For the answer to the boot notification. Defaults to 30 s, which is what OCPP
    /// suggests for the message timeout.
    #[must_use]
    pub const fn with_boot_timeout(mut self, timeout: Duration) -> Self {
        self.boot = timeout;
        self
    }

    /// How long to listen on an open connection for a back office that closes it again,
    /// and after the boot notification. Defaults to 2 s.
    #[must_use]
    pub const fn with_settle_time(mut self, time: Duration) -> Self {
        self.settle = time;
        self
    }

    /// Dials these addresses in place of asking the DNS: for a name that only the
    /// charger's network knows. At most eight are tried. Defaults to the DNS.
    #[must_use]
    pub fn with_addresses(mut self, addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        self.addresses = addresses.into_iter().collect();
        self
    }

    /// Whether the report carries a transcript: requests, answers and messages, with
    /// logins, cookies and the values in messages of the back office left out. Defaults
    /// to no.
    #[must_use]
    pub const fn with_transcript(mut self, wanted: bool) -> Self {
        self.transcript = wanted;
        self
    }

    /// Asked about every 100 ms; `true` ends the probe, and the report says so. Defaults
    /// to never.
    #[must_use]
    pub fn with_stop_check(mut self, check: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.connect = self.connect.with_stop_check(check);
        self
    }

    /// Told what begins: the step, and what it is about. Defaults to nobody.
    #[must_use]
    pub fn with_progress(
        mut self,
        observer: impl Fn(ProbeStepName, &str) + Send + Sync + 'static,
    ) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.connect.stop.as_ref().is_some_and(|stop| stop())
    }

    pub(crate) fn tell(&self, step: ProbeStepName, target: &str) {
        if let Some(observer) = &self.observer {
            observer(step, target);
        }
    }
}

impl Default for ProbeOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ProbeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProbeOptions")
            .field("connect", &self.connect)
            .field("boot", &self.boot)
            .field("settle", &self.settle)
            .field("addresses", &self.addresses)
            .field("transcript", &self.transcript)
            .finish_non_exhaustive()
    }
}

type Observer = Arc<dyn Fn(ProbeStepName, &str) + Send + Sync>;
