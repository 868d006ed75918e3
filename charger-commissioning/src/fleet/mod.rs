//! Many chargers on one machine: in waves, and not on after too many failures.

mod list;
mod report;
mod run;
mod schedule;

pub use list::{FleetEntry, FleetList, FleetListError, MAX_FLEET};
pub use report::{FleetReport, FleetRow};
pub use run::FleetRunner;
pub use schedule::{Fleet, FleetAbort, FleetNext, FleetPolicy, FleetRowState, FleetVerdict};
