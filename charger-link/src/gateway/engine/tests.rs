//! Requests against a gateway in the test, in virtual time.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use ocpp_config::{DataType, ObjectId, ObjectWrite, Secret, Value, WriteOnlyItem, objects};

use super::*;
use crate::gateway::codec::NodeAddress;
use crate::{Upload, UploadState};

const MINUTE: Duration = Duration::from_secs(60);

type Twist = dyn FnMut(&str) -> Option<String>;

/// A gateway that keeps raw bytes, and answers as its `twist` wants.
struct Gateway {
    objects: BTreeMap<ObjectId, Vec<u8>>,
    lines: Vec<String>,
    half: Vec<u8>,
    /// Answers in place of the gateway where it returns something; with a number of its
    /// own if it begins with one.
    twist: Box<Twist>,
}

impl Gateway {
    fn new(objects: &[(ObjectId, &[u8])]) -> Self {
        Self {
            objects: objects
                .iter()
                .map(|(id, raw)| (*id, raw.to_vec()))
                .collect(),
            lines: Vec::new(),
            half: Vec::new(),
            twist: Box::new(|_| None),
        }
    }

    fn twisted(mut self, twist: impl FnMut(&str) -> Option<String> + 'static) -> Self {
        self.twist = Box::new(twist);
        self
    }

    fn receive(&mut self, bytes: &[u8]) -> String {
        let mut answers = String::new();
        self.half.extend_from_slice(bytes);
        while let Some(end) = self.half.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.half.drain(..=end).collect();
            let line = String::from_utf8(line).unwrap().trim().to_owned();
            if let Some((number, command)) = line.split_once(' ') {
                let answer = match (self.twist)(command) {
                    Some(answer) => answer,
                    None => self.answer(command),
                };
                if answer.starts_with('[') {
                    answers += &format!("{answer}\r\n");
                } else if !answer.is_empty() {
                    answers += &format!("{number} {answer}\r\n");
                }
                self.lines.push(command.to_owned());
            }
        }
        answers
    }

    fn answer(&mut self, command: &str) -> String {
        let words: Vec<&str> = command.split(' ').collect();
        match words[..] {
            ["4", "r", index, sub, token] => match self.objects.get(&id(index, sub)) {
                None => "ERROR:0x06020000 #Object does not exist.".to_owned(),
                Some(raw) if token == "d" => STANDARD.encode(raw),
                Some(raw) => number(raw, token),
            },
            ["4", "w", index, sub, token, value] => {
                let raw = match token {
                    "d" => STANDARD.decode(value).unwrap(),
                    _ => value.parse::<u64>().unwrap().to_le_bytes()[..width(token)].to_vec(),
                };
                self.objects.insert(id(index, sub), raw);
                "OK".to_owned()
            }
            ["info", "version"] => "ERROR:100 #Request not supported.".to_owned(),
            _ => "OK".to_owned(),
        }
    }

    fn sent(&self, part: &str) -> usize {
        self.lines.iter().filter(|line| line.contains(part)).count()
    }
}

fn id(index: &str, sub: &str) -> ObjectId {
    let index = u16::from_str_radix(index.strip_prefix("0x").unwrap(), 16).unwrap();
    ObjectId::new(index, sub.parse().unwrap())
}

fn width(token: &str) -> usize {
    token[1..].parse::<usize>().unwrap() / 8
}

/// As CANopenNode's server: hexadecimal bytes where the length does not fit.
fn number(raw: &[u8], token: &str) -> String {
    if raw.len() != width(token) {
        let hex: Vec<_> = raw.iter().map(|byte| format!("{byte:02X}")).collect();
        return hex.join(" ");
    }
    let mut wide = [0; 8];
    wide[..raw.len()].copy_from_slice(raw);
    u64::from_le_bytes(wide).to_string()
}

struct Bench {
    engine: Engine,
    gateway: Gateway,
    now: Duration,
}

impl Bench {
    fn new(gateway: Gateway) -> Self {
        let settings = GatewaySettings::new(NodeAddress::new(4).unwrap());
        Self {
            engine: Engine::new(settings),
            gateway,
            now: Duration::ZERO,
        }
    }

    fn ask(&mut self, request: &Request) -> Result<Response, LinkError> {
        self.engine.start(self.now, request, 10 * MINUTE);
        loop {
            match self.engine.poll(self.now) {
                Action::Send => {
                    let sent = self.engine.outgoing().to_vec();
                    self.engine.handle_sent(self.now, sent.len());
                    let answer = self.gateway.receive(&sent);
                    self.engine.handle_received(self.now, answer.as_bytes());
                }
                Action::Receive { until } => self.now = until,
                Action::Done(result) => return result,
                Action::Idle => panic!("nothing was asked"),
            }
        }
    }
}

fn text(id: ObjectId, text: &str) -> ObjectWrite {
    ObjectWrite::new(id, DataType::VISIBLE_STRING, Value::Text(text.to_owned()))
}

fn attempts(number: u64) -> ObjectWrite {
    let id = objects::CONNECTION_ATTEMPTS;
    ObjectWrite::new(id, DataType::UNSIGNED8, Value::Unsigned(number))
}

#[test]
fn a_charger_tells_who_it_is() {
    let mut bench = Bench::new(Gateway::new(&[
        (objects::PLATFORM, b"NG910"),
        (objects::MODEL, b"NG910-60023"),
        (objects::SERIAL_NUMBER, b"ACE0999001"),
        (objects::FIRMWARE, b"7.0.0-4318\0\0"),
    ]));
    let Response::Identity(identity) = bench.ask(&Request::Identify).unwrap() else {
        panic!("no identity");
    };
    assert_eq!(identity.serial_number, "ACE0999001");
    assert_eq!(identity.model, "NG910-60023");
    assert_eq!(identity.firmware, "7.0.0-4318");
    assert_eq!(identity.identity, "");
}

#[test]
fn a_node_with_none_of_the_objects_is_no_charger() {
    let error = Bench::new(Gateway::new(&[]))
        .ask(&Request::Identify)
        .unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::NotACharger);
}

#[test]
fn objects_that_the_charger_does_not_have_are_left_out() {
    let mut bench = Bench::new(Gateway::new(&[
        (objects::BOOT_COUNT, &272_u32.to_le_bytes()),
        (ObjectId::new(0x5FFF, 1), b"raw"),
    ]));
    let ids = vec![
        objects::BOOT_COUNT,
        objects::PRESET,
        ObjectId::new(0x5FFF, 1),
    ];
    let Response::Objects(found) = bench.ask(&Request::Read(ids)).unwrap() else {
        panic!("no objects");
    };
    let values: Vec<_> = found.iter().map(|object| object.value.clone()).collect();
    assert_eq!(
        values,
        [Value::Unsigned(272), Value::Bytes(b"raw".to_vec())]
    );
    assert_eq!(found[0].category, "generic");
}

#[test]
fn a_category_is_read_by_the_dictionary() {
    let mut bench = Bench::new(Gateway::new(&[
        (objects::CONNECTION_ATTEMPTS, &[3]),
        (objects::BOOT_COUNT, &[1, 0, 0, 0]),
    ]));
    let request = Request::ReadCategory("generic".to_owned());
    let Response::Objects(found) = bench.ask(&request).unwrap() else {
        panic!("no objects");
    };
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, objects::BOOT_COUNT);

    let Response::Objects(found) = bench.ask(&Request::ReadAll).unwrap() else {
        panic!("no objects");
    };
    assert_eq!(found.len(), 2);
}

/// CANopenNode's server prints the byte of a shorter object in hexadecimal, which may
/// look like a decimal number.
#[test]
fn a_number_that_may_be_a_byte_in_hexadecimal_is_confirmed() {
    let mut bench = Bench::new(Gateway::new(&[(objects::BOOT_COUNT, &[0x10])]));
    let request = Request::Read(vec![objects::BOOT_COUNT]);
    let Response::Objects(found) = bench.ask(&request).unwrap() else {
        panic!("no objects");
    };
    assert_eq!(found[0].value, Value::Bytes(vec![0x10]));
    let boot_count: &[u8] = &10_u32.to_le_bytes();
    let mut bench = Bench::new(Gateway::new(&[(objects::BOOT_COUNT, boot_count)]));
    let Response::Objects(found) = bench.ask(&request).unwrap() else {
        panic!("no objects");
    };
    assert_eq!(found[0].value, Value::Unsigned(10));
}

#[test]
fn values_are_written_in_order_with_their_types() {
    let mut bench = Bench::new(Gateway::new(&[]));
    let writes = vec![
        text(objects::CHARGE_BOX_IDENTITY, "CH\"A\\É"),
        text(objects::PRESET, ""),
        attempts(3),
    ];
    assert_eq!(bench.ask(&Request::Write(writes)).unwrap(), Response::Done);
    let stored = &bench.gateway.objects;
    assert_eq!(stored[&objects::CHARGE_BOX_IDENTITY], "CH\"A\\É".as_bytes());
    assert_eq!(stored[&objects::PRESET], [0]);
    assert_eq!(stored[&objects::CONNECTION_ATTEMPTS], [3]);
    assert_eq!(bench.gateway.sent(" u8 3"), 1);
}

#[test]
fn nothing_is_written_if_one_value_does_not_fit() {
    for unfit in [
        attempts(256),
        text(objects::CHARGE_BOX_IDENTITY, "longer than twenty one"),
    ] {
        let mut bench = Bench::new(Gateway::new(&[]));
        let id = unfit.id;
        let writes = vec![text(objects::PRESET, "x"), unfit];
        let error = bench.ask(&Request::Write(writes)).unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::ValueOutOfRange { id });
        assert!(!error.may_have_taken_effect());
        assert_eq!(bench.gateway.sent(" w "), 0);
    }
}

#[test]
fn an_interrupted_write_that_has_happened_is_done() {
    // The gateway carries the write out, and its answer is lost.
    let mut stored = false;
    let gateway = Gateway::new(&[(objects::CONNECTION_ATTEMPTS, &[5])]).twisted(move |command| {
        let first = command.contains(" w ") && !std::mem::replace(&mut stored, true);
        first.then(String::new)
    });
    let mut bench = Bench::new(gateway);
    let done = bench.ask(&Request::Write(vec![attempts(5)]));
    assert_eq!(done.unwrap(), Response::Done);
    assert_eq!(bench.gateway.sent(" w "), 1);
    assert_eq!(bench.gateway.sent(" r 0x20F4 0 d"), 1);
}

#[test]
fn an_interrupted_write_that_cannot_be_proven_may_have_taken_effect() {
    let gateway = Gateway::new(&[(objects::CONNECTION_ATTEMPTS, &[3])])
        .twisted(|command| command.contains(" w ").then(String::new));
    let mut bench = Bench::new(gateway);
    let error = bench.ask(&Request::Write(vec![attempts(5)])).unwrap_err();
    assert!(matches!(error.kind(), LinkErrorKind::Timeout { .. }));
    assert!(error.may_have_taken_effect());
}

#[test]
fn a_refused_write_names_its_object_and_what_came_before_counts() {
    let refuse = |command: &str| {
        let refused = command.contains(" w 0x2053 ");
        refused.then(|| "ERROR: 06090031 (Value too high)".to_owned())
    };
    let kind = LinkErrorKind::Aborted {
        id: objects::CHARGE_BOX_IDENTITY,
        code: 0x0609_0031,
    };
    let identity = text(objects::CHARGE_BOX_IDENTITY, "X");
    for (writes, effect) in [
        (vec![identity.clone()], false),
        (vec![attempts(3), identity], true),
    ] {
        let mut bench = Bench::new(Gateway::new(&[]).twisted(refuse));
        let error = bench.ask(&Request::Write(writes)).unwrap_err();
        assert_eq!(*error.kind(), kind);
        assert_eq!(error.may_have_taken_effect(), effect);
    }
}

#[test]
fn a_silent_charger_is_a_time_out_by_either_name() {
    for answer in [
        "ERROR:0x05040000 #SDO protocol timed out.",
        "ERROR: 103 (Time-out)",
    ] {
        let gateway = Gateway::new(&[])
            .twisted(move |command| command.contains(" r ").then(|| answer.to_owned()));
        let error = Bench::new(gateway)
            .ask(&Request::Read(vec![objects::PRESET]))
            .unwrap_err();
        assert!(
            matches!(error.kind(), LinkErrorKind::Timeout { .. }),
            "{answer}"
        );
        assert!(!error.may_have_taken_effect());
    }
}

#[test]
fn a_command_that_noise_made_unreadable_is_sent_again() {
    let mut garbled = false;
    let gateway = Gateway::new(&[]).twisted(move |command| {
        let first = command.contains(" w ") && !std::mem::replace(&mut garbled, true);
        // Under the number of the command before, as CANopenNode's server does.
        first.then(|| "[2] ERROR:101 #Syntax error.".to_owned())
    });
    let mut bench = Bench::new(gateway);
    let done = bench.ask(&Request::Write(vec![attempts(4)]));
    assert_eq!(done.unwrap(), Response::Done);
    assert_eq!(bench.gateway.sent(" w "), 2);
    assert_eq!(bench.gateway.objects[&objects::CONNECTION_ATTEMPTS], [4]);
}

#[test]
fn settings_of_the_gateway_that_it_does_not_know_do_no_harm() {
    let gateway = Gateway::new(&[(objects::CONNECTION_ATTEMPTS, &[3])]).twisted(|command| {
        command
            .starts_with("set sdo_timeout")
            .then(|| "ERROR:100 #Request not supported.".to_owned())
    });
    let mut bench = Bench::new(gateway);
    let request = Request::Read(vec![objects::CONNECTION_ATTEMPTS]);
    assert!(bench.ask(&request).is_ok());
    assert!(bench.ask(&request).is_ok());
    assert_eq!(bench.gateway.sent("set sdo_timeout 2000"), 1);
}

#[test]
fn the_clock_and_a_restart_are_objects_too() {
    let mut bench = Bench::new(Gateway::new(&[]));
    let since_epoch = Duration::from_millis(1_772_614_717_592);
    bench.ask(&Request::SetClock { since_epoch }).unwrap();
    bench.ask(&Request::Restart).unwrap();
    assert_eq!(bench.gateway.sent("w 0x2059 0 u64 1772614717592"), 1);
    assert_eq!(bench.gateway.sent("w 0x2170 4 u8 2"), 1);
}

#[test]
fn write_only_items_go_where_the_dictionary_has_them() {
    let mut bench = Bench::new(Gateway::new(&[]));
    let install = |item| Request::Install {
        item,
        data: Secret::from("key"),
    };
    bench
        .ask(&install(WriteOnlyItem::AUTHORIZATION_KEY))
        .unwrap();
    bench.ask(&install(WriteOnlyItem::CSMS_ROOT)).unwrap();
    let stored = &bench.gateway.objects;
    assert_eq!(stored[&objects::AUTHORIZATION_KEY], b"key");
    assert_eq!(stored[&objects::CSMS_ROOT], b"key");
    let error = bench
        .ask(&install(WriteOnlyItem::CLIENT_CERTIFICATE))
        .unwrap_err();
    assert!(matches!(error.kind(), LinkErrorKind::NotOnThisLink { .. }));
}

/// A charger whose upload objects work as [`UploadCommands::ASSUMED`] says, with
/// `damage` done to the data on its way.
fn uploading(damage: fn(&mut Vec<u8>)) -> Gateway {
    let mut status = -1_i8;
    let mut buffer = Vec::new();
    Gateway::new(&[]).twisted(move |command| {
        let words: Vec<&str> = command.split(' ').collect();
        Some(match words[..] {
            ["4", "r", "0x2911", "0", "i8"] => {
                let answer = status.to_string();
                status = match status {
                    1 => 3,
                    11 => 12,
                    other => other,
                };
                answer
            }
            ["4", "w", "0x2910", "0", "u8", number] => {
                status = match number {
                    "1" => 1,
                    "2" => 11,
                    _ => 5,
                };
                "OK".to_owned()
            }
            ["4", "w", "0x2912", "0", "d", data] => {
                buffer = STANDARD.decode(data).unwrap();
                damage(&mut buffer);
                "OK".to_owned()
            }
            ["4", "r", "0x2915", "0", "d"] => {
                STANDARD.encode(crc32fast::hash(&buffer).to_le_bytes())
            }
            _ => return None,
        })
    })
}

fn container() -> Request {
    let bytes: Vec<u8> = (0..20_000_u32).flat_map(u32::to_le_bytes).collect();
    Request::Upload(Upload::new(Bytes::from(bytes)))
}

#[test]
fn an_upload_is_applied_once_its_checksum_is_right() {
    let mut bench = Bench::new(uploading(|_| ()));
    assert_eq!(bench.ask(&container()).unwrap(), Response::Done);
    let begun = |part: &str| {
        let lines = &bench.gateway.lines;
        lines.iter().position(|line| line.contains(part)).unwrap()
    };
    assert!(begun("set sdo_block 1") < begun("w 0x2912"));
    assert!(begun("w 0x2912") < begun("r 0x2915"));
    assert!(begun("r 0x2915") < begun("w 0x2910 0 u8 3"));
    assert_eq!(
        bench.engine.take_progress(),
        Some(Progress::new(80_000, Some(80_000)))
    );
}

#[test]
fn an_upload_that_arrived_damaged_is_never_applied() {
    // What a line discipline in between does to a long line.
    let mut bench = Bench::new(uploading(|data| data.truncate(3_056)));
    let error = bench.ask(&container()).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::UploadDamaged);
    assert!(!error.may_have_taken_effect());
    assert_eq!(bench.gateway.sent("w 0x2910 0 u8 3"), 0);
}

#[test]
fn a_charger_that_gives_the_upload_up_says_why() {
    let mut erased = false;
    let gateway = Gateway::new(&[]).twisted(move |command| {
        if command.contains("w 0x2910 0 u8 1") {
            erased = true;
        }
        let status = if erased { "-2" } else { "10" };
        command.contains("r 0x2911").then(|| status.to_owned())
    });
    let error = Bench::new(gateway).ask(&container()).unwrap_err();
    let state = UploadState::UPDATE_ERROR;
    assert_eq!(*error.kind(), LinkErrorKind::UploadFailed { state });
}

#[test]
fn a_gateway_that_knows_its_version_is_not_asked_for_blocks() {
    let mut inner = uploading(|_| ()).twist;
    let gateway = Gateway::new(&[]).twisted(move |command| match command {
        "info version" => Some("864 2 3.1 4 3 2.0 2.1".to_owned()),
        _ => inner(command),
    });
    let mut bench = Bench::new(gateway);
    assert_eq!(bench.ask(&container()).unwrap(), Response::Done);
    assert_eq!(bench.gateway.sent("sdo_block"), 0);
}

#[test]
fn a_request_ends_when_its_time_is_up() {
    let gateway = Gateway::new(&[]).twisted(|_| Some(String::new()));
    let mut bench = Bench::new(gateway);
    let error = bench.ask(&Request::ReadAll).unwrap_err();
    assert!(matches!(error.kind(), LinkErrorKind::Timeout { .. }));
    assert!(bench.now < MINUTE, "{:?}", bench.now);
}

#[test]
fn a_lost_stream_says_whether_a_write_was_under_way() {
    let mut bench = Bench::new(Gateway::new(&[]));
    bench.ask(&Request::Restart).unwrap();
    for (request, effect) in [
        (Request::Restart, true),
        (Request::Read(vec![objects::PRESET]), false),
    ] {
        bench.engine.start(bench.now, &request, MINUTE);
        assert!(matches!(bench.engine.poll(bench.now), Action::Send));
        bench.engine.handle_sent(bench.now, 5);
        let error = bench.engine.handle_lost().unwrap();
        assert!(matches!(error.kind(), LinkErrorKind::ConnectionLost { .. }));
        assert_eq!(error.may_have_taken_effect(), effect);
        // The next stream begins with an introduction.
        bench.ask(&Request::Read(vec![objects::PRESET])).unwrap();
    }
}

#[test]
fn a_cancelled_request_leaves_a_link_that_works() {
    let mut bench = Bench::new(Gateway::new(&[(objects::PRESET, b"x")]));
    bench.engine.start(bench.now, &Request::ReadAll, MINUTE);
    for _ in 0..3 {
        bench.engine.poll(bench.now);
    }
    let error = bench.engine.cancel().unwrap();
    assert_eq!(*error.kind(), LinkErrorKind::Cancelled);
    assert!(bench.ask(&Request::Read(vec![objects::PRESET])).is_ok());
}

#[test]
fn leaving_waits_for_what_is_owed() {
    let mut silent = true;
    let gateway = Gateway::new(&[]).twisted(move |command| {
        let ignored = command.contains("w 0x2170") && std::mem::take(&mut silent);
        ignored.then(String::new)
    });
    let mut bench = Bench::new(gateway);
    assert!(
        bench
            .ask(&Request::Restart)
            .unwrap_err()
            .may_have_taken_effect()
    );
    let asked = bench.gateway.lines.len();
    assert_eq!(bench.ask(&Request::Close).unwrap(), Response::Done);
    assert!(bench.gateway.lines[asked..].contains(&"set node 4".to_owned()));
    assert_eq!(bench.ask(&Request::Close).unwrap(), Response::Done);
}

/// What a gateway might send back: junk, or a line that almost fits.
fn reply() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    use proptest::prelude::*;
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        Just(Vec::new()),
        "\\[[0-9]{1,2}\\] (OK|ERROR:(101|0x05040000|0x06020000)|[0-9]{1,9}|QUJD|\"a)(\r\n|\n|)"
            .prop_map(String::into_bytes),
    ]
}

proptest::proptest! {
    /// Whatever comes back, a request ends, and not after its time.
    #[test]
    fn every_request_ends_whatever_the_gateway_sends(
        replies in proptest::collection::vec(reply(), 1..60),
        which in 0_usize..6,
    ) {
        let requests = [
            Request::Identify,
            Request::Read(vec![objects::BOOT_COUNT, objects::PRESET]),
            Request::Write(vec![attempts(3), text(objects::PRESET, "x")]),
            Request::Restart,
            container(),
            Request::Close,
        ];
        let mut engine = Engine::new(GatewaySettings::new(NodeAddress::new(4).unwrap()));
        let mut replies = replies.iter().cycle();
        let mut now = Duration::ZERO;
        engine.start(now, &requests[which], MINUTE);
        let mut steps = 0;
        loop {
            match engine.poll(now) {
                Action::Send => {
                    let count = engine.outgoing().len();
                    engine.handle_sent(now, count);
                    engine.handle_received(now, replies.next().unwrap());
                }
                Action::Receive { until } => {
                    proptest::prop_assert!(until > now);
                    now = until;
                }
                Action::Done(_) => break,
                Action::Idle => panic!("the request was lost"),
            }
            steps += 1;
            proptest::prop_assert!(steps < 100_000, "it never ends");
        }
        proptest::prop_assert!(now <= MINUTE);
    }
}
