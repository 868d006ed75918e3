use std::fmt::{self, Display};

use charger_link::LiveState;
use ocpp_config::{Concern, InstalledPlace, ObjectId, PlanError, Report};
use serde::{Serialize, Serializer};

use crate::shown::Shown;
use crate::{ChargerName, Diagnosis, Ending, Failure, PreflightReport, ProcedureKind, SafetyNote};

/// How a procedure ended.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Outcome {
    /// How it ended, and why.
    pub end: End,
    /// Which procedure; `None` if the old settings of an earlier one were put back.
    pub procedure: Option<ProcedureKind>,
    /// Which charger.
    pub charger: ChargerName,
    /// The last thing the charger said about its back office.
    pub reading: LiveState,
    /// What its log and its registers tell about a failure.
    pub diagnoses: Vec<Diagnosis>,
    /// What of the document nobody compared where everything was found in force, as it cannot
    /// be read back: a key or a password may have been replaced since. An accepted charger
    /// speaks for the old ones; [`Policy::with_install_again`] installs the new ones.
    ///
    /// [`Policy::with_install_again`]: crate::Policy::with_install_again
    pub not_compared: Vec<InstalledPlace>,
    /// How many questions this run asked the charger: the exchanges of its link. One takes
    /// several requests where there are pages, batches of objects, repeats or a login.
    pub exchanges: u32,
    /// How many requests the link has sent to the charger for them and for the logout at
    /// the end, as it counts them itself: see [`Context::requests`]. `None` if it does not
    /// count, as one in memory.
    ///
    /// [`Context::requests`]: charger_link::Context::requests
    pub requests: Option<u64>,
}

impl Outcome {
    /// Whether what was wished is in force.
    pub const fn is_success(&self) -> bool {
        matches!(self.end, End::AlreadyInForce | End::Proven)
    }
}

impl Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.charger, self.end)?;
        for (number, place) in self.not_compared.iter().enumerate() {
            let before = if number == 0 {
                "; not compared: "
            } else {
                ", "
            };
            write!(f, "{before}{place}")?;
        }
        for diagnosis in &self.diagnoses {
            write!(f, "; {diagnosis}")?;
        }
        Ok(())
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
    /// The old settings of an earlier way back are in force still; nothing was written and
    /// nothing restarted.
    AlreadyRolledBack,
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
    /// The same, as the journal keeps it; `None` if the procedure is not over for the
    /// journal, which can be resumed or rolled back once the charger answers.
    pub const fn ending(&self) -> Option<Ending> {
        match self {
            Self::AlreadyInForce => Some(Ending::AlreadyInForce),
            Self::Unreachable { .. } => None,
            Self::Proven => Some(Ending::Proven),
            Self::NothingWritten | Self::Refused { .. } => Some(Ending::Refused),
            Self::RolledBack { .. } | Self::AlreadyRolledBack => Some(Ending::RolledBack),
            Self::NeedsPerson { .. } => Some(Ending::NeedsPerson),
        }
    }
}

impl Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyInForce => f.write_str("everything was as wished before"),
            Self::Proven => f.write_str("done and proven"),
            Self::Refused { refusal } => write!(f, "nothing was written: {refusal}"),
            Self::NothingWritten => f.write_str("nothing had been written that could be undone"),
            Self::Unreachable { failure } => {
                write!(f, "not over, as the charger cannot be asked: {failure}")
            }
            Self::RolledBack {
                failure: Failure::Asked,
            } => f.write_str("the old settings are back, as asked for, and proven"),
            Self::RolledBack {
                failure: failure @ Failure::ChangedSince { .. },
            } => write!(f, "the old settings are back again, and proven: {failure}"),
            Self::AlreadyRolledBack => f.write_str(
                "rolled back already: the old settings are in force, and nothing was written",
            ),
            Self::RolledBack { failure } => {
                write!(
                    f,
                    "the old settings are back, and proven; the reason to go back: {failure}"
                )
            }
            Self::NeedsPerson {
                failure, rollback, ..
            } => write!(
                f,
                "a person must look after the charger: {failure}; on the way back, {rollback}"
            ),
        }
    }
}

/// Why nothing was written.
#[derive(Debug, Clone, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusal {
    /// The charger's firmware has no network profiles.
    #[error(
        "the firmware {} is below 6.0 and has no network profiles",
        Shown(firmware)
    )]
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
    #[error("the document does not fit this charger:\n{}", report.to_text())]
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
    /// A container that is damaged, of another kind, or for another charger or firmware.
    #[error("{file} cannot be sent to this charger: {reason}")]
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
    #[error("a car is charging, and the policy does not allow interrupting it")]
    Busy,
    /// The charger may still have transactions to deliver.
    #[error("the charger was not accepted for long enough to deliver its transactions")]
    UnsentTransactions,
    /// The records of the charger's transactions could not be read.
    #[error("the records of transactions could not be read: {failure}")]
    TransactionsUnreadable {
        /// Why.
        failure: Failure,
    },
    /// The caller did not store the records of the charger's transactions.
    #[error("the records of transactions were not stored")]
    TransactionsNotStored,
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
    /// The journal belongs to another charger.
    #[error(
        "the journal is about charger {}, this one is {}",
        Shown(expected),
        Shown(found)
    )]
    OtherCharger {
        /// The serial number in the journal.
        expected: String,
        /// The serial number that the charger reports.
        found: String,
    },
}

impl Refusal {
    /// Whom it concerns.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::FirmwareTooOld { .. }
            | Self::NotReported { .. }
            | Self::ActiveProfileUnknown
            | Self::StoreFull { .. }
            | Self::Busy
            | Self::UnsentTransactions => Concern::Charger,
            Self::DoesNotFit { .. } | Self::NoPlan { .. } | Self::BadContainer { .. } => {
                Concern::Document
            }
            Self::Preflight { .. } => Concern::BackOffice,
            Self::TransactionsUnreadable { failure } | Self::Unreadable { failure } => {
                failure.concerns()
            }
            Self::TransactionsNotStored
            | Self::NotAgreed
            | Self::PersonDeclined
            | Self::OtherCharger { .. } => Concern::Caller,
        }
    }
}

fn findings<S: Serializer>(report: &Report, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&report.to_text())
}

fn text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> Failure {
        Failure::DidNotRestart
    }

    fn ends() -> [(End, Option<Ending>, bool, &'static str); 10] {
        let refusal = Refusal::Busy;
        let (failure, rollback) = (failed(), failed());
        [
            (
                End::AlreadyInForce,
                Some(Ending::AlreadyInForce),
                true,
                "as wished before",
            ),
            (End::Proven, Some(Ending::Proven), true, "done and proven"),
            (
                End::Refused { refusal },
                Some(Ending::Refused),
                false,
                "nothing was written: a car",
            ),
            (
                End::NothingWritten,
                Some(Ending::Refused),
                false,
                "nothing had been written",
            ),
            (
                End::Unreachable { failure: failed() },
                None,
                false,
                "not over",
            ),
            (
                End::RolledBack { failure: failed() },
                Some(Ending::RolledBack),
                false,
                "and proven; the reason to go back: the charger",
            ),
            (
                End::RolledBack {
                    failure: Failure::Asked,
                },
                Some(Ending::RolledBack),
                false,
                "as asked for",
            ),
            (
                End::RolledBack {
                    failure: Failure::ChangedSince {
                        objects: vec![ocpp_config::objects::PRESET],
                    },
                },
                Some(Ending::RolledBack),
                false,
                "back again, and proven: after the way back somebody changed 2076_0",
            ),
            (
                End::AlreadyRolledBack,
                Some(Ending::RolledBack),
                false,
                "rolled back already",
            ),
            (
                End::NeedsPerson {
                    failure,
                    rollback,
                    notes: Vec::new(),
                },
                Some(Ending::NeedsPerson),
                false,
                "a person must",
            ),
        ]
    }

    #[test]
    fn every_end_has_its_word_in_the_journal_and_for_people() {
        for (end, ending, success, words) in ends() {
            assert_eq!(end.ending(), ending, "{end:?}");
            assert!(end.to_string().contains(words), "{end}");
            let outcome = Outcome {
                end,
                procedure: None,
                charger: ChargerName::default(),
                reading: LiveState::default(),
                diagnoses: vec![Diagnosis::Pending],
                not_compared: vec![InstalledPlace::RootPackage],
                exchanges: 0,
                requests: None,
            };
            assert_eq!(outcome.is_success(), success, "{outcome}");
            assert!(
                outcome
                    .to_string()
                    .ends_with("has not decided about the charger yet")
            );
        }
    }
}
