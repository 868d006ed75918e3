//! A peer that reads HTTP requests and reacts as it is told: one connection at a time,
//! like a charger.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use charger_link::https::KeyFingerprint;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// The number of the connection, from 0.
    pub(crate) connection: usize,
    /// `GET prop?ids=…`, without `/api/`.
    pub(crate) line: String,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// What the peer does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reaction {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes and closes.
    SendAndClose(Vec<u8>),
    /// Waits, then sends these bytes.
    SendLate(Duration, Vec<u8>),
    /// Says nothing until the client goes away.
    Hang,
    /// Closes the connection.
    Close,
    /// Resets the connection.
    Reset,
}

pub(crate) type Handler = Box<dyn FnMut(&Seen) -> Reaction + Send>;

#[derive(Default)]
pub(crate) struct Record {
    pub(crate) requests: Vec<Seen>,
    /// The payload lengths in the TLS record headers that the client sent.
    pub(crate) tls_records: Vec<usize>,
    pub(crate) connections: usize,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) fingerprint: KeyFingerprint,
    record: Arc<Mutex<Record>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(handler: impl FnMut(&Seen) -> Reaction + Send + 'static) -> Self {
        Self::with_limits(Box::new(handler), Limits::default())
    }

    /// A peer without TLS.
    pub(crate) fn start_plain(handler: impl FnMut(&Seen) -> Reaction + Send + 'static) -> Self {
        let limits = Limits {
            plain: true,
            ..Limits::default()
        };
        Self::with_limits(Box::new(handler), limits)
    }

    pub(crate) fn with_limits(handler: Handler, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        listener.set_nonblocking(true).unwrap();
        let (config, fingerprint) = identity();
        let record = Arc::new(Mutex::new(Record::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let peer = Peer {
            config,
            limits,
            handler,
            record: record.clone(),
            stop: stop.clone(),
        };
        Self {
            address,
            fingerprint,
            record,
            stop,
            thread: Some(std::thread::spawn(move || peer.serve(&listener))),
        }
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap()
    }

    /// The request lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        let record = self.record();
        record
            .requests
            .iter()
            .map(|seen| seen.line.clone())
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let outcome = thread.join();
            if !std::thread::panicking() {
                outcome.unwrap();
            }
        }
    }
}

/// What the peer does besides answering.
#[derive(Default)]
pub(crate) struct Limits {
    pub(crate) plain: bool,
    /// Resets the connection after so many body bytes of an upload.
    pub(crate) reset_upload_after: Option<usize>,
    /// Closes the first so many connections before the TLS handshake.
    pub(crate) close_in_handshake: usize,
}

struct Peer {
    config: Arc<ServerConfig>,
    limits: Limits,
    handler: Handler,
    record: Arc<Mutex<Record>>,
    stop: Arc<AtomicBool>,
}

impl Peer {
    fn serve(mut self, listener: &TcpListener) {
        while !self.stop.load(Ordering::Acquire) {
            match listener.accept() {
                Ok((tcp, _)) => {
                    // How a connection ends is the client's business.
                    let _ = self.converse(tcp);
                }
                Err(_) => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    fn converse(&mut self, tcp: TcpStream) -> io::Result<()> {
        let number = {
            let mut record = self.record.lock().unwrap();
            record.connections += 1;
            record.connections - 1
        };
        tcp.set_nonblocking(false)?;
        tcp.set_read_timeout(Some(Duration::from_millis(20)))?;
        if number < self.limits.close_in_handshake {
            return Ok(());
        }
        let socket = tcp.try_clone()?;
        let tapped = Tapped {
            tcp,
            header: Vec::new(),
            skip: 0,
            record: self.record.clone(),
            tls: !self.limits.plain,
        };
        if self.limits.plain {
            return self.answer(tapped, &socket, number);
        }
        let tls = ServerConnection::new(self.config.clone()).unwrap();
        self.answer(StreamOwned::new(tls, tapped), &socket, number)
    }

    fn answer(
        &mut self,
        mut stream: impl Read + Write,
        socket: &TcpStream,
        connection: usize,
    ) -> io::Result<()> {
        loop {
            let seen = self.read_request(&mut stream, socket, connection)?;
            let reaction = (self.handler)(&seen);
            self.record.lock().unwrap().requests.push(seen);
            match reaction {
                Reaction::Send(bytes) => stream.write_all(&bytes)?,
                Reaction::SendAndClose(bytes) => {
                    stream.write_all(&bytes)?;
                    return stream.flush();
                }
                Reaction::SendLate(delay, bytes) => {
                    std::thread::sleep(delay);
                    stream.write_all(&bytes)?;
                }
                Reaction::Hang => loop {
                    self.read_some(&mut stream, &mut Vec::new())?;
                },
                Reaction::Close => return Ok(()),
                Reaction::Reset => return reset(socket),
            }
            stream.flush()?;
        }
    }

    fn read_request(
        &self,
        stream: &mut impl Read,
        socket: &TcpStream,
        connection: usize,
    ) -> io::Result<Seen> {
        let mut bytes = Vec::new();
        let (head, length) = loop {
            self.read_some(stream, &mut bytes)?;
            let text = String::from_utf8_lossy(&bytes);
            if let Some((head, _)) = text.split_once("\r\n\r\n") {
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("Content-Length: "))
                    .map_or(0, |length| length.parse::<usize>().unwrap());
                break (head.to_owned(), length);
            }
        };
        let mut body = bytes.split_off(head.len() + 4);
        while body.len() < length {
            let limit = self.limits.reset_upload_after;
            if limit.is_some_and(|limit| length > limit && body.len() >= limit) {
                reset(socket)?;
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            self.read_some(stream, &mut body)?;
        }
        let line = head.lines().next().unwrap().replace(" /api/", " ");
        Ok(Seen {
            connection,
            line: line.trim_end_matches(" HTTP/1.1").to_owned(),
            head,
            body,
        })
    }

    /// Reads at least one byte, unless the test is over.
    fn read_some(&self, stream: &mut impl Read, into: &mut Vec<u8>) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    into.extend_from_slice(&buffer[..count]);
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if self.stop.load(Ordering::Acquire) {
                        return Err(io::ErrorKind::Interrupted.into());
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Notes the length in every TLS record header that the client sends.
struct Tapped {
    tcp: TcpStream,
    header: Vec<u8>,
    skip: usize,
    record: Arc<Mutex<Record>>,
    tls: bool,
}

impl Tapped {
    fn note(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = &bytes[skipped..];
            let wanted = (5 - self.header.len()).min(bytes.len());
            if self.skip == 0 {
                self.header.extend_from_slice(&bytes[..wanted]);
                bytes = &bytes[wanted..];
            }
            if self.header.len() == 5 {
                self.skip = usize::from(u16::from_be_bytes([self.header[3], self.header[4]]));
                self.record.lock().unwrap().tls_records.push(self.skip);
                self.header.clear();
            }
        }
    }
}

impl Read for Tapped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.tcp.read(buffer)?;
        if self.tls {
            self.note(&buffer[..count]);
        }
        Ok(count)
    }
}

impl Write for Tapped {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.tcp.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

fn reset(socket: &TcpStream) -> io::Result<()> {
    socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO))
}

/// A self-signed server certificate, as chargers have one.
fn identity() -> (Arc<ServerConfig>, KeyFingerprint) {
    let made = rcgen::generate_simple_self_signed(["charger.invalid".to_owned()]).unwrap();
    let der = made.cert.der().clone();
    let fingerprint = KeyFingerprint::of_certificate(&der).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![der], key)
        .unwrap();
    (Arc::new(config), fingerprint)
}

/// A complete reply.
pub(crate) fn reply(status: u16, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: alfen/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
