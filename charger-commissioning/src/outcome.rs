use std::fmt::Display;

use ocpp_config::{ObjectId, PlanError, Report};
use serde::{Serialize, Serializer};

use crate::{ChargerName, Diagnosis, Ending, Failure, PreflightReport, Reading, SafetyNote};

/// How a procedure ended.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Outcome {
    /// How it ended, and why.
    pub end: End,
    /// Which charger.
    pub charger: ChargerName,
    /// The last thing the charger said about its back office.
    pub reading: Reading,
    /// What its log and its registers tell about a failure.
    pub diagnoses: Vec<Diagnosis>,
    /// How many requests were made to the charger, by this run.
    pub requests: u32,
}

impl Outcome {
    /// Whether what was wished is in force.
    pub const fn is_success(&self) -> bool {
        matches!(self.end, End::AlreadyInForce | End::Proven)
    }
}

/// How a procedure ended, and why.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "end", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum End {
    /// Everything was as wished before; nothing was written and nothing restarted.
    AlreadyInForce,
    /// Done and proven.
    Proven,
    /// Nothing was written.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// Asked to go back, and nothing had been written.
    NothingWritten,
    /// An interrupted procedure could not go on, as its charger does not answer. The
    /// journal stays open: resume it, or roll back, once the charger does.
    Unreachable {
        /// Why.
        failure: Failure,
    },
    /// The old settings are back and the charger is where it was.
    RolledBack {
        /// Why.
        failure: Failure,
    },
    /// The old settings could not be brought back, or the charger is not where it was
    /// although they are. Its local access is untouched.
    NeedsPerson {
        /// Why the changeover failed.
        failure: Failure,
        /// Why the way back failed.
        rollback: Failure,
        /// What a person should see to.
        notes: Vec<SafetyNote>,
    },
}

impl End {
    /// The same, as the journal keeps it.
    pub const fn ending(&self) -> Ending {
        match self {
            Self::AlreadyInForce => Ending::AlreadyInForce,
            Self::NothingWritten => Ending::Refused,
            Self::Unreachable { .. } => Ending::NeedsPerson,
            Self::Proven => Ending::Proven,
            Self::Refused { .. } => Ending::Refused,
            Self::RolledBack { .. } => Ending::RolledBack,
            Self::NeedsPerson { .. } => Ending::NeedsPerson,
        }
    }
}

/// Why nothing was written.
#[derive(Debug, Clone, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusal {
    /// The charger's firmware has no network profiles.
    #[error("the firmware {firmware} is below 6.0 and has no network profiles")]
    FirmwareTooOld {
        /// What the charger reports.
        firmware: String,
    },
    /// Without this object a success could not be proven.
    #[error("the charger does not report object {object}, without which nothing can be proven")]
    NotReported {
        /// Which object.
        object: ObjectId,
    },
    /// The document does not fit this charger.
    #[error("the document does not fit this charger:\n{}", report.text())]
    DoesNotFit {
        /// The findings.
        #[serde(serialize_with = "findings")]
        report: Box<Report>,
    },
    /// This charger cannot be what the document asks for.
    #[error("{error}")]
    NoPlan {
        /// Every reason.
        #[serde(serialize_with = "text")]
        error: PlanError,
    },
    /// The staged strategy cannot tell the old back office from the new one here.
    #[error("the charger does not report its active profile, which the staged strategy needs")]
    ActiveProfileUnknown,
    /// A file of the document is no sound container.
    #[error("{file} is no sound container: {reason}")]
    BadContainer {
        /// The file, as the document names it.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The charger's certificate store is full.
    #[error("the charger stores {stored} certificates already, {room} are trusted to fit")]
    StoreFull {
        /// Object `3272_0`.
        stored: u64,
        /// The policy's limit.
        room: u64,
    },
    /// A car was charging for too long.
    #[error("a car is charging, and the policy does not allow to interrupt it")]
    Busy,
    /// The charger may still have transactions to deliver.
    #[error("the charger was not accepted for long enough to deliver its transactions")]
    UnsentTransactions,
    /// The new back office would refuse the charger.
    #[error("the new back office would refuse the charger: {}", report.summary)]
    Preflight {
        /// What was found.
        report: Box<PreflightReport>,
    },
    /// The caller said no.
    #[error("the caller did not agree")]
    NotAgreed,
    /// A person's step was not done.
    #[error("a person's step was declined")]
    PersonDeclined,
    /// The charger could not be asked.
    #[error("the charger could not be inspected: {failure}")]
    Unreadable {
        /// Why.
        failure: Failure,
    },
    /// The journal knows of no procedure that could be undone.
    #[error("the journal knows of no procedure that could be undone")]
    NothingToUndo,
    /// The journal belongs to another charger.
    #[error("the journal is about charger {expected}, this one is {found}")]
    OtherCharger {
        /// The object id in the journal.
        expected: String,
        /// The object id that the charger reports.
        found: String,
    },
}

fn findings<S: Serializer>(report: &Report, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&report.text())
}

fn text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
