use crate::charger::BootStatus;

/// Something that a back office saw.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OfficeRecord {
    /// A charger connected.
    Connected {
        /// Its identity.
        identity: String,
    },
    /// A connection did not come about.
    Refused {
        /// Why.
        reason: String,
    },
    /// A BootNotification is answered like this.
    Booted {
        /// Its identity.
        identity: String,
        /// The verdict.
        verdict: BootStatus,
    },
    /// Any other call is answered.
    Called {
        /// Its identity.
        identity: String,
        /// The name of the message.
        action: String,
    },
    /// A charger answered a call of the back office, or did not (`None`).
    Answered {
        /// Its identity.
        identity: String,
        /// The name of the message.
        action: String,
        /// The payload of the answer, as JSON.
        answer: Option<String>,
    },
    /// A charger's connection ended.
    Disconnected {
        /// Its identity.
        identity: String,
    },
}
