//! Every fault on its own, with the blocking link and with the one for tokio: reads
//! recover, writes say what is unknown.

use std::time::Duration;

use charger_link::{Link, LinkErrorKind, Request, Response};
use ocpp_config::{DataType, ObjectId, ObjectWrite, Value};

use crate::charger::{Fault, RUNTIMES, Script, ask, both, read_identity};
use crate::server::{Reaction, Server, reply};

#[test]
fn a_read_survives_every_single_fault() {
    for (name, fault) in faults() {
        for place in ["POST login", "GET prop"] {
            for_both([(place, 0, fault.clone())], |runtime, _, link| {
                let place = format!("{name} at {place}, {runtime}");
                assert_eq!(read_identity(link).unwrap(), "CP1", "{place}");
                assert_eq!(read_identity(link).unwrap(), "CP1", "{place}, after");
            });
        }
    }
}

#[test]
fn a_write_survives_every_single_fault() {
    for (name, fault) in faults() {
        for_both([("POST prop", 0, fault)], |runtime, _, link| {
            let write = ObjectWrite::new(
                ObjectId::new(0x2053, 0),
                DataType::VISIBLE_STRING,
                Value::from("NEW"),
            );
            let done = ask(link, &Request::Write(vec![write])).unwrap();
            assert_eq!(done, Response::Done, "{name}, {runtime}");
            // These two answer in place of the charger, which never saw the write: only
            // a read-back can tell.
            if !matches!(name, "late" | "twice") {
                assert_eq!(read_identity(link).unwrap(), "NEW", "{name}, {runtime}");
            }
        });
    }
}

#[test]
fn a_restart_is_never_sent_twice_blindly() {
    for (name, fault) in faults() {
        let clear = matches!(name, "429" | "twice" | "late");
        for_both([("POST cmd", 0, fault)], |runtime, server, link| {
            let outcome = ask(link, &Request::Restart);
            let lines = server.lines();
            let sent = lines.iter().filter(|line| *line == "POST cmd").count();
            if clear {
                assert_eq!(outcome.unwrap(), Response::Done, "{name}, {runtime}");
            } else {
                assert_eq!(sent, 1, "{name}, {runtime}");
                let error = outcome.unwrap_err();
                assert!(error.may_have_taken_effect(), "{name}, {runtime}");
            }
        });
    }
}

#[test]
fn a_lapsed_session_is_renewed_once() {
    for status in [401, 403] {
        let lapsed = Reaction::Send(reply(status, ""));
        for_both([("POST cmd", 0, lapsed)], |runtime, server, link| {
            assert_eq!(
                ask(link, &Request::Restart).unwrap(),
                Response::Done,
                "{runtime}"
            );
            assert_eq!(
                server.lines(),
                ["POST login", "POST cmd", "POST login", "POST cmd"],
                "{runtime}"
            );
        });
    }
}

#[test]
fn a_late_second_answer_is_not_taken_for_the_next_one() {
    let mut twice = reply(200, r#"{"2053_0":"OLD"}"#);
    twice.extend(reply(200, r#"{"2053_0":"OLD"}"#));
    for_both(
        [("GET prop", 0, Reaction::Send(twice))],
        |_, server, link| {
            assert_eq!(read_identity(link).unwrap(), "OLD");
            assert_eq!(read_identity(link).unwrap(), "CP1");
            assert_eq!(
                server.record().connections,
                2,
                "asked again on a clean line"
            );
        },
    );
}

#[test]
fn a_charger_that_never_answers_well_is_given_up() {
    let busy = b"HTTP/1.1 500 X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n".to_vec();
    let broken = |n| ("GET prop", n, Reaction::Send(busy.clone()));
    for_both([broken(0), broken(1), broken(2)], |_, _, link| {
        let error = read_identity(link).unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::Refused { status: 500 });
        assert!(!error.may_have_taken_effect());
    });
}

#[test]
fn a_restart_in_the_middle_of_a_long_read_is_survived() {
    let faults = [
        (
            "GET prop?cat=generic&limit=500&offset=2",
            0,
            Reaction::Reset,
        ),
        ("POST login", 1, Reaction::Close),
    ];
    for_both(faults, |runtime, _, link| {
        let Ok(Response::Objects(objects)) = ask(link, &Request::ReadAll) else {
            panic!("{runtime}");
        };
        assert_eq!(objects.len(), 3, "{runtime}: nothing twice, nothing lost");
    });
}

/// Lets `test` run against a fresh charger with `faults`, once for each runtime.
fn for_both(
    faults: impl Into<Vec<Fault>>,
    mut test: impl FnMut(&'static str, &Server, &mut dyn Link),
) {
    let faults = faults.into();
    for number in 0..RUNTIMES {
        let server = Script::with_faults(faults.clone()).start();
        let (name, mut link) = both(&server).swap_remove(number);
        test(name, &server, &mut *link);
    }
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
