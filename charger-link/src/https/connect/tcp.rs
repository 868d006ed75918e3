use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use super::{ConnectLimit, Connection, SLICE};
use crate::https::settings::Address;
use crate::{LinkError, LinkErrorKind};

/// What the operating system may hold back of what was sent. Small, so that "sent" is
/// nearly "received": a charger that drops an upload in the middle must not look as if
/// it had got all of it. Large enough for 40 KB/s on any network.
const SEND_BUFFER: usize = 16 * 1024;

/// Opens a TCP connection.
///
/// Name lookup and connecting cannot be interrupted, so another thread does them; one
/// that is given up ends with its own time limit and closes what it opened.
pub(super) fn open(address: &Address, limit: &ConnectLimit<'_>) -> Result<TcpStream, LinkError> {
    let (sender, receiver) = channel();
    let (host, port) = (address.host().to_owned(), address.port());
    let time = limit.remaining()?;
    thread::Builder::new()
        .name("charger-link connect".to_owned())
        .spawn(move || {
            // Nobody listens any more if the caller gave up.
            let _ = sender.send(connect(&host, port, time));
        })
        .map_err(unreachable)?;
    loop {
        match receiver.recv_timeout(limit.remaining()?.min(SLICE)) {
            Ok(stream) => return stream.and_then(prepare).map_err(unreachable),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(LinkError::without_effect(LinkErrorKind::Unreachable));
            }
        }
    }
}

/// Tries the addresses of the host in turn.
fn connect(host: &str, port: u16, time: Duration) -> io::Result<TcpStream> {
    let mut last = io::ErrorKind::NotFound.into();
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, time) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn prepare(stream: TcpStream) -> io::Result<TcpStream> {
    tune(&stream)?;
    stream.set_read_timeout(Some(SLICE))?;
    stream.set_write_timeout(Some(SLICE))?;
    Ok(stream)
}

/// Sets what both runtimes need.
pub(crate) fn tune<'s>(stream: impl Into<SockRef<'s>>) -> io::Result<()> {
    let socket = stream.into();
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.set_tcp_nodelay(true)
}

pub(crate) fn unreachable(error: io::Error) -> LinkError {
    let kind = match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => LinkErrorKind::Timeout {
            during: "connecting",
        },
        _ => LinkErrorKind::Unreachable,
    };
    LinkError::without_effect(kind).with_source(error)
}

impl Connection for TcpStream {
    fn set_patience(&mut self, patience: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(patience))?;
        self.set_write_timeout(Some(patience))
    }
}
