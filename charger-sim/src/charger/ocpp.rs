//! The OCPP side of a charger: which profile is tried when, and what a restart, a
//! refusal or a silence leads to.
//!
//! ```text
//!            start            Dial             SendBoot          Accepted
//!   Idle ----------> Waiting -----> Dialling ---------> Booting ---------> Registered
//!                      ^ ^             | failed           | silence            |
//!                      | +-------------+------------------+  Pending/Rejected  |
//!                      |      next attempt, next profile,  \-> Held --retry--> Booting
//!                      |      or back-off after the last                       |
//!                      +------------------------ closed -----------------------+
//! ```

use std::time::Duration;

use super::dial::{self, BootAnswer, BootStatus, Candidate, DialFailure, DialOutcome, DialRequest};
use super::ids::{self, profile};
use super::log::Kind;
use super::{ChargerModel, Effect};
use ocpp_config::{ObjectId, Value};

/// The OCPP client of a charger.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ocpp {
    state: State,
    candidates: Vec<Candidate>,
    connection: u64,
    rounds: u32,
    /// The slot at which the charger was accepted in this boot.
    accepted_at: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// No back office wanted, or the charger is down.
    #[default]
    Idle,
    Waiting {
        until: Duration,
        place: Place,
    },
    Dialling {
        until: Duration,
        place: Place,
    },
    Booting {
        until: Duration,
        place: Place,
    },
    Held {
        until: Duration,
        place: Place,
    },
    Registered {
        heartbeat: Duration,
        place: Place,
    },
}

/// Which candidate, and how often it was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Place {
    candidate: usize,
    attempt: u8,
}

impl Ocpp {
    pub(crate) const fn next_wake(&self) -> Option<Duration> {
        match self.state {
            State::Idle => None,
            State::Waiting { until, .. }
            | State::Dialling { until, .. }
            | State::Booting { until, .. }
            | State::Held { until, .. } => Some(until),
            State::Registered { heartbeat, .. } => Some(heartbeat),
        }
    }

    /// The connection that is open, if one is.
    pub(crate) const fn open(&self) -> Option<u64> {
        match self.state {
            State::Booting { .. } | State::Held { .. } | State::Registered { .. } => {
                Some(self.connection)
            }
            _ => None,
        }
    }

    pub(crate) const fn is_registered(&self) -> bool {
        matches!(self.state, State::Registered { .. })
    }

    pub(crate) const fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle)
    }
}

impl ChargerModel {
    /// The charger is up: find the profiles and dial the first.
    pub(super) fn ocpp_start(&mut self, first_dial: Duration) {
        let floor = self.objects.number(ids::SECURITY_PROFILE);
        let mut candidates = dial::candidates(&self.objects);
        candidates.retain(|candidate| i64::from(candidate.security_profile) >= floor);
        let none = candidates.is_empty();
        self.ocpp = Ocpp {
            candidates,
            connection: self.ocpp.connection,
            ..Ocpp::default()
        };
        for id in [ids::BOOT_SENT, ids::BOOT_ACCEPTED, ids::BOOT_DELAY] {
            self.objects.set_unsigned(id, 0);
        }
        for id in [
            ids::HEARTBEAT_RECEIVED,
            ids::HEARTBEAT_FAILED,
            ids::HEARTBEAT_SENT,
        ] {
            self.objects.set_unsigned(id, 0);
        }
        self.set_boot_state(NOT_SENT);
        self.set_connected(0);
        if none {
            self.note(
                Kind::Info,
                "ocpp.c",
                "stand-alone: no back office to connect to",
            );
        } else {
            let place = Place::default();
            self.ocpp.state = State::Waiting {
                until: first_dial,
                place,
            };
        }
    }

    /// The charger goes down.
    pub(super) fn ocpp_stop(&mut self, effects: &mut Vec<Effect>) {
        if let Some(connection) = self.ocpp.open() {
            effects.push(Effect::HangUp { connection });
        }
        self.ocpp.state = State::Idle;
        self.set_connected(0);
    }

    pub(super) fn ocpp_poll(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        match self.ocpp.state {
            State::Waiting { until, place } if until <= now => self.dial(now, place, effects),
            State::Dialling { until, place } if until <= now => {
                self.ocpp.connection += 1;
                self.failed(now, place, DialFailure::Timeout, effects);
            }
            State::Booting { until, place } if until <= now => {
                effects.push(Effect::HangUp {
                    connection: self.ocpp.connection,
                });
                self.failed(now, place, DialFailure::Timeout, effects);
            }
            State::Held { until, place } if until <= now => self.send_boot(now, place, effects),
            State::Registered { heartbeat, place } if heartbeat <= now => {
                let uptime = self.uptime_ms(now);
                self.objects.set_unsigned(ids::HEARTBEAT_SENT, uptime);
                effects.push(Effect::SendHeartbeat {
                    connection: self.ocpp.connection,
                });
                let heartbeat = now + self.heartbeat_interval();
                self.ocpp.state = State::Registered { heartbeat, place };
            }
            _ => {}
        }
    }

    fn dial(&mut self, now: Duration, place: Place, effects: &mut Vec<Effect>) {
        let Some(candidate) = self.ocpp.candidates.get(place.candidate).cloned() else {
            self.ocpp.state = State::Idle;
            return;
        };
        self.ocpp.connection += 1;
        let text = format!(
            "profile {}: connecting to {}",
            candidate.slot, candidate.url
        );
        self.note(Kind::Com, "ocpp.c", text);
        if let Err(failure) = self.may_dial(&candidate) {
            self.failed(now, place, failure, effects);
            return;
        }
        let request = self.dial_request(now, place, &candidate);
        let until = now + candidate.message_timeout + CONNECTING;
        self.ocpp.state = State::Dialling { until, place };
        effects.push(Effect::Dial(Box::new(request)));
    }

    /// What the charger finds out before it sends anything.
    fn may_dial(&self, candidate: &Candidate) -> Result<(), DialFailure> {
        if candidate.security_profile >= 2 && !candidate.url.starts_with("wss://") {
            return Err(DialFailure::Scheme);
        }
        if candidate.interface != MOBILE {
            return Ok(());
        }
        let sim = self.sim.as_ref().filter(|sim| sim.active);
        let sim = sim.ok_or(DialFailure::NoCarrier)?;
        let id = |sub| ObjectId::new(ids::PROFILE_1 + u16::from(candidate.slot.max(1)) - 1, sub);
        let apn = self.objects.text(id(profile::APN));
        let long = self.objects.text(id(profile::SIM_PIN_LONG));
        let short = self.objects.text(id(profile::SIM_PIN_SHORT));
        let pin = if long.is_empty() { short } else { long };
        let fits = sim.apn.as_deref().is_none_or(|wanted| wanted == apn)
            && sim.pin.as_deref().is_none_or(|wanted| wanted == pin);
        if fits {
            Ok(())
        } else {
            Err(DialFailure::NoCarrier)
        }
    }

    fn dial_request(&self, now: Duration, place: Place, candidate: &Candidate) -> DialRequest {
        DialRequest {
            connection: self.ocpp.connection,
            slot: candidate.slot,
            attempt: place.attempt.saturating_add(1),
            url: candidate.url.clone(),
            identity: self.objects.text(ids::IDENTITY).to_owned(),
            ocpp_version: candidate.ocpp_version,
            security_profile: candidate.security_profile,
            interface: candidate.interface,
            key: self.trust.key.clone(),
            roots: self.trust.roots.clone(),
            client_certificate: self.trust.client_certificate.clone(),
            message_timeout: candidate.message_timeout,
            clock: self.clock(now),
        }
    }

    /// How the dialling that [`Effect::Dial`] asked for went. An outcome of an older
    /// connection is ignored.
    pub fn handle_dial_outcome(
        &mut self,
        now: Duration,
        connection: u64,
        outcome: DialOutcome,
        effects: &mut Vec<Effect>,
    ) {
        let State::Dialling { place, .. } = self.ocpp.state else {
            return;
        };
        if connection != self.ocpp.connection {
            return;
        }
        match outcome {
            DialOutcome::Failed(failure) => self.failed(now, place, failure, effects),
            DialOutcome::Connected => {
                let slot = self.slot_at(place);
                self.set_connected(slot.max(1));
                self.note(Kind::Com, "ocpp.c", format!("profile {slot}: connected"));
                if self.ocpp.accepted_at == Some(slot) {
                    self.registered(now, place);
                } else {
                    self.send_boot(now, place, effects);
                }
            }
        }
    }

    fn send_boot(&mut self, now: Duration, place: Place, effects: &mut Vec<Effect>) {
        let timeout = self.candidate_timeout(place);
        let uptime = self.uptime_ms(now);
        self.objects.set_unsigned(ids::BOOT_SENT, uptime);
        self.set_boot_state(AWAITING_REPLY);
        self.ocpp.state = State::Booting {
            until: now + timeout,
            place,
        };
        effects.push(Effect::SendBoot {
            connection: self.ocpp.connection,
        });
    }

    /// What the back office answered to the BootNotification.
    pub fn handle_boot_answer(
        &mut self,
        now: Duration,
        connection: u64,
        answer: BootAnswer,
        effects: &mut Vec<Effect>,
    ) {
        let State::Booting { place, .. } = self.ocpp.state else {
            return;
        };
        if connection != self.ocpp.connection {
            return;
        }
        if let Some(time) = answer
            .current_time
            .filter(|_| self.setup.habits.clock_from_back_office)
        {
            self.set_clock(now, time);
        }
        let text = format!("boot notification: {:?}", answer.status);
        self.note(Kind::Info, "ocpp.c", text);
        match answer.status {
            BootStatus::Accepted => self.accepted(now, place, answer.interval, effects),
            BootStatus::Pending | BootStatus::Rejected => {
                let pending = answer.status == BootStatus::Pending;
                self.set_boot_state(if pending { PENDING } else { REJECTED });
                let pause = answer.interval.max(SHORTEST_RETRY);
                self.ocpp.state = State::Held {
                    until: now + pause,
                    place,
                };
            }
        }
    }

    fn accepted(
        &mut self,
        now: Duration,
        place: Place,
        interval: Duration,
        effects: &mut Vec<Effect>,
    ) {
        let uptime = self.uptime_ms(now);
        self.objects.set_unsigned(ids::BOOT_ACCEPTED, uptime);
        let seconds = interval.as_secs().clamp(1, 86_400);
        self.objects.set_unsigned(ids::HEARTBEAT_AGREED, seconds);
        self.set_boot_state(ACCEPTED);
        self.ocpp.accepted_at = Some(self.slot_at(place));
        self.registered(now, place);
        let connection = self.ocpp.connection;
        for connector in 0..=self.setup.sockets {
            let charging = connector == 1 && self.charging;
            effects.push(Effect::SendStatus {
                connection,
                connector,
                charging,
            });
        }
        if self.unsent > 0 {
            effects.push(Effect::SendTransaction { connection });
        }
        self.raise_floor(place);
    }

    fn registered(&mut self, now: Duration, place: Place) {
        self.ocpp.rounds = 0;
        let heartbeat = now + self.heartbeat_interval();
        self.ocpp.state = State::Registered { heartbeat, place };
    }

    /// After a connection with a higher security profile there is no way down.
    fn raise_floor(&mut self, place: Place) {
        let Some(candidate) = self.ocpp.candidates.get(place.candidate) else {
            return;
        };
        let (slot, level) = (candidate.slot, candidate.security_profile);
        let raised = i64::from(level) > self.objects.number(ids::SECURITY_PROFILE);
        if !self.setup.habits.deletes_lower_profiles || !raised {
            return;
        }
        self.objects
            .set_unsigned(ids::SECURITY_PROFILE, level.into());
        for deleted in dial::delete_below(&mut self.objects, level) {
            let text = format!("profile {deleted} deleted: below security profile {level}");
            self.note(Kind::Security, "ocpp.c", text);
        }
        self.ocpp
            .candidates
            .retain(|candidate| candidate.security_profile >= level);
        let at = |candidate: &Candidate| candidate.slot == slot;
        let candidate = self.ocpp.candidates.iter().position(at).unwrap_or(0);
        if let State::Registered { place, .. } = &mut self.ocpp.state {
            place.candidate = candidate;
        }
    }

    /// Whether the Heartbeat was answered.
    pub fn handle_heartbeat(&mut self, now: Duration, connection: u64, answered: bool) {
        if self.ocpp.open() != Some(connection) {
            return;
        }
        let id = if answered {
            ids::HEARTBEAT_RECEIVED
        } else {
            ids::HEARTBEAT_FAILED
        };
        let uptime = self.uptime_ms(now);
        self.objects.set_unsigned(id, uptime);
    }

    /// The back office has taken a transaction that had waited.
    pub fn handle_transaction_sent(&mut self, connection: u64, effects: &mut Vec<Effect>) {
        if self.ocpp.open() != Some(connection) || self.unsent == 0 {
            return;
        }
        self.unsent -= 1;
        if self.unsent > 0 {
            effects.push(Effect::SendTransaction { connection });
        }
    }

    /// The connection is gone, whoever closed it.
    pub fn handle_closed(&mut self, now: Duration, connection: u64) {
        if self.ocpp.open() != Some(connection) {
            return;
        }
        let (State::Booting { place, .. }
        | State::Held { place, .. }
        | State::Registered { place, .. }) = self.ocpp.state
        else {
            return;
        };
        self.note(
            Kind::Warning,
            "ocpp.c",
            "connection closed by the back office",
        );
        self.set_connected(0);
        self.next_attempt(now, place);
    }

    fn failed(
        &mut self,
        now: Duration,
        place: Place,
        failure: DialFailure,
        effects: &mut Vec<Effect>,
    ) {
        self.note(Kind::Error, "ocpp.c", failure.log_text());
        self.set_connected(0);
        let wired = self
            .ocpp
            .candidates
            .get(place.candidate)
            .is_some_and(|candidate| candidate.interface != MOBILE);
        let bounce = self.setup.habits.link_bounce;
        if wired && failure.blames_the_link() && !bounce.is_zero() {
            self.note(
                Kind::Warning,
                "net.c",
                "No Internet connection, restart networking",
            );
            self.bounce(now + bounce, effects);
        }
        self.next_attempt(now, place);
    }

    /// The same profile again, or the next one, or a pause after the last.
    fn next_attempt(&mut self, now: Duration, place: Place) {
        let attempts = u8::try_from(self.objects.number(ids::ATTEMPTS))
            .unwrap_or(1)
            .max(1);
        let tried = place.attempt.saturating_add(1);
        let timing = self.setup.timing;
        let (place, pause) = if tried < attempts {
            (
                Place {
                    attempt: tried,
                    ..place
                },
                timing.redial,
            )
        } else if place.candidate + 1 < self.ocpp.candidates.len() {
            let next = Place {
                candidate: place.candidate + 1,
                attempt: 0,
            };
            (next, timing.redial)
        } else {
            let doubled = timing.back_off * 2_u32.pow(self.ocpp.rounds.min(3));
            self.ocpp.rounds = self.ocpp.rounds.saturating_add(1);
            (Place::default(), doubled)
        };
        self.ocpp.state = State::Waiting {
            until: now + pause,
            place,
        };
    }

    fn slot_at(&self, place: Place) -> u8 {
        let candidate = self.ocpp.candidates.get(place.candidate);
        candidate.map_or(0, |candidate| candidate.slot)
    }

    fn candidate_timeout(&self, place: Place) -> Duration {
        let candidate = self.ocpp.candidates.get(place.candidate);
        candidate.map_or(CONNECTING, |candidate| candidate.message_timeout)
    }

    fn heartbeat_interval(&self) -> Duration {
        let agreed = u64::try_from(self.objects.number(ids::HEARTBEAT_AGREED)).unwrap_or(900);
        Duration::from_secs(agreed.max(1))
    }

    fn set_boot_state(&mut self, state: i64) {
        self.objects.set_signed(ids::BOOT_STATE, state);
    }

    /// `slot` 0 = not connected.
    fn set_connected(&mut self, slot: u8) {
        self.objects.set_signed(ids::CONNECTED, i64::from(slot > 0));
        self.objects.set_unsigned(ids::ACTIVE_PROFILE, slot.into());
    }

    /// A transaction from start to stop, sent now or as soon as a back office accepts.
    pub fn charge(&mut self, effects: &mut Vec<Effect>) {
        self.unsent = self.unsent.saturating_add(1);
        if self.ocpp.is_registered() && self.unsent == 1 {
            effects.push(Effect::SendTransaction {
                connection: self.ocpp.connection,
            });
        }
    }

    /// A car starts or stops charging at socket 1.
    pub fn set_charging(&mut self, charging: bool, effects: &mut Vec<Effect>) {
        self.charging = charging;
        self.objects.set(
            ids::SOCKET_STATE,
            Value::Signed(if charging { 11 } else { 4 }),
        );
        if self.ocpp.is_registered() {
            let connection = self.ocpp.connection;
            effects.push(Effect::SendStatus {
                connection,
                connector: 1,
                charging,
            });
        }
    }
}

/// The values of object `3600_1`.
const NOT_SENT: i64 = 0;
const AWAITING_REPLY: i64 = 1;
const REJECTED: i64 = 2;
const ACCEPTED: i64 = 3;
const PENDING: i64 = 4;

/// The value of a profile's interface that means the mobile network.
const MOBILE: u8 = 5;
/// What dialling may take besides the answer.
const CONNECTING: Duration = Duration::from_secs(10);
/// No retry of a BootNotification comes sooner, whatever the back office says.
const SHORTEST_RETRY: Duration = Duration::from_secs(5);
