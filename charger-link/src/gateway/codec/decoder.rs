use std::collections::VecDeque;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::body::refusal;
use super::line::{LineEnd, LineSplitter, RawLine};
use super::quoting::{Quoting, quotes_are_even, unquote};
use super::{Answer, Decoded, Event, Expected, Refusal, RequestLine, Sequence, Shape, ValueBytes};
use crate::secret_buffer::SecretBuffer;

/// The longest value that is read, in bytes of text: objects of a charger are far
/// shorter, and what a gateway sends must not fill the memory.
pub const MAX_VALUE: usize = 1024 * 1024;

/// Where one of the servers breaks base64 (RFC 2045).
const BASE64_LINE: usize = 76;

/// More findings than this are not kept until someone asks for them.
const MAX_FINDINGS: usize = 256;

/// Turns the bytes from a gateway into answers and events, in whatever pieces they
/// come.
///
/// [`expect`](Self::expect) the answer to a command, then [`push`](Self::push) bytes
/// and [`poll`](Self::poll) until nothing is left. The first line that bears the
/// expected number is the answer; later ones with the same number are stale.
///
/// A base64 value may end where only silence tells: see
/// [`is_open_ended`](Self::is_open_ended).
///
/// ```
/// use charger_link::gateway::codec::{Answer, AnswerDecoder, Decoded, Expected, Sequence, Shape};
///
/// let mut decoder = AnswerDecoder::new();
/// decoder.expect(Expected::new(Sequence::new(7).unwrap(), Shape::Base64, b""));
/// decoder.push(b"1 4 BOOT_UP\r\n[7] aGV");
/// assert!(matches!(decoder.poll(), Some(Decoded::Event(_))));
/// assert_eq!(decoder.poll(), None);
/// decoder.push(b"sbG8=\r\n");
/// assert_eq!(decoder.poll(), Some(Decoded::Answer(Answer::Value(b"hello"[..].into()))));
/// ```
#[derive(Default)]
pub struct AnswerDecoder {
    lines: LineSplitter,
    prompts: bool,
    expected: Option<Expected>,
    sentinel: Option<(Sequence, ValueBytes)>,
    partial: Partial,
    bare_lf: bool,
    found: VecDeque<Decoded>,
}

/// The part of a value that has come.
#[derive(Default)]
enum Partial {
    #[default]
    Nothing,
    /// A string whose quotes are odd in number so far.
    Text(Quoting, SecretBuffer),
    Base64(ValueBytes),
}

impl AnswerDecoder {
    /// A decoder that expects nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether to look for an answer behind a prompt too, in the middle of a line.
    /// Defaults to no: a line that quotes an answer would be taken for one.
    #[must_use]
    pub const fn with_prompts(mut self, prompts: bool) -> Self {
        self.prompts = prompts;
        self
    }

    /// Waits for this answer; one that was waited for before becomes stale.
    ///
    /// A line that has begun is forgotten: it is a prompt, or else of no use.
    pub fn expect(&mut self, expected: Expected) {
        self.expect_nothing();
        self.lines.clear();
        self.expected = Some(expected);
    }

    /// Waits for no answer any more; one that comes all the same is stale.
    pub fn expect_nothing(&mut self) {
        self.expected = None;
        self.sentinel = None;
        self.partial = Partial::Nothing;
    }

    /// Expects nothing any more, and forgets a line that has begun.
    pub fn reset(&mut self) {
        self.expect_nothing();
        self.lines.clear();
        self.found.clear();
    }

    /// Whether a part of the answer has come.
    pub const fn has_begun(&self) -> bool {
        !matches!(self.partial, Partial::Nothing)
    }

    /// Whether all of a base64 value may have come, and nothing says so: its last line
    /// is full, and the server that breaks lines marks no end.
    ///
    /// After a moment of silence send a command that the gateway answers by itself and
    /// announce it with [`expect_sentinel`](Self::expect_sentinel); its answer ends
    /// the value.
    pub const fn is_open_ended(&self) -> bool {
        matches!(self.partial, Partial::Base64(_)) && self.sentinel.is_none()
    }

    /// Takes the answer to this command for the end of the value under way.
    pub fn expect_sentinel(&mut self, sequence: Sequence, line: &RequestLine) {
        self.sentinel = Some((sequence, line.head().into()));
    }

    /// Takes bytes in, of which any are harmless.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut lines = std::mem::take(&mut self.lines);
        lines.push(bytes, MAX_VALUE, |line| self.line(line));
        self.lines = lines;
    }

    /// What was found next, or `None` until more bytes come.
    pub fn poll(&mut self) -> Option<Decoded> {
        self.found.pop_front()
    }

    fn line(&mut self, line: RawLine<'_>) {
        let text = line.bytes.trim_ascii();
        if self.is_echo(text) {
            return;
        }
        if line.dropped > 0 {
            return self.too_long(line);
        }
        if let Partial::Text(quoting, so_far) = &mut self.partial {
            let (quoting, so_far) = (*quoting, std::mem::take(so_far));
            return self.longer_text(quoting, so_far, line.bytes);
        }
        if text.is_empty() || text.starts_with(b"#") {
            return;
        }
        match self.numbered(text) {
            Some((sequence, body)) => self.numbered_line(sequence, body, line.end),
            None => self.other_line(text, line.end),
        }
    }

    /// Consoles repeat what they read, some of them behind a prompt.
    fn is_echo(&self, text: &[u8]) -> bool {
        let expected = self.expected.as_ref().map(|expected| &expected.head);
        let sentinel = self.sentinel.as_ref().map(|(_, head)| head);
        expected
            .into_iter()
            .chain(sentinel)
            .map(|head| head.trim_ascii_end())
            .any(|head| !head.is_empty() && contains(text, head))
    }

    fn too_long(&mut self, line: RawLine<'_>) {
        let answers = self
            .numbered(line.bytes.trim_ascii())
            .is_some_and(|(number, _)| {
                number == self.expected.as_ref().map(|expected| expected.sequence)
            });
        if answers || self.has_begun() {
            self.malformed("it is too long");
        } else {
            self.find(Decoded::Noise(
                line.bytes.len().saturating_add(line.dropped),
            ));
        }
    }

    /// The number and the rest of a line such as `[7] OK`; a number that is none of
    /// ours is `None`.
    fn numbered<'a>(&self, text: &'a [u8]) -> Option<(Option<Sequence>, &'a [u8])> {
        if let Some((digits, body)) = bracketed(text) {
            return Some((number(digits).and_then(Sequence::new), body));
        }
        if !self.prompts {
            return None;
        }
        let expected = self.expected.as_ref()?.sequence;
        let mark = format!("[{expected}] ");
        let start = position(text, mark.as_bytes())?;
        Some((Some(expected), text.get(start + mark.len()..)?))
    }

    fn numbered_line(&mut self, sequence: Option<Sequence>, body: &[u8], end: LineEnd) {
        if sequence.is_some() && sequence == self.expected.as_ref().map(|e| e.sequence) {
            return self.answer(body, end);
        }
        if sequence.is_some() && sequence == self.sentinel.as_ref().map(|(number, _)| *number) {
            return self.finish_base64();
        }
        self.find(match refusal(body) {
            Some(Some(Refusal::Gateway(code))) => Decoded::StrayError { sequence, code },
            _ => Decoded::Stale { sequence },
        });
    }

    fn answer(&mut self, body: &[u8], end: LineEnd) {
        if self.has_begun() {
            // A second line with our number: one server adds the value it could not
            // convert. The first line counts, and it was cut short.
            return self.malformed("it begins twice");
        }
        if let Some(refusal) = refusal(body) {
            self.bare_lf = end == LineEnd::Lf;
            return self.refused(refusal);
        }
        match self.expected.as_ref().map(|expected| expected.shape) {
            None => {}
            Some(Shape::Acknowledgement) => {
                self.bare_lf = end == LineEnd::Lf;
                self.acknowledgement(body);
            }
            Some(Shape::Number) => {
                self.bare_lf = end == LineEnd::Lf;
                self.number(body);
            }
            Some(Shape::Text(quoting)) => self.text(quoting, body),
            Some(Shape::Base64) => self.base64(body, end),
        }
    }

    fn acknowledgement(&mut self, body: &[u8]) {
        match body {
            b"OK" => self.complete(Answer::Acknowledged),
            _ => self.malformed("it is not OK"),
        }
    }

    fn number(&mut self, body: &[u8]) {
        if body.is_empty() || body == b"OK" {
            self.malformed("it holds no value");
        } else {
            self.complete(Answer::Value(body.into()));
        }
    }

    /// A string may contain line feeds, so it goes on until its quote is closed.
    fn text(&mut self, quoting: Quoting, line: &[u8]) {
        if !line.starts_with(b"\"") {
            self.malformed("it is not a quoted string");
        } else if quotes_are_even(line) {
            self.closed_text(quoting, line);
        } else {
            self.partial = Partial::Text(quoting, line.into());
        }
    }

    /// Looks at the new line only: what came before it has one quote too few.
    fn longer_text(&mut self, quoting: Quoting, mut so_far: SecretBuffer, line: &[u8]) {
        if let Some(refusal) = broken_off(line) {
            return self.refused(refusal);
        }
        so_far.extend_from_slice(b"\n");
        so_far.extend_from_slice(line);
        if so_far.len() > MAX_VALUE {
            return self.malformed("it is too long");
        }
        if quotes_are_even(line) {
            self.partial = Partial::Text(quoting, so_far);
        } else {
            self.closed_text(quoting, &so_far);
        }
    }

    fn closed_text(&mut self, quoting: Quoting, text: &[u8]) {
        match unquote(text.trim_ascii_end(), quoting) {
            Some(plain) => self.complete(Answer::Value(plain)),
            None => self.malformed("its quotes do not match"),
        }
    }

    fn base64(&mut self, body: &[u8], end: LineEnd) {
        if !body.iter().copied().all(is_base64) {
            return self.malformed("it is not base64");
        }
        self.partial = Partial::Base64(body.into());
        self.close_base64(body, end);
    }

    /// A line without a number: the rest of a value, or an event.
    fn other_line(&mut self, text: &[u8], end: LineEnd) {
        if let Partial::Base64(so_far) = &mut self.partial {
            if let Some(refusal) = broken_off(text) {
                return self.refused(refusal);
            }
            let fits = text.len() <= BASE64_LINE && text.len().is_multiple_of(4);
            if fits && text.iter().copied().all(is_base64) {
                so_far.extend_from_slice(text);
                if so_far.len() > MAX_VALUE {
                    return self.malformed("it is too long");
                }
                return self.close_base64(text, end);
            }
        }
        self.find(match Event::parse(text) {
            Some(event) => Decoded::Event(event),
            None => Decoded::Noise(text.len()),
        });
    }

    /// Ends a base64 value whose last line says that it is the last.
    fn close_base64(&mut self, last: &[u8], end: LineEnd) {
        let full = last.len() == BASE64_LINE && !last.ends_with(b"=");
        // Behind a bare LF the server that ends every answer with CR LF may go on with
        // `...ERROR`.
        let interrupted = end == LineEnd::Lf && !self.bare_lf;
        if !full && !interrupted {
            self.finish_base64();
        }
    }

    fn finish_base64(&mut self) {
        let Partial::Base64(text) = std::mem::take(&mut self.partial) else {
            return;
        };
        let mut bytes = ValueBytes::zeros(base64::decoded_len_estimate(text.len()));
        match STANDARD.decode_slice(&text, bytes.as_mut_slice()) {
            Ok(length) => {
                bytes.truncate(length);
                self.complete(Answer::Value(bytes));
            }
            Err(_) => self.malformed("its base64 is damaged"),
        }
    }

    fn refused(&mut self, refusal: Option<Refusal>) {
        match refusal {
            Some(refusal) => self.complete(Answer::Refused(refusal)),
            None => self.malformed("its error code cannot be read"),
        }
    }

    fn complete(&mut self, answer: Answer) {
        self.expect_nothing();
        self.find(Decoded::Answer(answer));
    }

    fn malformed(&mut self, what: &'static str) {
        self.expect_nothing();
        self.find(Decoded::Malformed(what));
    }

    /// Of findings that nobody asks for the newest count.
    fn find(&mut self, found: Decoded) {
        if self.found.len() >= MAX_FINDINGS {
            self.found.pop_front();
        }
        self.found.push_back(found);
    }
}

/// Without what the gateway said: it may be a secret, or the echo of one.
impl fmt::Debug for AnswerDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerDecoder")
            .field("prompts", &self.prompts)
            .field("expected", &self.expected)
            .field("has_begun", &self.has_begun())
            .field("found", &self.found.len())
            .finish_non_exhaustive()
    }
}

/// `[digits] rest`, without the blanks in front of the rest.
fn bracketed(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inner = text.strip_prefix(b"[")?;
    let close = inner.iter().position(|byte| *byte == b']')?;
    let (number, rest) = inner.split_at_checked(close)?;
    let plain = !number.is_empty()
        && number.len() <= 11
        && number
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'-');
    plain.then(|| (number, rest.get(1..).unwrap_or_default().trim_ascii_start()))
}

/// The number that decimal digits spell, or `None` with a sign or beyond 32 bits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, byte| {
        let digit = char::from(*byte).to_digit(10)?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// `...ERROR:0x05040000 #text`, which breaks off a value that has begun; an event such
/// as `ERROR 300` has no colon.
fn broken_off(line: &[u8]) -> Option<Option<Refusal>> {
    let dots = line.iter().take_while(|byte| **byte == b'.').count();
    let error = line.get(dots..)?;
    error.starts_with(b"ERROR:").then(|| refusal(error))?
}

const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    position(text, part).is_some()
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    // Heads of commands, for which this looks, are short.
    text.windows(part.len()).position(|window| window == part)
}
