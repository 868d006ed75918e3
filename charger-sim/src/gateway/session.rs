use std::time::Duration;

use charger_link::gateway::codec::{AbortCode, GatewayCode};
use ocpp_config::ObjectId;

use super::parse::{Line, Parsed, parse};
use super::value::{Token, dump};
use super::{Dialect, ObjectAccess};

/// A line of a container is long; beyond this the gateway gives up on it.
const LONGEST_LINE: usize = 64 * 1024 * 1024;
/// Lely's server reports a transfer every so many bytes.
const REPORT: usize = 889;

/// What its network manager finds wrong with a node that nobody told it of.
const UNLISTED: &str = "The CANopen device is not listed in object 1F81.";

/// What one client of a simulated gateway has said so far: bytes in, bytes out, the time
/// as an argument.
///
/// [`receive`](Self::receive) what the client sends; a silent node is reported by
/// [`poll`](Self::poll) when [`next_wake`](Self::next_wake) has come.
#[derive(Debug)]
pub struct GatewaySession {
    dialect: Dialect,
    node: u8,
    echo: bool,
    longest_line: usize,
    input: Vec<u8>,
    default_net: Option<i128>,
    default_node: Option<i128>,
    sdo_timeout: Option<Duration>,
    sequence: u32,
    stopped: bool,
    tells_boot_up: bool,
    waiting: Option<Waiting>,
}

/// A command to a node that does not answer.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    sequence: u32,
    node: i128,
    /// When the gateway gives up; `None` = never.
    until: Option<Duration>,
}

/// The answer to a command.
#[derive(Debug)]
enum Reply {
    Ok,
    Value(Vec<u8>),
    /// Lely's server adds the value that it could not convert.
    Mismatch(Vec<u8>),
    Refused(GatewayCode),
    Aborted(AbortCode),
    /// An answer, then lines of their own.
    OkThen(String),
    /// This node does not answer.
    Silence(i128),
    /// The gateway does not answer.
    Nothing,
}

impl GatewaySession {
    /// A session with a gateway that has the charger as node `node`, in network 1.
    pub const fn new(dialect: Dialect, node: u8) -> Self {
        Self {
            dialect,
            node,
            echo: false,
            longest_line: LONGEST_LINE,
            input: Vec::new(),
            default_net: None,
            default_node: None,
            sdo_timeout: dialect.sdo_timeout(),
            sequence: 0,
            stopped: false,
            tells_boot_up: true,
            waiting: None,
        }
    }

    /// Repeats everything that is received, as a console does. Defaults to no.
    #[must_use]
    pub const fn with_echo(mut self, echo: bool) -> Self {
        self.echo = echo;
        self
    }

    /// Cuts every line to so many bytes without a word, as a line discipline does with
    /// 4095. Defaults to 64 MiB.
    #[must_use]
    pub const fn with_longest_line(mut self, bytes: usize) -> Self {
        self.longest_line = bytes;
        self
    }

    /// Takes in what the client has sent, and returns what it gets back.
    pub fn receive(
        &mut self,
        now: Duration,
        bytes: &[u8],
        objects: &mut dyn ObjectAccess,
    ) -> Vec<u8> {
        let mut output = Vec::new();
        if self.echo {
            output.extend_from_slice(bytes);
        }
        self.input.extend_from_slice(bytes);
        // A container comes in many pieces, none of which is worth a look at all of it.
        if bytes.contains(&b'\n') {
            self.work(now, objects, &mut output);
        } else if self.input.len() > LONGEST_LINE {
            self.input.clear();
        }
        output
    }

    /// Reports a silent node when it is time.
    pub fn poll(&mut self, now: Duration, objects: &mut dyn ObjectAccess) -> Vec<u8> {
        let mut output = Vec::new();
        if let Some(waiting) = self.waiting
            && waiting.until.is_some_and(|until| now >= until)
        {
            self.waiting = None;
            let silence = self.dialect.silence();
            self.print(waiting.sequence, silence.as_bytes(), &mut output);
            self.work(now, objects, &mut output);
        }
        output
    }

    /// When to [`poll`](Self::poll).
    pub fn next_wake(&self) -> Option<Duration> {
        self.waiting.and_then(|waiting| waiting.until)
    }

    fn work(&mut self, now: Duration, objects: &mut dyn ObjectAccess, output: &mut Vec<u8>) {
        let mut begin = 0;
        let input = std::mem::take(&mut self.input);
        while let Some(rest) = input.get(begin..) {
            // One after another: a silent node holds up everything behind it.
            let held = self.dialect == Dialect::CanOpenNode && self.waiting.is_some();
            let Some(end) = rest
                .iter()
                .position(|byte| *byte == b'\n')
                .filter(|_| !held)
            else {
                break;
            };
            let line = rest.get(..end.min(self.longest_line)).unwrap_or_default();
            self.line(now, line, objects, output);
            begin += end + 1;
        }
        self.input = input.get(begin..).unwrap_or_default().to_vec();
    }

    fn line(
        &mut self,
        now: Duration,
        line: &[u8],
        objects: &mut dyn ObjectAccess,
        output: &mut Vec<u8>,
    ) {
        let canopennode = self.dialect == Dialect::CanOpenNode;
        match parse(self.dialect, line) {
            Parsed::Empty if canopennode => output.extend(b"\r\n"),
            Parsed::Line(line) if !line.words.is_empty() || !line.numbers.is_empty() => {
                self.sequence = line.sequence;
                let reply = self.command(now, &line, objects, output);
                self.answer(now, line.sequence, reply, output);
            }
            // The number that it knows is that of the command before.
            Parsed::NoSequence | Parsed::Line(_) if canopennode => {
                self.answer(now, self.sequence, refused(GatewayCode::SYNTAX), output);
            }
            Parsed::Broken(sequence) if canopennode => {
                self.sequence = sequence;
                self.answer(now, sequence, refused(GatewayCode::SYNTAX), output);
            }
            // Lely's server is silent about what it cannot read.
            _ => {}
        }
    }

    fn answer(&mut self, now: Duration, sequence: u32, reply: Reply, output: &mut Vec<u8>) {
        match reply {
            Reply::Ok => self.print(sequence, b"OK", output),
            Reply::Value(value) => self.print(sequence, &value, output),
            Reply::Mismatch(value) => {
                let error = self.dialect.aborted(AbortCode::LENGTH);
                self.print(sequence, error.as_bytes(), output);
                self.print(sequence, &value, output);
            }
            Reply::Refused(code) => {
                self.print(sequence, self.dialect.refused(code).as_bytes(), output);
            }
            Reply::Aborted(code) => {
                self.print(sequence, self.dialect.aborted(code).as_bytes(), output);
            }
            Reply::OkThen(lines) => {
                self.print(sequence, b"OK", output);
                output.extend(lines.as_bytes());
            }
            Reply::Silence(node) => {
                let until = self.sdo_timeout.map(|wait| now.saturating_add(wait));
                self.waiting = Some(Waiting {
                    sequence,
                    node,
                    until,
                });
            }
            Reply::Nothing => {}
        }
    }

    fn print(&self, sequence: u32, value: &[u8], output: &mut Vec<u8>) {
        let number = match self.dialect {
            Dialect::CanOpenNode => i64::from(sequence.cast_signed()),
            Dialect::Lely => i64::from(sequence),
        };
        output.extend(format!("[{number}] ").as_bytes());
        output.extend(value);
        output.extend(b"\r\n");
    }

    fn command(
        &mut self,
        now: Duration,
        line: &Line,
        objects: &mut dyn ObjectAccess,
        output: &mut Vec<u8>,
    ) -> Reply {
        match line.word(0).as_str() {
            "r" | "read" if self.is_lely() && matches!(line.word(1).as_str(), "p" | "pdo") => {
                refused(GatewayCode::INTERNAL_STATE)
            }
            "r" | "read" => self.sdo(line, |session| session.read(now, line, objects, output)),
            "w" | "write" => self.sdo(line, |session| session.write(now, line, objects, output)),
            "start" | "preop" | "preoperational" => self.nmt(line, false),
            "stop" => self.nmt(line, true),
            "reset" => self.reset(line),
            "set" => self.set(line),
            "info" if self.is_lely() && line.word(1) == "version" => {
                Reply::Value(b"864 2 3.1 4 3 2.0 2.1".to_vec())
            }
            "boot_up_indication" if self.is_lely() => {
                self.tells_boot_up = line.word(1) == "enable";
                Reply::Ok
            }
            "enable" | "disable" if self.is_lely() => Reply::Ok,
            name if name.starts_with("lss_") && !self.is_lely() => {
                refused(GatewayCode::INTERNAL_STATE)
            }
            _ => self.unknown(GatewayCode::NOT_SUPPORTED),
        }
    }

    const fn is_lely(&self) -> bool {
        matches!(self.dialect, Dialect::Lely)
    }

    /// What one server reports and the other passes over in silence.
    const fn unknown(&self, code: GatewayCode) -> Reply {
        match self.dialect {
            Dialect::CanOpenNode => Reply::Refused(code),
            Dialect::Lely => Reply::Nothing,
        }
    }

    /// Checks whom the access is for.
    fn sdo(&mut self, line: &Line, access: impl FnOnce(&mut Self) -> Reply) -> Reply {
        let node = match self.address(line) {
            Ok(node) => node,
            Err(reply) => return reply,
        };
        if self.waiting.is_some_and(|waiting| waiting.node == node) {
            return refused(GatewayCode::INTERNAL_STATE);
        }
        if node != i128::from(self.node) || self.stopped {
            return Reply::Silence(node);
        }
        access(self)
    }

    fn address(&self, line: &Line) -> Result<i128, Reply> {
        let (net, node) = match line.numbers[..] {
            [] => (self.default_net, self.default_node),
            [node] => (self.default_net, Some(node)),
            [net, node, ..] => (Some(net), Some(node)),
        };
        if self.is_lely() {
            return match (net, node) {
                (_, Some(128..)) => Err(Reply::Nothing),
                (None, _) => Err(refused(GatewayCode::NO_DEFAULT_NET)),
                (Some(1), Some(1..)) => node.ok_or(Reply::Nothing),
                (Some(1), _) => Err(refused(GatewayCode::NO_DEFAULT_NODE)),
                _ => Err(refused(GatewayCode::UNSUPPORTED_NET)),
            };
        }
        match (net, node) {
            (Some(65_536..), _) => Err(refused(GatewayCode::UNSUPPORTED_NET)),
            (_, Some(node @ 1..=127)) => Ok(node),
            (_, Some(_)) => Err(refused(GatewayCode::UNSUPPORTED_NODE)),
            (_, None) => Err(refused(GatewayCode::NO_DEFAULT_NODE)),
        }
    }

    fn read(
        &mut self,
        now: Duration,
        line: &Line,
        objects: &mut dyn ObjectAccess,
        output: &mut Vec<u8>,
    ) -> Reply {
        let name = line.word(3);
        let (Some(id), false) = (object(line), line.words.len() > 4) else {
            return self.unknown(GatewayCode::SYNTAX);
        };
        let token = match (Token::of(self.dialect, &name), self.dialect) {
            (Some(token), _) => token,
            (None, Dialect::CanOpenNode) if name.is_empty() => Token::Dump,
            _ => return self.unknown(GatewayCode::SYNTAX),
        };
        match objects.read(now, id) {
            Ok(bytes) => {
                self.report("SDOr", bytes.len(), output);
                self.value(token, name == "b", &bytes)
            }
            Err(AbortCode::TIME_OUT) => Reply::Silence(self.node.into()),
            Err(code) => Reply::Aborted(code),
        }
    }

    fn value(&self, token: Token, boolean: bool, bytes: &[u8]) -> Reply {
        let width = token.width().unwrap_or(bytes.len());
        if width == bytes.len() {
            return Reply::Value(token.print(self.dialect, boolean, bytes));
        }
        if !self.is_lely() {
            return Reply::Value(dump(bytes));
        }
        let zero = vec![0; width];
        let cut = bytes.get(..width).unwrap_or(&zero);
        Reply::Mismatch(token.print(self.dialect, boolean, cut))
    }

    fn write(
        &mut self,
        now: Duration,
        line: &Line,
        objects: &mut dyn ObjectAccess,
        output: &mut Vec<u8>,
    ) -> Reply {
        let value = line.words.get(4..).unwrap_or_default();
        let bytes = Token::of(self.dialect, &line.word(3))
            .and_then(|token| token.read(self.dialect, value).ok());
        let (Some(id), Some(bytes)) = (object(line), bytes) else {
            return self.unknown(GatewayCode::SYNTAX);
        };
        match objects.write(now, id, &bytes) {
            Ok(()) => {
                self.report("SDOw", bytes.len(), output);
                Reply::Ok
            }
            Err(AbortCode::TIME_OUT) => Reply::Silence(self.node.into()),
            Err(code) => Reply::Aborted(code),
        }
    }

    /// Lely's server tells how far a transfer is, unless it fits into one frame.
    fn report(&self, direction: &str, length: usize, output: &mut Vec<u8>) {
        if !self.is_lely() || length <= 4 {
            return;
        }
        for bytes in (0..length).step_by(REPORT).chain([length]) {
            output.extend(format!("1 {} {direction} {bytes}\r\n", self.node).as_bytes());
        }
    }

    fn nmt(&mut self, line: &Line, stop: bool) -> Reply {
        // Node 0 is all of them.
        if line.numbers != [0]
            && let Err(reply) = self.address(line)
        {
            return reply;
        }
        self.stopped = stop;
        Reply::Ok
    }

    fn reset(&mut self, line: &Line) -> Reply {
        match line.word(1).as_str() {
            "node" | "comm" | "communication" => {}
            _ => return self.unknown(GatewayCode::SYNTAX),
        }
        match self.nmt(line, false) {
            Reply::Ok if self.is_lely() && self.tells_boot_up => Reply::OkThen(format!(
                "1 {0} BOOT_UP\r\n1 {0} USER BOOT A ({UNLISTED})\r\n",
                self.node
            )),
            reply => reply,
        }
    }

    fn set(&mut self, line: &Line) -> Reply {
        let number = line.number(2);
        match (line.word(1).as_str(), number) {
            ("network", Some(net)) => self.default_net = Some(net),
            ("node", Some(node @ 1..=127)) => self.default_node = Some(node),
            ("sdo_timeout", Some(wait)) => {
                let wait = u64::try_from(wait).unwrap_or(0);
                self.sdo_timeout = (wait > 0).then(|| Duration::from_millis(wait));
            }
            ("sdo_block", Some(0 | 1)) if !self.is_lely() => {}
            ("network" | "node" | "sdo_timeout" | "sdo_block", _) => {
                return self.unknown(GatewayCode::SYNTAX);
            }
            ("command_timeout" | "heartbeat", Some(_)) if self.is_lely() => {}
            ("command_size", Some(_)) if self.is_lely() => {
                return refused(GatewayCode::OUT_OF_MEMORY);
            }
            _ => return self.unknown(GatewayCode::NOT_SUPPORTED),
        }
        Reply::Ok
    }
}

fn object(line: &Line) -> Option<ObjectId> {
    let index = u16::try_from(line.number(1)?).ok()?;
    let sub = u8::try_from(line.number(2)?).ok()?;
    Some(ObjectId::new(index, sub))
}

const fn refused(code: GatewayCode) -> Reply {
    Reply::Refused(code)
}
