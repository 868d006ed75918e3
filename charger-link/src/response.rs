use ocpp_config::Object;
use serde::{Deserialize, Serialize};

use crate::{LogPage, TransactionPage, UploadStatus};

/// The charger's answer to a [`Request`](crate::Request).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Response {
    /// The charger accepted the request.
    Done,
    /// Who it is.
    Identity(Identity),
    /// What its objects hold.
    Objects(Vec<Object>),
    /// How far it is with the last upload.
    UploadStatus(UploadStatus),
    /// A page of its log.
    Log(LogPage),
    /// A page of its transaction database.
    Transactions(TransactionPage),
}

/// Who a charger says it is (`GET /api/info`). Fields that it leaves out are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Identity {
    /// The serial number, which is printed on the charger: `ACE0…`. The charger itself
    /// calls it `ObjectId`.
    pub serial_number: String,
    /// The model: `NG910-60023`.
    pub model: String,
    /// The charge box identity.
    pub identity: String,
    /// The firmware: `7.0.0-4318`.
    pub firmware: String,
    /// The vendor's type number; `2.0.1` means two sockets.
    pub charger_type: String,
}
