//! Login, trust, pages, closing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use charger_link::https::{
    Address, ConnectLimit, Connector, Credentials, FilePinStore, HttpsLink, HttpsSettings,
    KeyFingerprint, MemoryPinStore, PinStore, RustlsConnection, RustlsConnector, Trust,
};
use charger_link::{
    Advice, Cancel, Context, Link, LinkError, LinkErrorKind, Request, Response, SessionSymptom,
};
use ocpp_config::{DataType, ObjectId, ObjectWrite, Secret, Value};

use crate::charger::{
    Generation, RUNTIMES, Script, ask, both, both_unencrypted, both_with, link, read_identity,
    settings,
};
use crate::server::{Limits, Reaction, Server, reply};

#[test]
fn identity_needs_no_login() {
    let server = Script::default().start();
    let Ok(Response::Identity(identity)) = ask(&mut link(&server), &Request::Identify) else {
        panic!("no identity");
    };
    assert_eq!(identity.firmware, "7.0.0-4318");
    assert_eq!(server.lines(), ["GET info"]);
}

/// Another connector may stand in front of ours, for example to open a tunnel first.
struct Noting {
    inner: RustlsConnector,
    shown: Arc<Mutex<String>>,
}

impl Connector for Noting {
    type Connection = RustlsConnection;

    fn connect(
        &mut self,
        settings: &HttpsSettings,
        limit: &ConnectLimit<'_>,
    ) -> Result<RustlsConnection, LinkError> {
        let connection = self.inner.connect(settings, limit)?;
        *self.shown.lock().unwrap() = format!("{connection:?}");
        Ok(connection)
    }
}

#[test]
fn a_connection_shows_nothing_of_its_engine() {
    let server = Script::default().start();
    let shown = Arc::new(Mutex::new(String::new()));
    let inner = RustlsConnector::new(Trust::pinned(server.fingerprint));
    let connector = Noting {
        inner,
        shown: shown.clone(),
    };
    let mut link = HttpsLink::with_connector(settings(&server), connector);
    assert_eq!(read_identity(&mut link).unwrap(), "CP1");
    assert_eq!(*shown.lock().unwrap(), "RustlsConnection { .. }");
}

#[test]
fn both_generations_log_in_once_and_log_out_when_dropped() {
    for generation in [Generation::Token, Generation::Cookie] {
        let script = Script {
            generation,
            ..Script::default()
        };
        let server = script.start();
        let mut link = link(&server);
        assert_eq!(read_identity(&mut link).unwrap(), "CP1");
        assert_eq!(read_identity(&mut link).unwrap(), "CP1");
        drop(link);
        assert_eq!(
            server.lines(),
            [
                "POST login",
                "GET prop?ids=2053_0",
                "GET prop?ids=2053_0",
                "POST logout"
            ]
        );
        assert_eq!(server.record().connections, 1);
    }
}

/// Logins, pages, repeats after a lost connection and after a lapsed session: what the
/// peer has seen is what the caller is told.
#[test]
fn every_http_request_is_counted_for_the_caller() {
    for number in 0..RUNTIMES {
        let faults = [
            ("GET prop?ids", 0, Reaction::Reset),
            ("GET prop?ids", 2, Reaction::Send(reply(401, ""))),
        ];
        let server = Script::with_faults(faults).start();
        let (name, mut link) = both(&server).swap_remove(number);
        let mut sent = 0;
        let one = Request::Read(vec![ObjectId::new(0x2053, 0)]);
        let all = Request::ReadAll;
        for (request, least) in [(&one, 4), (&one, 3), (&all, 3), (&Request::Close, 1)] {
            let mut context = Context::new(Duration::from_secs(20));
            link.exchange(request, &mut context).unwrap();
            let requests = context.requests().unwrap();
            assert!(requests >= least, "{name}, {request:?}: {requests}");
            sent += requests;
            assert_eq!(sent, server.lines().len() as u64, "{name}, {request:?}");
        }
        let mut context = Context::new(Duration::from_secs(20));
        link.exchange(&Request::Close, &mut context).unwrap();
        assert_eq!(context.requests(), Some(0), "{name}: nobody to say it to");
    }
}

#[test]
fn a_panic_logs_out_as_well() {
    let server = Script::default().start();
    let mut link = link(&server);
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        read_identity(&mut link).unwrap();
        panic!("the tool crashed");
    }));
    assert!(outcome.is_err());
    assert_eq!(server.lines().last().unwrap(), "POST logout");
}

#[test]
fn everything_is_read_page_by_page() {
    let server = Script::default().start();
    let Ok(Response::Objects(objects)) = ask(&mut link(&server), &Request::ReadAll) else {
        panic!("no objects");
    };
    assert_eq!(objects.len(), 3);
    let pages = server.lines();
    assert!(
        pages.contains(&"GET prop?cat=generic&limit=500&offset=2".to_owned()),
        "{pages:?}"
    );
}

#[test]
fn writes_arrive() {
    let server = Script::default().start();
    let mut link = link(&server);
    let write = ObjectWrite::new(
        ObjectId::new(0x2053, 0),
        DataType::VISIBLE_STRING,
        Value::from("NEW"),
    );
    assert_eq!(
        ask(&mut link, &Request::Write(vec![write])).unwrap(),
        Response::Done
    );
    assert_eq!(read_identity(&mut link).unwrap(), "NEW");
}

#[test]
fn wrong_user_and_wrong_password_are_told_apart_and_not_repeated() {
    for (user, password, kind) in [
        ("nobody", "x", LinkErrorKind::UnknownUser),
        ("admin", "x", LinkErrorKind::WrongPassword),
    ] {
        for number in 0..RUNTIMES {
            let server = Script::default().start();
            let credentials = Credentials::new(user, Secret::from(password));
            let address = Address::new("127.0.0.1").with_port(server.address.port());
            let settings = HttpsSettings::new(address, credentials);
            let (name, mut link) = both_with(&server, &settings).swap_remove(number);
            let error = read_identity(&mut *link).unwrap_err();
            assert_eq!(*error.kind(), kind, "{name}");
            assert!(!error.may_have_taken_effect(), "{name}");
            drop(link);
            assert_eq!(server.lines(), ["POST login"], "{name}");
        }
    }
}

/// A refused login is one thing; what a user is denied after a login that was taken is
/// another; and a session that only lapsed is a third.
#[test]
fn what_a_charger_refuses_is_told_by_when_it_does() {
    let refused = |line, at, status| (line, at, Reaction::Send(reply(status, "")));
    let revoked = LinkErrorKind::SessionTaken {
        symptom: SessionSymptom::LoggedOut,
    };
    let denied = LinkErrorKind::NotPermitted;
    let login = LinkErrorKind::WrongPassword;
    let (read, log_in) = ("GET prop", "POST login");
    for (faults, kind, logins) in [
        (vec![refused(log_in, 0, 401)], Some(login.clone()), 1),
        (vec![refused(log_in, 0, 403)], Some(login), 1),
        (vec![refused(read, 0, 401)], None, 2),
        (vec![refused(read, 0, 403)], None, 2),
        (
            vec![refused(read, 0, 401), refused(read, 1, 403)],
            Some(denied.clone()),
            2,
        ),
        (
            vec![refused(read, 0, 403), refused(read, 1, 403)],
            Some(denied),
            2,
        ),
        (
            vec![refused(read, 0, 403), refused(read, 1, 401)],
            Some(revoked),
            2,
        ),
    ] {
        for number in 0..RUNTIMES {
            let server = Script::with_faults(faults.clone()).start();
            let (name, mut link) = both(&server).swap_remove(number);
            let error = read_identity(&mut *link).err();
            let found = error.as_ref().map(|error| error.kind().clone());
            assert_eq!(found, kind, "{name}: {faults:?}");
            let seen = server.lines();
            let seen = seen.iter().filter(|line| *line == log_in);
            assert_eq!(seen.count(), logins, "{name}: {faults:?}");
            assert!(error.is_none_or(|error| !error.may_have_taken_effect()));
            assert_eq!(
                read_identity(&mut *link).unwrap(),
                "CP1",
                "{name}: afterwards"
            );
        }
    }
}

/// One object is denied to this user, and the others are not: the session stays.
#[test]
fn a_denied_write_leaves_the_session_to_what_is_permitted() {
    for number in 0..RUNTIMES {
        let mut script = Script::default();
        let server = Server::start(move |seen| match &*seen.line {
            "POST prop" => Reaction::Send(reply(403, "")),
            _ => script.react(seen),
        });
        let (name, mut link) = both(&server).swap_remove(number);
        assert_eq!(read_identity(&mut *link).unwrap(), "CP1", "{name}");
        let id = ObjectId::new(0x2053, 0);
        let write = ObjectWrite::new(id, DataType::VISIBLE_STRING, Value::from("NEW"));
        let error = ask(&mut *link, &Request::Write(vec![write])).unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::NotPermitted, "{name}");
        assert_eq!(error.advice(), Advice::UseOtherUser, "{name}");
        assert_eq!(read_identity(&mut *link).unwrap(), "CP1", "{name}");
        let lines = server.lines();
        let logins = lines.iter().filter(|line| *line == "POST login").count();
        assert_eq!(logins, 2, "{name}: {lines:?}");
    }
}

/// Firmware below 5.0 has no login: a user whom it has answered is known to it.
#[test]
fn without_tls_a_denied_request_is_told_from_a_wrong_password() {
    for number in 0..RUNTIMES {
        let mut answers = 0;
        let server = Server::start_plain(move |_| {
            answers += 1;
            Reaction::Send(match answers {
                1 => reply(200, r#"{"2053_0":"CP1"}"#),
                _ => reply(403, ""),
            })
        });
        let (name, mut link) = both_unencrypted(&server).swap_remove(number);
        assert_eq!(read_identity(&mut *link).unwrap(), "CP1", "{name}");
        let error = read_identity(&mut *link).unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::NotPermitted, "{name}");
        let stranger = Server::start_plain(|_| Reaction::Send(reply(403, "")));
        let (name, mut link) = both_unencrypted(&stranger).swap_remove(number);
        let error = read_identity(&mut *link).unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::WrongPassword, "{name}");
    }
}

#[test]
fn an_unknown_key_needs_consent_and_is_remembered() {
    let server = Script::default().start();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pins.json");
    let settings = settings(&server).with_pin_name("ACE0999001");

    let trust = Trust::stored(FilePinStore::new(&path));
    let error = read_identity(&mut HttpsLink::new(settings.clone(), trust)).unwrap_err();
    let fingerprint = server.fingerprint.to_string();
    assert_eq!(
        *error.kind(),
        LinkErrorKind::KeyNotConfirmed { fingerprint }
    );
    assert!(server.lines().is_empty(), "nothing is said to a stranger");

    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let trust = Trust::stored(FilePinStore::new(&path)).with_consent(move |contact| {
        count.fetch_add(1, Ordering::Relaxed);
        contact.charger == "ACE0999001"
    });
    read_identity(&mut HttpsLink::new(settings.clone(), trust.clone())).unwrap();
    read_identity(&mut HttpsLink::new(settings, trust)).unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let pin = FilePinStore::new(&path).pin("ACE0999001").unwrap();
    assert_eq!(pin, Some(server.fingerprint));
}

#[test]
fn a_changed_key_is_an_error_and_nobody_is_asked() {
    let server = Script::default().start();
    let store = MemoryPinStore::new();
    let expected = KeyFingerprint::of_public_key(b"another");
    store.keep("charger", expected).unwrap();
    let trust = Trust::stored(store).with_consent(|_| panic!("a change is not a first contact"));
    let mut link = HttpsLink::new(settings(&server).with_pin_name("charger"), trust);
    let error = read_identity(&mut link).unwrap_err();
    let kind = LinkErrorKind::KeyChanged {
        expected: expected.to_string(),
        found: server.fingerprint.to_string(),
    };
    assert_eq!(*error.kind(), kind);
    assert!(server.lines().is_empty());
}

#[test]
fn firmware_below_5_0_is_spoken_to_without_tls_only_by_name() {
    let server = Server::start_plain(|seen| {
        let basic = "Authorization: Basic YWRtaW46cGFzc0B3b3JkLWNhbmFyeS0x";
        match seen.head.lines().any(|line| line == basic) {
            true => Reaction::Send(reply(200, r#"{"2053_0":"CP1"}"#)),
            false => Reaction::Send(reply(401, "")),
        }
    });
    for number in 0..RUNTIMES {
        let (name, mut link) = both(&server).swap_remove(number);
        read_identity(&mut *link).unwrap_err();
        assert!(server.lines().is_empty(), "{name}: nobody asked for it");
    }
    for (name, mut link) in both_unencrypted(&server) {
        assert_eq!(read_identity(&mut *link).unwrap(), "CP1", "{name}");
        drop(link);
        let lines = std::mem::take(&mut server.record().requests);
        assert_eq!(lines[0].line, "GET prop?ids=2053_0", "{name}");
    }
}

#[test]
fn a_peer_that_drops_connections_in_the_handshake_is_tried_again() {
    let mut script = Script::default();
    let limits = Limits {
        close_in_handshake: 2,
        ..Limits::default()
    };
    let server = Server::with_limits(Box::new(move |seen| script.react(seen)), limits);
    assert_eq!(read_identity(&mut link(&server)).unwrap(), "CP1");
    assert_eq!(server.record().connections, 3);
}

#[test]
fn something_else_on_the_port_is_not_a_charger() {
    let server = Server::start_plain(|_| Reaction::Hang);
    let web = Server::start(|_| Reaction::Send(reply(200, "<html>")));
    let elsewhere = Server::start(|_| Reaction::Send(reply(404, "")));
    let chatter = Server::start(|_| Reaction::Send(b"220 mail ESMTP\r\n".to_vec()));
    for server in [&web, &elsewhere, &chatter] {
        let error = ask(&mut link(server), &Request::Identify).unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::NotACharger);
    }
    drop(server);
    let gone = web.address;
    drop(web);
    let address = Address::new("127.0.0.1").with_port(gone.port());
    let settings = HttpsSettings::new(address, Credentials::new("admin", Secret::from("x")));
    let trust = Trust::stored(MemoryPinStore::new());
    let error = ask(&mut HttpsLink::new(settings, trust), &Request::Identify).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::Unreachable);
}

#[test]
fn a_thrown_switch_stops_a_silent_request() {
    let server = Script::with_faults([("GET prop", 0, Reaction::Hang)]).start();
    let mut link = link(&server);
    let cancel = Cancel::new();
    let switch = cancel.clone();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        switch.cancel();
    });
    let mut context = Context::new(Duration::from_secs(3600)).with_cancel(&cancel);
    let request = Request::Read(vec![ObjectId::new(0x2053, 0)]);
    let error = link.exchange(&request, &mut context).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::Cancelled);
    thread.join().unwrap();
    assert_eq!(
        read_identity(&mut link).unwrap(),
        "CP1",
        "the link repairs itself"
    );
}

#[test]
fn a_deadline_names_the_wait() {
    let server = Script::with_faults([("GET prop", 0, Reaction::Hang)]).start();
    let mut link = link(&server);
    let mut context = Context::new(Duration::from_millis(150));
    let request = Request::Read(vec![ObjectId::new(0x2053, 0)]);
    let error = link.exchange(&request, &mut context).unwrap_err();
    let during = "reading objects";
    assert_eq!(*error.kind(), LinkErrorKind::Timeout { during });
}

#[test]
fn a_login_that_was_taken_before_is_no_wrong_password() {
    for number in 0..RUNTIMES {
        let refused = |status| Reaction::Send(reply(status, ""));
        let faults = [
            ("GET prop", 1, refused(401)),
            ("POST login", 1, refused(403)),
        ];
        let server = Script::with_faults(faults).start();
        let (name, mut link) = both(&server).swap_remove(number);
        assert_eq!(read_identity(&mut *link).unwrap(), "CP1", "{name}");
        let error = read_identity(&mut *link).unwrap_err();
        let symptom = SessionSymptom::PasswordRefused;
        let kind = LinkErrorKind::SessionTaken { symptom };
        assert_eq!(*error.kind(), kind, "{name}");
        assert!(error.to_string().contains("another client"), "{error}");
        assert_eq!(read_identity(&mut *link).unwrap(), "CP1", "{name}");
        let logins = server.lines();
        let logins = logins.iter().filter(|line| *line == "POST login");
        assert_eq!(logins.count(), 3, "{name}: one for each question");
    }
}

#[test]
fn a_login_that_is_revoked_at_once_is_another_client() {
    let revoked = || Reaction::Send(reply(401, ""));
    let faults = [("GET prop", 0, revoked()), ("GET prop", 1, revoked())];
    let server = Script::with_faults(faults).start();
    let error = read_identity(&mut link(&server)).unwrap_err();
    let symptom = SessionSymptom::LoggedOut;
    assert_eq!(*error.kind(), LinkErrorKind::SessionTaken { symptom });
    let logins = server
        .lines()
        .iter()
        .filter(|line| *line == "POST login")
        .count();
    assert_eq!(logins, 2, "once, and once again");
}

#[test]
fn logins_do_not_storm() {
    let mut script = Script::default();
    let server = Server::start(move |seen| match seen.line.starts_with("GET prop") {
        true => Reaction::Send(reply(401, "")),
        false => script.react(seen),
    });
    let mut link = link(&server);
    for _ in 0..10 {
        let mut context = Context::new(Duration::from_secs(5));
        let request = Request::Read(vec![ObjectId::new(0x2053, 0)]);
        link.exchange(&request, &mut context).unwrap_err();
    }
    let mut context = Context::new(Duration::from_secs(5));
    let error = link.exchange(&Request::ReadAll, &mut context).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::LoginLimit);
    let logins = server
        .lines()
        .iter()
        .filter(|line| *line == "POST login")
        .count();
    assert_eq!(logins, 5);
}
