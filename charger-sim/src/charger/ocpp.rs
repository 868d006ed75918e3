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

use super::dial::{self, Candidate, DialFailure, DialRequest};
use super::ids::{self, profile};
use super::log::Kind;
use super::{ChargerModel, Effect};
use ocpp_config::ObjectId;

/// The OCPP client of a charger.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ocpp {
    pub(super) state: State,
    pub(super) candidates: Vec<Candidate>,
    pub(super) connection: u64,
    pub(super) rounds: u32,
    /// The slot at which the charger was accepted in this boot.
    pub(super) accepted_at: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum State {
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
pub(super) struct Place {
    pub(super) candidate: usize,
    pub(super) attempt: u8,
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

    pub(super) fn failed(
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
            self.bounce(now.saturating_add(bounce), effects);
        }
        self.next_attempt(now, place);
    }

    /// The same profile again, or the next one, or a pause after the last.
    pub(super) fn next_attempt(&mut self, now: Duration, place: Place) {
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
            let doubled = timing
                .back_off
                .saturating_mul(2_u32.pow(self.ocpp.rounds.min(3)));
            self.ocpp.rounds = self.ocpp.rounds.saturating_add(1);
            (Place::default(), doubled)
        };
        self.ocpp.state = State::Waiting {
            until: now.saturating_add(pause),
            place,
        };
    }

    pub(super) fn slot_at(&self, place: Place) -> u8 {
        let candidate = self.ocpp.candidates.get(place.candidate);
        candidate.map_or(0, |candidate| candidate.slot)
    }

    pub(super) fn candidate_timeout(&self, place: Place) -> Duration {
        let candidate = self.ocpp.candidates.get(place.candidate);
        candidate.map_or(CONNECTING, |candidate| candidate.message_timeout)
    }

    pub(super) fn heartbeat_interval(&self) -> Duration {
        let agreed = u64::try_from(self.objects.number(ids::HEARTBEAT_AGREED)).unwrap_or(900);
        Duration::from_secs(agreed.max(1))
    }

    pub(super) fn set_boot_state(&mut self, state: i64) {
        self.objects.set_signed(ids::BOOT_STATE, state);
    }

    /// `slot` 0 = not connected.
    pub(super) fn set_connected(&mut self, slot: u8) {
        self.objects.set_signed(ids::CONNECTED, i64::from(slot > 0));
        self.objects.set_unsigned(ids::ACTIVE_PROFILE, slot.into());
    }
}

/// The values of object `3600_1`.
const NOT_SENT: i64 = 0;
pub(super) const AWAITING_REPLY: i64 = 1;
pub(super) const REJECTED: i64 = 2;
pub(super) const ACCEPTED: i64 = 3;
pub(super) const PENDING: i64 = 4;

/// The value of a profile's interface that means the mobile network.
const MOBILE: u8 = 5;
/// What dialling may take besides the answer.
const CONNECTING: Duration = Duration::from_secs(10);
