//! A container that owns its bytes.

use core::fmt;

use crate::container::Container;
use crate::error::ParseError;
use crate::header::Header;
use crate::layout::HEADER_LEN;
use crate::limits::Limits;

/// A checked container together with its bytes: a `Vec<u8>`, or any other storage that
/// does not change behind a shared reference (`bytes::Bytes`, `Arc<[u8]>`).
///
/// # Example
/// ```
/// use fwi_format::{ContainerBuilder, OwnedContainer};
///
/// let file = ContainerBuilder::preset(vec![0x5A; 736]).build()?.into_bytes();
/// let container = OwnedContainer::parse(file)?;
/// assert_eq!(container.as_container().payload().len(), 736);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct OwnedContainer<B = Vec<u8>> {
    header: [u8; HEADER_LEN],
    payload_end: usize,
    bytes: B,
}

impl<B: AsRef<[u8]>> OwnedContainer<B> {
    /// Checks `bytes` with the default [`Limits`] and keeps them.
    ///
    /// # Errors
    /// As [`Container::parse`].
    pub fn parse(bytes: B) -> Result<Self, ParseError> {
        Self::parse_with(bytes, Limits::new())
    }

    /// As [`OwnedContainer::parse`], with limits of the caller's choice.
    ///
    /// # Errors
    /// As [`Container::parse`].
    pub fn parse_with(bytes: B, limits: Limits) -> Result<Self, ParseError> {
        let container = Container::parse_with(bytes.as_ref(), limits)?;
        let (header, payload_end) = (*container.header().as_bytes(), container.payload_end());
        Ok(Self {
            header,
            payload_end,
            bytes,
        })
    }

    /// The container, borrowed; nothing is checked again.
    #[must_use]
    pub fn as_container(&self) -> Container<'_> {
        Container::from_checked(
            Header::from_bytes(&self.header),
            self.bytes.as_ref(),
            self.payload_end,
        )
    }

    /// The whole file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// Gives the storage back.
    #[must_use]
    pub fn into_bytes(self) -> B {
        self.bytes
    }
}

#[cfg(feature = "bytes")]
impl OwnedContainer<bytes::Bytes> {
    /// The payload, sharing the container's memory.
    #[must_use]
    pub fn payload_bytes(&self) -> bytes::Bytes {
        self.bytes.slice_ref(self.as_container().payload())
    }

    /// The whole file, sharing the container's memory; what an upload sends.
    #[must_use]
    pub fn file_bytes(&self) -> bytes::Bytes {
        self.bytes.clone()
    }
}

impl<B: AsRef<[u8]>> fmt::Debug for OwnedContainer<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedContainer")
            .field(&self.as_container())
            .finish()
    }
}
