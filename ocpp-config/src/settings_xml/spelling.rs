//! How a settings file spells a value: as the charger's JSON does, without its quotes.

use crate::property::hex_list::{self, Padding};
use crate::{DataType, Value};

/// The spelling of a value, or `None` where it has none: a real that is not finite, or
/// text with a character that XML 1.0 cannot carry.
pub(super) fn spell(value: &Value) -> Option<String> {
    let text = match value {
        Value::Boolean(true) => "True".to_owned(),
        Value::Boolean(false) => "False".to_owned(),
        Value::Unsigned(number) => number.to_string(),
        Value::Signed(number) => number.to_string(),
        Value::Real(number) if number.is_finite() => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => hex_list::join_bytes(bytes, Padding::Full),
        Value::Words(words) => hex_list::join_words(words, Padding::Full),
        _ => return None,
    };
    text.chars().all(is_xml).then_some(text)
}

/// The value that a spelling is in an object of this type, or `None` if it is none.
pub(super) fn read(text: &str, data_type: DataType) -> Option<Value> {
    let value = match data_type {
        DataType::VISIBLE_STRING | DataType::UNICODE_STRING => Value::from(text),
        DataType::BOOLEAN => Value::Boolean(match text {
            "True" | "true" | "1" => true,
            "False" | "false" | "0" => false,
            _ => return None,
        }),
        DataType::REAL32 | DataType::REAL64 => {
            let number: f64 = text.parse().ok()?;
            number.is_finite().then_some(Value::Real(number))?
        }
        DataType::WORD_ARRAY => hex_list::parse_words(text).map(Value::Words)?,
        DataType::BYTE_ARRAY | DataType::OCTET_STRING | DataType::DOMAIN => {
            hex_list::parse_bytes(text).map(Value::Bytes)?
        }
        _ if data_type.integer()?.is_signed => Value::Signed(text.parse().ok()?),
        _ => Value::Unsigned(text.parse().ok()?),
    };
    value.check_type(data_type).ok().map(|()| value)
}

/// `Char` of XML 1.0.
const fn is_xml(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
