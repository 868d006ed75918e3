use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::hex_list::{self, Padding};
use crate::{DataType, Value};

/// A value as it stands in JSON, before its object's type gives it a meaning. Texts
/// without escapes are borrowed from the input.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Boolean(bool),
    Unsigned(u64),
    Signed(i64),
    Real(f64),
    Text(Cow<'a, str>),
    /// The JSON text of an array or an object, which no known type has.
    Other(String),
}

impl<'a> Scalar<'a> {
    /// As a charger lists `value`.
    pub(super) fn listed(value: &'a Value) -> Self {
        Self::spelled(value, Padding::Bare)
    }

    /// As a client writes `value`.
    pub(super) fn posted(value: &'a Value) -> Self {
        match value {
            Value::Boolean(true) => Self::Text(Cow::Borrowed("True")),
            Value::Boolean(false) => Self::Text(Cow::Borrowed("False")),
            _ => Self::spelled(value, Padding::Full),
        }
    }

    fn spelled(value: &'a Value, padding: Padding) -> Self {
        match value {
            Value::Boolean(flag) => Self::Boolean(*flag),
            Value::Unsigned(number) => Self::Unsigned(*number),
            Value::Signed(number) => Self::Signed(*number),
            Value::Real(number) => Self::Real(*number),
            Value::Text(text) => Self::Text(Cow::Borrowed(text)),
            Value::Bytes(bytes) => Self::Text(hex_list::join_bytes(bytes, padding).into()),
            Value::Words(words) => Self::Text(hex_list::join_words(words, padding).into()),
            Value::Unknown(json) => Self::Other(json.clone()),
        }
    }

    /// What this is in an object of type `data_type`. What no value of that type looks
    /// like survives as [`Value::Unknown`].
    pub(super) fn typed(&self, data_type: DataType) -> Value {
        self.expected(data_type)
            .unwrap_or_else(|| Value::Unknown(self.json()))
    }

    fn expected(&self, data_type: DataType) -> Option<Value> {
        match (data_type, self) {
            (DataType::VISIBLE_STRING | DataType::UNICODE_STRING, Self::Text(text)) => {
                Some(Value::from(&**text))
            }
            (DataType::BOOLEAN, _) => self.boolean().map(Value::Boolean),
            (DataType::REAL32 | DataType::REAL64, _) => self.real().map(Value::Real),
            (
                DataType::BYTE_ARRAY | DataType::OCTET_STRING | DataType::DOMAIN,
                Self::Text(text),
            ) => hex_list::parse_bytes(text).map(Value::Bytes),
            (DataType::WORD_ARRAY, Self::Text(text)) => {
                hex_list::parse_words(text).map(Value::Words)
            }
            _ => self.integer(data_type),
        }
    }

    fn integer(&self, data_type: DataType) -> Option<Value> {
        let number = match *self {
            Self::Unsigned(number) => i128::from(number),
            Self::Signed(number) => i128::from(number),
            _ => return None,
        };
        if data_type.integer()?.is_signed {
            i64::try_from(number).ok().map(Value::Signed)
        } else {
            u64::try_from(number).ok().map(Value::Unsigned)
        }
    }

    fn boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(flag) => Some(*flag),
            Self::Unsigned(0) => Some(false),
            Self::Unsigned(1) => Some(true),
            Self::Text(text) if text == "True" => Some(true),
            Self::Text(text) if text == "False" => Some(false),
            _ => None,
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a real that the charger happens to print without a fraction"
    )]
    const fn real(&self) -> Option<f64> {
        match *self {
            Self::Real(number) => Some(number),
            Self::Unsigned(number) => Some(number as f64),
            Self::Signed(number) => Some(number as f64),
            _ => None,
        }
    }

    fn json(&self) -> String {
        match self {
            Self::Other(json) => json.clone(),
            _ => serde_json::to_string(self).unwrap_or_else(|_| "null".to_owned()),
        }
    }
}

impl Serialize for Scalar<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(flag) => serializer.serialize_bool(*flag),
            Self::Unsigned(number) => serializer.serialize_u64(*number),
            Self::Signed(number) => serializer.serialize_i64(*number),
            Self::Real(number) if number.is_finite() => serializer.serialize_f64(*number),
            Self::Real(_) => Err(S::Error::custom("JSON has no such number")),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Other(json) => serde_json::from_str::<serde_json::Value>(json)
                .map_err(S::Error::custom)?
                .serialize(serializer),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Boolean(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Unsigned(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Signed(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Real(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Scalar<'de>, A::Error> {
        other(serde::de::value::SeqAccessDeserializer::new(seq))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scalar<'de>, A::Error> {
        other(serde::de::value::MapAccessDeserializer::new(map))
    }
}

fn other<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scalar<'de>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    serde_json::to_string(&value)
        .map(Scalar::Other)
        .map_err(D::Error::custom)
}
