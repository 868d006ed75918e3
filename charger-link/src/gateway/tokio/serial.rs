use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{AsyncConnector, GatewayLink};
use crate::gateway::{GatewaySettings, Serial, SerialSettings};

impl GatewayLink<Serial> {
    /// The serial port at `path`. The first request opens it, for this program alone.
    /// Waits grow with the baud rate of the port.
    pub fn serial(
        path: impl Into<PathBuf>,
        port: SerialSettings,
        settings: GatewaySettings,
    ) -> Self {
        let settings = settings.with_baud(port.baud());
        Self::new(Serial::new(path, port), settings)
    }
}

impl AsyncConnector for Serial {
    type Stream = AsyncSerialStream;

    /// Opening a serial port blocks for a moment.
    async fn connect(&mut self) -> io::Result<AsyncSerialStream> {
        AsyncSerialStream::open(self)
    }
}

/// An open serial port.
#[derive(Debug)]
pub struct AsyncSerialStream {
    port: serial2_tokio::SerialPort,
    /// Holds the lock, which the port of tokio has no way to take. Windows gives a port
    /// to one program anyway, and to that only once.
    #[cfg(unix)]
    _lock: serial2::SerialPort,
}

impl AsyncSerialStream {
    fn open(serial: &Serial) -> io::Result<Self> {
        #[cfg(unix)]
        let _lock = serial.open()?;
        let port =
            serial2_tokio::SerialPort::open(serial.path(), |mut settings: serial2::Settings| {
                serial.settings().apply(&mut settings)?;
                Ok(settings)
            })?;
        let (dtr, rts) = serial.settings().lines();
        if let Some(state) = dtr {
            port.set_dtr(state)?;
        }
        if let Some(state) = rts {
            port.set_rts(state)?;
        }
        Ok(Self {
            port,
            #[cfg(unix)]
            _lock,
        })
    }
}

impl AsyncRead for AsyncSerialStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.port).poll_read(context, buffer)
    }
}

impl AsyncWrite for AsyncSerialStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.port).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.port).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.port).poll_shutdown(context)
    }
}
