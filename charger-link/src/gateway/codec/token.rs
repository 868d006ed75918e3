use ocpp_config::DataType;

use super::Shape;
use super::quoting::Quoting;

/// The word that tells a gateway how to turn a value into bytes and back.
///
/// An SDO transfer carries no type, so this is about spelling only. Both known servers
/// take [`Domain`](Self::Domain) for *every* object and then pass its bytes through
/// untouched, which is the one way to get any string across both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TypeToken {
    /// BOOLEAN, `0` or `1`.
    Boolean,
    /// INTEGER8.
    I8,
    /// INTEGER16.
    I16,
    /// INTEGER32.
    I32,
    /// INTEGER64.
    I64,
    /// UNSIGNED8.
    U8,
    /// UNSIGNED16.
    U16,
    /// UNSIGNED32.
    U32,
    /// UNSIGNED64.
    U64,
    /// VISIBLE_STRING between quotes. The two servers disagree about backslashes, and
    /// one of them about everything outside ASCII: prefer [`Domain`](Self::Domain).
    VisibleString,
    /// DOMAIN: the bytes of the object in base64.
    Domain,
}

impl TypeToken {
    /// The token that carries an object of this type without loss.
    ///
    /// Integers have their own. Reals travel as the integer of the same bits, since
    /// one server prints six digits only. Everything else, unknown types included,
    /// travels as [`Domain`](Self::Domain).
    pub const fn lossless(data_type: DataType) -> Self {
        match data_type {
            DataType::BOOLEAN => Self::Boolean,
            DataType::INTEGER8 => Self::I8,
            DataType::INTEGER16 => Self::I16,
            DataType::INTEGER32 => Self::I32,
            DataType::INTEGER64 => Self::I64,
            DataType::UNSIGNED8 => Self::U8,
            DataType::UNSIGNED16 => Self::U16,
            DataType::UNSIGNED32 | DataType::REAL32 => Self::U32,
            DataType::UNSIGNED64 | DataType::REAL64 => Self::U64,
            _ => Self::Domain,
        }
    }

    /// The word as it stands in a command.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "b",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::VisibleString => "vs",
            Self::Domain => "d",
        }
    }

    /// What an answer to a read with this token looks like.
    pub const fn shape(self) -> Shape {
        match self {
            Self::Domain => Shape::Base64,
            Self::VisibleString => Shape::Text(Quoting::Literal),
            _ => Shape::Number,
        }
    }

    /// How many bytes an object of a number token has, or `None` for other tokens.
    pub const fn width(self) -> Option<usize> {
        Some(match self {
            Self::Boolean | Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 => 4,
            Self::I64 | Self::U64 => 8,
            _ => return None,
        })
    }

    /// Whether negative numbers are among its values.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::I8 | Self::I16 | Self::I32 | Self::I64)
    }
}
