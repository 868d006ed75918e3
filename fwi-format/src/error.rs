//! Why bytes are not a container.

use core::fmt;

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

/// What a person can do about a file that was refused. `Display` says it in English;
/// a tool may say it otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Advice {
    /// The file was damaged or cut off: fetch it again from where it came from.
    TransferAgain,
    /// This is some other file: choose the `.fwi` (or `.fwu`).
    ChooseContainer,
    /// A layout nobody has seen yet: not damaged for certain, but not understood.
    ReportNewLayout,
    /// Larger than the limit: if it is genuine, raise the limit.
    RaiseLimit,
    /// A file for AHP chargers: use it with such a charger and the vendor's tool.
    UseAhpCharger,
    /// A certificate: it must come packaged as `Rootcertificate.fwi`, or be installed
    /// as a plain certificate through the charger's write-only items.
    PackageCertificate,
    /// A private key: keep it away from this.
    ProtectPrivateKey,
    /// An archive: unpack it, or open it as a release archive.
    OpenArchive,
    /// A web page: the download was answered by a login or an error page.
    LogInAndDownload,
    /// Part of a release: choose the `.fwi` beside it.
    ChooseContainerBeside,
    /// A settings file: import it as settings.
    ImportSettings,
    /// Name and content disagree: find out which file this really is.
    CheckName,
    /// Built for tests: of no use to a real charger.
    TestsOnly,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TransferAgain => "fetch the file again: it was damaged or cut off on its way",
            Self::ChooseContainer => "choose a .fwi file (or .fwu for displays)",
            Self::ReportNewLayout => {
                "do not upload it; report the file: this layout has not been seen before"
            }
            Self::RaiseLimit => "if the file is genuine, raise the limit for payloads",
            Self::UseAhpCharger => {
                "NG9xx chargers do not take this file: use it with an AHP charger and its own tool"
            }
            Self::PackageCertificate => {
                "upload the certificate as Rootcertificate.fwi from the back office provider, \
                 or install it as a plain certificate"
            }
            Self::ProtectPrivateKey => {
                "a private key is never uploaded here: put it back where it is safe"
            }
            Self::OpenArchive => "open it as a release archive, or unpack it and choose the .fwi",
            Self::LogInAndDownload => {
                "the download was answered with a web page: log in there and download again"
            }
            Self::ChooseContainerBeside => "choose the .fwi that it was published with",
            Self::CheckName => "find out which file this really is: it was probably renamed",
            Self::TestsOnly => "use it with a simulated charger only: a real one will refuse it",
            Self::ImportSettings => "import it as a settings file instead of uploading it",
        })
    }
}
