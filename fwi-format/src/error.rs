//! Why bytes are not a container.

use core::fmt;

use crate::advice::Advice;
use crate::foreign::ForeignFile;
use crate::layout::{HEADER_LEN, MARKER, TRAILER_LEN};

/// Why bytes are not a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseError {
    /// It is another, known kind of file.
    #[non_exhaustive]
    Foreign {
        /// What it is; [`ForeignFile::advice`] says what to do instead.
        file: ForeignFile,
    },
    /// There is not even a whole header.
    #[non_exhaustive]
    TooShort {
        /// Bytes present.
        length: usize,
    },
    /// The marker at offset 0x0A is not 0xA1FE.
    #[non_exhaustive]
    Marker {
        /// What is there instead.
        found: u16,
    },
    /// The header states another length than 160.
    #[non_exhaustive]
    HeaderLength {
        /// The length it states.
        found: u32,
    },
    /// The header's checksum does not fit its content.
    #[non_exhaustive]
    Checksum {
        /// The checksum in the file.
        stored: u32,
        /// The checksum of what the file holds.
        computed: u32,
    },
    /// The header announces more payload than [`Limits`](crate::Limits) allow.
    #[non_exhaustive]
    PayloadTooLarge {
        /// Bytes announced.
        declared: u32,
        /// Bytes allowed.
        limit: u32,
    },
    /// The file ends inside its payload.
    #[non_exhaustive]
    Truncated {
        /// Bytes that header and payload take together.
        expected: u64,
        /// Bytes present.
        found: u64,
    },
    /// What follows the payload is neither nothing nor a trailer of 256 bytes.
    #[non_exhaustive]
    Trailer {
        /// Bytes found after the payload; where a stream was cut off, all that was read.
        found: u64,
    },
}

impl ParseError {
    /// What a person can do about it.
    #[must_use]
    pub const fn advice(&self) -> Advice {
        match self {
            Self::Foreign { file } => file.advice(),
            Self::TooShort { .. } | Self::Truncated { .. } | Self::Checksum { .. } => {
                Advice::TransferAgain
            }
            Self::Trailer { .. } => Advice::TransferAgain,
            Self::Marker { .. } => Advice::ChooseContainer,
            Self::HeaderLength { .. } => Advice::ReportNewLayout,
            Self::PayloadTooLarge { .. } => Advice::RaiseLimit,
        }
    }

    /// A stable name for programs, the same as that of the finding
    /// ([`Finding::code`](crate::Finding::code)).
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Foreign { .. } => "foreign-file",
            Self::TooShort { .. } => "too-short",
            Self::Marker { .. } => "marker",
            Self::HeaderLength { .. } => "header-length",
            Self::Checksum { .. } => "checksum",
            Self::PayloadTooLarge { .. } => "payload-too-large",
            Self::Truncated { .. } => "truncated",
            Self::Trailer { .. } => "trailer",
        }
    }

    /// Replaces "this is no header" by what the bytes are, where that is known.
    pub(crate) fn naming(self, bytes: &[u8]) -> Self {
        match self {
            Self::TooShort { .. } | Self::Marker { .. } => {
                ForeignFile::by_content(bytes).map_or(self, |file| Self::Foreign { file })
            }
            other => other,
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign { file } => write!(f, "this is {file}, not a container"),
            Self::TooShort { length } => {
                write!(
                    f,
                    "{length} bytes are fewer than the {HEADER_LEN} of a header"
                )
            }
            Self::Marker { found } => {
                write!(f, "the marker at 0x0A is {found:#06x}, not {MARKER:#06x}")
            }
            Self::HeaderLength { found } => {
                write!(
                    f,
                    "the header states a length of {found} bytes, not {HEADER_LEN}"
                )
            }
            Self::Checksum { stored, computed } => write!(
                f,
                "the header's checksum is {stored:#010x}, its content gives {computed:#010x}"
            ),
            Self::PayloadTooLarge { declared, limit } => write!(
                f,
                "a payload of {declared} bytes is announced, at most {limit} are accepted"
            ),
            Self::Truncated { expected, found } => write!(
                f,
                "the file ends after {found} bytes, header and payload take {expected}"
            ),
            Self::Trailer { found } => write!(
                f,
                "{found} bytes follow the payload, a trailer has {TRAILER_LEN} or is absent"
            ),
        }
    }
}

impl core::error::Error for ParseError {}
