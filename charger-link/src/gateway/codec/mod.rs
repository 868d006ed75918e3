//! The text language of a CiA 309-3 gateway: commands to bytes, bytes to answers and
//! events. No clock, no input, no output.
//!
//! # Two servers, two dialects
//! The decoder reads what two independent open servers were observed to print,
//! [CANopenNode] and [Lely], without being told which one it talks to:
//!
//! | | CANopenNode | Lely |
//! | --- | --- | --- |
//! | refusal | `[7] ERROR:0x06020000 #text` | `[7] ERROR: 06020000 (text)` |
//! | unsigned number | `1600` | `0x0640` |
//! | long base64 | one line | a line break after every 76 characters |
//! | broken upload | `<base64 so far>` LF `...ERROR:0x05040000` | one error line |
//! | syntax error | an answer with the *previous* sequence number | silence |
//! | events | none | `1 4 BOOT_UP`, `1 4 SDOr 889`, … |
//!
//! # What the decoder survives
//! Any bytes at all: noise, echoes of what was sent, prompts (as an option), blank and
//! comment lines, log lines, answers to commands given up long ago. A line longer than
//! [`MAX_VALUE`] is dropped without being stored, and nothing in here panics.
//!
//! [CANopenNode]: https://github.com/CANopenNode/CANopenNode
//! [Lely]: https://gitlab.com/lely_industries/lely-core

mod address;
mod answer;
mod body;
mod code;
mod command;
mod decoder;
mod event;
mod line;
mod line_reader;
mod quoting;
mod sequence;
mod spelling;
mod token;
mod value;

#[cfg(test)]
mod tests;

pub use address::NodeAddress;
pub use answer::{Answer, Decoded, Expected, Shape};
pub use body::Refusal;
pub use code::{AbortCode, GatewayCode};
pub use command::{Command, RequestLine};
pub use decoder::{AnswerDecoder, MAX_VALUE};
pub use event::{Event, Origin};
pub use quoting::{Quoting, quote, unquote};
pub use sequence::{Sequence, Sequences};
pub use spelling::SpellingError;
pub use token::TypeToken;
pub use value::ValueBytes;
