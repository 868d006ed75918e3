use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use charger_link::gateway::codec::AbortCode;
use ocpp_config::ObjectId;

use super::{Dialect, GatewaySession, ObjectAccess};
use crate::net::{STACK, Shared, SimulatedCharger, StartError};

/// How a simulated gateway behaves.
#[derive(Debug, Clone)]
pub struct GatewayOptions {
    dialect: Dialect,
    node: u8,
    echo: bool,
    longest_line: Option<usize>,
}

impl GatewayOptions {
    /// A gateway of this dialect with the charger as node 4.
    pub const fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            node: 4,
            echo: false,
            longest_line: None,
        }
    }

    /// The charger's node number. Defaults to 4.
    #[must_use]
    pub const fn with_node(mut self, node: u8) -> Self {
        self.node = node;
        self
    }

    /// As [`GatewaySession::with_echo`].
    #[must_use]
    pub const fn with_echo(mut self, echo: bool) -> Self {
        self.echo = echo;
        self
    }

    /// As [`GatewaySession::with_longest_line`].
    #[must_use]
    pub const fn with_longest_line(mut self, bytes: usize) -> Self {
        self.longest_line = Some(bytes);
        self
    }

    fn session(&self) -> GatewaySession {
        let session = GatewaySession::new(self.dialect, self.node).with_echo(self.echo);
        match self.longest_line {
            Some(bytes) => session.with_longest_line(bytes),
            None => session,
        }
    }
}

/// A gateway in front of a [`SimulatedCharger`], on a TCP port of the loopback interface
/// or on a pseudo terminal. It stops when it is dropped, which a client sees as a pulled
/// plug.
#[derive(Debug)]
pub struct SimulatedGateway {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Tcp(SocketAddr),
    #[cfg(unix)]
    Pty(std::path::PathBuf),
}

impl SimulatedGateway {
    /// Serves on a free TCP port, one client at a time.
    ///
    /// # Errors
    /// When there is no socket or thread to be had.
    pub fn tcp(charger: &SimulatedCharger, options: GatewayOptions) -> Result<Self, StartError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(StartError::socket)?;
        let address = listener.local_addr().map_err(StartError::socket)?;
        let shared = Arc::clone(charger.shared());
        Self::spawn(Place::Tcp(address), move |stop| {
            for client in listener.incoming() {
                if stop.load(Ordering::Acquire) {
                    return;
                }
                // A client that goes away leaves the gateway to the next one.
                let _ = client.and_then(|client| {
                    client.set_nodelay(true)?;
                    client.set_read_timeout(Some(TICK))?;
                    Served::new(client, &shared, &options).run(stop)
                });
            }
        })
    }

    /// Serves on a new pseudo terminal, whose [`path`](Self::path) is opened like a
    /// serial port.
    ///
    /// # Errors
    /// When there is no terminal or thread to be had.
    #[cfg(unix)]
    pub fn pty(charger: &SimulatedCharger, options: GatewayOptions) -> Result<Self, StartError> {
        let (near, held, path) = pseudo_terminal().map_err(StartError::socket)?;
        let shared = Arc::clone(charger.shared());
        Self::spawn(Place::Pty(path), move |stop| {
            // Without it the terminal would hang up whenever a client closes it.
            let _held = held;
            let _ = Served::new(near, &shared, &options).run(stop);
        })
    }

    /// Where it listens, if on TCP.
    pub const fn address(&self) -> Option<SocketAddr> {
        match self.place {
            Place::Tcp(address) => Some(address),
            #[cfg(unix)]
            Place::Pty(_) => None,
        }
    }

    /// The terminal to open, if it is on one.
    #[cfg(unix)]
    pub fn path(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Tcp(_) => None,
            Place::Pty(path) => Some(path),
        }
    }

    fn spawn(
        place: Place,
        serve: impl FnOnce(&AtomicBool) + Send + 'static,
    ) -> Result<Self, StartError> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("charger-gateway".into())
            .stack_size(STACK)
            .spawn(move || serve(&stopping))
            .map_err(StartError::socket)?;
        Ok(Self {
            stop,
            thread: Some(thread),
            place,
        })
    }
}

impl Drop for SimulatedGateway {
    #[cfg_attr(
        not(unix),
        expect(
            irrefutable_let_patterns,
            reason = "a pseudo terminal is a matter of Unix"
        )
    )]
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Place::Tcp(address) = &self.place {
            // Wakes the listener, which looks whether it shall stop.
            let _ = TcpStream::connect_timeout(address, Duration::from_secs(1));
        }
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

/// A stream with a client at its other end, whose reads wait for [`TICK`] at most.
struct Served<S> {
    stream: S,
    session: GatewaySession,
    objects: RealTimeObjects,
    started: Instant,
}

impl<S: Read + Write> Served<S> {
    fn new(stream: S, objects: &Arc<Shared>, options: &GatewayOptions) -> Self {
        Self {
            stream,
            session: options.session(),
            objects: RealTimeObjects(Arc::clone(objects)),
            started: Instant::now(),
        }
    }

    fn run(mut self, stop: &AtomicBool) -> io::Result<()> {
        let mut buffer = [0; 4096];
        while !stop.load(Ordering::Acquire) {
            let count = match self.stream.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => count,
                Err(error) if is_nothing(&error) => 0,
                Err(error) => return Err(error),
            };
            let now = self.started.elapsed();
            let bytes = buffer.get(..count).unwrap_or_default();
            let mut output = self.session.receive(now, bytes, &mut self.objects);
            output.extend(self.session.poll(now, &mut self.objects));
            self.send(&output, stop)?;
        }
        Ok(())
    }

    fn send(&mut self, mut output: &[u8], stop: &AtomicBool) -> io::Result<()> {
        while !output.is_empty() && !stop.load(Ordering::Acquire) {
            match self.stream.write(output) {
                Ok(count) => output = output.get(count..).unwrap_or_default(),
                Err(error) if is_nothing(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Those of a charger that runs in real time; it has its own clock.
struct RealTimeObjects(Arc<Shared>);

impl ObjectAccess for RealTimeObjects {
    fn read(&mut self, _now: Duration, id: ObjectId) -> Result<Vec<u8>, AbortCode> {
        self.0.act(|model, now, _| model.read_raw(now, id))
    }

    fn write(&mut self, _now: Duration, id: ObjectId, bytes: &[u8]) -> Result<(), AbortCode> {
        self.0
            .act(|model, now, effects| model.write_raw(now, id, bytes, effects))
    }
}

fn is_nothing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

/// The end that the gateway works with, one that keeps the other end open, and the path
/// of that.
#[cfg(unix)]
fn pseudo_terminal() -> io::Result<(serial2::SerialPort, serial2::SerialPort, std::path::PathBuf)> {
    use std::os::unix::ffi::OsStringExt as _;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&near)?;
    unlockpt(&near)?;
    let name = ptsname(&near, Vec::new())?.into_bytes();
    let path = std::path::PathBuf::from(std::ffi::OsString::from_vec(name));
    let held = serial2::SerialPort::open(&path, 115_200)?;
    let mut near = serial2::SerialPort::from(near);
    near.set_read_timeout(TICK)?;
    near.set_write_timeout(TICK)?;
    Ok((near, held, path))
}

/// How often a gateway looks whether it shall stop, and whether a node is silent.
const TICK: Duration = Duration::from_millis(10);
