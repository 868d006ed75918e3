use std::fmt::{self, Write};
use std::time::Duration;

use ocpp_config::{ObjectId, Secret};
use zeroize::Zeroizing;

use super::answer::Shape;
use super::{NodeAddress, Sequence, TypeToken, ValueBytes};

/// One command to the gateway.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Command {
    /// Read an object (SDO upload).
    Read {
        /// Which.
        id: ObjectId,
        /// How its bytes shall be spelled.
        token: TypeToken,
    },
    /// Write an object (SDO download).
    Write {
        /// Which.
        id: ObjectId,
        /// How its bytes are spelled.
        token: TypeToken,
        /// The value as it stands in the line. Secret, for any value may be one.
        value: Secret,
    },
    /// Make the addressed node the default. Harmless, and carried out by the gateway
    /// alone: its answer shows that the gateway listens.
    SetNode,
    /// How long the gateway waits for a node.
    SetSdoTimeout(Duration),
    /// Block transfer instead of segments. CANopenNode's server only.
    SetSdoBlock(bool),
    /// Versions of the gateway. Lely's server only.
    InfoVersion,
}

impl Command {
    /// The line to send, CR LF included.
    ///
    /// ```
    /// use charger_link::gateway::codec::{Command, NodeAddress, Sequence, TypeToken};
    /// use ocpp_config::ObjectId;
    ///
    /// let read = Command::Read { id: ObjectId::new(0x20F0, 0x0E), token: TypeToken::U8 };
    /// let line = read.encode(Sequence::new(7).unwrap(), NodeAddress::new(4).unwrap());
    /// assert_eq!(line.bytes(), b"[7] 4 r 0x20F0 14 u8\r\n");
    /// ```
    pub fn encode(&self, sequence: Sequence, address: NodeAddress) -> RequestLine {
        let mut head = ValueBytes::new();
        // Writing to bytes cannot fail.
        let _ = self.write_head(&mut head, sequence, address);
        match self {
            Self::Write { value, .. } => RequestLine::with_value(&head, value),
            _ => RequestLine::plain(head),
        }
    }

    /// What a good answer looks like.
    pub const fn shape(&self) -> Shape {
        match self {
            Self::Read { token, .. } => token.shape(),
            Self::InfoVersion => Shape::Number,
            _ => Shape::Acknowledgement,
        }
    }

    /// The line up to the value of a write, or up to its end; no secret is in it.
    pub fn head(&self, sequence: Sequence, address: NodeAddress) -> String {
        let mut head = String::new();
        // Writing to a `String` cannot fail.
        let _ = self.write_head(&mut head, sequence, address);
        head
    }

    fn write_head(
        &self,
        head: &mut impl Write,
        sequence: Sequence,
        address: NodeAddress,
    ) -> fmt::Result {
        let net = NetPrefix(address);
        match self {
            Self::Read { id, token } => {
                write_object(head, sequence, address, "r", *id, token.name())
            }
            Self::Write { id, token, .. } => {
                write_object(head, sequence, address, "w", *id, token.name())?;
                head.write_str(" ")
            }
            Self::SetNode => write!(head, "[{sequence}] {net}set node {}", address.node()),
            Self::SetSdoTimeout(wait) => {
                write!(
                    head,
                    "[{sequence}] {net}set sdo_timeout {}",
                    wait.as_millis()
                )
            }
            Self::SetSdoBlock(on) => {
                write!(head, "[{sequence}] {net}set sdo_block {}", u8::from(*on))
            }
            Self::InfoVersion => write!(head, "[{sequence}] info version"),
        }
    }
}

/// `[7] 4 r 0x20F0 14 u8`, piece by piece: nearly all lines are of this kind, and one format
/// string for all of it takes a quarter more time.
fn write_object(
    head: &mut impl Write,
    sequence: Sequence,
    address: NodeAddress,
    verb: &str,
    id: ObjectId,
    token: &str,
) -> fmt::Result {
    let mut digits = itoa::Buffer::new();
    head.write_str("[")?;
    head.write_str(digits.format(sequence.number()))?;
    head.write_str("] ")?;
    if let Some(net) = address.net() {
        head.write_str(digits.format(net))?;
        head.write_str(" ")?;
    }
    head.write_str(digits.format(address.node()))?;
    head.write_str(" ")?;
    head.write_str(verb)?;
    write!(head, " {} ", Index(id))?;
    head.write_str(digits.format(id.sub()))?;
    head.write_str(" ")?;
    head.write_str(token)
}

/// One line on its way to the gateway. One with a value is overwritten in memory when
/// dropped.
pub struct RequestLine {
    bytes: LineBytes,
    head: usize,
}

enum LineBytes {
    Plain(ValueBytes),
    /// On the heap, since what is moved leaves copies behind.
    Secret(Zeroizing<Vec<u8>>),
}

impl RequestLine {
    fn plain(head: ValueBytes) -> Self {
        let length = head.len();
        let mut bytes = head;
        bytes.extend_from_slice(b"\r\n");
        Self {
            bytes: LineBytes::Plain(bytes),
            head: length,
        }
    }

    fn with_value(head: &[u8], value: &Secret) -> Self {
        let value = value.expose();
        // Reserved at once, so that growing leaves no copy of a secret behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(head.len() + value.len() + 2));
        bytes.extend_from_slice(head);
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
        Self {
            bytes: LineBytes::Secret(bytes),
            head: head.len(),
        }
    }

    /// All of it, CR LF included.
    pub fn bytes(&self) -> &[u8] {
        match &self.bytes {
            LineBytes::Plain(bytes) => bytes,
            LineBytes::Secret(bytes) => bytes,
        }
    }

    /// The line up to the value of a write: enough to know its echo by.
    pub fn head(&self) -> &[u8] {
        self.bytes().get(..self.head).unwrap_or_default()
    }
}

impl fmt::Debug for RequestLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestLine({} bytes)", self.bytes().len())
    }
}

/// An index in the one spelling that is used: `0x20F0`.
struct Index(ObjectId);

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:04X}", self.0.index())
    }
}

/// The network before a command that is not for a node.
struct NetPrefix(NodeAddress);

impl fmt::Display for NetPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.net() {
            Some(net) => write!(f, "{net} "),
            None => Ok(()),
        }
    }
}
