use std::fmt;

use serde::{Deserialize, Serialize};

/// The CANopen data type code of an object (CiA 301, table "object dictionary data
/// types"), and two codes of the vendor.
///
/// A code without a constant here is carried through unchanged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DataType(u16);

impl DataType {
    /// BOOLEAN.
    pub const BOOLEAN: Self = Self(1);
    /// INTEGER8.
    pub const INTEGER8: Self = Self(2);
    /// INTEGER16.
    pub const INTEGER16: Self = Self(3);
    /// INTEGER32.
    pub const INTEGER32: Self = Self(4);
    /// UNSIGNED8.
    pub const UNSIGNED8: Self = Self(5);
    /// UNSIGNED16.
    pub const UNSIGNED16: Self = Self(6);
    /// UNSIGNED32.
    pub const UNSIGNED32: Self = Self(7);
    /// REAL32.
    pub const REAL32: Self = Self(8);
    /// VISIBLE_STRING.
    pub const VISIBLE_STRING: Self = Self(9);
    /// OCTET_STRING.
    pub const OCTET_STRING: Self = Self(10);
    /// UNICODE_STRING.
    pub const UNICODE_STRING: Self = Self(11);
    /// DOMAIN.
    pub const DOMAIN: Self = Self(15);
    /// REAL64.
    pub const REAL64: Self = Self(17);
    /// INTEGER64.
    pub const INTEGER64: Self = Self(21);
    /// UNSIGNED64.
    pub const UNSIGNED64: Self = Self(27);
    /// The vendor's array of bytes, comma-joined hexadecimal in JSON.
    pub const BYTE_ARRAY: Self = Self(64);
    /// The vendor's array of 16-bit words, comma-joined hexadecimal in JSON.
    pub const WORD_ARRAY: Self = Self(65);

    /// Whether values of this type are text.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::VISIBLE_STRING | Self::UNICODE_STRING)
    }

    /// The integer layout of this type, or `None` if it is no integer.
    pub(crate) const fn integer(self) -> Option<Integer> {
        Some(match self {
            Self::UNSIGNED8 => Integer::unsigned(1),
            Self::UNSIGNED16 => Integer::unsigned(2),
            Self::UNSIGNED32 => Integer::unsigned(4),
            Self::UNSIGNED64 => Integer::unsigned(8),
            Self::INTEGER8 => Integer::signed(1),
            Self::INTEGER16 => Integer::signed(2),
            Self::INTEGER32 => Integer::signed(4),
            Self::INTEGER64 => Integer::signed(8),
            _ => return None,
        })
    }

    /// The type with this number, known or not.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number as the charger sends it.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The standard's name, or `None` for a number without a constant.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::BOOLEAN => "BOOLEAN",
            Self::INTEGER8 => "INTEGER8",
            Self::INTEGER16 => "INTEGER16",
            Self::INTEGER32 => "INTEGER32",
            Self::UNSIGNED8 => "UNSIGNED8",
            Self::UNSIGNED16 => "UNSIGNED16",
            Self::UNSIGNED32 => "UNSIGNED32",
            Self::REAL32 => "REAL32",
            Self::VISIBLE_STRING => "VISIBLE_STRING",
            Self::OCTET_STRING => "OCTET_STRING",
            Self::UNICODE_STRING => "UNICODE_STRING",
            Self::DOMAIN => "DOMAIN",
            Self::REAL64 => "REAL64",
            Self::INTEGER64 => "INTEGER64",
            Self::UNSIGNED64 => "UNSIGNED64",
            Self::BYTE_ARRAY => "BYTE_ARRAY",
            Self::WORD_ARRAY => "WORD_ARRAY",
            _ => return None,
        })
    }
}

/// How an integer is laid out: bytes (1, 2, 4 or 8) and whether it has a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Integer {
    pub(crate) width: usize,
    pub(crate) is_signed: bool,
}

impl Integer {
    const fn unsigned(width: usize) -> Self {
        Self {
            width,
            is_signed: false,
        }
    }

    const fn signed(width: usize) -> Self {
        Self {
            width,
            is_signed: true,
        }
    }

    /// Whether `number` fits.
    pub(crate) const fn holds(self, number: i128) -> bool {
        let bits = self.width * 8;
        let (low, high) = if self.is_signed {
            (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
        } else {
            (0, (1i128 << bits) - 1)
        };
        low <= number && number <= high
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "{:#06X}", self.0),
        }
    }
}

impl fmt::Debug for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "DataType::{name}"),
            None => write!(f, "DataType({})", self.0),
        }
    }
}
