//! One pass over a file: buffer, parser and hash, driven by a reader of either kind.

use crate::error::ParseError;
use crate::header::Header;
use crate::layout::{HEADER_LEN, TRAILER_LEN};
use crate::limits::Limits;
use crate::stream::{StreamParser, StreamPart};

/// Room for one read: large enough that the hash and not the calls take the time,
/// small enough to stay in a core's first cache.
const BUFFER_LEN: usize = 32 * 1024;

/// What a driver does: while [`Pass::advance`] says that nothing is ready, read into
/// [`Pass::room`] and tell [`Pass::received`]; then hand out [`Pass::chunk`].
#[derive(Debug)]
pub(crate) struct Pass<H> {
    parser: StreamParser,
    hash: H,
    buffer: Box<[u8]>,
    /// Bytes of the buffer that wait: from `start` to `end`.
    start: usize,
    end: usize,
    ready: Ready,
    passed: u64,
}

/// What the last step of the parser made ready to be handed out.
#[derive(Debug, Clone, Copy)]
enum Ready {
    Header,
    /// So many bytes of the buffer, just before `start`.
    Payload(usize),
    Trailer,
    End,
}

impl<H: StreamHash> Pass<H> {
    pub(crate) fn new(limits: Limits, hash: H) -> Self {
        Self {
            parser: StreamParser::with_limits(limits),
            hash,
            buffer: vec![0; BUFFER_LEN].into_boxed_slice(),
            start: 0,
            end: 0,
            ready: Ready::Header,
            passed: 0,
        }
    }

    /// Goes on with what is in the buffer; whether there is something to hand out, be it
    /// the end.
    pub(crate) fn advance(&mut self) -> Result<bool, ParseError> {
        if matches!(self.ready, Ready::End) {
            return Ok(true);
        }
        while self.start < self.end {
            let waiting = self.buffer.get(self.start..self.end).unwrap_or_default();
            let step = self.parser.push(waiting)?;
            self.start = self.start.saturating_add(step.consumed());
            let Some(part) = step.part() else { continue };
            self.ready = match part {
                StreamPart::Header => Ready::Header,
                StreamPart::Payload => Ready::Payload(step.consumed()),
                StreamPart::Trailer => Ready::Trailer,
            };
            self.hash_chunk();
            return Ok(true);
        }
        Ok(false)
    }

    /// Where the next read goes; call it only after [`Pass::advance`] said `false`.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        self.start = 0;
        self.end = 0;
        &mut self.buffer
    }

    /// So many bytes were read; none means that the file ended.
    pub(crate) fn received(&mut self, length: usize) -> Result<(), ParseError> {
        self.end = length.min(self.buffer.len());
        if length == 0 {
            self.parser.finish()?;
            self.ready = Ready::End;
        }
        Ok(())
    }

    pub(crate) fn chunk(&self) -> Option<Chunk<'_>> {
        chunk(self.ready, &self.parser, &self.buffer, self.start)
    }

    pub(crate) fn header(&self) -> Option<Header<'_>> {
        self.parser.header()
    }

    pub(crate) fn finish(mut self) -> Result<Streamed<H::Output>, ParseError> {
        self.parser.finish()?;
        let header = self
            .parser
            .header()
            .ok_or(ParseError::TooShort { length: 0 })?;
        Ok(Streamed {
            header: *header.as_bytes(),
            trailer: self.parser.trailer().copied(),
            length: self.passed,
            digest: self.hash.finish(),
        })
    }

    fn hash_chunk(&mut self) {
        // Not `self.chunk()`, which would borrow the hash as well.
        if let Some(chunk) = chunk(self.ready, &self.parser, &self.buffer, self.start) {
            self.passed = self.passed.saturating_add(chunk.as_bytes().len() as u64);
            self.hash.update(&chunk);
        }
    }
}

fn chunk<'a>(
    ready: Ready,
    parser: &'a StreamParser,
    buffer: &'a [u8],
    consumed_to: usize,
) -> Option<Chunk<'a>> {
    match ready {
        Ready::Header => parser.header().map(Chunk::Header),
        Ready::Payload(length) => {
            let from = consumed_to.saturating_sub(length);
            buffer.get(from..consumed_to).map(Chunk::Payload)
        }
        Ready::Trailer => parser.trailer().map(Chunk::Trailer),
        Ready::End => None,
    }
}

/// Some bytes of a file that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Chunk<'a> {
    /// The header, checked.
    Header(Header<'a>),
    /// Some of the payload, never empty.
    Payload(&'a [u8]),
    /// The trailer.
    Trailer(&'a [u8; TRAILER_LEN]),
}

impl<'a> Chunk<'a> {
    /// The bytes as they stand in the file.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        match self {
            Self::Header(header) => header.as_bytes().as_slice(),
            Self::Payload(bytes) => bytes,
            Self::Trailer(bytes) => bytes.as_slice(),
        }
    }
}

/// What is computed over a file while it passes.
pub trait StreamHash {
    /// What it comes to in the end.
    type Output;

    /// Takes the next bytes of the file.
    fn update(&mut self, chunk: &Chunk<'_>);

    /// The end of the file was reached, and the container is whole.
    fn finish(self) -> Self::Output;
}

/// Computes nothing while a file passes.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Unhashed;

impl StreamHash for Unhashed {
    type Output = ();

    fn update(&mut self, _chunk: &Chunk<'_>) {}

    fn finish(self) {}
}

/// A container that has passed, whole: all but its payload is still known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streamed<D = ()> {
    header: [u8; HEADER_LEN],
    trailer: Option<[u8; TRAILER_LEN]>,
    length: u64,
    digest: D,
}

impl<D> Streamed<D> {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> Header<'_> {
        Header::from_bytes(&self.header)
    }

    /// The trailer, where there was one.
    #[must_use]
    pub const fn trailer(&self) -> Option<&[u8; TRAILER_LEN]> {
        self.trailer.as_ref()
    }

    /// The length of the whole file in bytes.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// What was computed over the file while it passed.
    #[must_use]
    pub const fn digest(&self) -> &D {
        &self.digest
    }
}
