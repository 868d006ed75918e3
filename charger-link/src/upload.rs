use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A container on its way to the charger.
///
/// Its bytes are read piece by piece while they are sent, so that a large file never
/// has to be in memory; clones share the source.
#[derive(Clone)]
pub struct Upload {
    source: Arc<dyn UploadSource>,
}

impl Upload {
    /// An upload of what `source` holds.
    pub fn new(source: impl UploadSource + 'static) -> Self {
        Self {
            source: Arc::new(source),
        }
    }

    /// The number of bytes.
    pub fn len(&self) -> u64 {
        self.source.len()
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buffer` from `offset`, as far as there are bytes, and tells how many.
    ///
    /// # Errors
    /// What the source reports.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.source.read_at(offset, buffer)
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upload({} bytes)", self.len())
    }
}

/// Where the bytes of an [`Upload`] come from. They must not change meanwhile.
pub trait UploadSource: Send + Sync {
    /// The number of bytes.
    fn len(&self) -> u64;

    /// Whether there are no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buffer` from `offset`, as far as there are bytes, and tells how many; 0
    /// only at the end.
    ///
    /// # Errors
    /// What the underlying file or memory reports.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

impl UploadSource for Bytes {
    fn len(&self) -> u64 {
        self.as_ref().len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(self.as_ref().len());
        let rest = self.get(start..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        Ok(count)
    }
}

/// How far the charger is with an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadStatus {
    /// Whether bytes are being received right now.
    pub in_progress: bool,
    /// Object `2911_0`.
    pub state: UploadState,
}

impl UploadStatus {
    /// A status.
    pub const fn new(in_progress: bool, state: UploadState) -> Self {
        Self { in_progress, state }
    }
}

/// The number in object `2911_0`. Others than the named ones are carried through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UploadState(i8);

impl UploadState {
    /// The charger went back to its earlier firmware.
    pub const ROLLED_BACK: Self = Self(-4);
    /// It is on its way back.
    pub const ROLLING_BACK: Self = Self(-3);
    /// The container was refused.
    pub const UPDATE_ERROR: Self = Self(-2);
    /// The transfer failed.
    pub const UPLOAD_ERROR: Self = Self(-1);
    /// Nothing was uploaded.
    pub const NONE: Self = Self(0);
    /// The buffer is being erased.
    pub const ERASING: Self = Self(1);
    /// The buffer is erased.
    pub const ERASED: Self = Self(2);
    /// The charger is ready to receive.
    pub const READY_TO_RECEIVE: Self = Self(3);
    /// It is receiving.
    pub const UPLOADING: Self = Self(4);
    /// It checks what it received.
    pub const CHECKING: Self = Self(5);
    /// It waits to apply it.
    pub const WAITING: Self = Self(6);
    /// It is ready to apply it.
    pub const READY: Self = Self(7);
    /// It applies it.
    pub const IN_PROGRESS: Self = Self(8);
    /// A restart will finish it.
    pub const READY_TO_ROLL: Self = Self(9);
    /// Done.
    pub const DONE: Self = Self(10);
    /// It computes the checksum of the buffer.
    pub const COMPUTING_CHECKSUM: Self = Self(11);
    /// The checksum is there.
    pub const CHECKSUM_DONE: Self = Self(12);

    /// The state with this number, known or not.
    pub const fn new(number: i8) -> Self {
        Self(number)
    }

    /// The number as the charger sends it.
    pub const fn number(self) -> i8 {
        self.0
    }

    /// Whether the charger gave up.
    pub const fn is_failure(self) -> bool {
        self.0 < 0
    }
}

impl fmt::Display for UploadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match *self {
            Self::ROLLED_BACK => "ROLLED_BACK",
            Self::ROLLING_BACK => "ROLLING_BACK",
            Self::UPDATE_ERROR => "UPDATE_ERROR",
            Self::UPLOAD_ERROR => "UPLOAD_ERROR",
            Self::NONE => "NONE",
            Self::ERASING => "ERASING",
            Self::ERASED => "ERASED",
            Self::READY_TO_RECEIVE => "READY_TO_RECEIVE",
            Self::UPLOADING => "UPLOADING",
            Self::CHECKING => "CHECKING",
            Self::WAITING => "WAITING",
            Self::READY => "READY",
            Self::IN_PROGRESS => "IN_PROGRESS",
            Self::READY_TO_ROLL => "READY_TO_ROLL",
            Self::DONE => "DONE",
            Self::COMPUTING_CHECKSUM => "COMPUTING_CHECKSUM",
            Self::CHECKSUM_DONE => "CHECKSUM_DONE",
            Self(number) => return write!(f, "{number}"),
        })
    }
}
