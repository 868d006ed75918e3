//! Values as JSON, the way the charger's HTTPS API spells them.

use ocpp_config::{DataType, Value};
use serde_json::{Value as Json, json};

/// Reads what a charger sends, or what a client writes into an object of this type;
/// `None` if it does not fit the type. Numbers may be written as strings.
pub(crate) fn value(data_type: DataType, json: &Json) -> Option<Value> {
    Some(match data_type {
        DataType::BOOLEAN => Value::Boolean(boolean(json)?),
        DataType::UNSIGNED8
        | DataType::UNSIGNED16
        | DataType::UNSIGNED32
        | DataType::UNSIGNED64 => Value::Unsigned(unsigned(json)?),
        DataType::INTEGER8 | DataType::INTEGER16 | DataType::INTEGER32 | DataType::INTEGER64 => {
            Value::Signed(signed(json)?)
        }
        DataType::REAL32 | DataType::REAL64 => Value::Real(real(json)?),
        DataType::VISIBLE_STRING | DataType::UNICODE_STRING => {
            Value::Text(json.as_str()?.to_owned())
        }
        DataType::BYTE_ARRAY | DataType::OCTET_STRING | DataType::DOMAIN => {
            Value::Bytes(list(json, |part| u8::from_str_radix(part, 16).ok())?)
        }
        DataType::WORD_ARRAY => {
            Value::Words(list(json, |part| u16::from_str_radix(part, 16).ok())?)
        }
        _ => Value::Unknown(json.to_string()),
    })
}

/// Spells a value as the charger sends it.
pub(crate) fn json(value: &Value) -> Json {
    match value {
        Value::Boolean(value) => json!(u8::from(*value)),
        Value::Unsigned(value) => json!(value),
        Value::Signed(value) => json!(value),
        Value::Real(value) => json!(value),
        Value::Text(value) => json!(value),
        Value::Bytes(bytes) => joined(bytes.iter().map(|byte| format!("{byte:X}"))),
        Value::Words(words) => joined(words.iter().map(|word| format!("{word:X}"))),
        Value::Unknown(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        _ => Json::Null,
    }
}

fn joined(parts: impl Iterator<Item = String>) -> Json {
    Json::String(parts.collect::<Vec<_>>().join(","))
}

fn list<T>(json: &Json, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    match json.as_str()? {
        "" => Some(Vec::new()),
        text => text.split(',').map(|part| parse(part.trim())).collect(),
    }
}

fn boolean(json: &Json) -> Option<bool> {
    match json {
        Json::Bool(value) => Some(*value),
        Json::String(text) => match text.as_str() {
            "True" | "true" | "1" => Some(true),
            "False" | "false" | "0" => Some(false),
            _ => None,
        },
        other => other.as_u64().map(|number| number != 0),
    }
}

fn unsigned(json: &Json) -> Option<u64> {
    let text = |text: &str| text.trim().parse().ok();
    json.as_u64().or_else(|| json.as_str().and_then(text))
}

fn signed(json: &Json) -> Option<i64> {
    let text = |text: &str| text.trim().parse().ok();
    json.as_i64().or_else(|| json.as_str().and_then(text))
}

fn real(json: &Json) -> Option<f64> {
    let text = |text: &str| text.trim().parse().ok();
    json.as_f64().or_else(|| json.as_str().and_then(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_reads_back_as_the_same_value() {
        for (data_type, value) in [
            (DataType::UNSIGNED64, Value::Unsigned(u64::MAX)),
            (DataType::INTEGER8, Value::Signed(-4)),
            (DataType::REAL32, Value::Real(52.5)),
            (DataType::VISIBLE_STRING, Value::Text("a,b".into())),
            (DataType::BYTE_ARRAY, Value::Bytes(vec![0xFF, 0, 0x14])),
            (DataType::WORD_ARRAY, Value::Words(vec![0xC552])),
            (DataType::BOOLEAN, Value::Boolean(true)),
        ] {
            let json = json(&value);
            assert_eq!(super::value(data_type, &json), Some(value), "{json}");
        }
    }
}
