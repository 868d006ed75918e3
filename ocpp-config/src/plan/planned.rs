use std::fmt;

use zeroize::Zeroize;

use super::InstalledPlace;
use crate::{InForce, ObjectId, ObjectWrite, Secret, Value, WriteOnlyItem};

/// One write of a [`Plan`](crate::Plan).
#[derive(Clone, PartialEq)]
pub struct PlannedWrite {
    pub(super) write: ObjectWrite,
    pub(super) old: Option<Value>,
    pub(super) in_force: InForce,
    pub(super) stage: PlanStage,
    pub(super) is_secret: bool,
    pub(super) is_readable: bool,
}

impl PlannedWrite {
    /// What is written.
    pub const fn write(&self) -> &ObjectWrite {
        &self.write
    }

    /// The object that is written.
    pub const fn id(&self) -> ObjectId {
        self.write.id
    }

    /// What the object held when the snapshot was taken, or `None` if that could not be
    /// read.
    pub const fn old(&self) -> Option<&Value> {
        self.old.as_ref()
    }

    /// When the new value counts.
    pub const fn in_force(&self) -> InForce {
        self.in_force
    }

    /// Which part of the plan the write belongs to.
    pub const fn stage(&self) -> PlanStage {
        self.stage
    }

    /// Whether the value must not be shown.
    pub const fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// Whether the value can be read back to see that the write took effect.
    pub const fn is_readable(&self) -> bool {
        self.is_readable
    }
}

/// Secrets are masked.
impl fmt::Debug for PlannedWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlannedWrite")
            .field("write", &self.write)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

/// A secret is overwritten; copies that the caller made are not.
impl Drop for PlannedWrite {
    fn drop(&mut self) {
        if self.is_secret {
            for value in [Some(&mut self.write.value), self.old.as_mut()]
                .into_iter()
                .flatten()
            {
                match value {
                    Value::Text(text) | Value::Unknown(text) => text.zeroize(),
                    Value::Bytes(bytes) => bytes.zeroize(),
                    _ => {}
                }
            }
        }
    }
}

/// The parts of a plan, in the order in which they are written: what replaces other
/// settings comes first, what sends the charger elsewhere comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PlanStage {
    /// The back office preset.
    Preset,
    /// Identity, authorization and everything else that exists once.
    Charger,
    /// What network profiles hold, apart from their priorities.
    Profile,
    /// Which network profiles are tried, and in which order.
    Priority,
}

/// An item to be installed that can never be read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedInstall {
    pub(super) item: WriteOnlyItem,
    pub(super) data: Secret,
}

impl PlannedInstall {
    /// Which item.
    pub const fn item(&self) -> WriteOnlyItem {
        self.item
    }

    /// Its bytes, as they are sent.
    pub const fn data(&self) -> &Secret {
        &self.data
    }

    /// Where to remember it as installed.
    pub const fn place(&self) -> InstalledPlace {
        InstalledPlace::Item(self.item)
    }
}

/// A container to be uploaded.
#[derive(Clone, PartialEq, Eq)]
pub struct PlannedUpload {
    pub(super) purpose: UploadPurpose,
    pub(super) file_name: String,
    pub(super) data: Vec<u8>,
}

impl PlannedUpload {
    /// What it is for.
    pub const fn purpose(&self) -> UploadPurpose {
        self.purpose
    }

    /// The file that the document names.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The container.
    pub fn data(&self) -> &[u8] {
        &self.data
    }
}

impl fmt::Debug for PlannedUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlannedUpload")
            .field("purpose", &self.purpose)
            .field("file_name", &self.file_name)
            .field("bytes", &self.data.len())
            .finish()
    }
}

/// What an upload is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UploadPurpose {
    /// A back office preset. It replaces settings, so it goes before every write.
    Preset,
    /// The root certificate of the back office. It counts from the next restart on.
    RootCertificate,
}

/// A setting of the document, or of the snapshot to be restored, that the plan does not
/// write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// The object.
    pub id: ObjectId,
    /// Why it is left out.
    pub reason: LeftOutReason,
}

/// Why a setting is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeftOutReason {
    /// The charger does not have the object.
    NotOnCharger,
    /// The charger reports the object as read-only.
    ReadOnly,
    /// What it held could not be read, so it cannot be restored.
    Unreadable,
    /// The firmware lets the value rise only.
    RisesOnly,
}
