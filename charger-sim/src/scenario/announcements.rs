//! The announcements that a scenario asks for, in builds that can make them.

use super::file::ScenarioError;
#[cfg(feature = "mdns")]
use crate::net::Announcer;
use crate::net::SimulatedCharger;

/// The chargers of a scenario are announced until this is dropped.
#[cfg(feature = "mdns")]
#[derive(Debug)]
pub(super) struct Announcements {
    _announcer: Announcer,
}

/// Nothing that could be made.
#[cfg(not(feature = "mdns"))]
#[derive(Debug)]
pub(super) enum Announcements {}

impl Announcements {
    #[cfg(feature = "mdns")]
    pub(super) fn of<'a>(
        chargers: impl Iterator<Item = &'a SimulatedCharger>,
    ) -> Result<Self, ScenarioError> {
        let failed = |error| ScenarioError::new("the chargers cannot be announced", error);
        let announcer = Announcer::start().map_err(failed)?;
        for charger in chargers {
            announcer.announce(charger).map_err(failed)?;
        }
        Ok(Self {
            _announcer: announcer,
        })
    }

    #[cfg(not(feature = "mdns"))]
    pub(super) fn of<'a>(
        _: impl Iterator<Item = &'a SimulatedCharger>,
    ) -> Result<Self, ScenarioError> {
        Err(ScenarioError::plain(
            "the chargers cannot be announced: this was built without the feature `mdns`",
        ))
    }
}
