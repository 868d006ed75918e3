//! A container that arrives in pieces: the pure parser below every reader.
//!
//! ```text
//!            160 bytes, good          announced length          256 bytes
//!  Header ───────────────────▶ Payload ───────────────▶ Trailer ─────────▶ End
//!    │                            │                        │                │
//!    └───────────── anything else, or the end too early ───┴────────────────┴──▶ Failed
//! ```
//! The end may come where the payload ended or after the trailer, nowhere else.

use crate::error::ParseError;
use crate::header::Header;
use crate::layout::{HEADER_LEN, TRAILER_LEN, TRAILER_LEN_U64};
use crate::limits::Limits;

/// Parses a container that arrives in pieces of any size.
///
/// Give every piece to [`StreamParser::push`] until it is consumed, then call
/// [`StreamParser::finish`]: only its `Ok` says that the container was whole. The
/// header is checked before the first byte of payload comes out. No allocation; the
/// state has a fixed size of less than a kilobyte.
///
/// # Example
/// ```
/// use fwi_format::{ContainerBuilder, StreamParser, StreamPart};
///
/// let file = ContainerBuilder::preset(vec![7; 736]).build()?.into_bytes();
/// let mut parser = StreamParser::new();
/// let mut payload = 0;
/// for mut piece in file.chunks(100) {
///     while !piece.is_empty() {
///         let step = parser.push(piece)?;
///         if step.part() == Some(StreamPart::Payload) {
///             payload += step.consumed();
///         }
///         piece = &piece[step.consumed()..];
///     }
/// }
/// parser.finish()?;
/// assert_eq!(payload, 736);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct StreamParser {
    limits: Limits,
    state: State,
    header: Option<[u8; HEADER_LEN]>,
    trailer: Option<[u8; TRAILER_LEN]>,
}

impl StreamParser {
    /// A parser at the beginning of a file, with the default [`Limits`].
    #[must_use]
    pub const fn new() -> Self {
        Self::with_limits(Limits::new())
    }

    /// As [`StreamParser::new`], with limits of the caller's choice.
    #[must_use]
    pub const fn with_limits(limits: Limits) -> Self {
        Self {
            limits,
            state: State::Header(Partial::EMPTY),
            header: None,
            trailer: None,
        }
    }

    /// Takes bytes from the front of `input` and says how many, and what they completed.
    /// At least one byte is taken from an input that is not empty.
    ///
    /// # Errors
    /// As [`Container::parse`](crate::Container::parse); after an error the parser
    /// repeats it.
    pub fn push(&mut self, input: &[u8]) -> Result<Step, ParseError> {
        let step = match &mut self.state {
            State::Failed(error) => Err(*error),
            State::Header(partial) => {
                let consumed = partial.take(input);
                match partial.complete().copied() {
                    Some(bytes) => match Header::parse(&bytes, self.limits) {
                        Ok(_) => Ok(self.begin_payload(bytes, consumed)),
                        Err(error) => Err(error.naming(&bytes)),
                    },
                    None => Ok(Step {
                        consumed,
                        part: None,
                    }),
                }
            }
            State::Payload { remaining } => {
                let length = u32::try_from(input.len())
                    .unwrap_or(u32::MAX)
                    .min(*remaining);
                *remaining = remaining.saturating_sub(length);
                if *remaining == 0 {
                    self.state = State::Trailer(Partial::EMPTY);
                }
                // Not more than the input's length, which is a usize.
                let consumed = usize::try_from(length).unwrap_or(input.len());
                Ok(Step {
                    consumed,
                    part: (consumed > 0).then_some(StreamPart::Payload),
                })
            }
            State::Trailer(partial) => {
                let consumed = partial.take(input);
                self.trailer = partial.complete().copied();
                let part = self.trailer.map(|_| StreamPart::Trailer);
                if part.is_some() {
                    self.state = State::End;
                }
                Ok(Step { consumed, part })
            }
            State::End if input.is_empty() => Ok(Step {
                consumed: 0,
                part: None,
            }),
            State::End => Err(ParseError::Trailer {
                found: TRAILER_LEN_U64.saturating_add(1),
            }),
        };
        step.map_err(|error| self.fail(error))
    }

    /// Says that there are no more bytes.
    ///
    /// # Errors
    /// [`ParseError::TooShort`], [`ParseError::Truncated`] or [`ParseError::Trailer`] if
    /// the container is not whole, or the error that came before.
    pub fn finish(&mut self) -> Result<(), ParseError> {
        let whole = match &self.state {
            State::Failed(error) => Err(*error),
            State::Header(partial) => {
                let length = partial.bytes().len();
                Err(ParseError::TooShort { length }.naming(partial.bytes()))
            }
            State::Payload { remaining } => {
                let expected = self.header().map_or(0, payload_end);
                let found = expected.saturating_sub(u64::from(*remaining));
                Err(ParseError::Truncated { expected, found })
            }
            State::Trailer(partial) => match partial.bytes().len() {
                0 => Ok(()),
                found => Err(ParseError::Trailer {
                    found: found as u64,
                }),
            },
            State::End => Ok(()),
        };
        whole.map_err(|error| self.fail(error))
    }

    /// The header, as soon as it arrived and passed its checks.
    #[must_use]
    pub fn header(&self) -> Option<Header<'_>> {
        self.header.as_ref().map(Header::from_bytes)
    }

    /// The trailer, as soon as it arrived.
    #[must_use]
    pub const fn trailer(&self) -> Option<&[u8; TRAILER_LEN]> {
        self.trailer.as_ref()
    }

    fn begin_payload(&mut self, bytes: [u8; HEADER_LEN], consumed: usize) -> Step {
        self.header = Some(bytes);
        self.state = match Header::from_bytes(&bytes).payload_length() {
            0 => State::Trailer(Partial::EMPTY),
            remaining => State::Payload { remaining },
        };
        Step {
            consumed,
            part: Some(StreamPart::Header),
        }
    }

    fn fail(&mut self, error: ParseError) -> ParseError {
        self.state = State::Failed(error);
        error
    }
}

impl Default for StreamParser {
    fn default() -> Self {
        Self::new()
    }
}

/// What [`StreamParser::push`] did with its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    consumed: usize,
    part: Option<StreamPart>,
}

impl Step {
    /// How many bytes were taken from the front of the input.
    #[must_use]
    pub const fn consumed(&self) -> usize {
        self.consumed
    }

    /// What they are, or complete: payload is passed on as it comes and is exactly the
    /// consumed bytes, header and trailer are announced when they are whole.
    #[must_use]
    pub const fn part(&self) -> Option<StreamPart> {
        self.part
    }
}

/// A part of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamPart {
    /// The header: [`StreamParser::header`].
    Header,
    /// Some of the payload.
    Payload,
    /// The trailer: [`StreamParser::trailer`].
    Trailer,
}

#[derive(Debug, Clone)]
enum State {
    Header(Partial<HEADER_LEN>),
    Payload { remaining: u32 },
    Trailer(Partial<TRAILER_LEN>),
    End,
    Failed(ParseError),
}

/// A field of fixed length that is not all there yet.
#[derive(Debug, Clone)]
struct Partial<const N: usize> {
    bytes: [u8; N],
    filled: usize,
}

impl<const N: usize> Partial<N> {
    const EMPTY: Self = Self {
        bytes: [0; N],
        filled: 0,
    };

    /// Takes what is missing, as far as `input` has it.
    fn take(&mut self, input: &[u8]) -> usize {
        let missing = self.bytes.get_mut(self.filled..).unwrap_or_default();
        let taken = missing.len().min(input.len());
        for (to, from) in missing.iter_mut().zip(input) {
            *to = *from;
        }
        self.filled = self.filled.saturating_add(taken);
        taken
    }

    fn complete(&self) -> Option<&[u8; N]> {
        (self.filled >= N).then_some(&self.bytes)
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }
}

fn payload_end(header: Header<'_>) -> u64 {
    u64::from(header.payload_length()).saturating_add(HEADER_LEN as u64)
}
