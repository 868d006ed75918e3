//! What a procedure does to a charger, as a list of steps.

use std::fmt;

use charger_link::Upload;
use ocpp_config::{InstalledPlace, ObjectWrite, Secret, WriteOnlyItem};
use serde::{Deserialize, Serialize};

use crate::Goal;

/// The steps of one leg, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    pub(crate) steps: Vec<Step>,
}

impl Script {
    pub(crate) fn names(&self) -> Vec<StepName> {
        self.steps.iter().map(Step::name).collect()
    }
}

/// One step, with all it needs.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Write {
        name: StepName,
        wanted: Vec<Wanted>,
    },
    Install {
        item: WriteOnlyItem,
        data: Secret,
    },
    Upload {
        container: ContainerKind,
        upload: Upload,
    },
    SetClock,
    Restart,
    Verify {
        wanted: Vec<Wanted>,
        /// What later steps make of the same objects. A journal that lost its last lines is
        /// taken up at a charger that holds it already.
        later: Vec<Wanted>,
    },
    Prove {
        goal: Goal,
    },
}

impl Step {
    pub(crate) const fn name(&self) -> StepName {
        match self {
            Self::Write { name, .. } => *name,
            Self::Install { item, .. } => StepName::Install { item: *item },
            Self::Upload { container, .. } => StepName::Upload {
                container: *container,
            },
            Self::SetClock => StepName::SetClock,
            Self::Restart => StepName::Restart,
            Self::Verify { .. } => StepName::Verify,
            Self::Prove { .. } => StepName::Prove,
        }
    }
}

/// One object to be written, and whether reading it back can prove anything.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) write: ObjectWrite,
    /// The charger shows this object empty or masked.
    pub(crate) secret: bool,
}

/// What a step does, as it is shown and journalled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum StepName {
    /// Detach the old back office: stand-alone.
    Detach,
    /// Set the clock, against which the charger checks signatures and certificates.
    SetClock,
    /// Transfer a container and let the charger apply it.
    Upload {
        /// Which kind.
        container: ContainerKind,
    },
    /// Write the new settings.
    WriteSettings,
    /// Install an item that cannot be read back.
    Install {
        /// Which item.
        item: WriteOnlyItem,
    },
    /// Restart, and see that it happened.
    Restart,
    /// Read back that the settings survived the restart.
    Verify,
    /// Prove the goal.
    Prove,
    /// Clear the profiles of the old back office.
    ClearOld,
    /// Write the old settings back.
    Restore,
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Detach => "detach the old back office",
            Self::SetClock => "set the clock",
            Self::Upload { container } => return write!(f, "upload the {container}"),
            Self::WriteSettings => "write the settings",
            Self::Install { item } => {
                return write!(f, "install the {}", InstalledPlace::Item(*item));
            }
            Self::Restart => "restart",
            Self::Verify => "read the settings back",
            Self::Prove => "prove it",
            Self::ClearOld => "clear the old back office",
            Self::Restore => "write the old settings back",
        })
    }
}

/// What a container is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ContainerKind {
    /// A root certificate (`Rootcertificate.fwi`).
    RootCertificate,
    /// A back office preset.
    Preset,
}

impl fmt::Display for ContainerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RootCertificate => "root certificate",
            Self::Preset => "back office preset",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_which_item_is_installed() {
        for (item, words) in [
            (
                WriteOnlyItem::AUTHORIZATION_KEY,
                "install the authorization key",
            ),
            (WriteOnlyItem::PROXY_PASSWORD, "install the proxy password"),
            (
                WriteOnlyItem::MANUFACTURER_ROOT,
                "install the manufacturer root certificate",
            ),
            (
                WriteOnlyItem::CSMS_ROOT,
                "install the CSMS root certificate",
            ),
            (
                WriteOnlyItem::CLIENT_CERTIFICATE,
                "install the client certificate",
            ),
        ] {
            assert_eq!(StepName::Install { item }.to_string(), words);
        }
    }
}
