//! Every fault on its own: reads recover, writes say what is unknown.

use std::time::Duration;

use charger_link::{LinkErrorKind, Request, Response};
use ocpp_config::{DataType, ObjectId, ObjectWrite, Value};

use crate::charger::{Script, ask, link, read_identity};
use crate::server::{Reaction, reply};

#[test]
fn a_read_survives_every_single_fault() {
    for (name, fault) in faults() {
        for place in ["POST login", "GET prop"] {
            let server = Script::with_faults([(place, 0, fault.clone())]).start();
            let mut link = link(&server);
            assert_eq!(
                read_identity(&mut link).unwrap(),
                "CP1",
                "{name} at {place}"
            );
            assert_eq!(
                read_identity(&mut link).unwrap(),
                "CP1",
                "{name} at {place}, after"
            );
        }
    }
}

#[test]
fn a_write_survives_every_single_fault() {
    for (name, fault) in faults() {
        let server = Script::with_faults([("POST prop", 0, fault)]).start();
        let mut link = link(&server);
        let write = ObjectWrite::new(
            ObjectId::new(0x2053, 0),
            DataType::VISIBLE_STRING,
            Value::from("NEW"),
        );
        let done = ask(&mut link, &Request::Write(vec![write])).unwrap();
        assert_eq!(done, Response::Done, "{name}");
        if !matches!(name, "late" | "twice") {
            assert_eq!(read_identity(&mut link).unwrap(), "NEW", "{name}");
        }
    }
}

#[test]
fn a_restart_is_never_sent_twice_blindly() {
    for (name, fault) in faults() {
        let clear = matches!(name, "401" | "403" | "429" | "twice" | "late");
        let server = Script::with_faults([("POST cmd", 0, fault)]).start();
        let outcome = ask(&mut link(&server), &Request::Restart);
        let sent = server
            .lines()
            .iter()
            .filter(|line| *line == "POST cmd")
            .count();
        if clear {
            assert_eq!(outcome.unwrap(), Response::Done, "{name}");
        } else {
            assert_eq!(sent, 1, "{name}");
            assert!(outcome.unwrap_err().may_have_taken_effect(), "{name}");
        }
    }
}

#[test]
fn a_late_second_answer_is_not_taken_for_the_next_one() {
    let mut twice = reply(200, r#"{"2053_0":"OLD"}"#);
    twice.extend(reply(200, r#"{"2053_0":"OLD"}"#));
    let server = Script::with_faults([("GET prop", 0, Reaction::Send(twice))]).start();
    let mut link = link(&server);
    assert_eq!(read_identity(&mut link).unwrap(), "OLD");
    assert_eq!(read_identity(&mut link).unwrap(), "CP1");
    assert_eq!(
        server.record().connections,
        2,
        "asked again on a clean line"
    );
}

#[test]
fn a_charger_that_never_answers_well_is_given_up() {
    let broken = |n| ("GET prop", n, Reaction::Send(reply(500, "")));
    let server = Script::with_faults([broken(0), broken(1), broken(2)]).start();
    let error = read_identity(&mut link(&server)).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::Refused { status: 500 });
    assert!(!error.may_have_taken_effect());
}

/// Everything that reference clients saw going wrong with one reply.
fn faults() -> Vec<(&'static str, Reaction)> {
    let ok = reply(200, r#"{"2053_0":"CP1"}"#);
    let twice = [ok.clone(), ok.clone()].concat();
    let busy = |status| {
        let text = format!("HTTP/1.1 {status} X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n");
        Reaction::Send(text.into_bytes())
    };
    vec![
        ("dropped", Reaction::Hang),
        ("closed", Reaction::Close),
        ("reset", Reaction::Reset),
        (
            "truncated",
            Reaction::SendAndClose(ok[..ok.len() - 4].to_vec()),
        ),
        ("cut in the head", Reaction::SendAndClose(ok[..12].to_vec())),
        ("late", Reaction::SendLate(Duration::from_millis(120), ok)),
        ("twice", Reaction::Send(twice)),
        ("500", busy(500)),
        ("503", busy(503)),
        ("429", busy(429)),
    ]
}
