//! The gateway link for tokio: the same engine, driven by a runtime.

use std::future::{Future, poll_fn};
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::blocking::unopened;
use super::codec::Event;
use super::port::Tcp;
use super::{Action, Engine, GatewaySettings, lost};
use crate::{AsyncLink, Context, LinkError, Request, Response};

#[cfg(feature = "serial-tokio")]
mod serial;

#[cfg(feature = "serial-tokio")]
pub use self::serial::AsyncSerialStream;

/// The longest wait between two looks at the switch that cancels.
const TICK: Duration = Duration::from_millis(50);

/// Opens a stream, again after it was lost.
pub trait AsyncConnector: Send {
    /// What is opened.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send;

    /// Opens it. Dropping the future leaves nothing behind.
    ///
    /// # Errors
    /// As [`Connector::connect`](super::Connector::connect).
    fn connect(&mut self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

impl AsyncConnector for Tcp {
    type Stream = TcpStream;

    async fn connect(&mut self) -> io::Result<TcpStream> {
        let addresses: &[SocketAddr] = self.addresses();
        let stream = TcpStream::connect(addresses).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// A stream that the caller has opened, and that cannot be opened again.
#[derive(Debug)]
pub struct Opened<S>(Option<S>);

impl<S: AsyncRead + AsyncWrite + Unpin + Send> AsyncConnector for Opened<S> {
    type Stream = S;

    async fn connect(&mut self) -> io::Result<S> {
        self.0
            .take()
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotConnected, "the stream has ended"))
    }
}

/// A charger behind a CiA 309-3 gateway, for tokio; otherwise the same as the blocking
/// [`GatewayLink`](super::GatewayLink), which says how to close it.
///
/// Needs a runtime with time and input/output enabled. An upload reads its source on
/// the runtime's thread, 768 bytes at a time.
#[derive(Debug)]
pub struct GatewayLink<C: AsyncConnector> {
    connector: C,
    stream: Option<C::Stream>,
    engine: Engine,
    epoch: Instant,
}

impl GatewayLink<Tcp> {
    /// A gateway at this `host:port`, whose name is looked up now, blocking. The first
    /// request connects.
    ///
    /// # Errors
    /// If the name is not found.
    pub fn tcp(address: impl ToSocketAddrs, settings: GatewaySettings) -> Result<Self, LinkError> {
        Ok(Self::new(Tcp::new(address).map_err(unopened)?, settings))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> GatewayLink<Opened<S>> {
    /// Uses a stream that is open.
    pub fn over(stream: S, settings: GatewaySettings) -> Self {
        Self::new(Opened(Some(stream)), settings)
    }
}

impl<C: AsyncConnector> GatewayLink<C> {
    /// A link that `connector` opens on the first request, as
    /// [`new`](super::GatewayLink::new) of the blocking link.
    pub fn new(connector: C, settings: GatewaySettings) -> Self {
        Self {
            connector,
            stream: None,
            engine: Engine::new(settings),
            epoch: Instant::now(),
        }
    }

    /// As [`poll_event`](super::GatewayLink::poll_event) of the blocking link.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.engine.poll_event()
    }

    async fn reopen(&mut self, limit: Duration) -> Result<(), LinkError> {
        if self.stream.is_some() {
            return Ok(());
        }
        // A request that was dropped half-way left the engine with its line.
        self.engine.handle_lost();
        let opened = timeout(limit, self.connector.connect()).await;
        let stream = opened
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            .map_err(unopened)?;
        self.stream = Some(stream);
        Ok(())
    }

    fn now(&self) -> Duration {
        self.epoch.elapsed()
    }

    async fn drive(&mut self, context: &mut Context<'_>) -> Result<Response, LinkError> {
        loop {
            if context.is_cancelled()
                && let Some(error) = self.engine.cancel()
            {
                return Err(error);
            }
            let moved = match self.engine.poll(self.now()) {
                Action::Send => self.exchange_bytes().await,
                Action::Receive { until } => {
                    let wait = until.saturating_sub(self.now()).min(TICK);
                    self.receive(wait).await
                }
                Action::Done(result) => return result,
                Action::Idle => return Ok(Response::Done),
            };
            context.count_requests(self.engine.take_sent());
            if let Err(error) = moved {
                self.stream = None;
                return Err(lost(self.engine.handle_lost(), error));
            }
            if let Some(progress) = self.engine.take_progress() {
                context.report(progress);
            }
        }
    }

    /// Sends what there is room for, and takes in what comes meanwhile: the gateway may
    /// break a long write off.
    async fn exchange_bytes(&mut self) -> io::Result<()> {
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        let mut buffer = [0; 4096];
        let mut read = ReadBuf::new(&mut buffer);
        let engine = &self.engine;
        let moved = poll_fn(|context| {
            let reading = Pin::new(&mut *stream).poll_read(context, &mut read);
            if let Poll::Ready(result) = reading {
                return Poll::Ready(result.map(|()| None));
            }
            Pin::new(&mut *stream)
                .poll_write(context, engine.outgoing())
                .map_ok(Some)
        });
        let Ok(moved) = timeout(TICK, moved).await else {
            return Ok(());
        };
        let now = self.epoch.elapsed();
        match moved? {
            Some(sent) => {
                let count = some(sent, io::ErrorKind::WriteZero)?;
                self.engine.handle_sent(now, count);
            }
            None => {
                some(read.filled().len(), io::ErrorKind::UnexpectedEof)?;
                self.engine.handle_received(now, read.filled());
            }
        }
        Ok(())
    }

    async fn receive(&mut self, wait: Duration) -> io::Result<()> {
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        let mut buffer = [0; 4096];
        let Ok(read) = timeout(wait, stream.read(&mut buffer)).await else {
            return Ok(());
        };
        let count = some(read?, io::ErrorKind::UnexpectedEof)?;
        let bytes = buffer.get(..count).unwrap_or(&buffer);
        self.engine.handle_received(self.epoch.elapsed(), bytes);
        Ok(())
    }
}

impl<C: AsyncConnector> AsyncLink for GatewayLink<C> {
    async fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        context.count_requests(0);
        let closing = matches!(request, Request::Close);
        if closing && self.stream.is_none() {
            return Ok(Response::Done);
        }
        let begun = self.now();
        self.reopen(context.timeout()).await?;
        let spent = self.now().saturating_sub(begun);
        let left = context.timeout().saturating_sub(spent);
        self.engine.start(self.now(), request, left);
        let result = self.drive(context).await;
        if closing {
            self.stream = None;
            self.engine.handle_lost();
        }
        result
    }
}

/// No bytes means that the stream has ended.
fn some(count: usize, otherwise: io::ErrorKind) -> io::Result<usize> {
    match count {
        0 => Err(otherwise.into()),
        count => Ok(count),
    }
}
