//! The cards that a charger knows by itself.

use std::time::Duration;

use super::ChargerModel;
use super::log::Kind;

/// The cards on the white list, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct WhiteList {
    cards: Vec<Card>,
    /// Whether the next card that somebody presents is put on it.
    pub(super) learns: bool,
}

/// A card on the white list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) id: String,
    /// The group that it belongs to.
    pub(crate) parent: String,
    pub(crate) status: u8,
    /// Since 1970; zero = never.
    pub(crate) expires: Duration,
}

impl Card {
    /// One that is good for ever.
    pub(crate) fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            parent: String::new(),
            status: ACTIVE,
            expires: Duration::ZERO,
        }
    }

    pub(super) fn is_good(&self, clock: Duration) -> bool {
        self.status == ACTIVE && (self.expires.is_zero() || clock < self.expires)
    }
}

impl WhiteList {
    pub(crate) fn new(cards: &[String]) -> Self {
        let mut list = Self::default();
        for card in cards {
            list.put(Card::new(card.as_str()));
        }
        list
    }

    pub(super) fn find(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }

    /// Takes a card, in the place of one with the same id. One too many is dropped.
    fn put(&mut self, card: Card) {
        let is_full = self.cards.len() >= MOST;
        match self.cards.iter_mut().find(|known| known.id == card.id) {
            Some(known) => *known = card,
            None if is_full => {}
            None => self.cards.push(card),
        }
    }
}

impl ChargerModel {
    /// The ids of the cards on the white list, whatever their status.
    pub fn white_list(&self) -> impl Iterator<Item = &str> {
        self.white_list.cards.iter().map(|card| card.id.as_str())
    }

    /// The page of the white list that begins with this card, counted from 0.
    pub(crate) fn cards_from(&self, index: usize) -> impl Iterator<Item = &Card> {
        self.white_list.cards.iter().skip(index).take(PAGE)
    }

    pub(crate) fn put_card(&mut self, now: Duration, card: Card) {
        self.now = now;
        self.note(Kind::User, "auth.c", "white list changed");
        self.white_list.put(card);
    }

    pub(crate) fn remove_card(&mut self, now: Duration, id: &str) {
        self.now = now;
        self.note(Kind::User, "auth.c", "white list changed");
        self.white_list.cards.retain(|card| card.id != id);
    }

    pub(crate) fn clear_cards(&mut self, now: Duration) {
        self.now = now;
        self.note(Kind::User, "auth.c", "white list cleared");
        self.white_list.cards.clear();
    }

    /// The next card that somebody presents is put on the white list.
    pub(crate) const fn learn_next_card(&mut self) {
        self.white_list.learns = true;
    }
}

/// The status of a card that may charge; 0 unknown, 2 blocked, 3 deleted and 99 master may not,
/// as the vendor's article KA-01371 says of the last one.
const ACTIVE: u8 = 1;
/// As many cards fit on it (KA-01371).
const MOST: usize = 1_200;
/// Cards in an answer: the vendor's client asks in steps of as many.
const PAGE: usize = 16;
