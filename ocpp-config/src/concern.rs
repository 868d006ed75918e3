use std::fmt;

use serde::{Deserialize, Serialize};

/// Whom an error or a failure concerns: who can do something about it.
///
/// One word for all crates of this family, so that a tool sorts what goes wrong in one
/// place. In JSON, and as text, it is the name in kebab case: `back-office`.
///
/// ```
/// use ocpp_config::Concern;
///
/// assert_eq!(Concern::BackOffice.to_string(), "back-office");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Concern {
    /// Whoever wrote the document or chose the files that belong to it.
    Document,
    /// The charger, or whoever serves it.
    Charger,
    /// The operator of the back office.
    BackOffice,
    /// The network between the two ends.
    Network,
    /// The program or person that asked.
    Caller,
    /// Whoever else uses the same charger at the same time.
    OtherClient,
    /// The authors of this library.
    Library,
}

impl Concern {
    /// The name in kebab case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Charger => "charger",
            Self::BackOffice => "back-office",
            Self::Network => "network",
            Self::Caller => "caller",
            Self::OtherClient => "other-client",
            Self::Library => "library",
        }
    }
}

impl fmt::Display for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_the_name_in_json() {
        for concern in [
            Concern::Document,
            Concern::Charger,
            Concern::BackOffice,
            Concern::Network,
            Concern::Caller,
            Concern::OtherClient,
            Concern::Library,
        ] {
            let json = serde_json::to_value(concern).unwrap();
            assert_eq!(json, concern.to_string());
            assert_eq!(serde_json::from_value::<Concern>(json).unwrap(), concern);
        }
    }
}
