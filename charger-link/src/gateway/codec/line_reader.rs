use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::body::refusal;
use super::line::{LineEnd, RawLine};
use super::quoting::{Quoting, plainly_quoted, quotes_are_even, unquote};
use super::{Answer, Decoded, Event, Expected, MAX_VALUE, Refusal, Sequence, Shape, ValueBytes};
use crate::secret_buffer::SecretBuffer;

/// Where one of the servers breaks base64 (RFC 2045).
const BASE64_LINE: usize = 76;

/// More findings than this are not kept until someone asks for them.
const MAX_FINDINGS: usize = 256;

/// What each line means for the answer that is waited for.
#[derive(Default)]
pub(super) struct LineReader {
    /// Whether to look for an answer behind a prompt too.
    pub(super) prompts: bool,
    expected: Option<(Sequence, Shape)>,
    /// The head of the command whose answer is expected.
    head: ValueBytes,
    /// The command whose answer ends an open value, and its head.
    pub(super) sentinel: Option<(Sequence, ValueBytes)>,
    pub(super) partial: Partial,
    bare_lf: bool,
    pub(super) found: VecDeque<Decoded>,
}

/// The part of a value that has come.
#[derive(Default)]
pub(super) enum Partial {
    #[default]
    Nothing,
    /// A string whose quotes are odd in number so far.
    Text(Quoting, SecretBuffer),
    Base64(ValueBytes),
}

impl LineReader {
    #[inline]
    pub(super) fn expect(&mut self, expected: Expected<'_>) {
        self.expect_nothing();
        self.expected = Some((expected.sequence, expected.shape));
        self.head = expected.head.trim_ascii_end().into();
    }

    #[inline]
    pub(super) fn expect_nothing(&mut self) {
        self.expected = None;
        self.sentinel = None;
        self.partial = Partial::Nothing;
    }

    pub(super) const fn has_begun(&self) -> bool {
        !matches!(self.partial, Partial::Nothing)
    }

    pub(super) fn line(&mut self, line: RawLine<'_>) {
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
        let repeats = |head: &ValueBytes| position(text, head).is_some();
        (self.expected.is_some() && repeats(&self.head))
            || self
                .sentinel
                .as_ref()
                .is_some_and(|(_, head)| repeats(head))
    }

    pub(super) fn expected_sequence(&self) -> Option<Sequence> {
        self.expected.map(|(sequence, _)| sequence)
    }

    #[cold]
    fn too_long(&mut self, line: RawLine<'_>) {
        let answers = self
            .numbered(line.bytes.trim_ascii())
            .is_some_and(|(number, _)| number == self.expected_sequence());
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
    #[inline]
    fn numbered<'a>(&self, text: &'a [u8]) -> Option<(Option<Sequence>, &'a [u8])> {
        let numbered = Sequence::in_brackets(text);
        if numbered.is_some() || !self.prompts {
            return numbered;
        }
        self.behind_prompt(text)
    }

    fn behind_prompt<'a>(&self, text: &'a [u8]) -> Option<(Option<Sequence>, &'a [u8])> {
        let expected = self.expected_sequence()?;
        let mark = format!("[{expected}] ");
        let start = position(text, mark.as_bytes())?;
        Some((Some(expected), text.get(start + mark.len()..)?))
    }

    fn numbered_line(&mut self, sequence: Option<Sequence>, body: &[u8], end: LineEnd) {
        if sequence.is_some() && sequence == self.expected_sequence() {
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
        match self.expected.map(|(_, shape)| shape) {
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
        if let Some(plain) = plainly_quoted(line) {
            self.complete(Answer::Value(plain.into()));
        } else if !line.starts_with(b"\"") {
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

    #[cold]
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

/// Where `part`, which is not empty, begins in `text`. What is looked for begins with a
/// bracket, of which a line has few.
fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    let first = *part.first()?;
    let last_start = text.len().checked_sub(part.len())?;
    memchr::memchr_iter(first, text.get(..=last_start)?).find(|start| {
        text.get(*start..)
            .is_some_and(|rest| rest.starts_with(part))
    })
}
