//! Requests against a gateway in the test, in virtual time.

mod ending;
mod reading;
mod uploading;
mod writing;

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
