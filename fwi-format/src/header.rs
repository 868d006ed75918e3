//! The first 160 bytes of a container, seen as fields.

use core::fmt;

use crate::error::ParseError;
use crate::layout::{
    CHECKED_FROM, CHECKSUM_AT, FILL_18_AT, FILL_18_LEN, FILL_70_AT, FILL_70_LEN, HEADER_LEN,
    HEADER_LEN_FIELD, HEADER_LENGTH_AT, KEY_BLOCK_AT, KEY_BLOCK_LEN, MARKER, MARKER_AT,
    PAYLOAD_LENGTH_AT, SECTION_MAP_AT, SECTION_MAP_LEN, TYPE_AT, WORD_0C_AT, WORD_0C_DISPLAY,
    WORD_10_AT,
};
use crate::limits::Limits;

/// The header of a container: 160 bytes of the file, seen as fields; nothing is copied.
///
/// Words without a known meaning keep the name of their offset; they survive every
/// round trip. A `Header` made by [`Header::parse`] passed its checks; one made by
/// [`Header::from_bytes`] did not, and shows whatever the bytes say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    bytes: &'a [u8; HEADER_LEN],
}

impl<'a> Header<'a> {
    /// Reads and checks the header at the start of `bytes`; what follows is not looked at.
    ///
    /// No allocation; the time is that of a CRC-32 over 156 bytes.
    ///
    /// # Errors
    /// The first thing wrong, in this order: [`ParseError::TooShort`],
    /// [`ParseError::Marker`], [`ParseError::HeaderLength`], [`ParseError::Checksum`],
    /// [`ParseError::PayloadTooLarge`].
    #[inline]
    pub fn parse(bytes: &'a [u8], limits: Limits) -> Result<Self, ParseError> {
        let length = bytes.len();
        let head = bytes.first_chunk().ok_or(ParseError::TooShort { length })?;
        let header = Self::from_bytes(head);
        header.check(limits)?;
        Ok(header)
    }

    /// Takes 160 bytes for a header without checking anything.
    #[must_use]
    pub const fn from_bytes(bytes: &'a [u8; HEADER_LEN]) -> Self {
        Self { bytes }
    }

    #[inline]
    pub(crate) fn check(&self, limits: Limits) -> Result<(), ParseError> {
        if self.marker() != MARKER {
            return Err(ParseError::Marker {
                found: self.marker(),
            });
        }
        if self.header_length() != HEADER_LEN_FIELD {
            return Err(ParseError::HeaderLength {
                found: self.header_length(),
            });
        }
        let (stored, computed) = (self.checksum(), self.computed_checksum());
        if stored != computed {
            return Err(ParseError::Checksum { stored, computed });
        }
        let (declared, limit) = (self.payload_length(), limits.max_payload());
        if declared > limit {
            return Err(ParseError::PayloadTooLarge { declared, limit });
        }
        Ok(())
    }

    /// The header as it stands in the file.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8; HEADER_LEN] {
        self.bytes
    }

    /// Offset 0x00: the CRC-32 (IEEE) that the file states.
    #[inline]
    #[must_use]
    pub fn checksum(&self) -> u32 {
        self.word::<CHECKSUM_AT>()
    }

    /// The CRC-32 (IEEE) over bytes 4 to 160 of this header, as it should be.
    #[inline]
    #[must_use]
    pub fn computed_checksum(&self) -> u32 {
        crc32fast::hash(
            self.bytes
                .split_at_checked(CHECKED_FROM)
                .map_or(&[], |parts| parts.1),
        )
    }

    /// Offset 0x04: the length of the header in bytes, 160 in every file seen.
    #[inline]
    #[must_use]
    pub fn header_length(&self) -> u32 {
        self.word::<HEADER_LENGTH_AT>()
    }

    /// Offset 0x08: the type of the container.
    #[inline]
    #[must_use]
    pub fn container_type(&self) -> ContainerType {
        ContainerType::new(u16::from_le_bytes(self.field::<TYPE_AT, 2>()))
    }

    /// Offset 0x0A: the marker, 0xA1FE ([`crate::MARKER`]) in every file seen.
    #[inline]
    #[must_use]
    pub fn marker(&self) -> u16 {
        u16::from_le_bytes(self.field::<MARKER_AT, 2>())
    }

    /// Offset 0x0C: 0x080101F0 in controller images, 0xFFFFFFF7 in display packages;
    /// meaning unknown.
    #[inline]
    #[must_use]
    pub fn word_0c(&self) -> u32 {
        self.word::<WORD_0C_AT>()
    }

    /// Offset 0x10: varies; meaning unknown. See [`Header::display_package`] for how
    /// display packages use it.
    #[inline]
    #[must_use]
    pub fn word_10(&self) -> u32 {
        self.word::<WORD_10_AT>()
    }

    /// Offset 0x14: the length of the payload in bytes.
    #[inline]
    #[must_use]
    pub fn payload_length(&self) -> u32 {
        self.word::<PAYLOAD_LENGTH_AT>()
    }

    /// Offset 0x18: 0xFF in controller images, 0 in display packages.
    #[inline]
    #[must_use]
    pub fn fill_18(&self) -> [u8; FILL_18_LEN] {
        self.field::<FILL_18_AT, FILL_18_LEN>()
    }

    /// Offset 0x20: a wrapped key; all 0xFF up to firmware 5.6, present from 6.6.2.
    /// Carried, never interpreted.
    #[inline]
    #[must_use]
    pub fn key_block(&self) -> [u8; KEY_BLOCK_LEN] {
        self.field::<KEY_BLOCK_AT, KEY_BLOCK_LEN>()
    }

    /// Whether the key block holds anything but fill.
    #[inline]
    #[must_use]
    pub fn has_key_block(&self) -> bool {
        !is_fill(&self.key_block())
    }

    /// Offset 0x60: four words; all 0xFFFFFFFF up to firmware 6.x, present in 7.x;
    /// meaning unknown.
    #[inline]
    #[must_use]
    pub fn section_map(&self) -> [u32; 4] {
        [
            self.word::<SECTION_MAP_AT>(),
            self.word::<{ SECTION_MAP_AT + 4 }>(),
            self.word::<{ SECTION_MAP_AT + 8 }>(),
            self.word::<{ SECTION_MAP_AT + 12 }>(),
        ]
    }

    /// Whether the section map holds anything but fill.
    #[inline]
    #[must_use]
    pub fn has_section_map(&self) -> bool {
        !is_fill(&self.field::<SECTION_MAP_AT, SECTION_MAP_LEN>())
    }

    /// Offset 0x70: 0xFF in every file seen.
    #[inline]
    #[must_use]
    pub fn fill_70(&self) -> [u8; FILL_70_LEN] {
        self.field::<FILL_70_AT, FILL_70_LEN>()
    }

    /// The two halves of [`Header::word_10`] where [`Header::word_0c`] marks a display
    /// package; `None` otherwise.
    #[inline]
    #[must_use]
    pub fn display_package(&self) -> Option<DisplayPackage> {
        let [a, b, c, d] = self.field::<WORD_10_AT, 4>();
        (self.word_0c() == WORD_0C_DISPLAY).then_some(DisplayPackage {
            file_type: u16::from_le_bytes([a, b]),
            version: u16::from_le_bytes([c, d]),
        })
    }

    #[inline]
    fn word<const AT: usize>(&self) -> u32 {
        u32::from_le_bytes(self.field::<AT, 4>())
    }

    #[inline]
    fn field<const AT: usize, const N: usize>(&self) -> [u8; N] {
        const { assert!(AT + N <= HEADER_LEN, "the field lies outside the header") };
        let at_field = self
            .bytes
            .split_at_checked(AT)
            .and_then(|parts| parts.1.first_chunk());
        // The assertion above rules `None` out when this is compiled.
        at_field.copied().unwrap_or([0; N])
    }
}

fn is_fill(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0xFF)
}

impl fmt::Debug for Header<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header")
            .field("checksum", &format_args!("{:#010x}", self.checksum()))
            .field("container_type", &self.container_type())
            .field("word_0c", &format_args!("{:#010x}", self.word_0c()))
            .field("word_10", &format_args!("{:#010x}", self.word_10()))
            .field("payload_length", &self.payload_length())
            .field("has_key_block", &self.has_key_block())
            .field("section_map", &format_args!("{:#x?}", self.section_map()))
            .finish_non_exhaustive()
    }
}

/// The type of a container as the header states it; unknown numbers survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerType(u16);

impl ContainerType {
    /// 0x0013: display packages, and controller files up to firmware 6.x.
    pub const UP_TO_6: Self = Self(0x0013);
    /// 0x0021: controller images from firmware 7.x.
    pub const FROM_7: Self = Self(0x0021);

    /// A type by its number on the wire.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Whether this number is one of the two that have been seen.
    #[must_use]
    pub const fn is_known(self) -> bool {
        matches!(self, Self::UP_TO_6 | Self::FROM_7)
    }
}

impl fmt::Display for ContainerType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#06x}", self.0)
    }
}

/// What a display package says about itself at offset 0x10; both meanings are known
/// by name only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DisplayPackage {
    /// The lower half: the type of the packaged file.
    pub file_type: u16,
    /// The upper half: its version.
    pub version: u16,
}
