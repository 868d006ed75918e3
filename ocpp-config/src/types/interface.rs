use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::serde_text;
use crate::ValueError;

/// The way out of the charger that a network profile uses (object `20Fx_6`).
///
/// `wired` is the first wired interface; `wired-2` to `wired-4` are the others, which a
/// charger may have. Numbers without a name survive as `#` and the number.
///
/// ```
/// use ocpp_config::Interface;
///
/// assert_eq!("wired-1".parse(), Ok(Interface::WIRED));
/// assert_eq!(Interface::WIRED.to_string(), "wired");
/// assert_eq!(Interface::new(9).to_string(), "#9");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interface(u8);

impl Interface {
    /// No interface: the profile cannot connect.
    pub const NONE: Self = Self(0);
    /// The first wired interface.
    pub const WIRED: Self = Self(1);
    /// The modem.
    pub const MOBILE: Self = Self(5);
    /// Wi-Fi.
    pub const WIFI: Self = Self(6);

    /// The interface with this number, known or not.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number in the charger's dictionary.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The word in the document, or `None` if the number has none.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "none",
            1 => "wired",
            2 => "wired-2",
            3 => "wired-3",
            4 => "wired-4",
            5 => "mobile",
            6 => "wifi",
            _ => return None,
        })
    }

    /// Whether this is one of the wired interfaces.
    pub const fn is_wired(self) -> bool {
        matches!(self.0, 1..=4)
    }
}

const EXPECTING: &str = "\"wired\", \"wired-2\" to \"wired-4\", \"mobile\" or \"wifi\"";

impl FromStr for Interface {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = match text {
            "none" => 0,
            "wired" | "wired-1" => 1,
            "wired-2" => 2,
            "wired-3" => 3,
            "wired-4" => 4,
            "mobile" => 5,
            "wifi" => 6,
            _ => text
                .strip_prefix('#')
                .and_then(|numeral| numeral.parse().ok())
                .ok_or_else(|| {
                    ValueError::new("NP-INTERFACE-VALUE", format!("expected {EXPECTING}"))
                })?,
        };
        Ok(Self(number))
    }
}

impl std::fmt::Display for Interface {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "#{}", self.0),
        }
    }
}

impl Serialize for Interface {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Interface {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_text::text(deserializer, EXPECTING)
    }
}

inline_schema!(Interface, {
    "type": "string",
    "description": EXPECTING,
    "anyOf": [
        { "enum": ["none", "wired", "wired-1", "wired-2", "wired-3", "wired-4", "mobile", "wifi"] },
        { "pattern": "^#[0-9]{1,3}$" }
    ]
});
