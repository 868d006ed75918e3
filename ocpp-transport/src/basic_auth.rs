use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ocpp_config::{Concern, Secret};
use zeroize::Zeroizing;

/// In which of its three spellings an authorization key goes into the HTTP header.
///
/// The same OCPP 1.6 key exists as bytes, as the hex text in which it is configured, and
/// as that hex text used for a password; field software does all three (OCPP-J 1.6
/// section 6.2.2; white paper A00.FR.205; EVerest/EVerest#2034, steve-community/steve#1895).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PasswordForm {
    /// The key is bytes, and the bytes are sent, UTF-8 or not.
    RawBytes,
    /// The key is hex text, and the bytes it stands for are sent: what OCPP 1.6 means.
    HexDecoded,
    /// The key is text and is sent as it is: what OCPP 2.x means, and what many chargers
    /// do in 1.6.
    Verbatim,
}

impl PasswordForm {
    /// The spellings worth trying for a key, the likeliest first: decoded if it is hex of
    /// 16 to 20 bytes, then verbatim.
    pub fn candidates(key: &Secret) -> Vec<Self> {
        let decodable = (32..=40).contains(&key.len()) && decode_hex(key.expose()).is_some();
        if decodable {
            vec![Self::HexDecoded, Self::Verbatim]
        } else if key.expose_str().is_some() {
            vec![Self::Verbatim]
        } else {
            vec![Self::RawBytes]
        }
    }

    /// The bytes that stand behind `identity:` in the header.
    ///
    /// # Errors
    /// When the key does not have this spelling.
    pub fn password(self, key: &Secret) -> Result<Secret, PasswordError> {
        match self {
            Self::RawBytes => Ok(key.clone()),
            Self::HexDecoded => decode_hex(key.expose()).ok_or(PasswordError::NotHex),
            Self::Verbatim if key.expose_str().is_some() => Ok(key.clone()),
            Self::Verbatim => Err(PasswordError::NotText),
        }
    }
}

/// Why a key cannot be sent in a spelling. The key itself is never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The key is not an even number of hex digits.
    #[error("the key is not an even number of hex digits")]
    NotHex,
    /// The key is not UTF-8 text.
    #[error("the key is not UTF-8 text")]
    NotText,
}

impl PasswordError {
    /// Whom it concerns: always the document, whose key it is.
    pub const fn concerns(&self) -> Concern {
        Concern::Document
    }
}

/// User and password as a server reads them from the `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicCredentials {
    user: String,
    password: Secret,
}

impl BasicCredentials {
    /// A user name, which must be free of `:` to survive the journey, and a password.
    pub fn new(user: impl Into<String>, password: Secret) -> Self {
        Self {
            user: user.into(),
            password,
        }
    }

    /// The user name; in OCPP the identity of the charger.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The password, which need not be text.
    pub const fn password(&self) -> &Secret {
        &self.password
    }

    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> Zeroizing<String> {
        let mut plain = Zeroizing::new(Vec::with_capacity(
            self.user.len() + self.password.len() + 1,
        ));
        plain.extend_from_slice(self.user.as_bytes());
        plain.push(b':');
        plain.extend_from_slice(self.password.expose());
        let mut header = Zeroizing::new(String::with_capacity(8 + plain.len().div_ceil(3) * 4));
        header.push_str("Basic ");
        BASE64_STANDARD.encode_string(&*plain, &mut header);
        header
    }

    /// Reads an `Authorization` header; `None` for another scheme or damaged base64.
    pub(crate) fn from_header(value: &str) -> Option<Self> {
        let (scheme, encoded) = value.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let plain = Zeroizing::new(BASE64_STANDARD.decode(encoded.trim()).ok()?);
        let colon = plain.iter().position(|byte| *byte == b':')?;
        let (user, password) = plain.split_at(colon);
        Some(Self {
            user: String::from_utf8(user.to_vec()).ok()?,
            password: Secret::new(password.get(1..)?.to_vec()),
        })
    }
}

fn decode_hex(text: &[u8]) -> Option<Secret> {
    let (pairs, rest) = text.as_chunks::<2>();
    if pairs.is_empty() || !rest.is_empty() {
        return None;
    }
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|it| u8::try_from(it).ok())
    };
    // Overwritten also if a digit is wrong; never moved, since there is room from the start.
    let mut bytes = Zeroizing::new(Vec::with_capacity(pairs.len()));
    for [high, low] in pairs {
        bytes.push(digit(*high)? << 4 | digit(*low)?);
    }
    Some(Secret::new(std::mem::take(&mut *bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_ocpp_j_is_spelled_as_printed_there() {
        // OCPP-J 1.6 section 6.2.2: user AL1000, key 0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF.
        let key = Secret::from("0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF");
        let password = PasswordForm::HexDecoded.password(&key).expect("hex");
        let header = BasicCredentials::new("AL1000", password).header();
        assert_eq!(*header, "Basic QUwxMDAwOgABAgMEBQYH////////////////");
    }

    #[test]
    fn a_header_is_read_back_whatever_the_password_holds() {
        let sent = BasicCredentials::new("CP 1", Secret::new(vec![0, 0xFF, b':', b'x']));
        let read = BasicCredentials::from_header(&sent.header()).expect("readable");
        assert_eq!(read, sent);
    }

    #[test]
    fn damaged_headers_are_no_credentials() {
        for value in ["", "Basic", "Bearer abc", "Basic !!!!", "Basic YWJj"] {
            assert_eq!(BasicCredentials::from_header(value), None, "{value}");
        }
    }

    #[test]
    fn only_keys_that_can_be_hex_are_tried_as_hex() {
        use PasswordForm::{HexDecoded, RawBytes, Verbatim};
        let cases: [(Secret, &[PasswordForm]); 5] = [
            (
                Secret::from("00112233445566778899aabbccddeeff"),
                &[HexDecoded, Verbatim],
            ),
            (
                Secret::from("00112233445566778899aabbccddeefg"),
                &[Verbatim],
            ),
            (Secret::from("abcd"), &[Verbatim]),
            (
                Secret::from("001122334455667788990011223344556677889900"),
                &[Verbatim],
            ),
            (Secret::new(vec![0xFF; 20]), &[RawBytes]),
        ];
        for (key, expected) in cases {
            assert_eq!(PasswordForm::candidates(&key), expected);
        }
    }

    #[test]
    fn debug_output_hides_the_password() {
        let credentials = BasicCredentials::new("CP1", Secret::from("hush"));
        assert!(!format!("{credentials:?}").contains("hush"));
    }
}
