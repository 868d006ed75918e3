use std::fmt;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use super::connect::{
    ConnectLimit, Connection, Connector, PlainConnector, RustlsConnector, SLICE, is_unfinished,
};
use super::session::{Action, Session};
use super::settings::HttpsSettings;
use super::trust::Trust;
use super::wire::CHUNK;
use crate::deadline::deadline;
use crate::{Context, Link, LinkError, Progress, Request, Response};

/// The charger's HTTPS API, blocking.
///
/// The link connects and logs in when it is first asked something, keeps the one
/// connection that the charger allows, and repairs it after errors. When it is dropped,
/// also by a panic, it logs out, which takes at most 1.5 s.
///
/// ```no_run
/// use std::time::Duration;
/// use charger_link::https::{Address, Credentials, FilePinStore, HttpsLink, HttpsSettings, Trust};
/// use charger_link::{Context, Link, Request, Response};
/// use ocpp_config::Secret;
///
/// let settings = HttpsSettings::new(
///     Address::new("192.168.1.20"),
///     Credentials::new("admin", Secret::from("the password on the label")),
/// );
/// let trust = Trust::stored(FilePinStore::new("pins.json"));
/// let mut link = HttpsLink::new(settings, trust);
/// let mut context = Context::new(Duration::from_secs(20));
/// if let Response::Identity(identity) = link.exchange(&Request::Identify, &mut context)? {
///     println!("{} runs {}", identity.serial_number, identity.firmware);
/// }
/// # Ok::<(), charger_link::LinkError>(())
/// ```
pub struct HttpsLink<C: Connector = RustlsConnector> {
    session: Session,
    connector: C,
    connection: Option<C::Connection>,
    /// Bytes that the connection took but did not put on the network yet.
    unflushed: usize,
    reported: Option<Progress>,
}

impl HttpsLink {
    /// A link over rustls to a charger that `trust` accepts.
    pub fn new(settings: HttpsSettings, trust: Trust) -> Self {
        Self::with_connector(settings, RustlsConnector::new(trust))
    }
}

impl HttpsLink<PlainConnector> {
    /// A link to firmware below 5.0, which knows no TLS: everybody on the network can
    /// read the password and change what is said.
    ///
    /// The port is the one in `settings`; such firmware listens on 80.
    pub fn over_unencrypted_http(settings: HttpsSettings) -> Self {
        Self::with_connector(settings.over_plain_http(), PlainConnector::new())
    }
}

impl<C: Connector> HttpsLink<C> {
    /// A link over connections that `connector` opens.
    pub fn with_connector(settings: HttpsSettings, connector: C) -> Self {
        Self {
            session: Session::new(settings),
            connector,
            connection: None,
            unflushed: 0,
            reported: None,
        }
    }

    /// Where the charger is and how it is treated.
    pub fn settings(&self) -> &HttpsSettings {
        self.session.settings()
    }

    /// Drives the session until the request is over.
    fn run(&mut self, context: &mut Context<'_>) -> Result<Response, LinkError> {
        loop {
            let now = Instant::now();
            if context.is_cancelled() {
                self.session.cancel(now);
            }
            match self.session.poll(now) {
                Action::Connect { until } => self.connect(until, context),
                Action::Check => self.check(now),
                Action::Send => self.send(now),
                Action::Receive { until } => self.receive(now, until),
                Action::Disconnect => self.disconnect(),
                Action::Wait { until } => {
                    std::thread::sleep(until.saturating_duration_since(now).min(SLICE));
                }
                Action::Done => return self.session.finish(),
            }
            self.report(context);
        }
    }

    fn connect(&mut self, until: Instant, context: &Context<'_>) {
        let limit = ConnectLimit::new(until, context.cancel());
        self.unflushed = 0;
        match self.connector.connect(self.session.settings(), &limit) {
            Ok(connection) => {
                self.connection = Some(connection);
                self.session.handle_connected();
            }
            Err(error) => self.session.handle_connect_failed(Instant::now(), error),
        }
    }

    fn check(&mut self, now: Instant) {
        match self.read(now, NO_WAIT, C::Connection::read) {
            Ok(true) => {}
            Ok(false) => self.session.handle_quiet(),
            Err(error) => self.session.handle_lost(now, error),
        }
    }

    fn receive(&mut self, now: Instant, until: Instant) {
        let patience = until.saturating_duration_since(now).clamp(NO_WAIT, SLICE);
        if let Err(error) = self.read(now, patience, C::Connection::read) {
            self.session.handle_lost(Instant::now(), error);
        }
    }

    /// Hands on what `read` brings within `patience`; false if that is nothing.
    fn read(
        &mut self,
        now: Instant,
        patience: Duration,
        read: fn(&mut C::Connection, &mut [u8]) -> io::Result<usize>,
    ) -> io::Result<bool> {
        let connection = self
            .connection
            .as_mut()
            .ok_or(io::ErrorKind::NotConnected)?;
        connection.set_patience(patience)?;
        let mut buffer = zeroize::Zeroizing::new([0; CHUNK]);
        match read(connection, &mut *buffer) {
            // Few chargers say goodbye before they close; the reply's own length, or
            // the JSON in it, tells whether it is complete.
            Ok(0) => self.session.handle_closed(now),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.session.handle_closed(now);
            }
            Ok(count) => {
                let bytes = buffer.get(..count).unwrap_or_default();
                self.session.handle_received(now, bytes);
            }
            Err(error) if is_unfinished(&error) => return Ok(false),
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    fn send(&mut self, now: Instant) {
        match self.write_piece(now) {
            Ok(0) => {}
            Ok(count) => self.session.handle_sent(now, count),
            Err(error) if is_unfinished(&error) => {}
            Err(error) => {
                self.hear_last_words(now);
                self.session.handle_lost(now, error);
            }
        }
    }

    /// Sends one piece; it counts as sent once it is flushed.
    fn write_piece(&mut self, now: Instant) -> io::Result<usize> {
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
            connection.set_patience(SLICE)?;
            self.unflushed = match connection.write(buffer.get(..count).unwrap_or_default())? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                count => count,
            };
        }
        connection.flush()?;
        Ok(std::mem::take(&mut self.unflushed))
    }

    /// A charger that refuses an upload says so and closes, while this side still
    /// sends.
    fn hear_last_words(&mut self, now: Instant) {
        for _ in 0..MOST_LAST_WORDS {
            let heard = self.read(now, SLICE, C::Connection::read_last_words);
            if !matches!(heard, Ok(true)) {
                return;
            }
        }
    }

    fn disconnect(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            connection.say_goodbye();
        }
        self.session.handle_disconnected(Instant::now());
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

impl<C: Connector> Link for HttpsLink<C> {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        let deadline = deadline(Instant::now(), context.timeout());
        context.count_requests(0);
        self.session.begin(request, deadline);
        self.run(context)
    }
}

impl<C: Connector> Drop for HttpsLink<C> {
    fn drop(&mut self) {
        if self.session.is_logged_in() {
            // Closing the connection frees the session as well, only later.
            let _ = self.exchange(&Request::Close, &mut Context::new(FAREWELL));
        }
    }
}

impl<C: Connector> fmt::Debug for HttpsLink<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpsLink")
            .field("settings", self.session.settings())
            .field("logged_in", &self.session.is_logged_in())
            .finish_non_exhaustive()
    }
}

/// As good as none; sockets do not take zero.
const NO_WAIT: Duration = Duration::from_millis(1);
const MOST_LAST_WORDS: usize = 16;
/// How long a dropped link takes to log out at most.
pub(super) const FAREWELL: Duration = Duration::from_millis(1500);
