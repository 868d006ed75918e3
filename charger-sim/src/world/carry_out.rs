//! What chargers want the world around them to do, done at once or planned.

use super::event::EventKind;
use super::schedule::Due;
use super::state::State;
use super::{BackOfficeId, ChargerId};
use crate::back_office::{BackOfficeModel, Behaviour};
use crate::charger::{DialFailure, DialOutcome, DialRequest, Effect};

impl State {
    /// What would answer at the URL of this request.
    pub(crate) fn dial(&self, request: &DialRequest) -> (Option<BackOfficeId>, DialOutcome) {
        let address = address_of(&request.url);
        let found = address.and_then(|address| {
            self.back_offices
                .iter()
                .position(|back_office| back_office.address == address)
        });
        let answered = found.and_then(|index| Some((index, self.back_offices.get(index)?)));
        match answered {
            None => (None, DialOutcome::Failed(DialFailure::NameNotFound)),
            Some((index, back_office)) => (Some(BackOfficeId(index)), back_office.answer(request)),
        }
    }

    pub(super) fn carry_out(&mut self, id: ChargerId, effect: Effect) {
        match effect {
            Effect::Dial(request) => self.dial_for(id, &request),
            Effect::SendBoot { connection } => self.send_boot(id, connection),
            Effect::SendHeartbeat { connection } => {
                self.reply(id, connection, |_| Due::Heartbeat { connection });
            }
            Effect::SendTransaction { connection } => {
                self.reply(id, connection, |back_office| {
                    back_office.take_transaction();
                    Due::TransactionSent { connection }
                });
            }
            Effect::HangUp { .. } => self.disconnect(id),
            Effect::WentDown => {
                self.disconnect(id);
                self.record(id, EventKind::WentDown);
            }
            Effect::CameUp => self.record(id, EventKind::CameUp),
            Effect::LinkDown { .. } => self.record(id, EventKind::LinkBounced),
            Effect::SendStatus { .. } => {}
        }
    }

    fn dial_for(&mut self, id: ChargerId, request: &DialRequest) {
        let (back_office, outcome) = self.dial(request);
        let (slot, connection) = (request.slot, request.connection);
        self.record(id, EventKind::Dialled { slot, outcome });
        let behaviour = back_office
            .and_then(|id| self.back_offices.get(id.0))
            .map_or_else(Behaviour::default, |back_office| back_office.behaviour);
        if let Some(charger) = self.chargers.get_mut(id.0) {
            charger.counts.dials += 1;
            charger.connection = back_office
                .filter(|_| outcome == DialOutcome::Connected)
                .map(|back_office| (connection, back_office));
        }
        let at = self.now.saturating_add(behaviour.delay);
        self.schedule.plan(
            at,
            id.0,
            Due::DialOutcome {
                connection,
                outcome,
            },
        );
        if let Some(after) = behaviour
            .closes_after
            .filter(|_| outcome == DialOutcome::Connected)
        {
            self.schedule
                .plan(at.saturating_add(after), id.0, Due::Closed { connection });
        }
    }

    fn send_boot(&mut self, id: ChargerId, connection: u64) {
        let now = self.now;
        let Some(charger) = self.chargers.get(id.0) else {
            return;
        };
        let Some((_, at)) = charger.connection.filter(|(open, _)| *open == connection) else {
            return;
        };
        let identity = charger.model.identity().identity;
        let Some(back_office) = self.back_offices.get_mut(at.0) else {
            return;
        };
        let delay = back_office.behaviour.delay;
        if let Some(answer) = back_office.boot(now, &identity) {
            self.schedule.plan(
                now.saturating_add(delay),
                id.0,
                Due::BootAnswer { connection, answer },
            );
        }
    }

    fn reply(
        &mut self,
        id: ChargerId,
        connection: u64,
        answer: impl FnOnce(&mut BackOfficeModel) -> Due,
    ) {
        let at = self
            .chargers
            .get(id.0)
            .and_then(|charger| charger.connection);
        let at = at.filter(|(open, _)| *open == connection);
        let back_office = at.and_then(|(_, at)| self.back_offices.get_mut(at.0));
        if let Some(back_office) = back_office.filter(|it| it.behaviour.reachable) {
            let delay = back_office.behaviour.delay;
            let due = answer(back_office);
            self.schedule
                .plan(self.now.saturating_add(delay), id.0, due);
        }
    }

    fn disconnect(&mut self, id: ChargerId) {
        if let Some(charger) = self.chargers.get_mut(id.0) {
            charger.connection = None;
        }
    }
}

/// Host and port of a `ws` or `wss` URL, `None` if it is not one.
fn address_of(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    let default = match url.scheme() {
        "ws" => 80,
        "wss" => 443,
        _ => return None,
    };
    Some(format!(
        "{}:{}",
        url.host_str()?,
        url.port().unwrap_or(default)
    ))
}
