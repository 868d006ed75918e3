use std::io::{self, Read, Write};
use std::net::ToSocketAddrs;
use std::time::{Duration, Instant};

use super::codec::Event;
use super::port::{Connector, Opened, PlainStream, Port, Tcp};
#[cfg(feature = "serial")]
use super::port::{Serial, SerialSettings};
use super::{Action, Engine, GatewaySettings, lost};
use crate::{Context, Link, LinkError, LinkErrorKind, Request, Response};

/// The longest wait between two looks at the switch that cancels.
const TICK: Duration = Duration::from_millis(50);

/// A charger behind a CiA 309-3 gateway.
///
/// The first request opens it, and one after it was lost (a cable was pulled, the gateway
/// closed the connection) opens it again. [`Request::Close`] waits for answers that are
/// still owed and closes it: do so before dropping the link, because one of the known
/// servers is stuck for good when a client leaves with an answer pending.
///
/// A value that was written is not proven by `Done`; reading it back proves it.
///
/// ```no_run
/// use std::time::Duration;
///
/// use charger_link::gateway::codec::NodeAddress;
/// use charger_link::gateway::{GatewayLink, GatewaySettings};
/// use charger_link::{Context, Link, Request};
///
/// let charger = NodeAddress::new(4).ok_or("no such node")?.with_net(1);
/// let mut link = GatewayLink::tcp("192.0.2.7:6000", GatewaySettings::new(charger))?;
/// let identity = link.exchange(&Request::Identify, &mut Context::new(Duration::from_secs(30)))?;
/// println!("{identity:?}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct GatewayLink<C: Connector> {
    connector: C,
    port: Option<C::Port>,
    engine: Engine,
    epoch: Instant,
}

impl GatewayLink<Tcp> {
    /// A gateway at this `host:port`, whose name is looked up now. The first request
    /// connects.
    ///
    /// # Errors
    /// If the name is not found.
    pub fn tcp(address: impl ToSocketAddrs, settings: GatewaySettings) -> Result<Self, LinkError> {
        Ok(Self::new(Tcp::new(address).map_err(unopened)?, settings))
    }
}

#[cfg(feature = "serial")]
impl GatewayLink<Serial> {
    /// The serial port at `path`. The first request opens it, for this program alone.
    /// Waits grow with the baud rate of the port.
    pub fn serial(
        path: impl Into<std::path::PathBuf>,
        port: SerialSettings,
        settings: GatewaySettings,
    ) -> Self {
        let settings = settings.with_baud(port.baud());
        Self::new(Serial::new(path, port), settings)
    }
}

impl<S: Read + Write + Send> GatewayLink<Opened<PlainStream<S>>> {
    /// Uses a stream that is open; [`PlainStream`] tells how it must behave.
    pub fn over(stream: S, settings: GatewaySettings) -> Self {
        Self::new(Opened::new(PlainStream::new(stream)), settings)
    }
}

impl<C: Connector> GatewayLink<C> {
    /// A link that `connector` opens on the first request, which fails with
    /// [`LinkErrorKind::PortInUse`] or [`LinkErrorKind::Unreachable`] if it cannot.
    pub fn new(connector: C, settings: GatewaySettings) -> Self {
        Self {
            connector,
            port: None,
            engine: Engine::new(settings),
            epoch: Instant::now(),
        }
    }

    /// What the gateway said unasked, oldest first: the state of nodes, the progress of
    /// transfers, log lines. At most the last 64 events are kept.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.engine.poll_event()
    }

    fn reopen(&mut self, timeout: Duration) -> Result<(), LinkError> {
        if self.port.is_none() {
            self.port = Some(self.connector.connect(timeout).map_err(unopened)?);
        }
        Ok(())
    }

    fn now(&self) -> Duration {
        self.epoch.elapsed()
    }

    fn drive(&mut self, context: &mut Context<'_>) -> Result<Response, LinkError> {
        loop {
            if context.is_cancelled()
                && let Some(error) = self.engine.cancel()
            {
                return Err(error);
            }
            let moved = match self.engine.poll(self.now()) {
                Action::Send => self.send().and_then(|()| self.receive(Duration::ZERO)),
                Action::Receive { until } => {
                    let wait = until.saturating_sub(self.now()).min(TICK);
                    self.receive(wait)
                }
                Action::Done(result) => return result,
                Action::Idle => return Ok(Response::Done),
            };
            context.count_requests(self.engine.take_sent());
            if let Err(error) = moved {
                return Err(self.lose(error));
            }
            if let Some(progress) = self.engine.take_progress() {
                context.report(progress);
            }
        }
    }

    fn send(&mut self) -> io::Result<()> {
        let Some(port) = &mut self.port else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        match port.write_some(self.engine.outgoing()) {
            Ok(0) => Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                self.engine.handle_sent(self.epoch.elapsed(), count);
                Ok(())
            }
            Err(error) if is_nothing(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn receive(&mut self, wait: Duration) -> io::Result<()> {
        let Some(port) = &mut self.port else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let mut buffer = [0; 4096];
        match port.read_within(&mut buffer, wait) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                let now = self.epoch.elapsed();
                let bytes = buffer.get(..count).unwrap_or(&buffer);
                self.engine.handle_received(now, bytes);
                Ok(())
            }
            Err(error) if is_nothing(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn lose(&mut self, error: io::Error) -> LinkError {
        self.port = None;
        lost(self.engine.handle_lost(), error)
    }
}

impl<C: Connector> Link for GatewayLink<C> {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        context.count_requests(0);
        let closing = matches!(request, Request::Close);
        if closing && self.port.is_none() {
            return Ok(Response::Done);
        }
        let begun = Instant::now();
        self.reopen(context.timeout())?;
        let left = context.timeout().saturating_sub(begun.elapsed());
        self.engine.start(self.now(), request, left);
        let result = self.drive(context);
        if closing {
            self.port = None;
            self.engine.handle_lost();
        }
        result
    }
}

/// Nothing has come, or there was no room: not an error.
pub(super) fn is_nothing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

pub(super) fn unopened(error: io::Error) -> LinkError {
    let kind = match error.kind() {
        io::ErrorKind::ResourceBusy => LinkErrorKind::PortInUse,
        io::ErrorKind::TimedOut => LinkErrorKind::Timeout {
            during: "connecting to the gateway",
        },
        _ => LinkErrorKind::Unreachable,
    };
    LinkError::without_effect(kind).with_source(error)
}
