//! What a charger makes of the answers of a back office.

use std::time::Duration;

use ocpp_config::Value;

use super::dial::{self, BootAnswer, BootStatus, Candidate, DialOutcome};
use super::log::Kind;
use super::ocpp::{ACCEPTED, AWAITING_REPLY, PENDING, Place, REJECTED, State};
use super::{ChargerModel, Effect, ids};

impl ChargerModel {
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

    pub(super) fn send_boot(&mut self, now: Duration, place: Place, effects: &mut Vec<Effect>) {
        let timeout = self.candidate_timeout(place);
        let uptime = self.uptime_ms(now);
        self.objects.set_unsigned(ids::BOOT_SENT, uptime);
        self.set_boot_state(AWAITING_REPLY);
        self.ocpp.state = State::Booting {
            until: now.saturating_add(timeout),
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
                let pause = answer.interval.clamp(SHORTEST_RETRY, LONGEST_RETRY);
                self.ocpp.state = State::Held {
                    until: now.saturating_add(pause),
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
        self.sent = self.sent.saturating_add(1);
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

/// No retry of a BootNotification comes sooner, whatever the back office says.
const SHORTEST_RETRY: Duration = Duration::from_secs(5);
/// Nor later than this.
const LONGEST_RETRY: Duration = Duration::from_secs(86_400);
