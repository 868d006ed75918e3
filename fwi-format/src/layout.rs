//! Where the fields of a header lie, and the numbers seen in them. No logic.
//!
//! Source: the research notes of the open-source tool `alfenctl`
//! (<https://github.com/pbasista/alfenctl>, `research/firmware`), which measured
//! published files from 4.12 to 7.4.6. All integers are little-endian.

/// Bytes in a header, and the only header length ever seen.
pub const HEADER_LEN: usize = 160;
/// The same number as it stands in the header.
pub(crate) const HEADER_LEN_FIELD: u32 = 160;
/// Bytes in a trailer, if there is one: the size of an RSA-2048 signature.
pub const TRAILER_LEN: usize = 256;
/// The same number for file lengths.
pub(crate) const TRAILER_LEN_U64: u64 = 256;
/// The header's fixed marker at offset 0x0A.
pub const MARKER: u16 = 0xA1FE;

pub(crate) const CHECKSUM_AT: usize = 0x00;
pub(crate) const HEADER_LENGTH_AT: usize = 0x04;
/// The checksum covers the header from here to its end.
pub(crate) const CHECKED_FROM: usize = HEADER_LENGTH_AT;
pub(crate) const TYPE_AT: usize = 0x08;
pub(crate) const MARKER_AT: usize = 0x0A;
pub(crate) const WORD_0C_AT: usize = 0x0C;
pub(crate) const WORD_10_AT: usize = 0x10;
pub(crate) const PAYLOAD_LENGTH_AT: usize = 0x14;
pub(crate) const FILL_18_AT: usize = 0x18;
pub(crate) const KEY_BLOCK_AT: usize = 0x20;
pub(crate) const SECTION_MAP_AT: usize = 0x60;
pub(crate) const FILL_70_AT: usize = 0x70;

pub(crate) const FILL_18_LEN: usize = 8;
pub(crate) const KEY_BLOCK_LEN: usize = 64;
pub(crate) const SECTION_MAP_LEN: usize = 16;
pub(crate) const FILL_70_LEN: usize = 48;

/// Seen at 0x0C in controller images.
pub(crate) const WORD_0C_CONTROLLER: u32 = 0x0801_01F0;
/// Seen at 0x0C in display packages.
pub(crate) const WORD_0C_DISPLAY: u32 = 0xFFFF_FFF7;
