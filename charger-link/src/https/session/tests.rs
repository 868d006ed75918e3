//! Whole requests, byte by byte and with the time as the test has it.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use ocpp_config::{ObjectId, Secret};

use super::{Action, Session};
use crate::https::settings::{Address, Credentials, HttpsSettings};
use crate::{LinkError, LinkErrorKind, Request, Response, SessionSymptom};

const LOGIN: &str =
    "HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n{\"access\":\"abc\",\"refresh\":\"def\"}";
/// How long drivers wait before they ask the session again.
const SLICE: Duration = crate::https::connect::SLICE;
const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_read_walks_through_all_states() {
    let mut session = Session::new(settings());
    let now = Instant::now();
    session.begin(&read(), now + 60 * SECOND);

    assert!(matches!(session.poll(now), Action::Connect { until } if until == now + 10 * SECOND));
    session.handle_connected();
    assert!(matches!(session.poll(now), Action::Send));
    let mut buffer = [0; 4096];
    let count = session.fill(now, &mut buffer);
    let sent = std::str::from_utf8(&buffer[..count]).unwrap();
    assert!(
        sent.starts_with("POST /api/login HTTP/1.1\r\nHost: charger\r\n"),
        "{sent}"
    );
    let body = r#"{"username":"admin","password":"x","displayname":"charger-link"}"#;
    assert!(sent.ends_with(body), "{sent}");
    session.handle_sent(now, count);
    assert!(matches!(session.poll(now), Action::Receive { until } if until == now + 15 * SECOND));
    session.handle_received(now, &LOGIN.as_bytes()[..20]);
    assert!(matches!(session.poll(now), Action::Receive { .. }));
    session.handle_received(now, &LOGIN.as_bytes()[20..]);

    assert!(matches!(session.poll(now), Action::Check));
    session.handle_quiet();
    assert!(matches!(session.poll(now), Action::Send));
    let count = session.fill(now, &mut buffer);
    let sent = std::str::from_utf8(&buffer[..count]).unwrap();
    assert!(
        sent.starts_with("GET /api/prop?ids=2053_0 HTTP/1.1\r\n"),
        "{sent}"
    );
    assert!(sent.contains("\r\nAuthorization: Bearer abc\r\n"), "{sent}");
    session.handle_sent(now, count);
    session.handle_received(now, ok(r#"{"2053_0":"CP1"}"#).as_bytes());
    assert!(matches!(session.poll(now), Action::Done));
    assert!(matches!(session.finish(), Ok(Response::Objects(objects)) if objects.len() == 1));
    assert!(session.is_logged_in());
}

#[test]
fn a_charger_that_asks_to_be_left_alone_is() {
    let mut peer = Peer::logged_in(settings());
    peer.begin(60 * SECOND);
    peer.next_request();
    peer.reply("HTTP/1.1 429 X\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
    peer.waited.clear();
    assert!(peer.next_request().starts_with("GET /api/prop"));
    assert_eq!(peer.waited, [7 * SECOND]);
}

#[test]
fn a_charger_cannot_ask_to_be_left_alone_for_ever() {
    for (asked, pause) in [
        ("999999999999", 3600 * SECOND),
        // A date, which would need a clock that both agree on: the usual pause.
        ("Wed, 21 Oct 2026 07:28:00 GMT", SECOND),
        ("-1", SECOND),
    ] {
        let mut peer = Peer::logged_in(settings());
        peer.begin(2 * 3600 * SECOND);
        peer.next_request();
        peer.reply(&format!(
            "HTTP/1.1 503 X\r\nRetry-After: {asked}\r\nContent-Length: 0\r\n\r\n"
        ));
        peer.waited.clear();
        assert!(peer.next_request().starts_with("GET /api/prop"));
        assert_eq!(peer.waited, [pause], "{asked}");
    }
}

#[test]
fn fresh_sessions_that_are_cut_off_are_another_client() {
    let mut peer = Peer::logged_in(settings());
    peer.begin(60 * SECOND);
    peer.next_request();
    for _ in 0..2 {
        peer.session.handle_closed(peer.now);
        assert!(peer.next_request().starts_with("POST /api/login"));
        peer.reply(LOGIN);
        assert!(peer.next_request().starts_with("GET /api/prop"));
    }
    peer.session.handle_closed(peer.now);
    assert_taken(&mut peer, SessionSymptom::Disconnected);
}

#[test]
fn connections_refused_by_a_charger_that_answered_before_are_another_client() {
    let mut peer = Peer::logged_in(settings());
    peer.begin(60 * SECOND);
    peer.next_request();
    peer.session.handle_closed(peer.now);
    peer.wait_for_connect();
    let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    let error = LinkError::without_effect(LinkErrorKind::Unreachable).with_source(refused);
    peer.session.handle_connect_failed(peer.now, error);
    assert_taken(&mut peer, SessionSymptom::ConnectionRefused);
}

#[test]
fn a_login_that_is_impossible_for_now_is_another_client() {
    let mut peer = Peer::new(settings());
    peer.begin(60 * SECOND);
    for _ in 0..3 {
        assert!(peer.next_request().starts_with("POST /api/login"));
        peer.reply("HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n");
    }
    assert_taken(&mut peer, SessionSymptom::LoginRefused);
}

fn assert_taken(peer: &mut Peer, symptom: SessionSymptom) {
    let error = peer.outcome().unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::SessionTaken { symptom });
    assert!(!error.may_have_taken_effect());
}

#[test]
fn there_is_no_point_in_waiting_beyond_the_deadline() {
    let mut peer = Peer::logged_in(settings());
    peer.begin(5 * SECOND);
    peer.next_request();
    peer.reply("HTTP/1.1 429 X\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
    let error = peer.outcome().unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::RateLimited);
    assert!(!error.may_have_taken_effect());
    // The next request does not forget it.
    peer.begin(60 * SECOND);
    peer.waited.clear();
    peer.next_request();
    assert_eq!(peer.waited, [7 * SECOND]);
}

#[test]
fn requests_wait_for_their_budget() {
    let three = NonZeroU32::new(3).unwrap();
    let mut peer = Peer::logged_in(settings().with_requests_per_minute(three));
    for pauses in [vec![], vec![], vec![60 * SECOND]] {
        peer.waited.clear();
        peer.begin(120 * SECOND);
        peer.next_request();
        peer.reply(&ok("{}"));
        peer.outcome().unwrap();
        assert_eq!(peer.waited, pauses);
    }
}

/// A driver looks at the switch that cancels ten times a second, and asks the session
/// again each time.
#[test]
fn waiting_for_the_request_budget_uses_no_logins_up() {
    let one = NonZeroU32::MIN;
    let mut peer = Peer::new(settings().with_requests_per_minute(one));
    peer.session.begin(&Request::Identify, peer.now + SECOND);
    peer.next_request();
    peer.reply(&ok(r#"{"ObjectId":"ACE0999001"}"#));
    peer.outcome().unwrap();

    peer.now += 30 * SECOND;
    peer.begin(40 * SECOND);
    let mut slices = 0;
    while let Action::Wait { until } = peer.session.poll(peer.now) {
        peer.now += (until - peer.now).min(SLICE);
        slices += 1;
    }
    assert_eq!(slices, 300);
    assert!(peer.next_request().starts_with("POST /api/login"));
}

#[test]
fn too_many_logins_are_this_sides_fault() {
    let settings = settings().with_logins_per_minute(NonZeroU32::MIN);
    let mut peer = Peer::logged_in(settings);
    peer.begin(50 * SECOND);
    peer.next_request();
    peer.reply("HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n");
    let error = peer.outcome().unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::LoginLimit);
}

#[test]
fn a_password_that_is_not_text_is_not_sent() {
    let credentials = Credentials::new("admin", Secret::new(vec![b'x', 0xFF]));
    let one = NonZeroU32::MIN;
    let settings = HttpsSettings::new(Address::new("charger"), credentials);
    let mut peer = Peer::new(settings.with_requests_per_minute(one));
    for _ in 0..3 {
        peer.begin(SECOND);
        let error = peer.outcome().unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::PasswordNotText);
        assert!(!error.may_have_taken_effect());
    }
}

#[test]
fn settings_without_end_are_no_trouble() {
    let settings = settings()
        .with_connect_timeout(Duration::MAX)
        .with_answer_timeout(Duration::MAX)
        .with_reconnect_gap(Duration::MAX);
    let mut peer = Peer::logged_in(settings);
    peer.begin(60 * SECOND);
    peer.next_request();
    peer.now += 60 * SECOND;
    let error = peer.outcome().unwrap_err();
    let during = "reading objects";
    assert_eq!(*error.kind(), LinkErrorKind::Timeout { during });
    peer.begin(60 * SECOND);
    let error = peer.outcome().unwrap_err();
    let during = "waiting to connect again";
    assert_eq!(*error.kind(), LinkErrorKind::Timeout { during });
}

#[test]
fn a_silent_charger_is_asked_again_on_a_new_connection_after_a_pause() {
    let mut peer = Peer::logged_in(settings());
    peer.begin(60 * SECOND);
    peer.next_request();
    peer.now += 15 * SECOND;
    peer.waited.clear();
    assert!(peer.next_request().starts_with("POST /api/login"));
    assert_eq!(peer.waited, [Duration::from_millis(500)]);
    assert_eq!(peer.connections, 2);
}

#[test]
fn silence_after_a_restart_is_the_restart() {
    let mut peer = Peer::logged_in(settings());
    peer.session
        .begin(&Request::Restart, peer.now + 60 * SECOND);
    assert!(peer.next_request().ends_with(r#"{"command":"reboot"}"#));
    peer.reply(&ok(""));
    assert_eq!(peer.outcome().unwrap(), Response::Done);
    assert!(!peer.session.is_logged_in());
    for (later, kind) in [
        (SECOND, LinkErrorKind::Restarting),
        (
            20 * 60 * SECOND,
            LinkErrorKind::Timeout {
                during: "connecting",
            },
        ),
    ] {
        peer.now += later;
        peer.begin(4 * SECOND);
        peer.wait_for_connect();
        let during = "connecting";
        let timeout = LinkError::without_effect(LinkErrorKind::Timeout { during });
        peer.session.handle_connect_failed(peer.now, timeout);
        assert_eq!(*peer.outcome().unwrap_err().kind(), kind);
    }
}

#[test]
fn what_this_side_waits_for_is_no_restart() {
    let two = NonZeroU32::MIN.saturating_add(1);
    let mut peer = Peer::logged_in(settings().with_requests_per_minute(two));
    peer.session
        .begin(&Request::Restart, peer.now + 60 * SECOND);
    peer.next_request();
    peer.reply(&ok(""));
    peer.outcome().unwrap();
    for (time, during) in [
        (Duration::ZERO, "waiting for its turn"),
        (SECOND / 4, "waiting to connect again"),
        (4 * SECOND, "keeping to the request budget"),
    ] {
        peer.begin(time);
        let error = peer.outcome().unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::Timeout { during });
    }
}

#[test]
fn an_abandoned_request_costs_the_connection() {
    let mut peer = Peer::logged_in(settings());
    peer.begin(60 * SECOND);
    peer.next_request();
    peer.begin(60 * SECOND);
    assert!(matches!(peer.session.poll(peer.now), Action::Disconnect));
}

#[test]
fn nobody_logs_out_who_is_not_logged_in() {
    let mut peer = Peer::new(settings());
    peer.session.begin(&Request::Close, peer.now + SECOND);
    assert_eq!(peer.outcome().unwrap(), Response::Done);
    assert_eq!(peer.connections, 0);
}

/// A driver whose clock stands still unless the session wants to wait.
struct Peer {
    session: Session,
    now: Instant,
    waited: Vec<Duration>,
    connections: usize,
}

impl Peer {
    fn new(settings: HttpsSettings) -> Self {
        Self {
            session: Session::new(settings),
            now: Instant::now(),
            waited: Vec::new(),
            connections: 0,
        }
    }

    /// A login is one request of the budget.
    fn logged_in(settings: HttpsSettings) -> Self {
        let mut peer = Self::new(settings);
        peer.session
            .begin(&Request::Read(vec![]), peer.now + SECOND);
        peer.outcome().unwrap();
        peer.begin(SECOND);
        assert!(peer.next_request().starts_with("POST /api/login"));
        peer.reply(LOGIN);
        assert!(peer.session.is_logged_in());
        peer
    }

    fn begin(&mut self, time: Duration) {
        self.session.begin(&read(), self.now + time);
    }

    /// Lets the session send its next request, and returns it.
    fn next_request(&mut self) -> String {
        let mut sent = Vec::new();
        loop {
            match self.step() {
                Action::Send => {
                    let mut buffer = [0; 50];
                    let count = self.session.fill(self.now, &mut buffer);
                    sent.extend_from_slice(&buffer[..count]);
                    self.session.handle_sent(self.now, count);
                }
                Action::Receive { .. } => return String::from_utf8(sent).unwrap(),
                action => panic!("{action:?}"),
            }
        }
    }

    fn wait_for_connect(&mut self) {
        loop {
            match self.session.poll(self.now) {
                Action::Connect { .. } => return,
                Action::Wait { until } => self.now = until,
                Action::Disconnect => self.session.handle_disconnected(self.now),
                action => panic!("{action:?}"),
            }
        }
    }

    fn reply(&mut self, text: &str) {
        self.session.handle_received(self.now, text.as_bytes());
    }

    fn outcome(&mut self) -> Result<Response, LinkError> {
        let action = self.step();
        assert!(matches!(action, Action::Done), "{action:?}");
        self.session.finish()
    }

    /// Does what needs no bytes; returns what does.
    fn step(&mut self) -> Action {
        loop {
            match self.session.poll(self.now) {
                Action::Connect { .. } => {
                    self.connections += 1;
                    self.session.handle_connected();
                }
                Action::Check => self.session.handle_quiet(),
                Action::Disconnect => self.session.handle_disconnected(self.now),
                Action::Wait { until } => {
                    self.waited.push(until - self.now);
                    self.now = until;
                }
                action => return action,
            }
        }
    }
}

fn settings() -> HttpsSettings {
    HttpsSettings::new(
        Address::new("charger"),
        Credentials::new("admin", Secret::from("x")),
    )
}

fn read() -> Request {
    Request::Read(vec![ObjectId::new(0x2053, 0)])
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
