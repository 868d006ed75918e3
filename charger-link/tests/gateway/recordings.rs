//! Every recorded answer is decoded, and what came out is on file for review:
//! `tests/data/gateway-*.decoded`. `UPDATE_GOLDEN=1` rewrites the files.

use charger_link::gateway::codec::{
    AbortCode, Answer, AnswerDecoder, Decoded, Event, Expected, GatewayCode, Quoting, Refusal,
    Sequence, Shape, TypeToken,
};

use crate::transcript::{Exchange, read};

#[test]
fn canopennode_is_decoded_as_on_file() {
    on_file("gateway-canopennode", Quoting::Literal);
}

#[test]
fn lely_is_decoded_as_on_file() {
    on_file("gateway-lely", Quoting::CEscapes);
}

/// The golden files were reviewed by eye; these need no eye.
#[test]
fn the_telling_answers_are_decoded_rightly() {
    let canopennode = read("gateway-canopennode");
    let lely = read("gateway-lely");
    let value = |bytes: &[u8]| Some(Answer::Value(bytes.into()));
    let aborted = |code| Some(Answer::Refused(Refusal::Aborted(code)));
    let refused = |code| Some(Answer::Refused(Refusal::Gateway(code)));
    for (recording, sent, expected) in [
        (&canopennode, "[40] 4 r 0x2100 3 i16", value(b"-1600")),
        (&canopennode, "[40] 4 r 0x2100 14 d", value(b"h")),
        (
            &canopennode,
            "[44] 4 r 0x2100 18 vs",
            value(b"line one\nline two\nline three"),
        ),
        (&canopennode, "[67] 4 r 0x2100 12 vs", value(b"a \"q\" b")),
        (
            &canopennode,
            "[71] 4 r 0x2100 12 vs",
            value(b"caf\xC3\xA9 \\n"),
        ),
        (
            &canopennode,
            "[50] 4 w 0x2100 1 b 1",
            Some(Answer::Acknowledged),
        ),
        (
            &canopennode,
            "[90] 4 r 0x5555 0 u8",
            aborted(AbortCode::NO_OBJECT),
        ),
        (
            &canopennode,
            "[99] 77 r 0x1000 0 u32",
            aborted(AbortCode::TIME_OUT),
        ),
        (
            &canopennode,
            "[25] 128 r 0x1017 0 u16",
            refused(GatewayCode::UNSUPPORTED_NODE),
        ),
        (&lely, "[40] r 0x2100 0x5 i64", value(b"-6400000000")),
        (
            &lely,
            "[40] r 0x2100 0xE d",
            value(b"a\0A\0D\0p\0A\0K\0w\0g\0"),
        ),
        (&lely, "[45] r 0x2200 0 d", value(b"")),
        (&lely, "[73] r 0x2100 12 vs", value(b"it's")),
        (&lely, "[42] r 0x2100 8 u16", aborted(AbortCode::LENGTH)),
        (&lely, "[90] r 0x5555 0 u8", aborted(AbortCode::NO_OBJECT)),
        (
            &lely,
            "[25] 2 4 r 0x1000 0 u32",
            refused(GatewayCode::UNSUPPORTED_NET),
        ),
        (&lely, "[128] never sent", None),
    ] {
        let quoting = if std::ptr::eq(recording, &lely) {
            Quoting::CEscapes
        } else {
            Quoting::Literal
        };
        let found = recording
            .iter()
            .find(|exchange| text(&exchange.sent).trim_end() == sent)
            .and_then(|exchange| answer(decode(exchange, quoting)));
        assert_eq!(found, expected, "{sent}");
    }
}

#[test]
fn a_line_that_one_server_cannot_read_bears_an_old_number() {
    let recording = read("gateway-canopennode");
    let unread = recording
        .iter()
        .find(|exchange| exchange.sent.starts_with(b"[14]4"))
        .unwrap();
    assert_eq!(
        decode(unread, Quoting::Literal),
        [Decoded::StrayError {
            sequence: Sequence::new(13),
            code: GatewayCode::SYNTAX
        }]
    );
}

#[test]
fn events_are_told_from_answers() {
    let recording = read("gateway-lely");
    let boots = recording
        .iter()
        .flat_map(|exchange| decode(exchange, Quoting::CEscapes))
        .filter(|found| matches!(found, Decoded::Event(Event::BootUp(_))))
        .count();
    assert_eq!(boots, 2);
}

/// Where a server prints an object of another length without a word, the number is
/// refused all the same.
#[test]
fn a_silent_misreading_is_noticed() {
    let recording = read("gateway-canopennode");
    for (sent, noticed) in [
        ("[42] 4 r 0x2100 8 u16", true),
        ("[43] 4 r 0x2100 6 u32", true),
        ("[47] 4 r 0x2100 12 u32", true),
        ("[40] 4 r 0x2100 8 u32", false),
    ] {
        let exchange = recording
            .iter()
            .find(|exchange| text(&exchange.sent).trim_end() == sent)
            .unwrap();
        let Some(Answer::Value(number)) = answer(decode(exchange, Quoting::Literal)) else {
            panic!("{sent}: no value");
        };
        let parsed = TypeToken::U32.bytes_of(number);
        assert_eq!(parsed.is_err(), noticed, "{sent}");
        if !noticed {
            assert_eq!(parsed.as_deref(), Ok(&320_000_u32.to_le_bytes()[..]));
        }
    }
}

fn on_file(name: &str, quoting: Quoting) {
    let decoded: String = read(name)
        .iter()
        .map(|exchange| render(exchange, quoting))
        .collect();
    let path = format!("{}/tests/data/{name}.decoded", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &decoded).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    for (found, expected) in decoded.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(decoded.lines().count(), expected.lines().count());
}

fn render(exchange: &Exchange, quoting: Quoting) -> String {
    let mut text = format!("> {}\n", exchange.sent.escape_ascii());
    for found in decode(exchange, quoting) {
        let line = match found {
            Decoded::Answer(Answer::Value(value)) => format!("value {}", value.escape_ascii()),
            Decoded::Answer(Answer::Refused(Refusal::Aborted(code))) => format!("abort {code}"),
            Decoded::Answer(Answer::Refused(Refusal::Gateway(code))) => format!("code {code}"),
            Decoded::Answer(answer) => format!("{answer:?}"),
            other => format!("{other:?}"),
        };
        text.push_str(&format!("  {line}\n"));
    }
    text
}

/// Every finding, the way this client would have expected the answer.
fn decode(exchange: &Exchange, quoting: Quoting) -> Vec<Decoded> {
    let mut decoder = AnswerDecoder::new();
    if let Some(expected) = expected(&exchange.sent, quoting) {
        decoder.expect(expected);
    }
    decoder.push(&exchange.received);
    std::iter::from_fn(|| decoder.poll()).collect()
}

fn expected(sent: &[u8], quoting: Quoting) -> Option<Expected<'static>> {
    let sent = text(sent);
    let (number, command) = sent.trim().strip_prefix('[')?.split_once(']')?;
    let number = number.trim();
    let number = match number.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    let command = command.split('#').next()?.to_ascii_lowercase();
    let mut words = command.split_whitespace();
    let reads = words.any(|word| matches!(word, "r" | "read"));
    let shape = match words.last() {
        _ if command.trim() == "info version" => Shape::Number,
        _ if !reads => Shape::Acknowledgement,
        Some("vs") => Shape::Text(quoting),
        Some("os" | "us" | "d") => Shape::Base64,
        _ => Shape::Number,
    };
    Some(Expected::new(Sequence::new(number)?, shape, b""))
}

fn answer(found: Vec<Decoded>) -> Option<Answer> {
    found.into_iter().find_map(|found| match found {
        Decoded::Answer(answer) => Some(answer),
        _ => None,
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
