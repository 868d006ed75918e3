use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ValueError;

/// When a network profile is tried: first (1) to last (4), or not used at all
/// (object `20Fx_E`, where 0 means not used).
///
/// In a document: `1` to `4`, or `"not-used"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Priority(u8);

impl Priority {
    /// The profile is not used.
    pub const NOT_USED: Self = Self(0);
    /// The profile is tried first.
    pub const FIRST: Self = Self(1);

    /// The priority with this number: 1 to 4, or 0 for not used.
    ///
    /// # Errors
    ///
    /// The number is above 4.
    pub fn new(number: u8) -> Result<Self, ValueError> {
        if number <= 4 {
            Ok(Self(number))
        } else {
            Err(out_of_range())
        }
    }

    /// The number in the charger's dictionary, 0 for not used.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whether the profile is used.
    pub const fn is_used(self) -> bool {
        self.0 != 0
    }

    /// A document says `"not-used"`, not 0, so that nobody takes 0 for the first.
    fn from_document(number: Option<u8>) -> Result<Self, ValueError> {
        match number {
            Some(number @ 1..=4) => Ok(Self(number)),
            _ => Err(out_of_range()),
        }
    }
}

fn out_of_range() -> ValueError {
    ValueError::new(
        "NP-PRIORITY-VALUE",
        "expected a priority from 1 to 4 or \"not-used\"",
    )
}

impl FromStr for Priority {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "not-used" => Ok(Self::NOT_USED),
            _ => Self::from_document(text.parse().ok()),
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("not-used"),
            number => number.fmt(f),
        }
    }
}

impl Serialize for Priority {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            0 => serializer.serialize_str("not-used"),
            number => serializer.serialize_u8(number),
        }
    }
}

impl<'de> Deserialize<'de> for Priority {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PriorityVisitor)
    }
}

struct PriorityVisitor;

impl Visitor<'_> for PriorityVisitor {
    type Value = Priority;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a priority from 1 to 4 or \"not-used\"")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Priority, E> {
        Priority::from_document(u8::try_from(number).ok()).map_err(ValueError::for_serde)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Priority, E> {
        Priority::from_document(u8::try_from(number).ok()).map_err(ValueError::for_serde)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Priority, E> {
        match text {
            "not-used" => Ok(Priority::NOT_USED),
            _ => Err(out_of_range().for_serde()),
        }
    }
}

inline_schema!(Priority, {
    "description": "when the profile is tried",
    "enum": [1, 2, 3, 4, "not-used"]
});
