use std::fmt;
use std::ops::Deref;

use smallvec::SmallVec;

/// Room for the values of most objects and for the head of every read, so that neither
/// costs an allocation.
const SHORT: usize = 36;

/// Bytes of a line or of a value. Short ones, up to 36 bytes, need no allocation.
///
/// ```
/// use charger_link::gateway::codec::ValueBytes;
///
/// let value = ValueBytes::from(&b"1600"[..]);
/// assert_eq!(value, b"1600");
/// assert_eq!(value.into_vec(), b"1600".to_vec());
/// ```
#[derive(Clone, Default, Eq, Hash)]
pub struct ValueBytes(SmallVec<[u8; SHORT]>);

impl ValueBytes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// The bytes in a vector, which takes an allocation where they are short.
    pub fn into_vec(self) -> Vec<u8> {
        self.0.into_vec()
    }

    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self(SmallVec::with_capacity(capacity))
    }

    /// So many zeros, to be written over.
    pub(super) fn zeros(length: usize) -> Self {
        Self(SmallVec::from_elem(0, length))
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

impl Deref for ValueBytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for ValueBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for ValueBytes {
    #[inline]
    fn from(bytes: &[u8]) -> Self {
        Self(SmallVec::from_slice(bytes))
    }
}

impl From<Vec<u8>> for ValueBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(SmallVec::from_vec(bytes))
    }
}

impl<T: AsRef<[u8]> + ?Sized> PartialEq<T> for ValueBytes {
    fn eq(&self, other: &T) -> bool {
        self.as_slice() == other.as_ref()
    }
}

/// As a list of numbers, like any other bytes.
impl fmt::Debug for ValueBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

/// Takes text in, which never fails.
impl fmt::Write for ValueBytes {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // Pieces of a command are so short that a copy in one go takes longer.
        self.0.extend(text.bytes());
        Ok(())
    }
}
