use std::time::Duration;

use charger_link::gateway::codec::{AbortCode, GatewayCode};

use super::command::{Reply, refused};
use super::parse::{Parsed, parse};
use super::{Dialect, ObjectAccess};

/// A line of a container is long; beyond this the gateway gives up on it.
const LONGEST_LINE: usize = 64 * 1024 * 1024;

/// What one client of a simulated gateway has said so far: bytes in, bytes out, the time
/// as an argument.
///
/// [`receive`](Self::receive) what the client sends; a silent node is reported by
/// [`poll`](Self::poll) when [`next_wake`](Self::next_wake) has come.
#[derive(Debug)]
pub struct GatewaySession {
    pub(super) dialect: Dialect,
    pub(super) node: u8,
    echo: bool,
    longest_line: usize,
    input: Vec<u8>,
    pub(super) default_net: Option<i128>,
    pub(super) default_node: Option<i128>,
    pub(super) sdo_timeout: Option<Duration>,
    sequence: u32,
    pub(super) stopped: bool,
    pub(super) tells_boot_up: bool,
    pub(super) waiting: Option<Waiting>,
}

/// A command to a node that does not answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    sequence: u32,
    pub(super) node: i128,
    /// When the gateway gives up; `None` = never.
    until: Option<Duration>,
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
}
