//! The charger's HTTPS API, request by request, quirks included. Pure: what is asked and
//! when goes in, what is answered comes out.

use std::time::Duration;

use charger_link::{Request, Response, TransactionPage};
use ocpp_config::{Object, ObjectId, Property, PropertyPage, Secret, WriteOnlyItem, parse_writes};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use time::OffsetDateTime;

use super::api_cards;
use super::http::{Answer, Head};
use crate::charger::{ChargerModel, Effect, Family, FirmwareLine, LoginError};

/// One client's connection: what it has to prove that it is logged in.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) client: u64,
    pub(crate) token: String,
}

/// A request with its body in full.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) head: &'a Head,
    pub(crate) body: &'a [u8],
}

/// Answers everything but an upload, whose body takes its time.
pub(crate) fn answer(
    charger: &mut ChargerModel,
    now: Duration,
    caller: &Caller,
    call: &Call<'_>,
    effects: &mut Vec<Effect>,
) -> Answer {
    if !charger.admit_request(now) {
        return Answer::empty(429);
    }
    let (path, query) = path_and_query(&call.head.target);
    match (call.head.method.as_str(), path) {
        ("POST", "login") => return log_in(charger, now, caller, call.body),
        ("GET", "info") => return info(charger),
        _ => {}
    }
    if let Err(status) = authorize(charger, now, caller, call.head) {
        return Answer::empty(status);
    }
    match (call.head.method.as_str(), path) {
        ("POST", "logout") => {
            charger.log_out(now, caller.client);
            Answer::empty(200)
        }
        ("GET", "categories") => {
            Answer::json(json!({"categories": charger.categories()}).to_string())
        }
        ("GET", "prop") => properties(charger, now, query),
        ("POST", "prop") => write(charger, now, call.body),
        ("POST", "domain") => domain(charger, call.body),
        ("GET", "firmware") => upload_status(charger),
        ("GET", "log") => log(charger, query),
        ("GET", "transactions") => transactions(charger, query),
        ("GET", "whitelist") => api_cards::white_list(charger, now, query),
        ("POST", "addtag") => api_cards::add(charger, now, call.body),
        ("POST", path) => command(charger, now, path, query, call.body, effects),
        _ => Answer::empty(404),
    }
}

/// Whether this caller may go on; the status if not.
pub(crate) fn authorize(
    charger: &mut ChargerModel,
    now: Duration,
    caller: &Caller,
    head: &Head,
) -> Result<(), u16> {
    let bearer = head.header("authorization").unwrap_or_default();
    let token = bearer.strip_prefix("Bearer ").unwrap_or_default();
    let proven = !charger.setup().session.tokens || token == caller.token;
    if proven && charger.keep_session(now, caller.client) {
        Ok(())
    } else {
        Err(401)
    }
}

/// The command, without `/api/`, and what follows the question mark, as it came.
pub(crate) fn path_and_query(target: &str) -> (&str, &str) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    (path.strip_prefix("/api/").unwrap_or_default(), query)
}

#[derive(Deserialize)]
struct Login {
    username: String,
    password: String,
}

fn log_in(charger: &mut ChargerModel, now: Duration, caller: &Caller, body: &[u8]) -> Answer {
    let Ok(login) = serde_json::from_slice::<Login>(body) else {
        return Answer::empty(400);
    };
    let password = Secret::from(login.password);
    match charger.login(now, caller.client, &login.username, password.expose()) {
        Err(LoginError::UnknownUser) => Answer::empty(400),
        Err(LoginError::WrongPassword) => Answer::empty(403),
        Err(_) => Answer::empty(503),
        Ok(()) if charger.setup().session.tokens => {
            let (access, refresh) = (&caller.token, "refresh");
            Answer::json(json!({"access": access, "refresh": refresh}).to_string())
        }
        Ok(()) => Answer {
            cookie: Some(format!("session={}; Path=/; HttpOnly", caller.token)),
            ..Answer::empty(200)
        },
    }
}

fn info(charger: &ChargerModel) -> Answer {
    if charger.setup().firmware == FirmwareLine::V5 {
        return Answer::empty(404);
    }
    let identity = charger.identity();
    let body = json!({
        "ObjectId": identity.serial_number,
        "Model": identity.model,
        "Identity": identity.identity,
        "FWVersion": identity.firmware,
        "Type": identity.charger_type,
    });
    Answer::json(body.to_string())
}

/// The embedded server matches the beginning of the query literally: another order of
/// the parameters gives an empty page, and `%2C` is not a comma.
fn properties(charger: &ChargerModel, now: Duration, query: &str) -> Answer {
    if let Some(ids) = query.strip_prefix("ids=") {
        let ids = ids.split('&').next().unwrap_or_default();
        let wanted = ids.split(',').filter_map(|id| id.parse::<ObjectId>().ok());
        let objects: Vec<Object> = wanted.filter_map(|id| charger.object(now, id)).collect();
        if charger.setup().habits.flat_id_reads {
            return flat(&objects);
        }
        let total = objects.len();
        return page(&objects, 0, total);
    }
    let (category, rest) = match query.strip_prefix("cat=") {
        Some(rest) => {
            let (category, rest) = rest.split_once('&').unwrap_or((rest, ""));
            (Some(category), rest)
        }
        // AHP lists everything when no category is named
        None if charger.setup().family == Family::Ahp => (None, query),
        None => return page(&[], 0, 0),
    };
    let mut parameters = rest.split('&');
    let limit = number(parameters.next(), "limit=").unwrap_or(usize::MAX);
    let offset = number(parameters.next(), "offset=").unwrap_or(0);
    let ids: Vec<ObjectId> = charger.listed(category).collect();
    let size = limit.min(charger.setup().habits.page_size);
    let objects: Vec<Object> = ids
        .iter()
        .skip(offset)
        .take(size)
        .filter_map(|id| charger.object(now, *id))
        .collect();
    page(&objects, offset, ids.len())
}

/// Values by id, without anything that tells their types.
fn flat(objects: &[Object]) -> Answer {
    let mut map = serde_json::Map::new();
    for object in objects {
        let spelled = Property::from(object).to_json().unwrap_or_default();
        let mut spelled: Json = serde_json::from_str(&spelled).unwrap_or_default();
        map.insert(object.id.to_string(), spelled["value"].take());
    }
    Answer::json(Json::Object(map).to_string())
}

fn number(parameter: Option<&str>, name: &str) -> Option<usize> {
    parameter?.strip_prefix(name)?.parse().ok()
}

fn page(objects: &[Object], offset: usize, total: usize) -> Answer {
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let properties = objects.iter().map(Property::from).collect();
    let page = PropertyPage::new(properties, small(offset), small(total));
    page.to_json()
        .map_or_else(|_| Answer::empty(500), Answer::json)
}

fn write(charger: &mut ChargerModel, now: Duration, body: &[u8]) -> Answer {
    match parse_writes(body) {
        Ok(writes) if writes.len() <= ocpp_config::MAX_WRITES_PER_REQUEST => {
            charger.write_posted(now, &writes);
            Answer::empty(200)
        }
        _ => Answer::empty(400),
    }
}

#[derive(Deserialize)]
struct Domain {
    cmd: String,
    #[serde(rename = "type")]
    item: u8,
    data: String,
}

fn domain(charger: &mut ChargerModel, body: &[u8]) -> Answer {
    let Ok(domain) = serde_json::from_slice::<Domain>(body) else {
        return Answer::empty(400);
    };
    let digits = Secret::from(domain.data);
    let bytes = hex_bytes(digits.expose());
    match (domain.cmd.as_str(), bytes) {
        ("add", Some(bytes)) => {
            charger.install_item(WriteOnlyItem::new(domain.item), &Secret::new(bytes));
            Answer::empty(200)
        }
        // A wrong value is answered with 200 all the same.
        ("add", None) => Answer::empty(200),
        _ => Answer::empty(400),
    }
}

/// Upper-case digits only, in pairs.
fn hex_bytes(digits: &[u8]) -> Option<Vec<u8>> {
    let upper = |digit: &u8| digit.is_ascii_digit() || (b'A'..=b'F').contains(digit);
    if !digits.len().is_multiple_of(2) || !digits.iter().all(upper) {
        return None;
    }
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks_exact(2).map(pair).collect()
}

fn upload_status(charger: &ChargerModel) -> Answer {
    let status = charger.upload_status();
    let (busy, state) = (status.in_progress, status.state.number());
    let comma = if charger.setup().habits.trailing_comma {
        ","
    } else {
        ""
    };
    Answer::json(format!(
        "{{\"uploadInProgress\":\"{busy}\",\"OD_fileFirmwareUpdateStatus\":{{\"value\":{state}}}{comma}}}"
    ))
}

fn log(charger: &ChargerModel, query: &str) -> Answer {
    let offset = number(query.split('&').next(), "offset=").unwrap_or(0);
    let mut body = charger.log_page(offset).join("\n");
    if !body.is_empty() {
        body.push('\n');
    }
    Answer::text(body)
}

/// One record a line, in the envelope of the newer firmware.
fn transactions(charger: &ChargerModel, query: &str) -> Answer {
    let before = number(query.split('&').next(), "offset=");
    let before = before.and_then(|before| u32::try_from(before).ok());
    let page = charger.transactions_before(before.unwrap_or(TransactionPage::NEWEST));
    if page.records.is_empty() {
        return Answer::text("empty transaction database\n".to_owned());
    }
    let lines = page.records.iter().map(|record| {
        let number = record.number.map(|number| format!("{number}_"));
        format!("{}{}", number.unwrap_or_default(), record.text)
    });
    let lines: Vec<String> = lines.collect();
    Answer::text(format!("{{\"version\":2,{}\n}}", lines.join("\n")))
}

fn command(
    charger: &mut ChargerModel,
    now: Duration,
    path: &str,
    query: &str,
    body: &[u8],
    effects: &mut Vec<Effect>,
) -> Answer {
    if path == "cmd" && console_word(body).as_deref() == Some("txerase") {
        charger.note_console(now, "txerase");
        charger.erase_transactions();
        return Answer::empty(200);
    }
    let request = match (charger.setup().family, path) {
        (Family::Ng9xx, "cmd") => console(body),
        (Family::Ahp, "reset") if query == "type=hard" => Some(Request::Restart),
        (Family::Ahp, "datetime") => serde_json::from_slice::<String>(body)
            .ok()
            .and_then(|text| clock_request(&text)),
        _ => return Answer::empty(404),
    };
    if let Some(request) = &request {
        charger.note_console(now, request.name());
    }
    let done = request.map(|request| charger.request(now, &request, effects));
    match done {
        Some(Ok(Response::Done)) => Answer::empty(200),
        Some(_) => Answer::empty(500),
        None => Answer::empty(400),
    }
}

/// A console command; what would wipe a charger is refused here.
fn console(body: &[u8]) -> Option<Request> {
    match console_word(body)?.as_str() {
        "reboot" => Some(Request::Restart),
        "forcefirmwarepermanent" => Some(Request::KeepFirmware),
        other => other.strip_prefix("date ").and_then(clock_request),
    }
}

pub(crate) fn console_word(body: &[u8]) -> Option<String> {
    let body: Json = serde_json::from_slice(body).ok()?;
    Some(body.get("command")?.as_str()?.to_owned())
}

/// `yyyy-MM-dd HH:mm:ss`, UTC.
fn clock_request(text: &str) -> Option<Request> {
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let at = time::PrimitiveDateTime::parse(text.trim(), format).ok()?;
    let since = at.assume_utc() - OffsetDateTime::UNIX_EPOCH;
    Some(Request::SetClock {
        since_epoch: since.try_into().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charger::ChargerSetup;
    use proptest::prelude::*;

    const PATHS: [&str; 15] = [
        "whitelist",
        "addtag",
        "login",
        "logout",
        "info",
        "categories",
        "prop",
        "domain",
        "firmware",
        "log",
        "transactions",
        "cmd",
        "reset",
        "datetime",
        "other",
    ];

    proptest! {
        /// Whatever a client sends, the charger answers, and nothing panics.
        #[test]
        fn every_request_has_an_answer(
            post in any::<bool>(),
            path in prop::sample::select(&PATHS),
            query in "[ -~]{0,40}|(cat|ids|limit|offset|index|add|remove)=[0-9A-F_,]{0,20}&offset=[0-9]{0,25}",
            body in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let method = if post { "POST" } else { "GET" };
            let text = format!("{method} /api/{path}?{} HTTP/1.1\r\n\r\n", query.replace(' ', "+"));
            let Ok(Some((head, _))) = Head::read(&mut text.as_bytes()) else {
                return Ok(());
            };
            let mut charger = ChargerModel::new(ChargerSetup::default());
            let caller = Caller { client: 1, token: String::new() };
            let password = charger.setup().password.clone();
            charger.login(Duration::ZERO, 1, "admin", password.expose()).unwrap();
            let call = Call { head: &head, body: &body };
            let mut effects = Vec::new();
            let answer = answer(&mut charger, Duration::ZERO, &caller, &call, &mut effects);
            prop_assert!((200..600).contains(&answer.status));
            let mut bytes = Vec::new();
            answer.write_to(&mut bytes).unwrap();
            prop_assert!(bytes.starts_with(b"HTTP/1.1 "));
        }
    }
}
