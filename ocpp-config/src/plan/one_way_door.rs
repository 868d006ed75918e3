use std::fmt;

use super::InstalledPlace;

/// Something that a plan does and nothing undoes. It is said before it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OneWayDoor {
    /// The security profile rises. Firmware and back offices may refuse a lower one from
    /// then on (OCPP 2.0.1 use case A05 has the charger drop the lower profiles), so a
    /// fallback with a lower one may be gone.
    SecurityProfileRaised {
        /// The highest security profile in use now.
        from: u8,
        /// The highest one that the plan uses.
        to: u8,
    },
    /// What is there cannot be read, so it cannot be put back.
    SecretOverwritten {
        /// Where it is.
        place: InstalledPlace,
    },
    /// A root certificate that is installed can neither be listed nor be taken off.
    RootInstalled,
    /// The settings that the old preset brought are known to its own container alone.
    PresetReplaced {
        /// The name of the old preset.
        old: String,
    },
    /// A preset brings settings that nobody can list beforehand.
    PresetApplied {
        /// The name of the new preset.
        name: String,
    },
}

/// One phrase for a person.
impl fmt::Display for OneWayDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SecurityProfileRaised { from, to } => write!(
                f,
                "the security profile rises from {from} to {to}; a lower one may be refused afterwards"
            ),
            Self::SecretOverwritten { place } => {
                write!(f, "the {place} is overwritten; the old one cannot be read")
            }
            Self::RootInstalled => {
                f.write_str("a root certificate is installed; it cannot be taken off again")
            }
            Self::PresetReplaced { old } => write!(
                f,
                "the preset {old:?} is replaced; only its own container brings it back"
            ),
            Self::PresetApplied { name } => write!(
                f,
                "the preset {name:?} is applied; what it sets cannot be listed beforehand"
            ),
        }
    }
}
