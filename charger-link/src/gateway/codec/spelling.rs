use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ocpp_config::Secret;
use zeroize::Zeroizing;

use super::quoting::quote;
use super::token::TypeToken;
use super::value::ValueBytes;

/// Bytes that a token cannot spell, or text that spells no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpellingError {
    /// The number of bytes is not the one that the type has. CANopenNode's server
    /// prints a row of hexadecimal bytes, without a word, when an object is not as long
    /// as the type that was asked for.
    #[error("the object is not as long as its type")]
    WrongLength,
    /// The number is outside the type's range. One of the servers would write the
    /// nearest number in range and say OK.
    #[error("the number is outside the range of its type")]
    OutOfRange,
    /// Not every server would take this text.
    #[error("the text cannot be spelled for every gateway")]
    NotPlain,
    /// The answer is no number.
    #[error("the answer is not a number")]
    Malformed,
}

impl TypeToken {
    /// How the raw little-endian bytes of an object are written in a command.
    ///
    /// Numbers are decimal without leading zeros, which would make them octal. No bytes
    /// at all are spelled as one NUL, with which a string reads back empty: an empty
    /// value is a syntax error to one server and ends the other.
    ///
    /// ```
    /// use charger_link::gateway::codec::{SpellingError, TypeToken};
    ///
    /// assert_eq!(TypeToken::I16.spell(&[0xC0, 0xF9])?.expose(), b"-1600");
    /// assert_eq!(TypeToken::Domain.spell(b"h")?.expose(), b"aA==");
    /// assert_eq!(TypeToken::U8.spell(&[1, 2]), Err(SpellingError::WrongLength));
    /// # Ok::<(), SpellingError>(())
    /// ```
    ///
    /// # Errors
    /// [`SpellingError::WrongLength`] for numbers, [`SpellingError::NotPlain`] for
    /// [`VisibleString`](Self::VisibleString).
    pub fn spell(self, bytes: &[u8]) -> Result<Secret, SpellingError> {
        match self {
            Self::Domain if bytes.is_empty() => Ok(base64(&[0])),
            Self::Domain => Ok(base64(bytes)),
            Self::VisibleString => str::from_utf8(bytes)
                .ok()
                .filter(|text| !text.is_empty())
                .and_then(quote)
                .map(Secret::from)
                .ok_or(SpellingError::NotPlain),
            number => number.decimal(bytes).map(Secret::from),
        }
    }

    /// The raw bytes of the object in the value of an
    /// [answer](super::Answer::Value).
    ///
    /// # Errors
    /// For numbers all but [`SpellingError::NotPlain`].
    pub fn bytes_of(self, value: ValueBytes) -> Result<ValueBytes, SpellingError> {
        let Some(width) = self.width() else {
            return Ok(value);
        };
        let number = Number::read(&value)?;
        if !number.fits(width, self.is_signed()) {
            return Err(SpellingError::OutOfRange);
        }
        let bytes = number.twos_complement().to_le_bytes();
        Ok(bytes.get(..width).unwrap_or_default().into())
    }

    /// Whether the value may be the hexadecimal bytes of a shorter object rather than
    /// the number that was asked for: `10` is ten, or one byte that holds sixteen.
    pub fn is_ambiguous(self, value: &[u8]) -> bool {
        self.width().is_some_and(|width| width > 1)
            && matches!(value, [first, second] if first.is_ascii_digit() && second.is_ascii_digit())
    }

    fn decimal(self, bytes: &[u8]) -> Result<String, SpellingError> {
        if self.width() != Some(bytes.len()) {
            return Err(SpellingError::WrongLength);
        }
        let negative = self.is_signed() && bytes.last().is_some_and(|high| *high >= 0x80);
        let mut wide = [if negative { 0xFF } else { 0 }; 16];
        for (to, from) in wide.iter_mut().zip(bytes) {
            *to = *from;
        }
        Ok(i128::from_le_bytes(wide).to_string())
    }
}

fn base64(bytes: &[u8]) -> Secret {
    let mut text = Zeroizing::new(vec![0; bytes.len().div_ceil(3) * 4]);
    // The buffer has exactly the length that padded base64 needs.
    let length = STANDARD.encode_slice(bytes, &mut text).unwrap_or(0);
    text.truncate(length);
    Secret::new(std::mem::take(&mut *text))
}

/// A number as a gateway prints it, in any of the types.
struct Number {
    is_negative: bool,
    magnitude: u64,
}

impl Number {
    #[inline]
    fn read(text: &[u8]) -> Result<Self, SpellingError> {
        let (is_negative, magnitude) = match text {
            [b'0', b'x', digits @ ..] => (false, magnitude::<16>(digits)?),
            [b'-', digits @ ..] => (true, magnitude::<10>(digits)?),
            // Neither server pads a decimal number with zeros.
            _ => match magnitude::<10>(text) {
                Ok(number) if !text.starts_with(b"0") => (false, number),
                _ if is_hex_dump(text) => return Err(SpellingError::WrongLength),
                read => (false, read?),
            },
        };
        Ok(Self {
            is_negative,
            magnitude,
        })
    }

    /// Whether a type of so many bytes, 1 to 8, can hold it.
    fn fits(&self, width: usize, is_signed: bool) -> bool {
        let largest = u64::MAX >> (64 - 8 * width);
        if is_signed {
            self.magnitude <= (largest >> 1) + u64::from(self.is_negative)
        } else {
            self.magnitude <= if self.is_negative { 0 } else { largest }
        }
    }

    const fn twos_complement(&self) -> u64 {
        if self.is_negative {
            self.magnitude.wrapping_neg()
        } else {
            self.magnitude
        }
    }
}

fn magnitude<const RADIX: u32>(digits: &[u8]) -> Result<u64, SpellingError> {
    if digits.is_empty() {
        return Err(SpellingError::Malformed);
    }
    let mut number = 0_u64;
    for byte in digits {
        let digit = char::from(*byte).to_digit(RADIX);
        let digit = digit.ok_or(SpellingError::Malformed)?;
        let shifted = number.checked_mul(RADIX.into());
        let shifted = shifted.ok_or(SpellingError::OutOfRange)?;
        let sum = shifted.checked_add(digit.into());
        number = sum.ok_or(SpellingError::OutOfRange)?;
    }
    Ok(number)
}

/// Bytes of two digits each, with blanks in between.
fn is_hex_dump(text: &[u8]) -> bool {
    text.split(|byte| *byte == b' ')
        .all(|word| word.len() == 2 && word.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_in_both_spellings() {
        for (token, text, bytes) in [
            (TypeToken::Boolean, "1", &[1][..]),
            (TypeToken::I8, "-8", &[0xF8]),
            (TypeToken::I64, "-1", &[0xFF; 8]),
            (TypeToken::U8, "0x08", &[8]),
            (TypeToken::U16, "1600", &[0x40, 0x06]),
            (TypeToken::U32, "0x0004e200", &[0x00, 0xE2, 0x04, 0x00]),
            (TypeToken::U64, "18446744073709551615", &[0xFF; 8]),
            (TypeToken::U64, "0xFFFFFFFFFFFFFFFF", &[0xFF; 8]),
            (
                TypeToken::I64,
                "-9223372036854775808",
                &[0, 0, 0, 0, 0, 0, 0, 0x80],
            ),
            (TypeToken::U8, "-0", &[0]),
        ] {
            let parsed = token.bytes_of(text.as_bytes().into());
            assert_eq!(parsed.as_deref(), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_spelled_comes_back() {
        for token in [
            TypeToken::I8,
            TypeToken::I16,
            TypeToken::I32,
            TypeToken::I64,
            TypeToken::U8,
            TypeToken::U16,
            TypeToken::U32,
            TypeToken::U64,
        ] {
            for byte in [0x00, 0x01, 0x7F, 0x80, 0xFF] {
                let bytes = vec![byte; token.width().unwrap()];
                let spelled = ValueBytes::from(token.spell(&bytes).unwrap().expose());
                assert_eq!(
                    token.bytes_of(spelled),
                    Ok(bytes.into()),
                    "{token:?} {byte}"
                );
            }
        }
    }

    #[test]
    fn an_object_of_another_length_is_not_read_as_a_number() {
        for text in ["00 E2 04 00", "08", "0A", "F0"] {
            let parsed = TypeToken::U32.bytes_of(text.as_bytes().into());
            assert_eq!(parsed, Err(SpellingError::WrongLength), "{text}");
        }
        assert!(TypeToken::U32.is_ambiguous(b"10"));
        assert!(!TypeToken::U32.is_ambiguous(b"100"));
        assert!(!TypeToken::U8.is_ambiguous(b"10"));
    }

    #[test]
    fn what_is_no_number_of_the_type_is_refused() {
        for (token, text, error) in [
            (TypeToken::U8, "256", SpellingError::OutOfRange),
            (TypeToken::U8, "-1", SpellingError::OutOfRange),
            (TypeToken::I8, "128", SpellingError::OutOfRange),
            (TypeToken::I8, "-129", SpellingError::OutOfRange),
            (TypeToken::U32, "4294967296", SpellingError::OutOfRange),
            (
                TypeToken::I64,
                "9223372036854775808",
                SpellingError::OutOfRange,
            ),
            (
                TypeToken::I64,
                "-9223372036854775809",
                SpellingError::OutOfRange,
            ),
            (
                TypeToken::U64,
                "18446744073709551616",
                SpellingError::OutOfRange,
            ),
            (
                TypeToken::U64,
                "0x10000000000000000",
                SpellingError::OutOfRange,
            ),
            (TypeToken::U32, "", SpellingError::Malformed),
            (TypeToken::U32, "-", SpellingError::Malformed),
            (TypeToken::U32, "1F", SpellingError::WrongLength),
            (TypeToken::U32, "12a", SpellingError::Malformed),
            (TypeToken::U32, "1 600", SpellingError::Malformed),
            (TypeToken::U32, "--1", SpellingError::Malformed),
            (TypeToken::U32, "+1", SpellingError::Malformed),
            (TypeToken::U32, "\"text\"", SpellingError::Malformed),
            (TypeToken::U32, "0x", SpellingError::Malformed),
        ] {
            let parsed = token.bytes_of(text.as_bytes().into());
            assert_eq!(parsed, Err(error), "{text}");
        }
    }

    #[test]
    fn an_empty_value_is_never_written() {
        assert_eq!(TypeToken::Domain.spell(b"").unwrap().expose(), b"AA==");
        assert_eq!(
            TypeToken::VisibleString.spell(b""),
            Err(SpellingError::NotPlain)
        );
    }
}
