use std::time::Duration;

use ocpp_config::{ObjectId, ObjectWrite, Secret, WriteOnlyItem};

use crate::Upload;

/// One question to a charger, independent of the way it takes.
///
/// Each variant names the [`Response`](crate::Response) that answers it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Request {
    /// Who is there? Needs no login. Answered by `Identity`.
    Identify,
    /// Read these objects. Answered by `Objects`, in the charger's order; ids that the
    /// charger does not have are absent.
    Read(Vec<ObjectId>),
    /// Read every object of a category (`ocpp`, `generic`, …). Answered by `Objects`.
    ReadCategory(String),
    /// Read every object there is. Answered by `Objects`.
    ReadAll,
    /// Write these objects, in this order, in as many batches as the way needs.
    /// Answered by `Done`, which does not prove that the values are in force: read
    /// them back.
    Write(Vec<ObjectWrite>),
    /// Install an item that cannot be read back. Answered by `Done`.
    Install {
        /// Which item.
        item: WriteOnlyItem,
        /// Its bytes.
        data: Secret,
    },
    /// Transfer a container and let the charger apply it. Answered by `Done` once the
    /// charger has all of it, or by an error of which
    /// [`may_have_taken_effect`](crate::LinkError::may_have_taken_effect) tells
    /// whether it has.
    Upload(Upload),
    /// How far is the charger with the last upload? Answered by `UploadStatus`.
    UploadStatus,
    /// Set the clock. Answered by `Done`.
    SetClock {
        /// Time since 1970-01-01T00:00:00Z.
        since_epoch: Duration,
    },
    /// Restart. Answered by `Done` when the charger has accepted the command, which it
    /// carries out a little later.
    Restart,
    /// Keep the firmware that was uploaded last; without it the charger rolls back.
    /// Answered by `Done`.
    KeepFirmware,
    /// Read a page of the log. Answered by `Log`.
    ReadLog {
        /// Lines back from the newest.
        offset: u32,
    },
    /// Read a page of the transaction database. Answered by `Transactions`.
    ReadTransactions {
        /// The page ends before the record of this number;
        /// [`TransactionPage::NEWEST`](crate::TransactionPage::NEWEST) asks for the newest.
        before: u32,
    },
    /// Log out and free the charger's only session. Answered by `Done`. The next
    /// request logs in again.
    Close,
}

impl Request {
    /// Whether the request changes anything on the charger.
    pub const fn has_side_effect(&self) -> bool {
        matches!(
            self,
            Self::Write(_)
                | Self::Install { .. }
                | Self::Upload(_)
                | Self::SetClock { .. }
                | Self::Restart
                | Self::KeepFirmware
        )
    }

    /// A short name for logs and journals, without any value.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Read(_) => "read",
            Self::ReadCategory(_) => "read-category",
            Self::ReadAll => "read-all",
            Self::Write(_) => "write",
            Self::Install { .. } => "install",
            Self::Upload(_) => "upload",
            Self::UploadStatus => "upload-status",
            Self::SetClock { .. } => "set-clock",
            Self::Restart => "restart",
            Self::KeepFirmware => "keep-firmware",
            Self::ReadLog { .. } => "read-log",
            Self::ReadTransactions { .. } => "read-transactions",
            Self::Close => "close",
        }
    }
}
