use std::fmt;

use ocpp_config::{Snapshot, objects};
use serde::{Deserialize, Serialize};

use crate::shown::Shown;
use crate::values::text;
use crate::{Failure, Goal, Moment, PersonStep, ProcedureKind, StepName};

/// What happened, or is about to: one line of the journal.
///
/// An event that announces something is durable before it is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// A procedure begins on this charger.
    Opened {
        /// Which procedure.
        procedure: ProcedureKind,
        /// SHA-256 over what it shall bring about, without secrets. A resumed
        /// procedure must be given the same again.
        wish: String,
        /// SHA-256 over the public files that it installs, such as root certificates; empty
        /// if there are none.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        files: String,
        /// Which charger.
        charger: ChargerName,
        /// Whether a back office accepted the charger at that moment.
        accepted_before: bool,
    },
    /// The procedure goes on after an interruption.
    Resumed,
    /// The caller agreed to begin.
    Agreed {
        /// The one-way doors that were agreed to, as they were worded.
        one_way_doors: Vec<String>,
    },
    /// A person is asked to do something.
    PersonAsked {
        /// What.
        step: PersonStep,
    },
    /// The person said it is done.
    PersonDone {
        /// What.
        step: PersonStep,
    },
    /// The caller has stored the raw records of the charger's transactions.
    TransactionsExported {
        /// How many there were.
        records: usize,
        /// How many of them the charger marked as not delivered.
        unsent: usize,
        /// Whether the charger's database was read to its end.
        complete: bool,
        /// SHA-256 of what was stored, in hexadecimal.
        sha256: String,
    },
    /// The way back is known and the deadline stands: from here on the charger may be
    /// written to.
    Armed(Box<Armed>),
    /// The deadline had passed when the procedure was resumed, and the caller wanted it to
    /// go on all the same.
    DeadlineRenewed {
        /// The new one.
        deadline: Moment,
    },
    /// A step is about to have its first effect on the charger.
    StepBegun {
        /// On the way there, or on the way back.
        leg: Leg,
        /// Which step of the leg, from 0.
        index: usize,
        /// What it does.
        step: StepName,
        /// The boot count just before, where the step depends on it.
        boot_count: Option<u64>,
        /// The number of stored certificates just before, where it depends on that.
        certificates: Option<u64>,
    },
    /// A step is done, its effect seen.
    StepDone {
        /// On the way there, or on the way back.
        leg: Leg,
        /// Which step of the leg, from 0.
        index: usize,
        /// What it did.
        step: StepName,
        /// The boot count afterwards, where the step changed it.
        boot_count: Option<u64>,
    },
    /// A step failed.
    StepFailed {
        /// On the way there, or on the way back.
        leg: Leg,
        /// Which step of the leg, from 0.
        index: usize,
        /// What it should have done.
        step: StepName,
        /// Why.
        failure: Failure,
    },
    /// The old settings go back.
    RetreatBegun {
        /// Why.
        failure: Failure,
    },
    /// The procedure is over.
    Ended {
        /// How.
        ending: Ending,
    },
}

/// What must be known to go on or to go back, durable before the first write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Armed {
    /// The boot count at the snapshot.
    pub boot_count: u64,
    /// When the old settings go back if nothing is proven by then.
    pub deadline: Moment,
    /// What will be done, in this order.
    pub steps: Vec<StepName>,
    /// What the way back must end in.
    pub way_back: Goal,
    /// The settings before, without those that are secrets.
    pub snapshot: Snapshot,
}

/// On the way there, or on the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Leg {
    /// To the new settings.
    There,
    /// Back to the old ones.
    Back,
}

/// How a procedure ended, as the journal keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ending {
    /// Nothing had to be done.
    AlreadyInForce,
    /// Done and proven.
    Proven,
    /// Nothing was written.
    Refused,
    /// The old settings are back, and proven.
    RolledBack,
    /// The way back failed as well: a person must look after the charger.
    NeedsPerson,
}

/// Which charger a journal is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChargerName {
    /// The serial number, `ACE…` (object `2051_0`).
    pub serial_number: String,
    /// The model (`2050_0`).
    pub model: String,
    /// The firmware (`100A_0`).
    pub firmware: String,
    /// The charge box identity before the procedure (`2053_0`).
    pub identity: String,
}

impl ChargerName {
    /// The names in a snapshot.
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let words = |id| text(snapshot, id).to_owned();
        Self {
            serial_number: words(objects::SERIAL_NUMBER),
            model: words(objects::MODEL),
            firmware: words(objects::FIRMWARE),
            identity: words(objects::CHARGE_BOX_IDENTITY),
        }
    }
}

impl fmt::Display for ChargerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}, {})",
            Shown(&self.serial_number),
            Shown(&self.model),
            Shown(&self.firmware)
        )
    }
}
