//! The session with the time and the gateway in the test's hands.

use std::time::Duration;

use bytes::Bytes;
use ocpp_config::{ObjectId, Secret};

use super::*;
use crate::gateway::codec::{GatewayCode, NodeAddress, Refusal, TypeToken};

const ID: ObjectId = ObjectId::new(0x2053, 0);

fn settings() -> GatewaySettings {
    GatewaySettings::new(NodeAddress::new(4).unwrap())
}

fn read(token: TypeToken) -> Job {
    Job {
        command: Command::Read { id: ID, token },
        stream: None,
    }
}

fn write(value: &str) -> Job {
    let (id, token) = (ID, TypeToken::Domain);
    let value = Secret::from(value);
    Job {
        command: Command::Write { id, token, value },
        stream: None,
    }
}

/// A session, and what time it is.
struct Bench {
    session: Session,
    now: Duration,
    over: Option<Result<Answer, CommandError>>,
}

impl Bench {
    fn new(settings: GatewaySettings) -> Self {
        Self {
            session: Session::new(settings),
            now: Duration::ZERO,
            over: None,
        }
    }

    /// A session that is in step; the next sequence number is 2.
    fn in_step() -> Self {
        let mut bench = Self::new(settings());
        bench.session.start(bench.now, read(TypeToken::U8));
        assert_eq!(bench.sent(), "\r\n");
        bench.pass();
        assert_eq!(bench.sent(), "[1] set node 4\r\n");
        bench.hear("[1] OK\r\n");
        bench.session.abandon();
        bench.session.in_step = true;
        bench.session.owed.clear();
        bench
    }

    /// Everything that is sent until the session listens or is done.
    fn sent(&mut self) -> String {
        let mut sent = Vec::new();
        loop {
            match self.session.poll(self.now) {
                SessionPoll::Send => {
                    let chunk = self.session.chunk().to_vec();
                    self.session.handle_sent(self.now, chunk.len());
                    sent.extend(chunk);
                }
                SessionPoll::Receive(_) => break,
                SessionPoll::Done(outcome) => {
                    self.over = Some(outcome);
                    break;
                }
            }
        }
        String::from_utf8(sent).unwrap()
    }

    fn hear(&mut self, text: &str) {
        self.session.handle_received(self.now, text.as_bytes());
    }

    /// Lets the time pass until the session wants to do something.
    fn pass(&mut self) {
        if let SessionPoll::Receive(until) = self.session.poll(self.now) {
            self.now = until;
        }
    }

    fn outcome(&mut self) -> Result<Answer, CommandError> {
        match self.session.poll(self.now) {
            SessionPoll::Done(outcome) => outcome,
            other => panic!("not over: {other:?}"),
        }
    }
}

#[test]
fn it_gets_into_step_before_the_first_command() {
    let mut bench = Bench::new(settings());
    bench.session.start(bench.now, read(TypeToken::U8));
    assert_eq!(bench.sent(), "\r\n");
    bench.hear("half a line of somebody else\r\n[7] ERROR:101 #Syntax error.\r\n> ");
    bench.pass();
    assert_eq!(bench.sent(), "[1] set node 4\r\n");
    bench.hear("[7] 12\r\n[1] OK\r\n");
    assert_eq!(bench.sent(), "[2] 4 r 0x2053 0 u8\r\n");
    bench.hear("[2] 12\r\n");
    assert!(matches!(bench.outcome(), Ok(Answer::Value(value)) if value == b"12"));
    bench.session.start(bench.now, read(TypeToken::U8));
    assert_eq!(bench.sent(), "[3] 4 r 0x2053 0 u8\r\n");
}

#[test]
fn a_gateway_that_never_answers_is_given_up_after_three_attempts() {
    let mut bench = Bench::new(settings());
    bench.session.start(bench.now, write("QQ=="));
    let mut sent = String::new();
    let error = loop {
        sent += &bench.sent();
        if let Some(over) = bench.over.take() {
            break over.unwrap_err();
        }
        bench.pass();
    };
    assert_eq!(
        sent,
        "\r\n[1] set node 4\r\n\r\n[2] set node 4\r\n\r\n[3] set node 4\r\n"
    );
    assert!(matches!(
        error.kind,
        CommandErrorKind::TimedOut("looking for the gateway")
    ));
    assert!(!error.may_have_run);
}

#[test]
fn an_answer_that_comes_too_late_is_never_taken_for_a_new_one() {
    let mut bench = Bench::in_step();
    bench.session.start(bench.now, read(TypeToken::U8));
    let line = bench.sent();
    bench.pass();
    assert!(bench.outcome().unwrap_err().may_have_run);
    assert!(bench.session.is_owed_an_answer());
    bench.session.start(bench.now, read(TypeToken::U8));
    assert_eq!(bench.sent(), "\r\n");
    bench.pass();
    let sync = bench.sent();
    let number = |line: &str| line.split(' ').next().unwrap().to_owned();
    bench.hear(&format!("{} 99\r\n{} OK\r\n", number(&line), number(&sync)));
    assert!(!bench.session.is_owed_an_answer());
    let again = bench.sent();
    assert_ne!(number(&again), number(&line));
    bench.hear(&format!("{} 12\r\n", number(&again)));
    assert!(matches!(bench.outcome(), Ok(Answer::Value(value)) if value == b"12"));
}

#[test]
fn an_error_under_the_number_of_the_command_before_means_ours_was_not_read() {
    let mut bench = Bench::in_step();
    bench.session.start(bench.now, write("QQ=="));
    bench.sent();
    bench.hear("[1] ERROR:101 #Syntax error.\r\n");
    let error = bench.outcome().unwrap_err();
    assert!(matches!(
        error.kind,
        CommandErrorKind::Unread(GatewayCode::SYNTAX)
    ));
    assert!(!error.may_have_run);
}

#[test]
fn an_error_that_was_owed_says_nothing_about_ours() {
    let mut bench = Bench::in_step();
    bench.session.start(bench.now, read(TypeToken::U8));
    let late = bench.sent();
    bench.session.abandon();
    bench.session.in_step = true;
    bench.session.start(bench.now, read(TypeToken::U8));
    let ours = bench.sent();
    let number = |line: &str| line.split(' ').next().unwrap().to_owned();
    bench.hear(&format!("{} ERROR:101\r\n", number(&late)));
    bench.hear(&format!("{} 12\r\n", number(&ours)));
    assert!(bench.outcome().is_ok());
}

#[test]
fn silence_and_a_sentinel_end_a_value_of_57_bytes() {
    let mut bench = Bench::in_step();
    bench.session.start(bench.now, read(TypeToken::Domain));
    let line = bench.sent();
    let number = line.split(' ').next().unwrap();
    let full = "QUJD".repeat(19);
    bench.hear(&format!("{number} {full}\r\n"));
    assert_eq!(bench.sent(), "");
    bench.pass();
    let sentinel = bench.sent();
    assert!(sentinel.ends_with("] set node 4\r\n"), "{sentinel}");
    bench.hear(&format!("{full}\r\n"));
    bench.hear(&format!("{} OK\r\n", sentinel.split(' ').next().unwrap()));
    assert!(matches!(bench.outcome(), Ok(Answer::Value(value)) if value == b"ABC".repeat(38)));
}

#[test]
fn a_long_write_that_is_broken_off_is_not_sent_on() {
    let mut bench = Bench::in_step();
    let mut job = write("");
    job.stream = Some(Upload::new(Bytes::from(vec![7; 100_000])));
    bench.session.start(bench.now, job);
    for _ in 0..5 {
        assert!(matches!(bench.session.poll(bench.now), SessionPoll::Send));
        let count = bench.session.chunk().len();
        bench.session.handle_sent(bench.now, count);
    }
    bench.hear("[3] ERROR:0x06040047 #General internal incompatibility in device.\r\n");
    assert!(matches!(
        bench.outcome(),
        Ok(Answer::Refused(Refusal::Aborted(_)))
    ));
    bench.session.start(bench.now, read(TypeToken::U8));
    assert_eq!(bench.sent(), "\r\n");
}

#[test]
fn an_ok_before_the_end_of_a_long_write_is_no_ok() {
    let mut bench = Bench::in_step();
    let mut job = write("");
    job.stream = Some(Upload::new(Bytes::from(vec![7; 100_000])));
    bench.session.start(bench.now, job);
    let count = bench.session.chunk().len();
    bench.session.handle_sent(bench.now, count);
    bench.hear("[3] OK\r\n");
    let error = bench.outcome().unwrap_err();
    assert!(matches!(error.kind, CommandErrorKind::Malformed(_)));
    assert!(error.may_have_run);
}

#[test]
fn half_a_short_line_is_completed_rather_than_cut() {
    let mut bench = Bench::in_step();
    bench.session.start(bench.now, write("MTIzNA=="));
    bench.session.handle_sent(bench.now, 20);
    bench.now += STALL;
    let error = bench.outcome().unwrap_err();
    assert!(matches!(
        error.kind,
        CommandErrorKind::TimedOut("sending to the gateway")
    ));
    assert!(error.may_have_run);
    bench.session.start(bench.now, read(TypeToken::U8));
    assert_eq!(bench.sent(), "TIzNA==\r\n\r\n");
}

#[test]
fn nothing_of_a_broken_stream_is_sent_over_the_next() {
    let mut bench = Bench::in_step();
    bench.session.start(bench.now, write("MTIzNA=="));
    bench.session.handle_sent(bench.now, 20);
    assert!(bench.session.handle_lost());
    bench.session.start(bench.now, read(TypeToken::U8));
    assert_eq!(bench.sent(), "\r\n");
}

#[test]
fn a_container_leaves_as_one_line_of_base64() {
    let mut bench = Bench::in_step();
    let container: Vec<u8> = (0..5_000_u32).flat_map(u32::to_le_bytes).collect();
    let mut job = write("");
    job.stream = Some(Upload::new(Bytes::from(container.clone())));
    bench.session.start(bench.now, job);
    let line = bench.sent();
    let (head, value) = line.rsplit_once(' ').unwrap();
    assert!(head.ends_with("] 4 w 0x2053 0 d"), "{head}");
    use base64::Engine as _;
    let decoded = base64::engine::general_purpose::STANDARD.decode(value.trim_end());
    assert_eq!(decoded.as_ref(), Ok(&container));
    assert_eq!(line.matches('\n').count(), 1);
}

#[test]
fn a_slow_wire_and_a_slow_bus_are_waited_for() {
    let mut bench = Bench::new(settings().with_baud(9_600).with_bus_rate(1_000));
    let mut job = write("");
    job.stream = Some(Upload::new(Bytes::from(vec![0; 96_000])));
    bench.session.in_step = true;
    bench.session.start(bench.now, job);
    let line = bench.sent();
    let SessionPoll::Receive(until) = bench.session.poll(bench.now) else {
        panic!("not listening");
    };
    let wire = Duration::from_secs_f64(10.0 * line.len() as f64 / 9_600.0);
    let bus = Duration::from_secs(96);
    assert!(until >= wire + bus, "{until:?}");
    assert!(until <= wire + bus + Duration::from_secs(4), "{until:?}");
}

#[test]
fn progress_of_the_transfer_keeps_the_wait_alive() {
    let mut bench = Bench::in_step();
    bench.session.start(bench.now, read(TypeToken::U8));
    bench.sent();
    for _ in 0..20 {
        bench.now += Duration::from_secs(2);
        bench.hear("1 4 SDOr 889\r\n");
    }
    assert!(matches!(
        bench.session.poll(bench.now),
        SessionPoll::Receive(until) if until > bench.now
    ));
    assert_eq!(
        std::iter::from_fn(|| bench.session.poll_event()).count(),
        20
    );
}
