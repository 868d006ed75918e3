//! From a document and a snapshot to what must be written, and back again.

mod build;
mod compare;
mod contents;
mod detach;
mod display;
mod error;
mod installed;
mod one_way_door;
mod planned;
mod restore;
mod settings;
mod slots;
mod staged;

pub use build::{PlanOptions, plan};
pub use contents::Plan;
pub use error::{PlanError, PlanProblem};
pub use installed::{Installed, InstalledPlace};
pub use one_way_door::OneWayDoor;
pub use planned::{
    LeftOut, LeftOutReason, PlanStage, PlannedInstall, PlannedUpload, PlannedWrite, UploadPurpose,
};
pub use restore::RestoreError;
pub use staged::{AssignedSlot, FallbackRisk, StagedPlan, plan_staged};

#[cfg(feature = "settings-xml")]
pub(crate) use compare::Comparison;
