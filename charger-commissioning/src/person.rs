use std::fmt;

use serde::{Deserialize, Serialize};

/// Something only a person can do, standing at the charger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PersonStep {
    /// Power the charger off (P1, S1).
    PowerOff,
    /// Put the new provider's SIM into the slot on the control board (P2).
    InsertSim,
    /// Take the SIM out (S1).
    RemoveSim,
    /// Power the charger on again (P3, S2).
    PowerOn,
}

impl PersonStep {
    /// A new SIM card, in the order of the vendor's article: P1, P2, P3.
    pub const NEW_SIM: [Self; 3] = [Self::PowerOff, Self::InsertSim, Self::PowerOn];
    /// Without a SIM card: S1 and the power-on of S2.
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
