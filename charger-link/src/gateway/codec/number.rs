use ocpp_config::{DataType, Value};

/// A number that does not fit its type, or text that is no number of that type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberError {
    /// The value is outside the type's range, or of another kind. One of the servers
    /// would write the nearest number in range and say OK.
    #[error("the value does not fit the type")]
    OutOfRange,
    /// The type is no number.
    #[error("the type is not a number")]
    NotANumber,
    /// The text is no number.
    #[error("the answer is not a number")]
    Malformed,
    /// The text is a row of hexadecimal bytes: CANopenNode's server prints one when
    /// the object is not as long as the type that was asked for.
    #[error("the object is not as long as its type")]
    WrongLength,
}

/// How `value` is written in a command for an object of this type; reals as the
/// integer of the same bits.
///
/// Decimal without leading zeros, which would make a number octal.
///
/// ```
/// use charger_link::gateway::codec::{format_number, NumberError};
/// use ocpp_config::{DataType, Value};
///
/// assert_eq!(format_number(DataType::INTEGER8, &Value::Signed(-128)).as_deref(), Ok("-128"));
/// assert_eq!(
///     format_number(DataType::UNSIGNED8, &Value::Unsigned(256)),
///     Err(NumberError::OutOfRange)
/// );
/// ```
///
/// # Errors
/// [`NumberError::OutOfRange`] and [`NumberError::NotANumber`].
pub fn format_number(data_type: DataType, value: &Value) -> Result<String, NumberError> {
    if let Some(range) = Range::of(data_type) {
        let number = integer(value).ok_or(NumberError::OutOfRange)?;
        return range.checked(number).map(|number| number.to_string());
    }
    match (data_type, value) {
        (DataType::REAL32, Value::Real(real)) => real32(*real).map(|bits| bits.to_string()),
        (DataType::REAL64, Value::Real(real)) => Ok(real.to_bits().to_string()),
        (DataType::REAL32 | DataType::REAL64, _) => Err(NumberError::OutOfRange),
        _ => Err(NumberError::NotANumber),
    }
}

/// The value in an answer to a read with the
/// [lossless](super::TypeToken::lossless) token of this type.
///
/// # Errors
/// All of [`NumberError`].
pub fn parse_number(data_type: DataType, text: &[u8]) -> Result<Value, NumberError> {
    let bits = match data_type {
        DataType::REAL32 => DataType::UNSIGNED32,
        DataType::REAL64 => DataType::UNSIGNED64,
        // A server keeps any byte in a BOOLEAN.
        DataType::BOOLEAN => DataType::UNSIGNED8,
        other => other,
    };
    let range = Range::of(bits).ok_or(NumberError::NotANumber)?;
    let number = range.checked(parse(text)?)?;
    value(data_type, number).ok_or(NumberError::OutOfRange)
}

/// Whether `text` may be the hexadecimal bytes of an object instead of the number that
/// was asked for: `10` is ten, or one byte that holds sixteen.
pub fn looks_like_a_hex_dump(text: &[u8]) -> bool {
    matches!(text, [first, second] if first.is_ascii_hexdigit() && second.is_ascii_hexdigit())
}

/// The integers that a type holds.
struct Range {
    least: i128,
    greatest: i128,
}

impl Range {
    fn of(data_type: DataType) -> Option<Self> {
        let (least, greatest) = match data_type {
            DataType::BOOLEAN => (0, 1),
            DataType::INTEGER8 => (i8::MIN.into(), i8::MAX.into()),
            DataType::INTEGER16 => (i16::MIN.into(), i16::MAX.into()),
            DataType::INTEGER32 => (i32::MIN.into(), i32::MAX.into()),
            DataType::INTEGER64 => (i64::MIN.into(), i64::MAX.into()),
            DataType::UNSIGNED8 => (0, u8::MAX.into()),
            DataType::UNSIGNED16 => (0, u16::MAX.into()),
            DataType::UNSIGNED32 => (0, u32::MAX.into()),
            DataType::UNSIGNED64 => (0, u64::MAX.into()),
            _ => return None,
        };
        Some(Self { least, greatest })
    }

    fn checked(&self, number: i128) -> Result<i128, NumberError> {
        (self.least..=self.greatest)
            .contains(&number)
            .then_some(number)
            .ok_or(NumberError::OutOfRange)
    }
}

fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Boolean(on) => Some(i128::from(*on)),
        Value::Unsigned(number) => Some(i128::from(*number)),
        Value::Signed(number) => Some(i128::from(*number)),
        _ => None,
    }
}

/// A real that is finite as 64 bits and not as 32 would be written as infinity.
fn real32(real: f64) -> Result<u32, NumberError> {
    let narrow = real as f32;
    if narrow.is_infinite() && real.is_finite() {
        return Err(NumberError::OutOfRange);
    }
    Ok(narrow.to_bits())
}

fn parse(text: &[u8]) -> Result<i128, NumberError> {
    let text = str::from_utf8(text)
        .map_err(|_| NumberError::Malformed)?
        .trim();
    let digits = |text: &str, radix| {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain
            .then(|| i128::from_str_radix(text, radix).ok())
            .flatten()
    };
    let number = if let Some(hex) = text.strip_prefix("0x") {
        digits(hex, 16)
    } else if let Some(positive) = text.strip_prefix('-') {
        digits(positive, 10).map(|number| -number)
    } else if is_hex_dump(text) {
        return Err(NumberError::WrongLength);
    } else {
        digits(text, 10)
    };
    number.ok_or(NumberError::Malformed)
}

/// Neither server pads a decimal number with zeros, nor puts blanks into one.
fn is_hex_dump(text: &str) -> bool {
    let bytes = |word: &str| word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let decimal = text.len() == 2 && !text.starts_with('0') && text.parse::<u8>().is_ok();
    text.split(' ').all(bytes) && !decimal
}

fn value(data_type: DataType, number: i128) -> Option<Value> {
    Some(match data_type {
        DataType::BOOLEAN => Value::Boolean(number != 0),
        DataType::INTEGER8 | DataType::INTEGER16 | DataType::INTEGER32 | DataType::INTEGER64 => {
            Value::Signed(number.try_into().ok()?)
        }
        DataType::REAL32 => Value::Real(f64::from(f32::from_bits(number.try_into().ok()?))),
        DataType::REAL64 => Value::Real(f64::from_bits(number.try_into().ok()?)),
        _ => Value::Unsigned(number.try_into().ok()?),
    })
}
