use std::fmt;

/// One of the four places for a network profile on the charger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(u8);

impl Slot {
    /// All slots, first to last.
    pub const ALL: [Self; 4] = [Self(1), Self(2), Self(3), Self(4)];

    /// The slot with this number, 1 to 4.
    pub const fn new(number: u8) -> Option<Self> {
        match number {
            1..=4 => Some(Self(number)),
            _ => None,
        }
    }

    /// The number of the slot, 1 to 4.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The key of the slot in a document.
    pub const fn key(self) -> &'static str {
        match self.0 {
            1 => "1",
            2 => "2",
            3 => "3",
            _ => "4",
        }
    }

    /// The index of the slot's objects in the charger's dictionary, `20F0` to `20F3`.
    pub const fn object_index(self) -> u16 {
        0x20F0 + (self.0 as u16 - 1)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
