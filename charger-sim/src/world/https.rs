//! The charger's HTTPS API in virtual time, for the real client.

use std::io::{self, Read, Write};
use std::num::NonZeroU32;
use std::time::Duration;

use charger_link::https::{
    Address, ConnectLimit, Connection, Connector, Credentials, HttpsLink, HttpsSettings,
};
use charger_link::{LinkError, LinkErrorKind};
use ocpp_config::{Secret, parse_writes};

use super::event::EventKind;
use super::{ChargerId, Wire, World};
use crate::charger::ids;
use crate::net::{Answer, Call, Caller, Head, api, firmware_file, request_name};

/// Opens connections to the HTTPS API of a charger of a [`World`]: everything that
/// `charger-link` and the simulated charger do on HTTPS except the TLS, without sockets
/// and without a second of real time.
///
/// Planned faults do not strike here, [`MemoryLink`](super::MemoryLink) is for those; what
/// goes wrong is the [`Wire`]'s to say. A charger that does not answer costs virtual time
/// and the connection.
#[derive(Debug)]
pub struct VirtualConnector {
    world: World,
    charger: ChargerId,
    wire: Wire,
}

impl World {
    /// The real HTTPS link to a charger, in virtual time, with the right user and
    /// password.
    ///
    /// ```
    /// use std::time::Duration;
    /// use charger_link::{Context, Link, Request, Response};
    /// use charger_sim::{ChargerSetup, Wire, World};
    ///
    /// let world = World::new();
    /// let charger = world.add_charger(ChargerSetup::default());
    /// let mut link = world.https_link(charger, Wire::new());
    /// let mut context = Context::new(Duration::from_secs(10));
    /// assert!(matches!(
    ///     link.exchange(&Request::Identify, &mut context)?,
    ///     Response::Identity(who) if who.serial_number == "ACE0999001"
    /// ));
    /// # Ok::<(), charger_link::LinkError>(())
    /// ```
    pub fn https_link(&self, charger: ChargerId, wire: Wire) -> HttpsLink<VirtualConnector> {
        let login = |setup: &crate::ChargerSetup| (setup.user.clone(), setup.password.clone());
        let known = self.state().charger(charger).map(|it| login(it.setup()));
        let (user, password) = known.unwrap_or_else(|| (String::new(), Secret::from("")));
        // What paces the link in real time has no meaning here.
        let settings = HttpsSettings::new(
            Address::new("charger.invalid"),
            Credentials::new(user, password),
        )
        .with_reconnect_gap(Duration::ZERO)
        .with_requests_per_minute(NonZeroU32::MAX)
        .with_logins_per_minute(NonZeroU32::MAX);
        let world = self.clone();
        HttpsLink::with_connector(
            settings,
            VirtualConnector {
                world,
                charger,
                wire,
            },
        )
    }
}

impl Connector for VirtualConnector {
    type Connection = VirtualConnection;

    fn connect(
        &mut self,
        _settings: &HttpsSettings,
        limit: &ConnectLimit<'_>,
    ) -> Result<VirtualConnection, LinkError> {
        limit.remaining()?;
        let mut state = self.world.state();
        let end = state.now().saturating_add(CONNECTING);
        loop {
            let now = state.now();
            if state
                .charger(self.charger)
                .is_some_and(|it| it.is_answering(now))
            {
                break;
            }
            if !state.step(end) {
                return Err(LinkError::without_effect(LinkErrorKind::Timeout {
                    during: "connecting",
                }));
            }
        }
        let client = state.next_client();
        state.opened(self.charger);
        drop(state);
        let mut connection = VirtualConnection {
            world: self.world.clone(),
            charger: self.charger,
            wire: self.wire.clone(),
            caller: Caller {
                client,
                token: format!("{client:032x}"),
            },
            boot: 0,
            sent: Vec::new(),
            reply: Vec::new(),
            patience: CONNECTING,
        };
        connection.boot = connection.boot_count();
        Ok(connection)
    }
}

/// A connection of a [`VirtualConnector`].
#[derive(Debug)]
pub struct VirtualConnection {
    world: World,
    charger: ChargerId,
    wire: Wire,
    caller: Caller,
    boot: u64,
    sent: Vec<u8>,
    reply: Vec<u8>,
    patience: Duration,
}

impl Connection for VirtualConnection {
    fn set_patience(&mut self, patience: Duration) -> io::Result<()> {
        self.patience = patience;
        Ok(())
    }
}

impl Read for VirtualConnection {
    /// Nothing comes later than at once: a reader that would wait for more finds the
    /// connection closed, and one that only looks finds it quiet.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.reply.is_empty() && self.patience <= A_LOOK {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = self.reply.as_slice().read(into)?;
        self.reply.drain(..count);
        Ok(count)
    }
}

impl Write for VirtualConnection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sent.extend_from_slice(bytes);
        let Some((head, used)) = Head::parse(&self.sent)? else {
            return Ok(bytes.len());
        };
        let length = head.body_length().unwrap_or(0);
        if self.sent.len() >= used + length {
            let rest = self.sent.split_off(used + length);
            let body = std::mem::replace(&mut self.sent, rest);
            self.serve(&head, body.get(used..).unwrap_or_default())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for VirtualConnection {
    fn drop(&mut self) {
        let client = self.caller.client;
        let mut state = self.world.state();
        state.with_charger(self.charger, |charger, _, _| charger.logout(client));
        state.closed(self.charger);
    }
}

impl VirtualConnection {
    fn serve(&mut self, head: &Head, body: &[u8]) -> io::Result<()> {
        self.spend_time(head, body);
        if !self.is_alive() {
            self.world.advance(SILENCE);
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        self.count_in_flight();
        let name = request_name(head, body);
        self.record(name, body);
        let answer = match name {
            "upload" => self.upload(head, body),
            _ => self.ask(&Call { head, body }),
        };
        let mut reply = Vec::new();
        answer.write_to(&mut reply)?;
        self.wire.carry(&mut reply);
        self.reply = reply;
        Ok(())
    }

    /// A request that comes before the last reply was read is the second one.
    fn count_in_flight(&self) {
        let in_flight = 1 + u64::from(!self.reply.is_empty());
        self.world.state().count(self.charger, |counts| {
            counts.http_requests += 1;
            counts.most_in_flight = counts.most_in_flight.max(in_flight);
        });
    }

    fn ask(&self, call: &Call<'_>) -> Answer {
        let mut state = self.world.state();
        let answer = state.with_charger(self.charger, |charger, now, effects| {
            api::answer(charger, now, &self.caller, call, effects)
        });
        answer.unwrap_or_else(|| Answer::empty(500))
    }

    fn upload(&self, head: &Head, body: &[u8]) -> Answer {
        let content_type = head.header("content-type").unwrap_or_default();
        let file = firmware_file(content_type, body);
        let mut state = self.world.state();
        let answer = state.with_charger(self.charger, |charger, now, effects| {
            if let Err(status) = api::authorize(charger, now, &self.caller, head) {
                return Answer::empty(status);
            }
            let Some(file) = file else {
                return Answer::empty(400);
            };
            if charger.begin_upload().is_err() {
                return Answer::empty(503);
            }
            charger.finish_upload(now, file, effects);
            Answer::empty(200)
        });
        answer.unwrap_or_else(|| Answer::empty(500))
    }

    fn spend_time(&self, head: &Head, body: &[u8]) {
        let pace = |charger: &crate::ChargerModel| charger.setup().timing;
        let Some(timing) = self.world.state().charger(self.charger).map(pace) else {
            return;
        };
        let is_upload = head.method == "POST" && head.target.ends_with("/firmware");
        let pause = match is_upload {
            true => {
                Duration::from_secs_f64(body.len() as f64 / f64::from(timing.upload_rate.max(1)))
            }
            false => timing.request,
        };
        self.world.advance(pause);
        // As on a socket, the session lives on while bytes arrive.
        let client = self.caller.client;
        let mut state = self.world.state();
        state.with_charger(self.charger, |charger, now, _| {
            charger.keep_session(now, client)
        });
    }

    /// What the invariants of a suite look at.
    fn record(&self, name: &'static str, body: &[u8]) {
        let mut state = self.world.state();
        let number = state.count_call(self.charger, name);
        let kind = match name {
            "write" => {
                let writes = parse_writes(body).unwrap_or_default();
                EventKind::Wrote(writes.iter().map(|write| write.id()).collect())
            }
            "upload" => EventKind::Uploaded(body.len()),
            "restart" => EventKind::RestartRequested,
            _ => EventKind::Reached { number },
        };
        state.record(self.charger, kind);
    }

    /// Whether the charger answers, and has not forgotten this connection in a restart.
    fn is_alive(&self) -> bool {
        let now = self.world.now();
        let state = self.world.state();
        let answers = state.charger(self.charger);
        let answers = answers.is_some_and(|charger| charger.is_answering(now));
        drop(state);
        answers && self.boot_count() == self.boot
    }

    fn boot_count(&self) -> u64 {
        let now = self.world.now();
        let state = self.world.state();
        let value = state
            .charger(self.charger)
            .and_then(|charger| charger.value(now, ids::BOOT_COUNT));
        value
            .and_then(|value| value.as_integer())
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or(0)
    }
}

/// How long a client waits for a charger that does not answer.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long it takes a client to notice that its charger is gone.
const SILENCE: Duration = Duration::from_secs(15);
/// A reader with so little patience only looks whether anything is there.
const A_LOOK: Duration = Duration::from_millis(1);
