//! Chargers and back offices from a TOML file, with a control API.

mod announcements;
mod control;
mod fault_plan;
mod fault_text;
mod file;
mod parts;
mod running;

pub use fault_text::FaultTextError;
pub use file::{Scenario, ScenarioError};
pub use running::{RunningScenario, Started, StartedBackOffice, StartedCharger};
