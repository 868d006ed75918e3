use charger_link::UploadState;
use ocpp_config::{Concern, ObjectId};
use serde::{Deserialize, Serialize};

use crate::proof::Doubt;

/// Why a step of a procedure failed. It is written into the journal, so it holds no
/// secret and no text of the charger's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Failure {
    /// The charger stopped answering for longer than the policy allows.
    #[error("the charger did not answer for too long, last: {last}")]
    NoAnswer {
        /// What the link said last.
        last: String,
    },
    /// The charger, or the link to it, refused a request for good.
    #[error("the request {request} was refused: {reason}")]
    Refused {
        /// Which request.
        request: String,
        /// What the link said.
        reason: String,
    },
    /// The charger does not take the user and the password.
    #[error("the charger refused the login: {reason}")]
    LoginRefused {
        /// What the link said.
        reason: String,
    },
    /// The charger lets the user in and denies them what a procedure needs.
    #[error("the request {request} was denied to this user: {reason}")]
    NotPermitted {
        /// Which request.
        request: String,
        /// What the link said.
        reason: String,
    },
    /// The charger took a write and kept its old values.
    #[error("the charger did not take the values of {}", list(objects))]
    NotTaken {
        /// The objects that still hold something else.
        objects: Vec<ObjectId>,
    },
    /// After the restart these objects hold something else than was written.
    #[error(
        "after the restart {} hold something else than was written",
        list(objects)
    )]
    NotKept {
        /// The objects.
        objects: Vec<ObjectId>,
    },
    /// The charger was told to restart and did not.
    #[error("the charger did not restart, although it was told to")]
    DidNotRestart,
    /// The charger refused a container.
    #[error("the charger refused the container, upload state {}", state.number())]
    ContainerRefused {
        /// Object `2911_0`.
        state: UploadState,
    },
    /// The charger never finished with a container.
    #[error("the charger did not finish with the container, upload state {}", state.number())]
    ContainerStuck {
        /// Object `2911_0`, as last seen.
        state: UploadState,
    },
    /// The proof did not come in time.
    #[error("not proven in time: {doubt}")]
    NotProven {
        /// What was missing last.
        doubt: Doubt,
    },
    /// The back office's side denied that it sees the charger.
    #[error("the back office does not see the charger")]
    WitnessDenied,
    /// The deadline of the changeover passed before the step was done.
    #[error("the time limit of the changeover has passed")]
    DeadlinePassed,
    /// The caller asked for the way back.
    #[error("the caller asked to go back")]
    Asked,
    /// The caller asked for the way back once more, and since the earlier one these objects
    /// were changed.
    #[error("after the way back somebody changed {}", list(objects))]
    ChangedSince {
        /// The objects.
        objects: Vec<ObjectId>,
    },
    /// An error of this crate.
    #[error("internal error: {what}")]
    Internal {
        /// What was not as expected.
        what: String,
    },
}

impl Failure {
    /// Whether the way back is what the caller asked for: nothing failed then.
    pub const fn was_asked_for(&self) -> bool {
        matches!(self, Self::Asked | Self::ChangedSince { .. })
    }

    /// Whom the failure concerns.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::NoAnswer { .. } => Concern::Network,
            Self::Refused { .. }
            | Self::NotTaken { .. }
            | Self::NotKept { .. }
            | Self::DidNotRestart
            | Self::ContainerStuck { .. } => Concern::Charger,
            Self::ContainerRefused { .. } => Concern::Document,
            Self::NotProven { .. } | Self::WitnessDenied => Concern::BackOffice,
            Self::ChangedSince { .. } => Concern::OtherClient,
            Self::LoginRefused { .. }
            | Self::NotPermitted { .. }
            | Self::DeadlinePassed
            | Self::Asked => Concern::Caller,
            Self::Internal { .. } => Concern::Library,
        }
    }
}

fn list(objects: &[ObjectId]) -> String {
    let names: Vec<String> = objects.iter().map(ToString::to_string).collect();
    names.join(", ")
}
