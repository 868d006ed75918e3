use std::fmt;

use serde::{Deserialize, Serialize};

/// Something only a person can do, standing at the charger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PersonStep {
    /// Power the charger off.
    PowerOff,
    /// Put the new provider's SIM into the slot on the control board.
    InsertSim,
    /// Take the SIM out.
    RemoveSim,
    /// Power the charger on again.
    PowerOn,
}

impl PersonStep {
    /// A new SIM card, in the order of the vendor's article.
    pub const NEW_SIM: [Self; 3] = [Self::PowerOff, Self::InsertSim, Self::PowerOn];
    /// Without a SIM card.
    pub const NO_SIM: [Self; 3] = [Self::PowerOff, Self::RemoveSim, Self::PowerOn];
}

impl fmt::Display for PersonStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PowerOff => "power the charger off",
            Self::InsertSim => "put the new SIM into the slot on the control board",
            Self::RemoveSim => "take the SIM out of the slot on the control board",
            Self::PowerOn => "power the charger on",
        })
    }
}
