use std::fmt;

/// The number in brackets that ties an answer to its command.
///
/// Only 1 to 2147483647 are used: one server prints larger ones as negative numbers,
/// and fills in 0 where the bracket could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(u32);

impl Sequence {
    /// The largest number.
    pub const MAX: Self = Self(2_147_483_647);

    /// The sequence with this number, or `None` outside 1 to 2147483647.
    pub const fn new(number: u32) -> Option<Self> {
        if number == 0 || number > Self::MAX.0 {
            return None;
        }
        Some(Self(number))
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Hands out every sequence number once: a late answer must never fit a later command.
#[derive(Debug, Clone)]
pub struct Sequences {
    next: Option<Sequence>,
}

impl Sequences {
    /// From 1.
    pub const fn new() -> Self {
        Self::starting_at(Sequence(1))
    }

    /// From `first`.
    pub const fn starting_at(first: Sequence) -> Self {
        Self { next: Some(first) }
    }

    /// The next number, or `None` when all of them have been used: then only a new
    /// connection helps. At ten commands a second that is after seven years.
    pub fn take(&mut self) -> Option<Sequence> {
        let taken = self.next?;
        self.next = Sequence::new(taken.0.wrapping_add(1));
        Some(taken)
    }
}

impl Default for Sequences {
    fn default() -> Self {
        Self::new()
    }
}
