//! The upload, with what the wire shows of it.

use std::time::Duration;

use bytes::Bytes;
use charger_link::{Context, Link, LinkErrorKind, Progress, Request, Response, Upload};

use crate::charger::{RUNTIMES, Script, ask, both, link, read_identity};
use crate::server::{Limits, Reaction, Server, reply};

const SIZE: usize = 300_000;

fn container() -> Request {
    let bytes: Vec<u8> = (0..SIZE).map(|at| (at % 251) as u8).collect();
    Request::Upload(Upload::new(Bytes::from(bytes)))
}

#[test]
fn an_upload_has_a_session_of_its_own_and_small_records() {
    for number in 0..RUNTIMES {
        let server = Script::default().start();
        let (_, mut link) = both(&server).swap_remove(number);
        watch_an_upload(&server, &mut *link);
    }
}

pub(crate) fn watch_an_upload(server: &Server, link: &mut dyn Link) {
    read_identity(link).unwrap();
    server.record().tls_records.clear();
    let mut told = Vec::new();
    let mut sink = |progress: Progress| told.push(progress);
    let mut context = Context::new(Duration::from_secs(60)).with_progress(&mut sink);
    let done = link.exchange(&container(), &mut context).unwrap();
    assert_eq!(done, Response::Done);

    assert_eq!(
        server.lines()[2..],
        ["GET firmware", "POST logout", "POST login", "POST firmware"]
    );
    let record = server.record();
    let upload = record.requests.last().unwrap();
    assert_eq!(upload.connection, 1);
    assert!(
        upload.head.contains("\r\nAccept: */*\r\n"),
        "{}",
        upload.head
    );
    assert!(!upload.head.contains("chunked"));
    assert_eq!(
        upload
            .body
            .windows(10)
            .filter(|part| *part == b"form-data;")
            .count(),
        1
    );
    let largest = record.tls_records.iter().max().unwrap();
    assert!(*largest <= 7000, "a record of {largest} bytes");
    assert!(record.tls_records.len() > SIZE / 7000);
    assert!(told.is_sorted_by_key(|progress| progress.done));
    assert_eq!(
        told.last(),
        Some(&Progress::new(SIZE as u64, Some(SIZE as u64)))
    );
}

#[test]
fn a_connection_that_breaks_after_the_whole_container_is_an_acceptance() {
    for fault in [Reaction::Close, Reaction::Reset] {
        for number in 0..RUNTIMES {
            let server = Script::with_faults([("POST firmware", 0, fault.clone())]).start();
            let (name, mut link) = both(&server).swap_remove(number);
            let outcome = ask(&mut *link, &container());
            assert_eq!(outcome.unwrap(), Response::Done, "{name}");
        }
    }
}

#[test]
fn a_connection_that_breaks_before_is_an_error_without_effect() {
    for number in 0..RUNTIMES {
        let mut script = Script::default();
        let limits = Limits {
            reset_upload_after: Some(SIZE / 2),
            ..Limits::default()
        };
        let server = Server::with_limits(Box::new(move |seen| script.react(seen)), limits);
        let (_, mut link) = both(&server).swap_remove(number);
        cut_an_upload(&server, &mut *link);
    }
}

fn cut_an_upload(server: &Server, link: &mut dyn Link) {
    let error = ask(link, &container()).unwrap_err();
    let during = "sending the container";
    assert_eq!(*error.kind(), LinkErrorKind::ConnectionLost { during });
    assert!(!error.may_have_taken_effect());
    let uploads = server
        .lines()
        .iter()
        .filter(|line| *line == "POST firmware")
        .count();
    assert_eq!(uploads, 0, "the request was never complete");
}

#[test]
fn a_refused_container_is_told_apart_from_a_refused_request() {
    let refused = Reaction::Send(reply(400, ""));
    let server = Script::with_faults([("POST firmware", 0, refused)]).start();
    let error = ask(&mut link(&server), &container()).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::PayloadRefused { status: 400 });
    assert!(!error.may_have_taken_effect());
}

#[test]
fn silence_after_an_upload_is_a_restart() {
    let server = Script::with_faults([("GET firmware", 1, Reaction::Hang)]).start();
    let mut link = link(&server);
    ask(&mut link, &container()).unwrap();
    // The first session after the restart ends the suspicion, so the silence must come
    // before it.
    let port = server.address.port();
    drop(server);
    let error = ask(&mut link, &Request::UploadStatus).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::Restarting, "port {port}");
}
