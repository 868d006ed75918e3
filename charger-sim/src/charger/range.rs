//! Whether a value fits an object.

use ocpp_config::{DataType, Object, Value};

use super::objects::Refusal;

/// The value as the object stores it, or why it cannot.
pub(crate) fn fitting(object: &Object, value: Value) -> Result<Value, Refusal> {
    match value {
        Value::Text(text) => fitting_text(object, text),
        Value::Unsigned(_) | Value::Signed(_) | Value::Boolean(_) => fitting_number(object, &value),
        other => {
            let same = std::mem::discriminant(&other) == std::mem::discriminant(&object.value);
            if same {
                Ok(other)
            } else {
                Err(Refusal::OutOfRange)
            }
        }
    }
}

fn fitting_text(object: &Object, text: String) -> Result<Value, Refusal> {
    if !matches!(object.value, Value::Text(_)) {
        return Err(Refusal::OutOfRange);
    }
    let longest = usize::try_from(object.length.saturating_sub(1)).unwrap_or(usize::MAX);
    if text.len() > longest {
        return Err(Refusal::TooLong);
    }
    Ok(Value::Text(text))
}

/// A number, whichever integer variant the client chose.
fn fitting_number(object: &Object, value: &Value) -> Result<Value, Refusal> {
    let number = match value {
        Value::Unsigned(number) => i128::from(*number),
        Value::Signed(number) => i128::from(*number),
        Value::Boolean(value) => i128::from(*value),
        _ => return Err(Refusal::OutOfRange),
    };
    let (lowest, highest) = limits(object.data_type).ok_or(Refusal::OutOfRange)?;
    if !(lowest..=highest).contains(&number) {
        return Err(Refusal::OutOfRange);
    }
    // What the charger gives as length is the maximum of a small number.
    let small = matches!(object.data_type, DataType::UNSIGNED8 | DataType::INTEGER8);
    if small && object.length > 0 && number > i128::from(object.length) {
        return Err(Refusal::OutOfRange);
    }
    stored(object, number).ok_or(Refusal::OutOfRange)
}

fn stored(object: &Object, number: i128) -> Option<Value> {
    Some(match object.value {
        Value::Unsigned(_) => Value::Unsigned(u64::try_from(number).ok()?),
        Value::Signed(_) => Value::Signed(i64::try_from(number).ok()?),
        Value::Boolean(_) => Value::Boolean(number != 0),
        _ => return None,
    })
}

fn limits(data_type: DataType) -> Option<(i128, i128)> {
    Some(match data_type {
        DataType::BOOLEAN => (0, 1),
        DataType::UNSIGNED8 => (0, u8::MAX.into()),
        DataType::UNSIGNED16 => (0, u16::MAX.into()),
        DataType::UNSIGNED32 => (0, u32::MAX.into()),
        DataType::UNSIGNED64 => (0, u64::MAX.into()),
        DataType::INTEGER8 => (i8::MIN.into(), i8::MAX.into()),
        DataType::INTEGER16 => (i16::MIN.into(), i16::MAX.into()),
        DataType::INTEGER32 => (i32::MIN.into(), i32::MAX.into()),
        DataType::INTEGER64 => (i64::MIN.into(), i64::MAX.into()),
        _ => return None,
    })
}
