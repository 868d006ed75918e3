use std::fmt;

use crate::{Concern, ObjectId, Slot};

/// Why no plan could be made: everything at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanError {
    problems: Vec<PlanProblem>,
}

impl PlanError {
    /// `Ok` if there is no problem.
    pub(super) fn check(problems: Vec<PlanProblem>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self { problems })
        }
    }

    /// Everything that stands in the way.
    pub fn problems(&self) -> &[PlanProblem] {
        &self.problems
    }

    /// Whom it concerns: the charger if any problem does, else the document.
    pub fn concerns(&self) -> Concern {
        let all = self.problems.iter().map(PlanProblem::concerns);
        all.min_by_key(|concern| *concern != Concern::Charger)
            .unwrap_or(Concern::Document)
    }
}

impl From<PlanProblem> for PlanError {
    fn from(problem: PlanProblem) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this charger cannot be what the document asks for: ")?;
        for (position, problem) in self.problems.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PlanError {}

/// One thing that stands in the way of a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanProblem {
    /// The charger has no network profiles, so its firmware is below 6.0. Way out:
    /// update the firmware first.
    #[error("the charger has no network profiles: its firmware is below 6.0")]
    NoNetworkProfiles,
    /// The charger lacks an object that a network profile cannot do without.
    #[error("the charger has no object {id} for {what}")]
    Missing {
        /// The object.
        id: ObjectId,
        /// What it would hold.
        what: String,
    },
    /// The charger reports the object as read-only.
    #[error("the charger does not let {what} ({id}) be written")]
    ReadOnly {
        /// The object.
        id: ObjectId,
        /// What it holds.
        what: String,
    },
    /// The text is longer than this charger's object. Way out: a shorter one, or a
    /// firmware with the long slot.
    #[error("{what} ({id}) takes {most} bytes on this charger, not {found}")]
    TooLong {
        /// The object.
        id: ObjectId,
        /// What it holds.
        what: String,
        /// The most bytes it takes.
        most: usize,
        /// The bytes that the document asks for.
        found: usize,
    },
    /// The value does not fit the type that the charger reports for the object.
    #[error("{what} ({id}) has a type on this charger that cannot hold the value")]
    WrongType {
        /// The object.
        id: ObjectId,
        /// What it holds.
        what: String,
    },
    /// There is no free network profile for the one of this slot. Way out: take an old
    /// one out of use first, or follow the documented order.
    #[error("no network profile is free for the one that the document puts into slot {slot}")]
    NoFreeSlot {
        /// The slot in the document.
        slot: Slot,
    },
    /// Only network profiles can be staged: a preset and the stand-alone state replace
    /// the old back office at once. Way out: follow the documented order.
    #[error("a preset and the stand-alone state cannot be staged beside the old back office")]
    NotStageable,
}

impl PlanProblem {
    /// Whom it concerns.
    pub const fn concerns(&self) -> Concern {
        match self {
            Self::NoNetworkProfiles
            | Self::Missing { .. }
            | Self::ReadOnly { .. }
            | Self::WrongType { .. }
            | Self::NoFreeSlot { .. } => Concern::Charger,
            Self::TooLong { .. } | Self::NotStageable => Concern::Document,
        }
    }
}
