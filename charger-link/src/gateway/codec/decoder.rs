use std::fmt;

use super::line::LineSplitter;
use super::line_reader::{LineReader, Partial};
use super::{Decoded, Expected, RequestLine, Sequence};

/// The longest value that is read, in bytes of text: objects of a charger are far
/// shorter, and what a gateway sends must not fill the memory.
pub const MAX_VALUE: usize = 1024 * 1024;

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
    reader: LineReader,
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
        self.reader.prompts = prompts;
        self
    }

    /// Waits for this answer; one that was waited for before becomes stale.
    ///
    /// A line that has begun is forgotten: it is a prompt, or else of no use.
    #[inline]
    pub fn expect(&mut self, expected: Expected<'_>) {
        self.lines.clear();
        self.reader.expect(expected);
    }

    /// Waits for no answer any more; one that comes all the same is stale.
    pub fn expect_nothing(&mut self) {
        self.reader.expect_nothing();
    }

    /// Expects nothing any more, and forgets a line that has begun.
    pub fn reset(&mut self) {
        self.expect_nothing();
        self.lines.clear();
        self.reader.found.clear();
    }

    /// Whether a part of the answer has come.
    pub const fn has_begun(&self) -> bool {
        self.reader.has_begun()
    }

    /// Whether all of a base64 value may have come, and nothing says so: its last line
    /// is full, and the server that breaks lines marks no end.
    ///
    /// After a moment of silence send a command that the gateway answers by itself and
    /// announce it with [`expect_sentinel`](Self::expect_sentinel); its answer ends
    /// the value.
    pub const fn is_open_ended(&self) -> bool {
        matches!(self.reader.partial, Partial::Base64(_)) && self.reader.sentinel.is_none()
    }

    /// Takes the answer to this command for the end of the value under way.
    pub fn expect_sentinel(&mut self, sequence: Sequence, line: &RequestLine) {
        self.reader.sentinel = Some((sequence, line.head().trim_ascii_end().into()));
    }

    /// Takes bytes in, of which any are harmless.
    pub fn push(&mut self, bytes: &[u8]) {
        let Self { lines, reader } = self;
        lines.push(bytes, MAX_VALUE, |line| reader.line(line));
    }

    /// What was found next, or `None` until more bytes come.
    #[inline]
    pub fn poll(&mut self) -> Option<Decoded> {
        self.reader.found.pop_front()
    }
}

/// Without what the gateway said: it may be a secret, or the echo of one.
impl fmt::Debug for AnswerDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerDecoder")
            .field("prompts", &self.reader.prompts)
            .field("expected", &self.reader.expected_sequence())
            .field("has_begun", &self.has_begun())
            .field("found", &self.reader.found.len())
            .finish_non_exhaustive()
    }
}
