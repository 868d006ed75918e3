use super::quoting::Quoting;
use super::{Event, GatewayCode, Refusal, Sequence, ValueBytes};

/// What a good answer to a command looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// `OK`.
    Acknowledgement,
    /// A number, or several words as in the versions of a gateway.
    Number,
    /// A string between quotes, which may contain bare line feeds.
    Text(Quoting),
    /// Base64 on one line, or on lines of 76 characters.
    Base64,
}

/// The answer that is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expected<'a> {
    /// Its number.
    pub sequence: Sequence,
    /// What it looks like.
    pub shape: Shape,
    /// The head of the command, by which its echo is known.
    pub head: &'a [u8],
}

impl<'a> Expected<'a> {
    /// An answer to the command with this number and this
    /// [head](super::RequestLine::head).
    pub const fn new(sequence: Sequence, shape: Shape, head: &'a [u8]) -> Self {
        Self {
            sequence,
            shape,
            head,
        }
    }
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// `OK`.
    Acknowledged,
    /// A value: the bytes of the object for base64, the characters of a string without
    /// its quotes, otherwise the text as it came.
    Value(ValueBytes),
    /// The gateway or the node said no.
    Refused(Refusal),
}

/// What the decoder found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decoded {
    /// The answer that was expected.
    Answer(Answer),
    /// The answer that was expected, but it cannot be understood.
    Malformed(&'static str),
    /// The answer to another command.
    Stale {
        /// Its number, if it is one of ours.
        sequence: Option<Sequence>,
    },
    /// An error that bears the number of another command. One of the servers reports
    /// a line that it could not read under the number of the command before.
    StrayError {
        /// The number it bears, if it is one of ours.
        sequence: Option<Sequence>,
        /// The error.
        code: GatewayCode,
    },
    /// A line that answers nothing.
    Event(Event),
    /// So many bytes that are no text, or too long a line.
    Noise(usize),
}
