//! The streams of bytes that a gateway link runs over, and how they are opened.

#[cfg(feature = "serial")]
mod list;
#[cfg(all(feature = "serial", unix))]
mod lock;
#[cfg(feature = "serial")]
mod serial;
#[cfg(feature = "serial")]
mod serial_settings;
mod stream;
mod tcp;

use std::io;
use std::time::Duration;

#[cfg(feature = "serial")]
pub use self::list::{PortAccess, PortEntry, list_ports};
#[cfg(feature = "serial")]
pub use self::serial::{Serial, SerialStream};
#[cfg(feature = "serial")]
pub use self::serial_settings::{
    CharacterSize, FlowControl, LineState, Parity, SerialSettings, StopBits,
};
pub use self::stream::{Opened, PlainStream};
pub use self::tcp::{Tcp, TcpPort};

/// A stream of bytes on which no call waits for long.
pub trait Port: Send {
    /// Reads what has come, or what comes within `wait`; with a `wait` of zero without
    /// waiting. May return earlier.
    ///
    /// # Errors
    /// [`TimedOut`](io::ErrorKind::TimedOut), [`WouldBlock`](io::ErrorKind::WouldBlock)
    /// and [`Interrupted`](io::ErrorKind::Interrupted) where nothing has come. Any other
    /// error, and a length of 0, tells that the stream has ended: a cable was pulled.
    fn read_within(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize>;

    /// Writes some of `bytes`, without waiting for more than about 200 ms.
    ///
    /// # Errors
    /// As [`read_within`](Self::read_within).
    fn write_some(&mut self, bytes: &[u8]) -> io::Result<usize>;
}

/// Opens a [`Port`], again after it was lost.
pub trait Connector: Send {
    /// What is opened.
    type Port: Port;

    /// Opens it, within `timeout` as far as the operating system allows.
    ///
    /// # Errors
    /// What the operating system reports;
    /// [`ResourceBusy`](io::ErrorKind::ResourceBusy) where another program holds it.
    fn connect(&mut self, timeout: Duration) -> io::Result<Self::Port>;
}
