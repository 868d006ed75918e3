use std::io::{self, Read, Write};
use std::thread;
use std::time::Duration;

use super::{Connector, Port};

/// How long to pause where a stream that never waits has nothing.
const NAP: Duration = Duration::from_millis(5);

/// Any `Read + Write` as a [`Port`].
///
/// Its calls should return within about 100 ms where there is nothing to read or no
/// room to write, with [`TimedOut`](io::ErrorKind::TimedOut) or
/// [`WouldBlock`](io::ErrorKind::WouldBlock): set time-outs, or make it non-blocking.
/// Requests end late by as much as the stream waits. It must not buffer what is
/// written.
#[derive(Debug)]
pub struct PlainStream<S>(S);

impl<S> PlainStream<S> {
    /// This stream.
    pub const fn new(stream: S) -> Self {
        Self(stream)
    }

    /// The stream back.
    pub fn into_inner(self) -> S {
        self.0
    }
}

impl<S: Read + Write + Send> Port for PlainStream<S> {
    fn read_within(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        let result = self.0.read(buffer);
        if let Err(error) = &result
            && error.kind() == io::ErrorKind::WouldBlock
        {
            thread::sleep(wait.min(NAP));
        }
        result
    }

    fn write_some(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }
}

/// A port that the caller has opened, and that cannot be opened again.
#[derive(Debug)]
pub struct Opened<P>(Option<P>);

impl<P> Opened<P> {
    /// This port.
    pub const fn new(port: P) -> Self {
        Self(Some(port))
    }
}

impl<P: Port> Connector for Opened<P> {
    type Port = P;

    fn connect(&mut self, _timeout: Duration) -> io::Result<P> {
        self.0
            .take()
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotConnected, "the stream has ended"))
    }
}
