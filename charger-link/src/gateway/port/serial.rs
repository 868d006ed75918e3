use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Connector, Port, SerialSettings};

/// A write that finds no room returns after this.
const WRITE_WAIT: Duration = Duration::from_millis(200);

/// A serial port that a gateway is connected to.
#[derive(Debug, Clone)]
pub struct Serial {
    path: PathBuf,
    settings: SerialSettings,
}

impl Serial {
    /// The port at `path` (`/dev/ttyUSB0`, `COM3`), set like this. Prefer
    /// `/dev/serial/by-id/…` on Linux: the number changes when a plug is pulled.
    pub fn new(path: impl Into<PathBuf>, settings: SerialSettings) -> Self {
        Self {
            path: path.into(),
            settings,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How it is set.
    pub const fn settings(&self) -> &SerialSettings {
        &self.settings
    }

    /// Opens it for this program alone. Windows gives a port to one program anyway.
    pub(in crate::gateway) fn open(&self) -> io::Result<serial2::SerialPort> {
        let mut port = serial2::SerialPort::open(&self.path, |mut settings: serial2::Settings| {
            self.settings.apply(&mut settings)?;
            Ok(settings)
        })
        .map_err(busy)?;
        #[cfg(unix)]
        super::lock::exclusive(&port)?;
        let (dtr, rts) = self.settings.lines();
        if let Some(state) = dtr {
            port.set_dtr(state)?;
        }
        if let Some(state) = rts {
            port.set_rts(state)?;
        }
        port.set_write_timeout(WRITE_WAIT)?;
        Ok(port)
    }
}

impl Connector for Serial {
    type Port = SerialStream;

    fn connect(&mut self, _timeout: Duration) -> io::Result<SerialStream> {
        Ok(SerialStream { port: self.open()? })
    }
}

/// An open serial port.
#[derive(Debug)]
pub struct SerialStream {
    port: serial2::SerialPort,
}

impl Port for SerialStream {
    fn read_within(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.port.set_read_timeout(wait)?;
        self.port.read(buffer)
    }

    fn write_some(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.port.write(bytes)
    }
}

/// Windows refuses a port that another program has open as a matter of rights.
fn busy(error: io::Error) -> io::Error {
    if cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied {
        return io::ErrorKind::ResourceBusy.into();
    }
    error
}
