use std::fmt;

use serde::Serialize;

use crate::{Leg, StepName};

/// What a machine is doing, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "doing", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Status {
    /// Reading the charger's settings.
    Inspecting,
    /// Waiting for a car to finish charging.
    WaitingForIdle,
    /// Asking the new back office.
    Preflight,
    /// Waiting for the caller's word to begin.
    Asking,
    /// Waiting for a person at the charger.
    WaitingForPerson,
    /// Reading the records of transactions.
    ExportingTransactions,
    /// Carrying out a step.
    Step {
        /// On the way there, or on the way back.
        leg: Leg,
        /// Which step, from 0.
        index: usize,
        /// Of how many.
        of: usize,
        /// What it does.
        step: StepName,
    },
    /// Reading the log after a failure.
    Explaining,
    /// Preparing the way back.
    Retreating,
    /// Over.
    Done,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inspecting => f.write_str("read the charger's settings"),
            Self::WaitingForIdle => f.write_str("wait until no car is charging"),
            Self::Preflight => f.write_str("ask the new back office"),
            Self::Asking => f.write_str("wait for the word to begin"),
            Self::WaitingForPerson => f.write_str("wait for a person"),
            Self::ExportingTransactions => f.write_str("read the records of transactions"),
            Self::Step {
                leg,
                index,
                of,
                step,
            } => {
                let leg = match leg {
                    Leg::There => "",
                    Leg::Back => "way back, ",
                };
                write!(f, "{leg}step {} of {of}: {step}", index + 1)
            }
            Self::Explaining => f.write_str("read the charger's log"),
            Self::Retreating => f.write_str("prepare the way back"),
            Self::Done => f.write_str("done"),
        }
    }
}
