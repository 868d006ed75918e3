use super::data_type::Integer;
use super::{DataType, Value};

/// The bytes that a CANopen SDO transfer carries for `value` in an object of type
/// `data_type`: little-endian numbers, text without NUL, arrays item by item.
///
/// UNICODE_STRING is an array of UTF-16 code units, as CiA 301 has it. An object of a
/// type that is not known takes [`Value::Bytes`] as they are.
///
/// ```
/// use ocpp_config::{DataType, Value, decode_bytes, encode_bytes};
///
/// let raw = encode_bytes(DataType::UNSIGNED32, &Value::Unsigned(10))?;
/// assert_eq!(raw, [10, 0, 0, 0]);
/// assert_eq!(decode_bytes(DataType::UNSIGNED32, &raw)?, Value::Unsigned(10));
/// # Ok::<(), ocpp_config::RawBytesError>(())
/// ```
///
/// # Errors
/// If the value does not fit the type.
pub fn encode_bytes(data_type: DataType, value: &Value) -> Result<Vec<u8>, RawBytesError> {
    value
        .check_type(data_type)
        .map_err(|_| RawBytesError::WrongKind { data_type })?;
    Ok(match value {
        Value::Boolean(flag) => vec![u8::from(*flag)],
        Value::Unsigned(number) => low_bytes(data_type, number.to_le_bytes())?,
        Value::Signed(number) => low_bytes(data_type, number.to_le_bytes())?,
        Value::Real(number) => real_bytes(data_type, *number)?,
        Value::Text(text) => text_bytes(data_type, text),
        Value::Bytes(bytes) => bytes.clone(),
        Value::Words(words) => words.iter().flat_map(|word| word.to_le_bytes()).collect(),
        Value::Unknown(_) => return Err(RawBytesError::WrongKind { data_type }),
    })
}

/// The value that these bytes of an SDO transfer are in an object of type `data_type`;
/// the inverse of [`encode_bytes`].
///
/// Text ends at its first NUL. Text that is not valid in its encoding, and everything
/// of a type that is not known, comes out as [`Value::Bytes`]. A REAL32 becomes the
/// shortest decimal number that stands for it (16.1, not 16.100000381…), so that it
/// compares equal to what the charger prints in JSON.
///
/// Memory is bounded by the length of `bytes`.
///
/// # Errors
/// If the number of bytes does not fit the type.
pub fn decode_bytes(data_type: DataType, bytes: &[u8]) -> Result<Value, RawBytesError> {
    if let Some(layout) = data_type.integer() {
        return integer_value(data_type, layout, bytes);
    }
    Ok(match data_type {
        DataType::BOOLEAN => Value::Boolean(fixed::<1>(data_type, bytes)? != [0]),
        DataType::REAL32 => Value::Real(widened(f32::from_le_bytes(fixed(data_type, bytes)?))),
        DataType::REAL64 => Value::Real(f64::from_le_bytes(fixed(data_type, bytes)?)),
        DataType::VISIBLE_STRING => visible_string(bytes),
        DataType::UNICODE_STRING => unicode_string(bytes),
        DataType::WORD_ARRAY => word_array(data_type, bytes)?,
        _ => Value::Bytes(bytes.to_vec()),
    })
}

/// Why a value and its bytes do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RawBytesError {
    /// The value is of another kind than the type, or too large for it.
    #[error("the value does not fit an object of type {data_type}")]
    WrongKind {
        /// The type of the object.
        data_type: DataType,
    },
    /// The number of bytes is not the one that the type has.
    #[error("{found} bytes are no value of type {data_type}")]
    WrongLength {
        /// The type of the object.
        data_type: DataType,
        /// The number of bytes that came.
        found: usize,
    },
}

fn low_bytes(data_type: DataType, bytes: [u8; 8]) -> Result<Vec<u8>, RawBytesError> {
    data_type
        .integer()
        .and_then(|layout| bytes.get(..layout.width))
        .map(<[u8]>::to_vec)
        .ok_or(RawBytesError::WrongKind { data_type })
}

fn real_bytes(data_type: DataType, number: f64) -> Result<Vec<u8>, RawBytesError> {
    match data_type {
        DataType::REAL32 => Ok((number as f32).to_le_bytes().to_vec()),
        DataType::REAL64 => Ok(number.to_le_bytes().to_vec()),
        _ => Err(RawBytesError::WrongKind { data_type }),
    }
}

fn text_bytes(data_type: DataType, text: &str) -> Vec<u8> {
    if data_type == DataType::UNICODE_STRING {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    } else {
        text.as_bytes().to_vec()
    }
}

fn integer_value(
    data_type: DataType,
    layout: Integer,
    bytes: &[u8],
) -> Result<Value, RawBytesError> {
    if bytes.len() != layout.width {
        return Err(wrong_length(data_type, bytes));
    }
    let is_negative = layout.is_signed && bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let mut wide = [if is_negative { 0xFF } else { 0 }; 8];
    for (target, byte) in wide.iter_mut().zip(bytes) {
        *target = *byte;
    }
    Ok(if layout.is_signed {
        Value::Signed(i64::from_le_bytes(wide))
    } else {
        Value::Unsigned(u64::from_le_bytes(wide))
    })
}

fn widened(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_else(|_| number.into())
}

fn visible_string(bytes: &[u8]) -> Value {
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    match std::str::from_utf8(text) {
        Ok(text) => Value::from(text),
        Err(_) => Value::Bytes(bytes.to_vec()),
    }
}

fn unicode_string(bytes: &[u8]) -> Value {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs
        .iter()
        .map(|pair| u16::from_le_bytes(*pair))
        .take_while(|unit| *unit != 0);
    match char::decode_utf16(units).collect::<Result<String, _>>() {
        Ok(text) if rest.is_empty() => Value::Text(text),
        _ => Value::Bytes(bytes.to_vec()),
    }
}

fn word_array(data_type: DataType, bytes: &[u8]) -> Result<Value, RawBytesError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(wrong_length(data_type, bytes));
    }
    Ok(Value::Words(
        pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect(),
    ))
}

fn fixed<const N: usize>(data_type: DataType, bytes: &[u8]) -> Result<[u8; N], RawBytesError> {
    bytes.try_into().map_err(|_| wrong_length(data_type, bytes))
}

const fn wrong_length(data_type: DataType, bytes: &[u8]) -> RawBytesError {
    RawBytesError::WrongLength {
        data_type,
        found: bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_bytes() {
        let cases = [
            (DataType::BOOLEAN, Value::Boolean(true), vec![1]),
            (DataType::INTEGER8, Value::Signed(-2), vec![0xFE]),
            (DataType::INTEGER16, Value::Signed(-81), vec![0xAF, 0xFF]),
            (DataType::INTEGER32, Value::Signed(1), vec![1, 0, 0, 0]),
            (DataType::UNSIGNED16, Value::Unsigned(515), vec![3, 2]),
            (
                DataType::UNSIGNED64,
                Value::Unsigned(1),
                vec![1, 0, 0, 0, 0, 0, 0, 0],
            ),
            (
                DataType::REAL32,
                Value::Real(16.1),
                16.1f32.to_le_bytes().to_vec(),
            ),
            (
                DataType::REAL64,
                Value::Real(0.1),
                0.1f64.to_le_bytes().to_vec(),
            ),
            (
                DataType::VISIBLE_STRING,
                Value::from("AB"),
                vec![0x41, 0x42],
            ),
            (DataType::UNICODE_STRING, Value::from("A"), vec![0x41, 0]),
            (DataType::DOMAIN, Value::Bytes(vec![0, 1]), vec![0, 1]),
            (
                DataType::WORD_ARRAY,
                Value::Words(vec![0xC552]),
                vec![0x52, 0xC5],
            ),
            (DataType::new(99), Value::Bytes(vec![7]), vec![7]),
        ];
        for (data_type, value, bytes) in cases {
            assert_eq!(
                encode_bytes(data_type, &value).as_ref(),
                Ok(&bytes),
                "{data_type:?}"
            );
            assert_eq!(decode_bytes(data_type, &bytes), Ok(value), "{data_type:?}");
        }
    }

    #[test]
    fn a_wrong_number_of_bytes_is_refused_and_told() {
        let wrong = RawBytesError::WrongLength {
            data_type: DataType::UNSIGNED16,
            found: 1,
        };
        assert_eq!(decode_bytes(DataType::UNSIGNED16, &[1]), Err(wrong));
        for data_type in [
            DataType::BOOLEAN,
            DataType::REAL32,
            DataType::REAL64,
            DataType::INTEGER8,
        ] {
            assert!(decode_bytes(data_type, &[]).is_err(), "{data_type:?}");
            assert!(decode_bytes(data_type, &[0; 9]).is_err(), "{data_type:?}");
        }
        assert!(decode_bytes(DataType::WORD_ARRAY, &[1, 2, 3]).is_err());
    }

    #[test]
    fn text_ends_at_its_nul_and_survives_a_foreign_encoding() {
        let decode = |bytes: &[u8]| decode_bytes(DataType::VISIBLE_STRING, bytes).unwrap();
        assert_eq!(decode(b"AB\0rest"), Value::from("AB"));
        assert_eq!(decode(b""), Value::from(""));
        assert_eq!(decode(b"\xE9"), Value::Bytes(vec![0xE9]));
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused() {
        for (data_type, value) in [
            (DataType::UNSIGNED8, Value::Unsigned(256)),
            (DataType::UNSIGNED8, Value::Signed(1)),
            (DataType::VISIBLE_STRING, Value::Unsigned(1)),
            (DataType::new(99), Value::Unknown("{}".to_owned())),
            (DataType::new(99), Value::Unsigned(1)),
        ] {
            assert_eq!(
                encode_bytes(data_type, &value),
                Err(RawBytesError::WrongKind { data_type }),
                "{value}"
            );
        }
    }
}
