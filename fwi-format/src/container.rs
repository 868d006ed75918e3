//! A container that lies in memory as a whole.

use core::fmt;

use crate::error::ParseError;
use crate::header::Header;
use crate::layout::{HEADER_LEN, TRAILER_LEN, TRAILER_LEN_U64};
use crate::limits::Limits;

/// A checked container, borrowed from the bytes it was found in.
///
/// What is checked: marker, header length, header checksum, payload length against the
/// limit and the file, and that nothing or exactly a trailer follows the payload. What
/// is not checked, because nothing in the file allows it: the payload (the checksum
/// covers the header only), and who made it. For that see `ReleaseSignature` (feature
/// `verify`).
///
/// A file that was cut off exactly before its trailer is still a container without a
/// trailer; [`inspect()`](crate::inspect()) reports it where one is expected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Container<'a> {
    header: Header<'a>,
    bytes: &'a [u8],
    payload_end: usize,
}

impl<'a> Container<'a> {
    /// Checks `bytes`, a whole file, with the default [`Limits`].
    ///
    /// Any bytes may be given: no panic, no allocation, and time that does not depend
    /// on the length of the payload.
    ///
    /// # Errors
    /// The first thing wrong; [`inspect()`](crate::inspect()) finds all of them.
    #[inline]
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        Self::parse_with(bytes, Limits::new())
    }

    /// As [`Container::parse`], with limits of the caller's choice.
    ///
    /// # Errors
    /// As [`Container::parse`].
    #[inline]
    pub fn parse_with(bytes: &'a [u8], limits: Limits) -> Result<Self, ParseError> {
        let header = Header::parse(bytes, limits).map_err(|error| error.naming(bytes))?;
        let payload_end = payload_end(header, bytes.len())?;
        Ok(Self {
            header,
            bytes,
            payload_end,
        })
    }

    /// The parts of an owner's bytes, which were checked when it was made.
    #[cfg(feature = "std")]
    pub(crate) const fn from_checked(
        header: Header<'a>,
        bytes: &'a [u8],
        payload_end: usize,
    ) -> Self {
        Self {
            header,
            bytes,
            payload_end,
        }
    }

    #[cfg(feature = "std")]
    pub(crate) const fn payload_end(&self) -> usize {
        self.payload_end
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> Header<'a> {
        self.header
    }

    /// The payload: opaque, encrypted by the vendor for chargers only.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        self.bytes
            .get(HEADER_LEN..self.payload_end)
            .unwrap_or_default()
    }

    /// The trailer, where there is one. Its role is unknown; its bytes are carried.
    #[must_use]
    pub fn trailer(&self) -> Option<&'a [u8; TRAILER_LEN]> {
        self.bytes.get(self.payload_end..)?.first_chunk()
    }

    /// The whole file, byte for byte.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What a release's detached signature covers: the file without its last 256
    /// bytes. `None` without a trailer, where those would be payload: no such file is
    /// known to have been signed.
    #[must_use]
    pub fn signed_part(&self) -> Option<&'a [u8]> {
        self.trailer()?;
        self.bytes.get(..self.payload_end)
    }
}

/// Where the payload ends in a file of `length` bytes, if the lengths fit together.
#[inline]
fn payload_end(header: Header<'_>, length: usize) -> Result<usize, ParseError> {
    let found = length as u64;
    let expected = u64::from(header.payload_length()).saturating_add(HEADER_LEN as u64);
    let Some(rest) = found.checked_sub(expected) else {
        return Err(ParseError::Truncated { expected, found });
    };
    if rest != 0 && rest != TRAILER_LEN_U64 {
        return Err(ParseError::Trailer { found: rest });
    }
    // `expected` is at most `length`, a usize: the conversion cannot fail.
    usize::try_from(expected).map_err(|_| ParseError::Truncated { expected, found })
}

impl fmt::Debug for Container<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Container")
            .field("header", &self.header)
            .field("payload", &format_args!("{} bytes", self.payload().len()))
            .field("trailer", &self.trailer().is_some())
            .finish_non_exhaustive()
    }
}
