//! Faults of a scenario, planned.

use super::file::{FaultPart, ScenarioError};
use crate::net::PLACES;
use crate::world::{Fault, FaultPlan, Trigger};

/// The faults of a list, or what is wrong with one.
pub(super) fn plan(parts: &[FaultPart]) -> Result<FaultPlan, ScenarioError> {
    parts.iter().try_fold(FaultPlan::none(), |plan, part| {
        let fault: Fault = part
            .fault
            .parse()
            .map_err(|error| ScenarioError::new("a fault", error))?;
        let trigger = match (part.exchange, &part.place) {
            (Some(exchange), _) => Trigger::Exchange(exchange),
            (None, Some(place)) => Trigger::Place {
                request: place_name(place)?,
                nth: part.nth,
            },
            (None, None) => Trigger::Always,
        };
        Ok(plan.with_fault(trigger, fault))
    })
}

fn place_name(place: &str) -> Result<&'static str, ScenarioError> {
    let known = PLACES.iter().find(|known| **known == place);
    known.copied().ok_or_else(|| {
        ScenarioError::plain(format!(
            "{place:?} is no place; known are {}",
            PLACES.join(", ")
        ))
    })
}
