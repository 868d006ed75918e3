use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::DataType;

/// What an object holds.
///
/// Integers of every width share two variants: the width belongs to the object's
/// [`DataType`], not to the number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Value {
    /// BOOLEAN.
    Boolean(bool),
    /// UNSIGNED8 to UNSIGNED64.
    Unsigned(u64),
    /// INTEGER8 to INTEGER64.
    Signed(i64),
    /// REAL32 and REAL64.
    Real(f64),
    /// VISIBLE_STRING and UNICODE_STRING.
    Text(String),
    /// OCTET_STRING, DOMAIN and the vendor's byte array; over a serial gateway also
    /// whatever has no meaning here.
    Bytes(Vec<u8>),
    /// The vendor's array of 16-bit words.
    Words(Vec<u16>),
    /// The JSON text of a value whose type has no meaning here.
    Unknown(String),
}

impl Value {
    /// The integer `number` as an object of type `data_type` holds it: signed for the
    /// signed types, else unsigned. `None` if it does not fit or the type is no integer.
    pub fn integer(data_type: DataType, number: i64) -> Option<Self> {
        let layout = data_type.integer()?;
        if !layout.holds(number.into()) {
            return None;
        }
        if layout.is_signed {
            Some(Self::Signed(number))
        } else {
            u64::try_from(number).ok().map(Self::Unsigned)
        }
    }

    /// The text, or `None` if it is none.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, of either sign, or `None` if it is none.
    pub fn as_integer(&self) -> Option<i128> {
        match *self {
            Self::Unsigned(number) => Some(number.into()),
            Self::Signed(number) => Some(number.into()),
            _ => None,
        }
    }

    /// The integer, or 1 for true and 0 for false, or `None` if it is none of these: what
    /// counts where a charger may say the same in another type.
    pub fn as_number(&self) -> Option<i128> {
        match *self {
            Self::Boolean(flag) => Some(flag.into()),
            _ => self.as_integer(),
        }
    }

    /// The number 0 to 255, or `None` if it is none.
    pub fn as_u8(&self) -> Option<u8> {
        u8::try_from(self.as_integer()?).ok()
    }

    /// The number from 0 up, or `None` if it is none.
    pub fn as_u64(&self) -> Option<u64> {
        u64::try_from(self.as_integer()?).ok()
    }

    /// Whether it is an empty text or array.
    pub const fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Words(words) => words.is_empty(),
            _ => false,
        }
    }

    /// Overwrites text and bytes in memory, and leaves them empty.
    pub(super) fn overwrite(&mut self) {
        match self {
            Self::Text(text) | Self::Unknown(text) => text.zeroize(),
            Self::Bytes(bytes) => bytes.zeroize(),
            Self::Words(words) => words.zeroize(),
            Self::Boolean(_) | Self::Unsigned(_) | Self::Signed(_) | Self::Real(_) => {}
        }
    }

    /// Whether an object of type `data_type` can hold it: the kind fits, and an integer
    /// the width. Every value fits a type that is not known.
    ///
    /// # Errors
    /// If it cannot.
    pub fn check_type(&self, data_type: DataType) -> Result<(), ValueTypeError> {
        let fits = match (data_type, self) {
            (_, Self::Unknown(_)) => true,
            (DataType::BOOLEAN, value) => matches!(value, Self::Boolean(_)),
            (DataType::REAL32 | DataType::REAL64, value) => matches!(value, Self::Real(_)),
            (DataType::VISIBLE_STRING | DataType::UNICODE_STRING, value) => {
                matches!(value, Self::Text(_) | Self::Bytes(_))
            }
            (DataType::OCTET_STRING | DataType::DOMAIN | DataType::BYTE_ARRAY, value) => {
                matches!(value, Self::Bytes(_))
            }
            (DataType::WORD_ARRAY, value) => matches!(value, Self::Words(_)),
            (data_type, value) => match data_type.integer() {
                Some(layout) => {
                    layout.is_signed == matches!(value, Self::Signed(_))
                        && value
                            .as_integer()
                            .is_some_and(|number| layout.holds(number))
                }
                None => true,
            },
        };
        fits.then_some(()).ok_or(ValueTypeError { data_type })
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Text in quotation marks, arrays as comma-joined hexadecimal, the rest plainly.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(flag) => flag.fmt(f),
            Self::Unsigned(number) => number.fmt(f),
            Self::Signed(number) => number.fmt(f),
            Self::Real(number) => number.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => comma_joined(f, bytes.iter().map(|byte| u16::from(*byte)), 2),
            Self::Words(words) => comma_joined(f, words.iter().copied(), 4),
            Self::Unknown(json) => f.write_str(json),
        }
    }
}

/// A value does not fit the type of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value does not fit an object of type {data_type}")]
#[non_exhaustive]
pub struct ValueTypeError {
    /// The type of the object.
    pub data_type: DataType,
}

fn comma_joined(
    f: &mut fmt::Formatter<'_>,
    items: impl Iterator<Item = u16>,
    digits: usize,
) -> fmt::Result {
    for (position, item) in items.enumerate() {
        let comma = if position == 0 { "" } else { "," };
        write!(f, "{comma}{item:0digits$X}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_takes_the_sign_of_its_type_and_must_fit() {
        assert_eq!(
            Value::integer(DataType::UNSIGNED8, 255),
            Some(Value::Unsigned(255))
        );
        assert_eq!(Value::integer(DataType::UNSIGNED8, 256), None);
        assert_eq!(Value::integer(DataType::UNSIGNED8, -1), None);
        assert_eq!(
            Value::integer(DataType::INTEGER8, -128),
            Some(Value::Signed(-128))
        );
        assert_eq!(Value::integer(DataType::INTEGER8, 128), None);
        assert_eq!(
            Value::integer(DataType::INTEGER64, i64::MIN),
            Some(Value::Signed(i64::MIN))
        );
        assert_eq!(Value::integer(DataType::VISIBLE_STRING, 1), None);
    }

    #[test]
    fn a_value_fits_its_own_type_only() {
        let cases = [
            (Value::Boolean(true), DataType::BOOLEAN, true),
            (Value::Unsigned(1), DataType::BOOLEAN, false),
            (Value::Unsigned(65_535), DataType::UNSIGNED16, true),
            (Value::Unsigned(65_536), DataType::UNSIGNED16, false),
            (Value::Signed(1), DataType::UNSIGNED16, false),
            (Value::Real(1.0), DataType::REAL32, true),
            (Value::from("a"), DataType::DOMAIN, false),
            (Value::Words(vec![1]), DataType::WORD_ARRAY, true),
            (Value::Words(vec![1]), DataType::BYTE_ARRAY, false),
            (Value::Signed(7), DataType::new(99), true),
        ];
        for (value, data_type, fits) in cases {
            assert_eq!(
                value.check_type(data_type).is_ok(),
                fits,
                "{value} as {data_type:?}"
            );
        }
    }

    #[test]
    fn numbers_count_not_their_types() {
        for (value, integer, number) in [
            (
                Value::Unsigned(u64::MAX),
                Some(u64::MAX.into()),
                Some(u64::MAX.into()),
            ),
            (Value::Signed(-1), Some(-1), Some(-1)),
            (Value::Boolean(true), None, Some(1)),
            (Value::Real(1.0), None, None),
            (Value::from("1"), None, None),
        ] {
            assert_eq!(
                (value.as_integer(), value.as_number()),
                (integer, number),
                "{value}"
            );
        }
        assert_eq!(Value::Signed(300).as_u64(), Some(300));
        assert_eq!(
            (Value::Signed(-1).as_u64(), Value::Signed(300).as_u8()),
            (None, None)
        );
    }

    #[test]
    fn nothing_is_left_of_an_overwritten_value() {
        for mut value in [
            Value::from("0815"),
            Value::Unknown("[0815]".to_owned()),
            Value::Bytes(vec![8, 15]),
            Value::Words(vec![815]),
        ] {
            value.overwrite();
            assert!(!value.to_string().contains('8'), "{value}");
        }
    }

    #[test]
    fn a_person_can_read_it() {
        assert_eq!(Value::from("ws://a").to_string(), "\"ws://a\"");
        assert_eq!(Value::Bytes(vec![10, 255]).to_string(), "0A,FF");
        assert_eq!(Value::Words(vec![0xC552, 1]).to_string(), "C552,0001");
        assert_eq!(Value::Signed(-81).to_string(), "-81");
    }
}
