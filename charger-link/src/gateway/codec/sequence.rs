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

    /// The number in front of a line such as `[7] OK`, and what follows it without the
    /// blanks in between. A number that is none of ours is `None`: 0, one with a sign, one
    /// beyond [`MAX`](Self::MAX).
    #[inline]
    pub(super) fn in_brackets(line: &[u8]) -> Option<(Option<Self>, &[u8])> {
        let inner = line.strip_prefix(b"[")?;
        let mut number = 0_u64;
        for (at, byte) in inner.iter().enumerate().take(LONGEST + 1) {
            match byte {
                b'0'..=b'9' => {
                    number = number.saturating_mul(10);
                    number = number.saturating_add(u64::from(*byte - b'0'));
                }
                b'-' => number = u64::MAX,
                b']' if at > 0 => {
                    let number = u32::try_from(number).ok().and_then(Self::new);
                    return Some((number, inner.get(at + 1..)?.trim_ascii_start()));
                }
                _ => return None,
            }
        }
        None
    }
}

/// The most characters of a number of 32 bits, with its sign.
const LONGEST: usize = 11;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_brackets_is_read_with_what_follows() {
        let seven = Sequence::new(7);
        for (line, expected) in [
            ("[7] OK", Some((seven, "OK"))),
            ("[007]OK", Some((seven, "OK"))),
            ("[7] \t ", Some((seven, ""))),
            ("[2147483647] 1", Some((Some(Sequence::MAX), "1"))),
            ("[2147483648] 1", Some((None, "1"))),
            ("[4294967296] 1", Some((None, "1"))),
            ("[-1] 0x00", Some((None, "0x00"))),
            ("[0] OK", Some((None, "OK"))),
            ("[00000000007] OK", Some((seven, "OK"))),
            ("[000000000007] OK", None),
            ("[] OK", None),
            ("[7", None),
            ("[7a] OK", None),
            ("[ 7] OK", None),
            ("7] OK", None),
            ("", None),
        ] {
            let read = Sequence::in_brackets(line.as_bytes());
            let expected = expected.map(|(number, rest)| (number, rest.as_bytes()));
            assert_eq!(read, expected, "{line}");
        }
    }
}
