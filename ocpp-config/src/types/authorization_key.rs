use std::fmt;
use std::str::FromStr;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize;

use super::secret_reference::{InlineText, exactly_one};
use super::{EnvironmentName, FilePath, SecretReference, serde_text};
use crate::{Secret, ValueError};

/// The password of the charger at the back office: its bytes, and how they were spelled.
///
/// The same OCPP 1.6 key exists in three spellings in the field (raw bytes, their
/// hexadecimal digits, and those digits used verbatim as a password), so the encoding is
/// stated, never guessed.
///
/// ```
/// use ocpp_config::{AuthorizationKey, KeyEncoding, Secret};
///
/// let key = AuthorizationKey::new(&Secret::from("00112233445566778899AABBCCDDEEFF"), KeyEncoding::Hex)?;
/// assert_eq!(key.bytes().len(), 16);
/// assert_eq!(key.hex().expose(), b"00112233445566778899AABBCCDDEEFF");
/// # Ok::<(), ocpp_config::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationKey {
    bytes: Secret,
    encoding: KeyEncoding,
}

/// How an authorization key is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyEncoding {
    /// The text is the password.
    Text,
    /// The text is the hexadecimal spelling of the password's bytes.
    Hex,
}

impl AuthorizationKey {
    /// The most bytes of any OCPP edition (2.0.1 with the errata of 2025, 2.1).
    pub const MAX_BYTES: usize = 64;

    /// Decodes a key.
    ///
    /// The stricter rules of one OCPP version (16 to 20 bytes for 1.6, 16 characters and
    /// more for 2.0.1) belong to the document and are checked when it is resolved.
    ///
    /// # Errors
    ///
    /// `KEY-HEX`: not an even number of hexadecimal digits. `KEY-LENGTH`: no byte, or
    /// more than 64.
    pub fn new(secret: &Secret, encoding: KeyEncoding) -> Result<Self, ValueError> {
        let bytes = match encoding {
            KeyEncoding::Text => secret.clone(),
            KeyEncoding::Hex => decode_hex(secret.expose())?,
        };
        if bytes.is_empty() || bytes.len() > Self::MAX_BYTES {
            return Err(ValueError::new(
                "KEY-LENGTH",
                format!(
                    "the authorization key has {} bytes, not 1 to 64",
                    bytes.len()
                ),
            ));
        }
        Ok(Self { bytes, encoding })
    }

    /// The bytes that go into the `Authorization` header.
    pub fn bytes(&self) -> &Secret {
        &self.bytes
    }

    /// How the key was spelled in its source.
    pub fn encoding(&self) -> KeyEncoding {
        self.encoding
    }

    /// The upper-case hexadecimal spelling, the form in which OCPP 1.6 configures a key.
    pub fn hex(&self) -> Secret {
        const DIGITS: [char; 16] = [
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
        ];
        let mut text = String::with_capacity(self.bytes.len() * 2);
        for byte in self.bytes.expose() {
            for nibble in [byte >> 4, byte & 15] {
                text.extend(DIGITS.get(usize::from(nibble)));
            }
        }
        Secret::from(text)
    }

    /// Whether a reader could take the key for a hexadecimal spelling.
    pub(crate) fn looks_like_hex(&self) -> bool {
        let bytes = self.bytes.expose();
        bytes.len() >= 32
            && bytes.len().is_multiple_of(2)
            && bytes.iter().all(u8::is_ascii_hexdigit)
    }
}

fn decode_hex(digits: &[u8]) -> Result<Secret, ValueError> {
    let wrong = || {
        ValueError::new(
            "KEY-HEX",
            "the authorization key is not an even number of hexadecimal digits",
        )
    };
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(wrong());
    }
    let mut bytes = Vec::with_capacity(pairs.len());
    for &[high, low] in pairs {
        match (nibble(high), nibble(low)) {
            (Some(high), Some(low)) => bytes.push((high << 4) | low),
            _ => {
                bytes.zeroize();
                return Err(wrong());
            }
        }
    }
    Ok(Secret::new(bytes))
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

impl FromStr for KeyEncoding {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "hex" => Ok(Self::Hex),
            _ => Err(ValueError::new(
                "KEY-ENCODING",
                "the encoding of the key is neither \"text\" nor \"hex\"",
            )),
        }
    }
}

impl fmt::Display for KeyEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Hex => "hex",
        })
    }
}

impl Serialize for KeyEncoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyEncoding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_text::text(deserializer, "\"text\" or \"hex\"")
    }
}

inline_schema!(KeyEncoding, {
    "description": "how the key is spelled: as the password itself, or as the hexadecimal digits of its bytes",
    "enum": ["text", "hex"]
});

/// Where the authorization key comes from, and how it is spelled there.
///
/// In a document: `{ env = "NAME", encoding = "hex" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizationKeyReference {
    /// Where the key comes from.
    pub secret: SecretReference,
    /// How it is spelled there.
    pub encoding: KeyEncoding,
}

impl AuthorizationKeyReference {
    /// A key from there, spelled like this.
    pub const fn new(secret: SecretReference, encoding: KeyEncoding) -> Self {
        Self { secret, encoding }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "AuthorizationKeyReference"))]
struct Keys {
    env: Option<EnvironmentName>,
    file: Option<FilePath>,
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    value: Option<InlineText>,
    encoding: KeyEncoding,
}

impl<'de> Deserialize<'de> for AuthorizationKeyReference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Keys {
            env,
            file,
            value,
            encoding,
        } = Keys::deserialize(deserializer)?;
        let secret = exactly_one(env, file, value).map_err(ValueError::for_serde)?;
        Ok(Self { secret, encoding })
    }
}

impl Serialize for AuthorizationKeyReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        self.secret.serialize_entry(&mut map)?;
        map.serialize_entry("encoding", &self.encoding)?;
        map.end()
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for AuthorizationKeyReference {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AuthorizationKeyReference".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Keys::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_decoded_and_spelled_again() {
        let digits = Secret::from("0aFF10");
        let key = AuthorizationKey::new(&digits, KeyEncoding::Hex).unwrap();
        assert_eq!(key.bytes().expose(), [0x0A, 0xFF, 0x10]);
        assert_eq!(key.hex().expose_str(), Some("0AFF10"));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for (text, encoding, code) in [
            ("", KeyEncoding::Text, "KEY-LENGTH"),
            ("", KeyEncoding::Hex, "KEY-LENGTH"),
            ("abc", KeyEncoding::Hex, "KEY-HEX"),
            ("0x12", KeyEncoding::Hex, "KEY-HEX"),
            ("+1", KeyEncoding::Hex, "KEY-HEX"),
        ] {
            let error = AuthorizationKey::new(&Secret::from(text), encoding).unwrap_err();
            assert_eq!(error.code().as_str(), code, "{text:?}");
        }
        let long = Secret::new(vec![b'x'; 65]);
        assert!(AuthorizationKey::new(&long, KeyEncoding::Text).is_err());
    }
}
