//! Canaries: secrets never show up in the `Debug` of a gateway link, whatever it is doing.

use std::fmt::Debug;
use std::io::{self, Cursor, Read, Write};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use charger_link::gateway::codec::NodeAddress;
use charger_link::gateway::{Action, Engine, GatewayLink, GatewaySettings};
use charger_link::{Context, Link, Request};
use ocpp_config::objects::ProfileField;
use ocpp_config::{DataType, ObjectWrite, Secret, Value, WriteOnlyItem};

const SECRET: &str = "key-canary";

#[test]
fn an_engine_shows_no_secret_at_any_step() {
    for request in requests() {
        let mut engine = Engine::new(settings());
        let mut now = Duration::ZERO;
        let mut secrets_seen = 0;
        engine.start(now, &request, Duration::from_secs(60));
        loop {
            assert_shows_nothing(&engine);
            let action = engine.poll(now);
            assert_shows_nothing(&(&engine, &action));
            match action {
                Action::Send => {
                    let sent = engine.outgoing().to_vec();
                    let answer = answer(&sent);
                    let seen = holds_secret(&sent) || holds_secret(&answer.concat());
                    secrets_seen += usize::from(seen);
                    engine.handle_sent(now, sent.len());
                    for piece in answer {
                        engine.handle_received(now, &piece);
                        assert_shows_nothing(&engine);
                    }
                }
                Action::Receive { until } => now = until,
                _ => break,
            }
        }
        assert!(secrets_seen > 0, "{request:?}");
    }
}

#[test]
fn a_link_shows_no_secret_after_it_was_cut_off() {
    for request in requests() {
        let mut link = GatewayLink::over(DeafConsole, settings());
        let mut context = Context::new(Duration::from_millis(20));
        let outcome = link.exchange(&request, &mut context);
        assert!(outcome.is_err());
        assert_shows_nothing(&(link, outcome));
    }
}

fn settings() -> GatewaySettings {
    GatewaySettings::new(NodeAddress::new(4).unwrap())
}

fn requests() -> [Request; 3] {
    let password = ProfileField::APN_PASSWORD.of_profile(1).unwrap();
    let pin = ProfileField::SIM_PIN_LONG.of_profile(1).unwrap();
    let text = DataType::VISIBLE_STRING;
    [
        Request::Read(vec![pin]),
        Request::Write(vec![ObjectWrite::new(password, text, Value::from(SECRET))]),
        Request::Install {
            item: WriteOnlyItem::AUTHORIZATION_KEY,
            data: Secret::from(SECRET),
        },
    ]
}

/// What a console says to a line: it repeats a write with a secret and gives no answer, so
/// that it is read back; it shows what a read asks for in two pieces; it agrees to all
/// else.
fn answer(line: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(line);
    let Some((number, command)) = text.trim().split_once(' ') else {
        return Vec::new();
    };
    if holds_secret(line) {
        return vec![
            line.to_vec(),
            SECRET.into(),
            b"\r\n".to_vec(),
            line.to_vec(),
        ];
    }
    if !command.contains(" r ") {
        return vec![format!("{number} OK\r\n").into_bytes()];
    }
    let value = spelled();
    let (begin, end) = value.split_at(value.len() / 2);
    vec![
        format!("{number} {begin}").into_bytes(),
        format!("{end}\r\n").into_bytes(),
    ]
}

fn spelled() -> String {
    BASE64_STANDARD.encode(SECRET)
}

fn holds_secret(line: &[u8]) -> bool {
    String::from_utf8_lossy(line).contains(&spelled())
}

/// As text, in base64, or as the list of numbers that derived `Debug` makes of bytes.
#[track_caller]
fn assert_shows_nothing(value: &impl Debug) {
    let shown = format!("{value:?}");
    for secret in [SECRET, &spelled()] {
        let numbers: Vec<String> = secret.bytes().map(|byte| byte.to_string()).collect();
        // Half of it is too much as well.
        let half = numbers.len() / 2;
        assert!(!shown.contains(&secret[..half]), "{shown}");
        assert!(!shown.contains(&numbers[..half].join(", ")), "{shown}");
    }
}

/// Repeats nothing, answers nothing, and says something that it has no business with.
#[derive(Debug)]
struct DeafConsole;

impl Read for DeafConsole {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Cursor::new(SECRET).read(buffer)
    }
}

impl Write for DeafConsole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
