//! Making containers, for tests and simulators.

use core::fmt;

use crate::header::ContainerType;
use crate::layout::{
    CHECKED_FROM, FILL_18_LEN, FILL_70_LEN, HEADER_LEN, HEADER_LEN_FIELD, KEY_BLOCK_LEN, MARKER,
    TRAILER_LEN, WORD_0C_CONTROLLER, WORD_0C_DISPLAY,
};
use crate::owned::OwnedContainer;

/// Puts a container together: header with its checksum, payload, trailer.
///
/// What it builds has the outer form of the vendor's files and nothing else of them:
/// the payload is what the caller gives, in clear, so a real charger has no use for it.
/// A simulated charger does, which is what this is for.
///
/// # Example
/// ```
/// use fwi_format::{Container, ContainerBuilder};
///
/// let root = b"-----BEGIN CERTIFICATE-----\n(a test root)\n-----END CERTIFICATE-----\n";
/// let file = ContainerBuilder::root_certificate(root.as_slice()).build()?;
///
/// let container = Container::parse(file.as_bytes())?;
/// assert_eq!(container.payload(), root);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct ContainerBuilder {
    container_type: ContainerType,
    word_0c: u32,
    word_10: u32,
    fill_18: [u8; FILL_18_LEN],
    key_block: [u8; KEY_BLOCK_LEN],
    section_map: [u32; 4],
    fill_70: [u8; FILL_70_LEN],
    payload: Vec<u8>,
    trailer: Option<[u8; TRAILER_LEN]>,
}

impl ContainerBuilder {
    /// A container of this type with the fill of a controller file (0xFF everywhere)
    /// and a trailer of 0xFF.
    pub fn new(container_type: ContainerType, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            container_type,
            word_0c: WORD_0C_CONTROLLER,
            word_10: 0xFFFF_FFFF,
            fill_18: [0xFF; FILL_18_LEN],
            key_block: [0xFF; KEY_BLOCK_LEN],
            section_map: [0xFFFF_FFFF; 4],
            fill_70: [0xFF; FILL_70_LEN],
            payload: payload.into(),
            trailer: Some([0xFF; TRAILER_LEN]),
        }
    }

    /// The form of a root certificate container.
    pub fn root_certificate(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(ContainerType::UP_TO_6, payload)
    }

    /// The form of a back office preset.
    pub fn preset(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(ContainerType::UP_TO_6, payload)
    }

    /// The form of a controller image of firmware 7.x: a key block and a section map
    /// are present (with numbers that mean nothing).
    pub fn firmware_image(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(ContainerType::FROM_7, payload)
            .with_key_block([0x4B; KEY_BLOCK_LEN])
            .with_section_map([1, 2, 3, 4])
    }

    /// The form of a display package: other words, zero fill, no trailer.
    pub fn display_package(file_type: u16, version: u16, payload: impl Into<Vec<u8>>) -> Self {
        Self::new(ContainerType::UP_TO_6, payload)
            .with_word_0c(WORD_0C_DISPLAY)
            .with_word_10(u32::from(version) << 16 | u32::from(file_type))
            .with_fill_18([0; FILL_18_LEN])
            .without_trailer()
    }

    /// A builder that makes this very container again, for changing a part of it.
    pub fn from_container(container: &crate::Container<'_>) -> Self {
        let header = container.header();
        Self {
            container_type: header.container_type(),
            word_0c: header.word_0c(),
            word_10: header.word_10(),
            fill_18: header.fill_18(),
            key_block: header.key_block(),
            section_map: header.section_map(),
            fill_70: header.fill_70(),
            payload: container.payload().to_vec(),
            trailer: container.trailer().copied(),
        }
    }

    /// Sets the word at 0x0C. Defaults to 0x080101F0, as in controller images.
    pub const fn with_word_0c(mut self, word: u32) -> Self {
        self.word_0c = word;
        self
    }

    /// Sets the word at 0x10. Defaults to 0xFFFFFFFF.
    pub const fn with_word_10(mut self, word: u32) -> Self {
        self.word_10 = word;
        self
    }

    /// Sets the fill at 0x18. Defaults to 0xFF.
    pub const fn with_fill_18(mut self, fill: [u8; FILL_18_LEN]) -> Self {
        self.fill_18 = fill;
        self
    }

    /// Sets the key block at 0x20. Defaults to 0xFF, as up to firmware 5.6.
    pub const fn with_key_block(mut self, block: [u8; KEY_BLOCK_LEN]) -> Self {
        self.key_block = block;
        self
    }

    /// Sets the section map at 0x60. Defaults to 0xFFFFFFFF, as up to firmware 6.x.
    pub const fn with_section_map(mut self, map: [u32; 4]) -> Self {
        self.section_map = map;
        self
    }

    /// Sets the fill at 0x70. Defaults to 0xFF.
    pub const fn with_fill_70(mut self, fill: [u8; FILL_70_LEN]) -> Self {
        self.fill_70 = fill;
        self
    }

    /// Sets the trailer. Defaults to 0xFF, except for display packages, which have none.
    pub const fn with_trailer(mut self, trailer: [u8; TRAILER_LEN]) -> Self {
        self.trailer = Some(trailer);
        self
    }

    /// Leaves the trailer out.
    pub const fn without_trailer(mut self) -> Self {
        self.trailer = None;
        self
    }

    /// Builds the container.
    ///
    /// # Errors
    /// [`BuildError::PayloadTooLarge`] if the payload exceeds the default
    /// [`Limits`](crate::Limits).
    pub fn build(&self) -> Result<OwnedContainer, BuildError> {
        let length = self.payload.len();
        let too_large = BuildError::PayloadTooLarge { length };
        let payload_length = u32::try_from(length).map_err(|_| too_large)?;
        let mut file = Vec::with_capacity(length.saturating_add(HEADER_LEN + TRAILER_LEN));
        file.extend_from_slice(&self.header(payload_length));
        file.extend_from_slice(&self.payload);
        file.extend_from_slice(
            self.trailer
                .as_ref()
                .map_or(&[], |trailer| trailer.as_slice()),
        );
        // Everything else about the file is right by construction.
        OwnedContainer::parse(file).map_err(|_| too_large)
    }

    fn header(&self, payload_length: u32) -> [u8; HEADER_LEN] {
        let mut covered = Vec::with_capacity(HEADER_LEN);
        covered.extend_from_slice(&HEADER_LEN_FIELD.to_le_bytes());
        covered.extend_from_slice(&self.container_type.number().to_le_bytes());
        covered.extend_from_slice(&MARKER.to_le_bytes());
        covered.extend_from_slice(&self.word_0c.to_le_bytes());
        covered.extend_from_slice(&self.word_10.to_le_bytes());
        covered.extend_from_slice(&payload_length.to_le_bytes());
        covered.extend_from_slice(&self.fill_18);
        covered.extend_from_slice(&self.key_block);
        for word in self.section_map {
            covered.extend_from_slice(&word.to_le_bytes());
        }
        covered.extend_from_slice(&self.fill_70);

        let mut bytes = [0; HEADER_LEN];
        let (checksum, rest) = bytes.split_at_mut(CHECKED_FROM);
        checksum.copy_from_slice(&crc32fast::hash(&covered).to_le_bytes());
        rest.copy_from_slice(&covered);
        bytes
    }
}

/// Why a container was not built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// The payload is larger than the default limits allow.
    #[non_exhaustive]
    PayloadTooLarge {
        /// Its length in bytes.
        length: usize,
    },
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PayloadTooLarge { length } => {
                write!(
                    f,
                    "a payload of {length} bytes is more than a container may hold"
                )
            }
        }
    }
}

impl core::error::Error for BuildError {}
