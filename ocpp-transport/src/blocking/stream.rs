use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use rustls::{ClientConnection, ServerConnection, StreamOwned};

use super::patience::Patience;

/// A TCP connection whose every read and write respects one deadline, so that a peer
/// which sends a byte now and then cannot stretch a step for ever.
pub(crate) struct PatientTcp {
    tcp: TcpStream,
    patience: Patience,
    /// Whether the next read takes what has come even if patience is over: there was none
    /// to begin with. Later reads do not, or the peer could stretch the step.
    may_look: bool,
}

impl PatientTcp {
    pub(crate) const fn new(tcp: TcpStream, patience: Patience) -> Self {
        Self {
            tcp,
            patience,
            may_look: false,
        }
    }

    /// Ends the sending side and reads what the peer still has to say, so that closing
    /// does not reset the connection and take our last words with it.
    pub(crate) fn linger(&mut self) {
        self.patience = Patience::for_at_most(LINGER, None);
        // All of it is only politeness towards a peer that may be gone already.
        let _ = self.tcp.shutdown(Shutdown::Write);
        let mut rest = [0; 1024];
        let mut left = LINGER_BYTES;
        while let Ok(count) = self.read(&mut rest) {
            left = left.saturating_sub(count);
            if count == 0 || left == 0 {
                break;
            }
        }
    }

    /// Repeats an operation in slices until it is done or patience ends.
    fn wait<T>(
        &mut self,
        limit: fn(&TcpStream, Option<Duration>) -> io::Result<()>,
        mut operation: impl FnMut(&mut TcpStream) -> io::Result<T>,
    ) -> io::Result<T> {
        loop {
            let slice = self.patience.slice()?.max(MOMENT);
            limit(&self.tcp, Some(slice))?;
            match operation(&mut self.tcp) {
                Err(error) if is_unfinished(&error) => {}
                other => return other,
            }
        }
    }
}

impl Read for PatientTcp {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if std::mem::take(&mut self.may_look) {
            self.tcp.set_read_timeout(Some(MOMENT))?;
            match self.tcp.read(buffer) {
                Err(error) if is_unfinished(&error) => {}
                outcome => return outcome,
            }
        }
        self.wait(TcpStream::set_read_timeout, |tcp| tcp.read(buffer))
    }
}

impl Write for PatientTcp {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wait(TcpStream::set_write_timeout, |tcp| tcp.write(bytes))
    }

    /// rustls hands its records over together and, when it gives up, only once: the alert
    /// that says why is the last of them.
    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        self.wait(TcpStream::set_write_timeout, |tcp| {
            tcp.write_vectored(parts)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

/// What a WebSocket runs over.
pub(crate) enum Transport {
    Plain(PatientTcp),
    Client(Box<StreamOwned<ClientConnection, PatientTcp>>),
    Server(Box<StreamOwned<ServerConnection, PatientTcp>>),
}

impl Transport {
    pub(crate) fn set_patience(&mut self, patience: Patience) {
        let tcp = self.tcp_mut();
        tcp.may_look = patience.is_over();
        tcp.patience = patience;
    }

    pub(crate) fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => &stream.tcp,
            Self::Client(stream) => &stream.sock.tcp,
            Self::Server(stream) => &stream.sock.tcp,
        }
    }

    /// Says goodbye to the TLS peer and ends the sending side.
    pub(crate) fn finish(&mut self) {
        match self {
            Self::Plain(_) => {}
            Self::Client(stream) => stream.conn.send_close_notify(),
            Self::Server(stream) => stream.conn.send_close_notify(),
        }
        // The peer may be gone already, which is what is wanted.
        let _ = self.flush();
        self.tcp_mut().linger();
    }

    fn tcp_mut(&mut self) -> &mut PatientTcp {
        match self {
            Self::Plain(stream) => stream,
            Self::Client(stream) => &mut stream.sock,
            Self::Server(stream) => &mut stream.sock,
        }
    }
}

impl Read for Transport {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Client(stream) => stream.read(buffer),
            Self::Server(stream) => stream.read(buffer),
        }
    }
}

impl Write for Transport {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Client(stream) => stream.write(bytes),
            Self::Server(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Client(stream) => stream.flush(),
            Self::Server(stream) => stream.flush(),
        }
    }
}

fn is_unfinished(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

/// As good as no wait; sockets do not take zero.
const MOMENT: Duration = Duration::from_millis(1);
/// How long a peer may take to close its side too; one that understood does it at once.
const LINGER: Duration = Duration::from_millis(500);
/// How much of what it still sends is read.
const LINGER_BYTES: usize = 64 * 1024;
