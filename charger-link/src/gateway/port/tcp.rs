use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use super::{Connector, Port};
use crate::deadline::deadline;

/// A write that finds no room returns after this.
const WRITE_WAIT: Duration = Duration::from_millis(200);

/// A gateway that listens on a TCP port, as bytes without any framing (`socat`,
/// CANopenNode's `canopend`, a terminal server in raw mode; Telnet negotiation is not
/// spoken).
#[derive(Debug, Clone)]
pub struct Tcp {
    addresses: Vec<SocketAddr>,
}

impl Tcp {
    /// The gateway at this `host:port`, whose name is looked up now.
    ///
    /// # Errors
    /// If the name is not found.
    pub fn new(address: impl ToSocketAddrs) -> io::Result<Self> {
        let addresses: Vec<_> = address.to_socket_addrs()?.collect();
        if addresses.is_empty() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "no such host"));
        }
        Ok(Self { addresses })
    }

    /// Where it may be.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }
}

impl Connector for Tcp {
    type Port = TcpPort;

    fn connect(&mut self, timeout: Duration) -> io::Result<TcpPort> {
        let deadline = deadline(Instant::now(), timeout);
        let mut failure = io::Error::from(io::ErrorKind::TimedOut);
        for address in &self.addresses {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            match TcpStream::connect_timeout(address, left) {
                Ok(stream) => return TcpPort::new(stream),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

/// A connection to a gateway.
#[derive(Debug)]
pub struct TcpPort {
    stream: TcpStream,
    /// The wait that is set on the stream; zero is non-blocking.
    wait: Duration,
}

impl TcpPort {
    fn new(stream: TcpStream) -> io::Result<Self> {
        // A command is one short line, and nothing follows before its answer.
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(WRITE_WAIT))?;
        let wait = WRITE_WAIT;
        stream.set_read_timeout(Some(wait))?;
        Ok(Self { stream, wait })
    }

    fn set_wait(&mut self, wait: Duration) -> io::Result<()> {
        if wait == self.wait {
            return Ok(());
        }
        if wait.is_zero() != self.wait.is_zero() {
            self.stream.set_nonblocking(wait.is_zero())?;
        }
        if !wait.is_zero() {
            self.stream.set_read_timeout(Some(wait))?;
        }
        self.wait = wait;
        Ok(())
    }
}

impl Port for TcpPort {
    fn read_within(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.set_wait(wait)?;
        self.stream.read(buffer)
    }

    fn write_some(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.wait.is_zero() {
            self.set_wait(WRITE_WAIT)?;
        }
        self.stream.write(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn there_may_be_all_the_time_in_the_world() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut tcp = Tcp::new(listener.local_addr().unwrap()).unwrap();
        assert!(tcp.connect(Duration::MAX).is_ok());
        let timed_out = tcp.connect(Duration::ZERO).unwrap_err();
        assert_eq!(timed_out.kind(), io::ErrorKind::TimedOut);
    }
}
