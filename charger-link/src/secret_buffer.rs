use std::fmt;
use std::ops::Deref;

use zeroize::Zeroizing;

/// Bytes under way, any of which may belong to a secret: overwritten when dropped, and
/// also when the buffer moves to grow; `Debug` tells how many there are.
#[derive(Default)]
pub(crate) struct SecretBuffer(Zeroizing<Vec<u8>>);

impl SecretBuffer {
    pub(crate) fn extend_from_slice(&mut self, bytes: &[u8]) {
        let needed = self.0.len().saturating_add(bytes.len());
        let room = self.0.capacity();
        if needed > room {
            let larger = Vec::with_capacity(needed.max(room.saturating_mul(2)));
            let mut larger = Zeroizing::new(larger);
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
    }
}

#[cfg(feature = "https")]
impl SecretBuffer {
    /// Forgets the first `count` bytes.
    pub(crate) fn drop_front(&mut self, count: usize) {
        let count = count.min(self.0.len());
        self.0.drain(..count);
    }

    /// The bytes, whose next owner overwrites them.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut *self.0)
    }
}

impl Deref for SecretBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for SecretBuffer {
    fn from(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }
}

impl fmt::Debug for SecretBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBuffer({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_however_it_grows() {
        let mut buffer = SecretBuffer::default();
        let mut expected = Vec::new();
        for length in 0..100_u8 {
            let piece = vec![length; length.into()];
            buffer.extend_from_slice(&piece);
            expected.extend_from_slice(&piece);
        }
        assert_eq!(*buffer, *expected);
        assert_eq!(format!("{buffer:?}"), "SecretBuffer(4950 bytes)");
    }

    #[cfg(feature = "https")]
    #[test]
    fn what_is_understood_goes() {
        let mut buffer = SecretBuffer::from(&b"abc"[..]);
        buffer.drop_front(1);
        assert_eq!(buffer.take(), b"bc");
        buffer.drop_front(1);
        assert!(buffer.is_empty());
    }
}
