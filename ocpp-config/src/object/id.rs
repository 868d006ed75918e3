use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The address of one setting: a CANopen index and sub-index.
///
/// Written in hexadecimal, `20F0_E` on the charger's HTTPS API and `20F0_0E` in the
/// vendor tool's settings files. [`FromStr`] reads both, [`Display`](fmt::Display)
/// writes the first, [`padded`](Self::padded) the second.
///
/// ```
/// use ocpp_config::ObjectId;
///
/// let priority: ObjectId = "20F0_E".parse()?;
/// assert_eq!(priority, ObjectId::new(0x20F0, 0x0E));
/// assert_eq!(priority, "20f0_0e".parse()?);
/// assert_eq!(priority.to_string(), "20F0_E");
/// assert_eq!(priority.padded(), "20F0_0E");
/// # Ok::<(), ocpp_config::ObjectIdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    index: u16,
    sub: u8,
}

impl ObjectId {
    /// The object at `index`, sub-index `sub`.
    pub const fn new(index: u16, sub: u8) -> Self {
        Self { index, sub }
    }

    /// The 16-bit index.
    pub const fn index(self) -> u16 {
        self.index
    }

    /// The 8-bit sub-index.
    pub const fn sub(self) -> u8 {
        self.sub
    }

    /// The padded spelling of the vendor tool's settings files, `20F0_0E`.
    pub fn padded(self) -> String {
        format!("{:04X}_{:02X}", self.index, self.sub)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}_{:X}", self.index, self.sub)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}

impl FromStr for ObjectId {
    type Err = ObjectIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (index, sub) = text.split_once('_').ok_or(ObjectIdError)?;
        Ok(Self {
            index: hex(index, 4).ok_or(ObjectIdError)?,
            sub: hex(sub, 2)
                .and_then(|sub| u8::try_from(sub).ok())
                .ok_or(ObjectIdError)?,
        })
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ObjectId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = ObjectId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object id such as 20F0_E")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ObjectId, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}

/// The text is not an object id such as `20F0_E`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an object id of the form 20F0_E")]
#[non_exhaustive]
pub struct ObjectIdError;

/// `from_str_radix` alone would take a sign and any number of leading zeros.
fn hex(digits: &str, longest: usize) -> Option<u16> {
    let plain = !digits.is_empty()
        && digits.len() <= longest
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read() {
        for text in ["20F0_E", "20F0_0E", "20f0_e"] {
            assert_eq!(text.parse(), Ok(ObjectId::new(0x20F0, 0x0E)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "", "_", "20F0", "20F0_", "_E", "20F0_100", "120F0_1", "+0F0_1", "20F0_E ", "20G0_1",
        ] {
            assert_eq!(text.parse::<ObjectId>(), Err(ObjectIdError), "{text}");
        }
    }
}
