//! Where connections come from.

#[cfg(feature = "native-tls")]
mod native;
#[cfg(feature = "tokio-native-tls")]
pub(super) mod native_tokio;
mod opaque;
mod pinned;
mod plain;
mod rustls;
#[cfg(feature = "tokio")]
pub(super) mod rustls_tokio;
mod tcp;

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

#[cfg(feature = "native-tls")]
pub use native::{NativeTlsConnection, NativeTlsConnector};
pub use plain::PlainConnector;
pub use rustls::{RustlsConnection, RustlsConnector};
#[cfg(feature = "tokio")]
pub(crate) use tcp::{tune, unreachable};

use super::settings::HttpsSettings;
use crate::deadline::deadline;
use crate::{Cancel, LinkError, LinkErrorKind};

/// Opens connections to a charger: TCP with TLS on top, or whatever else leads there.
///
/// [`RustlsConnector`] is the usual one; feature `native-tls` has one for firmware
/// whose cipher suites rustls does not speak. Another implementation can bring its own
/// TLS engine or tunnel, and must then check whom it talks to as carefully as these.
pub trait Connector: Send {
    /// What it opens.
    type Connection: Connection;

    /// Opens a connection to [`HttpsSettings::address`], ready for HTTP.
    ///
    /// # Errors
    /// A [`LinkError`] that tells why not; [`LinkErrorKind::ConnectionLost`] is tried
    /// again, all others are final.
    fn connect(
        &mut self,
        settings: &HttpsSettings,
        limit: &ConnectLimit<'_>,
    ) -> Result<Self::Connection, LinkError>;
}

impl<C: Connector + ?Sized> Connector for Box<C> {
    type Connection = C::Connection;

    fn connect(
        &mut self,
        settings: &HttpsSettings,
        limit: &ConnectLimit<'_>,
    ) -> Result<Self::Connection, LinkError> {
        (**self).connect(settings, limit)
    }
}

/// An open connection.
///
/// Reads and writes wait no longer than the patience that was set last; then they fail
/// with [`io::ErrorKind::WouldBlock`] or [`io::ErrorKind::TimedOut`], having done
/// nothing, and are tried again.
pub trait Connection: Read + Write + Send {
    /// Sets how long one read or write may wait. Never zero.
    ///
    /// # Errors
    /// What the operating system reports.
    fn set_patience(&mut self, patience: Duration) -> io::Result<()>;

    /// Reads what came before the other side stopped listening. Called after a write has
    /// failed, so that it must not write what is left to be sent; override it where
    /// `read` does.
    ///
    /// # Errors
    /// As `read`.
    fn read_last_words(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read(buffer)
    }

    /// Says goodbye, where the protocol has a word for it, without waiting for an
    /// answer. Dropping the connection closes it.
    fn say_goodbye(&mut self) {}
}

impl<C: Connection + ?Sized> Connection for Box<C> {
    fn set_patience(&mut self, patience: Duration) -> io::Result<()> {
        (**self).set_patience(patience)
    }

    fn read_last_words(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (**self).read_last_words(buffer)
    }

    fn say_goodbye(&mut self) {
        (**self).say_goodbye();
    }
}

/// How long connecting may take, and who may stop it.
#[derive(Debug)]
pub struct ConnectLimit<'a> {
    until: Instant,
    cancel: &'a Cancel,
}

impl<'a> ConnectLimit<'a> {
    pub(crate) const fn new(until: Instant, cancel: &'a Cancel) -> Self {
        Self { until, cancel }
    }

    /// Lets `time` pass.
    ///
    /// # Errors
    /// As [`remaining`](Self::remaining), if one of them comes first.
    pub(crate) fn pause(&self, time: Duration) -> Result<(), LinkError> {
        let end = deadline(Instant::now(), time);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(self.remaining()?).min(SLICE));
        }
    }

    /// How much time is left, for the next wait.
    ///
    /// # Errors
    /// [`LinkErrorKind::Timeout`] if none is, [`LinkErrorKind::Cancelled`] if the
    /// caller threw the switch. Ask again at least every 100 ms.
    pub fn remaining(&self) -> Result<Duration, LinkError> {
        if self.cancel.is_cancelled() {
            return Err(LinkError::without_effect(LinkErrorKind::Cancelled));
        }
        let left = self.until.saturating_duration_since(Instant::now());
        match left.is_zero() {
            true => Err(LinkError::without_effect(LinkErrorKind::Timeout {
                during: "connecting",
            })),
            false => Ok(left),
        }
    }
}

/// How long a driver waits before it looks at the clock and the switch again.
pub(crate) const SLICE: Duration = Duration::from_millis(100);

/// Whether an operation only needs more time.
pub(crate) fn is_unfinished(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_ends_with_the_time_or_the_switch() {
        let cancel = Cancel::new();
        let limit = ConnectLimit::new(deadline(Instant::now(), Duration::MAX), &cancel);
        assert!(limit.pause(Duration::ZERO).is_ok());
        let expired = ConnectLimit::new(Instant::now(), &cancel);
        let error = expired.pause(Duration::MAX).unwrap_err();
        assert!(matches!(error.kind(), LinkErrorKind::Timeout { .. }));
        cancel.cancel();
        let error = limit.pause(Duration::MAX).unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::Cancelled);
    }
}
