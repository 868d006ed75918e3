//! What the commands of a gateway do.

use std::time::Duration;

use charger_link::gateway::codec::{AbortCode, GatewayCode};
use ocpp_config::ObjectId;

use super::parse::Line;
use super::value::{Token, dump};
use super::{Dialect, GatewaySession, ObjectAccess};

/// Lely's server reports a transfer every so many bytes.
const REPORT: usize = 889;

/// What its network manager finds wrong with a node that nobody told it of.
const UNLISTED: &str = "The CANopen device is not listed in object 1F81.";

/// The answer to a command.
#[derive(Debug)]
pub(super) enum Reply {
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
    pub(super) fn command(
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

pub(super) const fn refused(code: GatewayCode) -> Reply {
    Reply::Refused(code)
}
