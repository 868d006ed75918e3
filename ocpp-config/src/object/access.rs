use serde::{Deserialize, Serialize};

/// The access code of an object as the charger reports it: 1 is read-only, 0 and 2
/// are writable. Other codes are carried through and taken for writable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Access(u8);

impl Access {
    /// Readable and writable.
    pub const READ_WRITE: Self = Self(0);
    /// Readable only.
    pub const READ_ONLY: Self = Self(1);

    /// The access with this number, known or not.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number as the charger sends it.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whether a write is refused by the charger in any case.
    pub const fn is_read_only(self) -> bool {
        self.0 == Self::READ_ONLY.0
    }
}
