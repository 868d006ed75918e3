//! The HTTPS link for tokio.

mod discovery;

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use ::tokio::net::TcpStream;
use ::tokio::time::{sleep, timeout};

use super::blocking::FAREWELL;
#[cfg(feature = "tokio-native-tls")]
pub use super::connect::native_tokio::NativeTlsConnection;
pub use super::connect::rustls_tokio::RustlsConnection;
use super::connect::{PlainConnector, RustlsConnector, SLICE, tune, unreachable};
use super::session::{Action, Session};
use super::settings::HttpsSettings;
use super::trust::Trust;
use super::wire::CHUNK;
pub use discovery::ask;
#[cfg(feature = "discovery")]
pub use discovery::browse;
#[cfg(all(test, feature = "discovery"))]
pub(super) use discovery::listen;

use crate::deadline::deadline;
use crate::{AsyncLink, Cancel, Context, LinkError, LinkErrorKind, Progress, Request, Response};

/// The charger's HTTPS API for tokio; all else is as with the blocking
/// [`HttpsLink`](super::HttpsLink).
///
/// # Cancellation
/// Dropping the future of a request leaves the link usable: the next request closes
/// the connection, on which an answer may still be under way, and logs in on a new one.
/// Until then, or until the link is dropped, the charger's session stays taken.
///
/// A link that is dropped inside a runtime logs out in a task of its own, which takes at
/// most 1.5 s; outside of one it only closes the connection.
///
/// Containers are read with blocking calls of at most 4 KiB, and so are pins.
pub struct HttpsLink<C: AsyncConnector = RustlsConnector> {
    settings: Arc<HttpsSettings>,
    /// Taken out by nothing but `drop`.
    driver: Option<Driver<C>>,
}

/// Opens connections to a charger, as [`Connector`](super::Connector) does.
pub trait AsyncConnector: Send + 'static {
    /// What it opens.
    type Connection: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Opens a connection to [`HttpsSettings::address`], ready for HTTP. The future is
    /// dropped when time is up.
    ///
    /// # Errors
    /// As [`Connector::connect`](super::Connector::connect).
    fn connect(
        &mut self,
        settings: &HttpsSettings,
    ) -> impl Future<Output = Result<Self::Connection, LinkError>> + Send;
}

impl HttpsLink {
    /// A link over rustls to a charger that `trust` accepts.
    pub fn new(settings: HttpsSettings, trust: Trust) -> Self {
        Self::with_connector(settings, RustlsConnector::new(trust))
    }
}

impl HttpsLink<PlainConnector> {
    /// As [`over_unencrypted_http`](super::HttpsLink::over_unencrypted_http) of the
    /// blocking link.
    pub fn over_unencrypted_http(settings: HttpsSettings) -> Self {
        Self::with_connector(settings.over_plain_http(), PlainConnector::new())
    }
}

impl<C: AsyncConnector> HttpsLink<C> {
    /// A link over connections that `connector` opens.
    pub fn with_connector(settings: HttpsSettings, connector: C) -> Self {
        let session = Session::new(settings);
        Self {
            settings: session.settings().clone(),
            driver: Some(Driver {
                session,
                connector,
                connection: None,
                unflushed: 0,
                reported: None,
            }),
        }
    }

    /// Where the charger is and how it is treated.
    pub fn settings(&self) -> &HttpsSettings {
        &self.settings
    }
}

impl<C: AsyncConnector> AsyncLink for HttpsLink<C> {
    async fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        match &mut self.driver {
            Some(driver) => driver.exchange(request, context).await,
            None => Err(LinkError::without_effect(LinkErrorKind::Cancelled)),
        }
    }
}

impl<C: AsyncConnector> Drop for HttpsLink<C> {
    fn drop(&mut self) {
        let Some(mut driver) = self.driver.take() else {
            return;
        };
        if let Ok(runtime) = ::tokio::runtime::Handle::try_current()
            && driver.session.is_logged_in()
        {
            runtime.spawn(async move {
                let mut context = Context::new(FAREWELL);
                let _ = driver.exchange(&Request::Close, &mut context).await;
            });
        }
    }
}

impl<C: AsyncConnector> fmt::Debug for HttpsLink<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let session = self.driver.as_ref().map(|driver| &driver.session);
        f.debug_struct("HttpsLink")
            .field("settings", &self.settings)
            .field("logged_in", &session.is_some_and(Session::is_logged_in))
            .finish_non_exhaustive()
    }
}

struct Driver<C: AsyncConnector> {
    session: Session,
    connector: C,
    connection: Option<C::Connection>,
    /// Bytes that the connection took but did not put on the network yet.
    unflushed: usize,
    reported: Option<Progress>,
}

impl<C: AsyncConnector> Driver<C> {
    async fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        let deadline = deadline(now(), context.timeout());
        context.count_requests(0);
        self.session.begin(request, deadline);
        loop {
            let now = now();
            if context.is_cancelled() {
                self.session.cancel(now);
            }
            match self.session.poll(now) {
                Action::Connect { until } => self.connect(until, context.cancel().clone()).await,
                Action::Check => self.check(now).await,
                Action::Send => self.send(now).await,
                Action::Receive { until } => self.receive(now, until).await,
                Action::Disconnect => self.disconnect().await,
                Action::Wait { until } => {
                    sleep(until.saturating_duration_since(now).min(SLICE)).await;
                }
                Action::Done => return self.session.finish(),
            }
            self.report(context);
        }
    }

    async fn connect(&mut self, until: Instant, cancel: Cancel) {
        self.unflushed = 0;
        let connecting = self.connector.connect(self.session.settings());
        match patiently(until, &cancel, connecting).await {
            Ok(connection) => {
                self.connection = Some(connection);
                self.session.handle_connected();
            }
            Err(error) => self.session.handle_connect_failed(now(), error),
        }
    }

    async fn check(&mut self, now: Instant) {
        match self.read(now, Duration::from_millis(1)).await {
            Ok(true) => {}
            Ok(false) => self.session.handle_quiet(),
            Err(error) => self.session.handle_lost(now, error),
        }
    }

    async fn receive(&mut self, at: Instant, until: Instant) {
        let patience = until.saturating_duration_since(at).min(SLICE);
        if let Err(error) = self.read(at, patience).await {
            self.session.handle_lost(now(), error);
        }
    }

    /// Hands on what comes within `patience`; false if nothing does.
    async fn read(&mut self, now: Instant, patience: Duration) -> io::Result<bool> {
        let connection = self
            .connection
            .as_mut()
            .ok_or(io::ErrorKind::NotConnected)?;
        let mut buffer = zeroize::Zeroizing::new([0; CHUNK]);
        match timeout(patience, connection.read(&mut *buffer)).await {
            Err(_) => return Ok(false),
            // As in the blocking driver.
            Ok(Ok(0)) => self.session.handle_closed(now),
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.session.handle_closed(now);
            }
            Ok(Ok(count)) => {
                let bytes = buffer.get(..count).unwrap_or_default();
                self.session.handle_received(now, bytes);
            }
            Ok(Err(error)) => return Err(error),
        }
        Ok(true)
    }

    async fn send(&mut self, now: Instant) {
        match timeout(SLICE, self.write_piece(now)).await {
            Err(_) | Ok(Ok(0)) => {}
            Ok(Ok(count)) => self.session.handle_sent(now, count),
            Ok(Err(error)) => {
                self.hear_last_words(now).await;
                self.session.handle_lost(now, error);
            }
        }
    }

    /// Sends one piece; it counts as sent once it is flushed. May be dropped at any
    /// moment: what was taken stays noted.
    async fn write_piece(&mut self, now: Instant) -> io::Result<usize> {
        let connection = self
            .connection
            .as_mut()
            .ok_or(io::ErrorKind::NotConnected)?;
        if self.unflushed == 0 {
            let mut buffer = zeroize::Zeroizing::new([0; CHUNK]);
            let count = self.session.fill(now, &mut *buffer);
            if count == 0 {
                return Ok(0);
            }
            let piece = buffer.get(..count).unwrap_or_default();
            self.unflushed = match connection.write(piece).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                count => count,
            };
        }
        connection.flush().await?;
        Ok(std::mem::take(&mut self.unflushed))
    }

    async fn hear_last_words(&mut self, now: Instant) {
        for _ in 0..MOST_LAST_WORDS {
            if !matches!(self.read(now, SLICE).await, Ok(true)) {
                return;
            }
        }
    }

    async fn disconnect(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            // Saying goodbye is only polite.
            let _ = timeout(SLICE, connection.shutdown()).await;
        }
        self.session.handle_disconnected(now());
    }

    fn report(&mut self, context: &mut Context<'_>) {
        context.count_requests(self.session.take_sent());
        let progress = self.session.progress();
        if let Some(progress) = progress.filter(|_| progress != self.reported) {
            context.report(progress);
        }
        self.reported = progress;
    }
}

impl AsyncConnector for PlainConnector {
    type Connection = TcpStream;

    async fn connect(&mut self, settings: &HttpsSettings) -> Result<Self::Connection, LinkError> {
        open(settings).await
    }
}

pub(super) async fn open(settings: &HttpsSettings) -> Result<TcpStream, LinkError> {
    let address = settings.address();
    let connected = TcpStream::connect((address.host(), address.port())).await;
    let stream = connected.map_err(unreachable)?;
    tune(&stream).map_err(unreachable)?;
    Ok(stream)
}

/// Drives `work` until it is done, time is up or the switch is thrown.
async fn patiently<T>(
    until: Instant,
    cancel: &Cancel,
    work: impl Future<Output = Result<T, LinkError>>,
) -> Result<T, LinkError> {
    let mut work = pin!(work);
    loop {
        if cancel.is_cancelled() {
            return Err(LinkError::without_effect(LinkErrorKind::Cancelled));
        }
        let left = until.saturating_duration_since(now());
        if left.is_zero() {
            let during = "connecting";
            return Err(LinkError::without_effect(LinkErrorKind::Timeout { during }));
        }
        if let Ok(outcome) = timeout(left.min(SLICE), &mut work).await {
            return outcome;
        }
    }
}

/// By the runtime's clock, which tests can stop.
fn now() -> Instant {
    ::tokio::time::Instant::now().into_std()
}

const MOST_LAST_WORDS: usize = 16;
