//! The white list over HTTP, as the documentation of `alfenctl` describes it.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value as Json, json};
use time::PrimitiveDateTime;

use super::http::Answer;
use crate::charger::{Card, ChargerModel};

/// `GET whitelist?…`: a page of it, or a verb. An empty page past the end is no error.
pub(crate) fn white_list(charger: &mut ChargerModel, now: Duration, query: &str) -> Answer {
    match query.split_once('=') {
        Some(("index", index)) => return page(charger, index),
        Some(("add", id)) if !id.is_empty() => charger.put_card(now, Card::new(id)),
        Some(("remove", id)) => charger.remove_card(now, id),
        None if query == "clear" => charger.clear_cards(now),
        None if query == "starttagaddmode" => charger.learn_next_card(),
        _ => return Answer::empty(400),
    }
    Answer::empty(200)
}

fn page(charger: &ChargerModel, index: &str) -> Answer {
    let card = |card: &Card| {
        json!({
            "tag": card.id,
            "parent": card.parent,
            "status": card.status,
            "expiryDate": card.expires.as_secs(),
        })
    };
    let index = index.parse().unwrap_or(usize::MAX);
    let cards: Vec<Json> = charger.cards_from(index).map(card).collect();
    Answer::json(json!({"version": 1, "whitelist": cards}).to_string())
}

#[derive(Deserialize)]
struct Written {
    tagid: String,
    #[serde(default)]
    parentid: String,
    status: u8,
    expire: String,
}

/// `POST addtag`: a card with all that is known of it, in the place of one with its id.
pub(crate) fn add(charger: &mut ChargerModel, now: Duration, body: &[u8]) -> Answer {
    let Some(card) = written(body) else {
        return Answer::empty(400);
    };
    charger.put_card(now, card);
    Answer::empty(200)
}

fn written(body: &[u8]) -> Option<Card> {
    let written: Written = serde_json::from_slice(body).ok()?;
    let day = time::Date::parse(
        &written.expire,
        time::macros::format_description!("[year]-[month]-[day]"),
    )
    .ok()?;
    let midnight = PrimitiveDateTime::new(day, time::Time::MIDNIGHT).assume_utc();
    let card = Card {
        parent: written.parentid,
        status: written.status,
        // The first day of 1970 says that it never does.
        expires: Duration::from_secs(midnight.unix_timestamp().try_into().ok()?),
        ..Card::new(written.tagid)
    };
    (!card.id.is_empty()).then_some(card)
}
