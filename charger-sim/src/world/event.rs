use std::time::Duration;

use ocpp_config::{ObjectId, WriteOnlyItem};

use super::{BackOfficeId, ChargerId};
use crate::charger::DialOutcome;

/// Something that happened in a world.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// When.
    pub at: Duration,
    /// To whom.
    pub charger: ChargerId,
    /// What.
    pub kind: EventKind,
}

impl Event {
    pub(crate) const fn new(at: Duration, charger: ChargerId, kind: EventKind) -> Self {
        Self { at, charger, kind }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// A link asked something.
    Exchange {
        /// Counted from 1.
        number: u64,
        /// The request's name.
        request: &'static str,
    },
    /// The request reached the charger.
    Reached {
        /// The exchange.
        number: u64,
    },
    /// Objects were written.
    Wrote(Vec<ObjectId>),
    /// A write-only item was installed.
    Installed(WriteOnlyItem),
    /// A container arrived, this many bytes.
    Uploaded(usize),
    /// A restart was asked for.
    RestartRequested,
    /// The charger stopped answering.
    WentDown,
    /// It answers again.
    CameUp,
    /// It dialled a network profile.
    Dialled {
        /// The profile.
        slot: u8,
        /// How it went.
        outcome: DialOutcome,
    },
    /// A back office accepted its BootNotification.
    Accepted {
        /// Which.
        back_office: BackOfficeId,
    },
    /// A back office's verdict was another one.
    NotAccepted {
        /// Which.
        back_office: BackOfficeId,
    },
    /// The wired link went down for a moment.
    LinkBounced,
    /// A login.
    LoggedIn,
    /// A logout.
    LoggedOut,
    /// A planned fault struck.
    Fault(super::Fault),
    /// A note of the caller's.
    Note(&'static str),
}

/// What was counted for a charger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Requests of links, each counted once however often it had to be sent.
    pub exchanges: u64,
    /// Those among them that changed something, or tried to.
    pub side_effects: u64,
    /// Objects written.
    pub objects_written: u64,
    /// Containers that arrived in full.
    pub uploads: u64,
    /// Restarts that were asked for.
    pub restarts: u64,
    /// Logins.
    pub logins: u64,
    /// Attempts to reach a back office.
    pub dials: u64,
    /// Requests over HTTP, each page and each batch of objects of its own, those of a login
    /// and those sent again included. A [`MemoryLink`](super::MemoryLink) makes none.
    pub http_requests: u64,
    /// Connections of the HTTPS link that were open at once at most. A
    /// [`MemoryLink`](super::MemoryLink) has none.
    pub most_connections: u64,
    /// Requests of the HTTPS link that waited for a reply at once at most.
    pub most_in_flight: u64,
}
