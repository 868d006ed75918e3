//! Who may charge, and who decides that.

use std::time::Duration;

use ocpp_config::objects;

use super::log::Kind;
use super::white_list::Card;
use super::{ChargerModel, Effect};

/// What becomes of a car or a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Admission {
    /// Charging begins.
    Granted,
    /// Nothing happens.
    Refused,
    /// The charger would ask its back office, which is not simulated.
    UpToBackOffice,
    /// The card is on the white list from now on. Charging takes another try.
    Learned,
}

impl ChargerModel {
    /// A car is plugged in, and a card presented if there is one; if that is enough, charging
    /// begins at socket 1.
    ///
    /// What decides is the authorization mode, the Plug & Charge ID that stands in for a card,
    /// the white list, and the online or the offline action. A stand-alone charger is offline
    /// for good. The list that a back office may send (OCPP's local authorization list) is
    /// empty here.
    pub fn ask_to_charge(
        &mut self,
        now: Duration,
        card: Option<&str>,
        effects: &mut Vec<Effect>,
    ) -> Admission {
        self.now = now;
        if !self.is_running() {
            return Admission::Refused;
        }
        let admission = self.admission(now, card);
        self.note(Kind::User, "auth.c", format!("card: {admission:?}"));
        match (admission, card) {
            (Admission::Granted, _) => self.set_charging(true, effects),
            (Admission::Learned, Some(card)) => {
                self.white_list.learns = false;
                self.put_card(now, Card::new(card));
            }
            _ => {}
        }
        admission
    }

    fn admission(&self, now: Duration, card: Option<&str>) -> Admission {
        if self.white_list.learns && card.is_some() {
            return Admission::Learned;
        }
        let stands_in = self.objects.text(objects::PLUG_AND_CHARGE_ID);
        match (self.objects.number(objects::AUTHORIZATION_MODE), card) {
            (PLUG_AND_CHARGE, _) => self.admission_of(now, stands_in),
            (BUTTON, _) => Admission::Granted,
            (_, Some(card)) => self.admission_of(now, card),
            (_, None) => Admission::Refused,
        }
    }

    fn admission_of(&self, now: Duration, card: &str) -> Admission {
        let known = self.white_list.find(card);
        let known = known.filter(|_| self.objects.number(objects::WHITE_LIST) > 0);
        let verdict = known.map(|card| card.is_good(self.clock(now)));
        if self.is_accepted() {
            let lists_first = self.objects.number(objects::ONLINE_ACTION) == 0;
            return match verdict {
                Some(true) if lists_first => Admission::Granted,
                _ => Admission::UpToBackOffice,
            };
        }
        match (self.offline_action(), verdict) {
            (ACCEPT_ALL, None) | (ACCEPT_ALL | ACCEPT_KNOWN, Some(true)) => Admission::Granted,
            _ => Admission::Refused,
        }
    }

    /// One choice in two objects.
    fn offline_action(&self) -> i64 {
        let high = self.objects.number(objects::OFFLINE_ACTION_HIGH);
        high << 1 | self.objects.number(objects::OFFLINE_ACTION_LOW)
    }
}

/// The values of the authorization mode that ask for no card.
const PLUG_AND_CHARGE: i64 = 0;
const BUTTON: i64 = 3;
/// The values of the offline action that let anybody charge.
const ACCEPT_KNOWN: i64 = 1;
const ACCEPT_ALL: i64 = 3;
