use std::fmt;

use serde::Serialize;

/// The kinds of step a probe takes, in the order in which they come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProbeStepName {
    /// URL, identity, key, roots and client certificate by themselves.
    Offline,
    /// The addresses of the host.
    Dns,
    /// A TCP connection to each address.
    Tcp,
    /// The TLS handshake with the charger's roots, suites and versions.
    Tls,
    /// A ClientHello in clear, for what our TLS library does not speak.
    Look,
    /// The request for a WebSocket, first without a login.
    Upgrade,
    /// Whether the back office keeps the connection.
    Listen,
    /// The boot notification.
    Boot,
}

impl fmt::Display for ProbeStepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Offline => "settings",
            Self::Dns => "host name",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Look => "TLS look",
            Self::Upgrade => "WebSocket",
            Self::Listen => "connection",
            Self::Boot => "boot",
        })
    }
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProbeStep {
    /// What was done.
    pub name: ProbeStepName,
    /// Whether it went as a charger wants it.
    pub passed: bool,
    /// What came of it, one line.
    pub detail: String,
}
