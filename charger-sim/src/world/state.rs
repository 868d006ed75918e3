//! What a world is made of, and how its time goes on.

use std::sync::Arc;
use std::time::Duration;

use super::event::{Counts, Event, EventKind};
use super::fault::{Fault, FaultPlan};
use super::schedule::{Due, Key, Schedule};
use super::{BackOfficeId, ChargerId};
use crate::back_office::{BackOfficeModel, Behaviour};
use crate::charger::{BootStatus, ChargerModel, ChargerSetup, Effect};

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) now: Duration,
    pub(super) chargers: Vec<Inhabitant>,
    pub(super) back_offices: Vec<BackOfficeModel>,
    pub(super) schedule: Schedule,
    clients: u64,
    events: Vec<Event>,
    recording: bool,
    /// Kept to save allocations.
    effects: Vec<Effect>,
}

/// A charger and what the world keeps about it.
#[derive(Debug)]
pub(super) struct Inhabitant {
    pub(super) model: ChargerModel,
    wake: Option<Key>,
    pub(super) connection: Option<(u64, BackOfficeId)>,
    faults: FaultPlan,
    killed: bool,
    /// Connections of the HTTPS link that are open.
    connections: u64,
    pub(super) counts: Counts,
}

impl State {
    pub(crate) const fn now(&self) -> Duration {
        self.now
    }

    pub(crate) fn add_back_office(&mut self, model: BackOfficeModel) -> BackOfficeId {
        self.back_offices.push(model);
        BackOfficeId(self.back_offices.len() - 1)
    }

    pub(crate) fn add_charger(&mut self, setup: Arc<ChargerSetup>) -> ChargerId {
        let id = ChargerId(self.chargers.len());
        self.chargers.push(Inhabitant {
            model: ChargerModel::new(setup),
            wake: None,
            connection: None,
            faults: FaultPlan::none(),
            killed: false,
            connections: 0,
            counts: Counts::default(),
        });
        self.replan(id);
        id
    }

    pub(crate) const fn next_client(&mut self) -> u64 {
        self.clients += 1;
        self.clients
    }

    pub(crate) fn charger(&self, id: ChargerId) -> Option<&ChargerModel> {
        self.chargers.get(id.0).map(|charger| &charger.model)
    }

    pub(crate) fn accepted_by(&self, id: ChargerId) -> Option<BackOfficeId> {
        let charger = self.chargers.get(id.0)?;
        let (_, at) = charger.connection.filter(|_| charger.model.is_accepted())?;
        Some(at)
    }

    pub(crate) fn back_office(&mut self, id: BackOfficeId) -> Option<&mut BackOfficeModel> {
        self.back_offices.get_mut(id.0)
    }

    /// Acts on a charger, then carries out what follows from it.
    pub(crate) fn with_charger<T>(
        &mut self,
        id: ChargerId,
        act: impl FnOnce(&mut ChargerModel, Duration, &mut Vec<Effect>) -> T,
    ) -> Option<T> {
        let mut effects = std::mem::take(&mut self.effects);
        let now = self.now;
        let result = self
            .chargers
            .get_mut(id.0)
            .map(|charger| act(&mut charger.model, now, &mut effects));
        for effect in effects.drain(..) {
            self.carry_out(id, effect);
        }
        self.effects = effects;
        self.replan(id);
        result
    }

    pub(crate) fn set_behaviour(&mut self, id: BackOfficeId, behaviour: Behaviour) {
        if let Some(back_office) = self.back_offices.get_mut(id.0) {
            back_office.behaviour = behaviour;
        }
        if behaviour.reachable {
            return;
        }
        for (index, charger) in self.chargers.iter().enumerate() {
            if let Some((connection, _)) = charger.connection.filter(|(_, at)| *at == id) {
                self.schedule
                    .plan(self.now, index, Due::Closed { connection });
            }
        }
    }

    pub(crate) fn advance_to(&mut self, end: Duration) {
        while self.step(end) {}
        self.now = self.now.max(end);
    }

    /// Does the next thing that is due until `end`; false if there was none.
    pub(crate) fn step(&mut self, end: Duration) -> bool {
        let Some((at, index, due)) = self.schedule.next(end) else {
            self.now = self.now.max(end);
            return false;
        };
        self.now = self.now.max(at);
        let id = ChargerId(index);
        match due {
            Due::Wake => {
                if let Some(charger) = self.chargers.get_mut(index) {
                    charger.wake = None;
                }
                self.with_charger(id, ChargerModel::poll);
            }
            Due::PowerOn => {
                self.with_charger(id, |charger, now, _| charger.power_on(now));
            }
            Due::DialOutcome {
                connection,
                outcome,
            } => {
                self.with_charger(id, |charger, now, effects| {
                    charger.handle_dial_outcome(now, connection, outcome, effects);
                });
            }
            Due::BootAnswer { connection, answer } => self.boot_answered(id, connection, answer),
            Due::Heartbeat { connection } => {
                self.with_charger(id, |charger, now, _| {
                    charger.handle_heartbeat(now, connection, true);
                });
            }
            Due::TransactionSent { connection } => {
                self.with_charger(id, |charger, _, effects| {
                    charger.handle_transaction_sent(connection, effects);
                });
            }
            Due::Closed { connection } => {
                self.with_charger(id, |charger, now, _| charger.handle_closed(now, connection));
            }
        }
        true
    }

    fn boot_answered(
        &mut self,
        id: ChargerId,
        connection: u64,
        answer: crate::charger::BootAnswer,
    ) {
        self.with_charger(id, |charger, now, effects| {
            charger.handle_boot_answer(now, connection, answer, effects);
        });
        let at = self
            .chargers
            .get(id.0)
            .and_then(|charger| charger.connection);
        if let Some((_, back_office)) = at {
            self.record(
                id,
                match answer.status {
                    BootStatus::Accepted => EventKind::Accepted { back_office },
                    _ => EventKind::NotAccepted { back_office },
                },
            );
        }
    }

    fn replan(&mut self, id: ChargerId) {
        let Some(charger) = self.chargers.get_mut(id.0) else {
            return;
        };
        let wanted = charger.model.next_wake();
        if charger.wake.map(|(at, _)| at) == wanted {
            return;
        }
        if let Some(key) = charger.wake.take() {
            self.schedule.cancel(key);
        }
        charger.wake = wanted.map(|at| self.schedule.plan(at, id.0, Due::Wake));
    }

    /// The power of a charger goes away and comes back after `off`.
    pub(crate) fn cut_power(&mut self, id: ChargerId, off: Duration) {
        self.with_charger(id, ChargerModel::power_off);
        self.schedule
            .plan(self.now.saturating_add(off), id.0, Due::PowerOn);
    }

    pub(crate) fn plan_faults(&mut self, id: ChargerId, plan: FaultPlan) {
        if let Some(charger) = self.chargers.get_mut(id.0) {
            charger.faults = plan;
        }
    }

    /// Counts an exchange and finds its fault.
    pub(crate) fn count_exchange(
        &mut self,
        id: ChargerId,
        request: &charger_link::Request,
    ) -> (u64, Option<Fault>) {
        let name = request.name();
        let Some(charger) = self.chargers.get_mut(id.0) else {
            return (0, None);
        };
        charger.counts.exchanges += 1;
        charger.counts.side_effects += u64::from(request.has_side_effect());
        let number = charger.counts.exchanges;
        let fault = charger.faults.strike(number, name);
        self.record(
            id,
            EventKind::Exchange {
                number,
                request: name,
            },
        );
        if let Some(fault) = fault {
            self.record(id, EventKind::Fault(fault));
        }
        (number, fault)
    }

    /// Counts a call of a link that plans no faults; its number.
    pub(crate) fn count_call(&mut self, id: ChargerId, request: &'static str) -> u64 {
        let Some(charger) = self.chargers.get_mut(id.0) else {
            return 0;
        };
        let counts = &mut charger.counts;
        counts.exchanges += 1;
        counts.restarts += u64::from(request == "restart");
        counts.uploads += u64::from(request == "upload");
        counts.logins += u64::from(request == "login");
        let number = counts.exchanges;
        self.record(id, EventKind::Exchange { number, request });
        number
    }

    pub(crate) fn opened(&mut self, id: ChargerId) {
        if let Some(charger) = self.chargers.get_mut(id.0) {
            charger.connections += 1;
            let most = &mut charger.counts.most_connections;
            *most = charger.connections.max(*most);
        }
    }

    pub(crate) fn closed(&mut self, id: ChargerId) {
        if let Some(charger) = self.chargers.get_mut(id.0) {
            charger.connections = charger.connections.saturating_sub(1);
        }
    }

    pub(crate) fn counts(&self, id: ChargerId) -> Counts {
        self.chargers
            .get(id.0)
            .map(|charger| charger.counts)
            .unwrap_or_default()
    }

    pub(crate) fn count(&mut self, id: ChargerId, count: impl FnOnce(&mut Counts)) {
        if let Some(charger) = self.chargers.get_mut(id.0) {
            count(&mut charger.counts);
        }
    }

    pub(crate) fn is_killed(&self, id: ChargerId) -> bool {
        self.chargers
            .get(id.0)
            .is_some_and(|charger| charger.killed)
    }

    pub(crate) fn kill(&mut self, id: ChargerId) {
        if let Some(charger) = self.chargers.get_mut(id.0) {
            charger.killed = true;
        }
    }

    pub(crate) fn revive(&mut self, id: ChargerId) {
        if let Some(charger) = self.chargers.get_mut(id.0) {
            charger.killed = false;
        }
    }

    pub(crate) const fn record_events(&mut self, record: bool) {
        self.recording = record;
    }

    pub(crate) fn record(&mut self, id: ChargerId, kind: EventKind) {
        if self.recording {
            self.events.push(Event::new(self.now, id, kind));
        }
    }

    /// As [`record`](Self::record), for events that cost something to make.
    pub(crate) fn record_with(&mut self, id: ChargerId, kind: impl FnOnce() -> EventKind) {
        if self.recording {
            self.record(id, kind());
        }
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }
}
