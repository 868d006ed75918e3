use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::endpoint::{Endpoint, Subprotocol};
use crate::ocppj::Frame;
use crate::socket_event::Direction;
use crate::websocket::HttpAnswer;

/// One line of what went over the wire, without what is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TranscriptLine {
    /// Which way it went, seen from the probe.
    pub direction: Direction,
    /// The line.
    pub text: String,
}

impl fmt::Display for TranscriptLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.direction {
            Direction::Sent => '>',
            Direction::Received => '<',
        };
        write!(f, "{mark} {}", self.text)
    }
}

/// The request for a WebSocket; of a login only that there is one.
pub(crate) fn request_lines(endpoint: &Endpoint) -> Vec<TranscriptLine> {
    let offered: Vec<&str> = endpoint.offered().iter().map(Subprotocol::as_str).collect();
    let mut lines = vec![
        format!("GET {} HTTP/1.1", endpoint.target()),
        format!("Host: {}", endpoint.authority()),
        format!("Sec-WebSocket-Protocol: {}", offered.join(", ")),
    ];
    if endpoint.has_key() {
        lines.push(format!("Authorization: Basic {HIDDEN}"));
    }
    lines
        .into_iter()
        .map(|it| line(Direction::Sent, it))
        .collect()
}

/// An answer: status, header fields, the beginning of the body.
pub(crate) fn answer_lines(answer: &HttpAnswer) -> Vec<TranscriptLine> {
    let mut lines = vec![line(Direction::Received, format!("HTTP {}", answer.status))];
    for (name, value) in answer.headers.iter().take(MAX_FIELDS) {
        let value = if SECRET_FIELDS.contains(&name.as_str()) {
            HIDDEN
        } else {
            value
        };
        lines.push(line(
            Direction::Received,
            printable(&format!("{name}: {value}")),
        ));
    }
    if !answer.body.is_empty() {
        lines.push(line(Direction::Received, printable(&answer.body)));
    }
    lines
}

/// A message. What a back office sends can hold keys and passwords (ChangeConfiguration,
/// SetVariables, SetNetworkProfile), so of its calls only names remain.
pub(crate) fn message_line(direction: Direction, text: &str) -> TranscriptLine {
    let text = match Frame::parse(text) {
        Ok(Frame::Call {
            id,
            action,
            mut payload,
        }) if direction == Direction::Received => {
            hide_values(&mut payload);
            Frame::Call {
                id,
                action,
                payload,
            }
            .to_text()
        }
        Ok(_) => text.to_owned(),
        Err(_) => format!("{} bytes that are no OCPP-J message", text.len()),
    };
    line(direction, printable(&text))
}

fn hide_values(value: &mut Value) {
    match value {
        Value::Object(map) => map.values_mut().for_each(hide_values),
        Value::Array(items) => items.iter_mut().for_each(hide_values),
        other => *other = Value::from(HIDDEN),
    }
}

/// Nothing from outside may steer a terminal or fill a screen.
pub(crate) fn printable(text: &str) -> String {
    let plain = |it: char| if it.is_control() { ' ' } else { it };
    let mut short: String = text.chars().take(MAX_LINE).map(plain).collect();
    if text.chars().nth(MAX_LINE).is_some() {
        short.push('…');
    }
    short
}

const fn line(direction: Direction, text: String) -> TranscriptLine {
    TranscriptLine { direction, text }
}

const HIDDEN: &str = "(hidden)";
/// Fields that carry secrets of sessions.
const SECRET_FIELDS: [&str; 5] = [
    "set-cookie",
    "authorization",
    "proxy-authorization",
    "authentication-info",
    "x-api-key",
];
const MAX_FIELDS: usize = 40;
const MAX_LINE: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_the_back_office_keep_their_names_and_lose_their_values() {
        let call =
            r#"[2,"7","ChangeConfiguration",{"key":"AuthorizationKey","value":"6d795f6b6579"}]"#;
        let line = message_line(Direction::Received, call).text;
        assert!(line.contains("ChangeConfiguration") && line.contains("key"));
        assert!(!line.contains("6d795f6b6579") && !line.contains("AuthorizationKey"));
    }

    #[test]
    fn control_characters_and_length_are_bounded() {
        assert_eq!(printable("a\u{1b}[31m\r\nb"), "a [31m  b");
        assert_eq!(printable(&"x".repeat(600)).chars().count(), 501);
    }
}
