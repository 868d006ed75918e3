use std::fmt;

use serde::{Serialize, Serializer};

use crate::certificate::CertificateFingerprint;
use crate::finding_code::FindingCode;

/// One thing about a certificate, with the verdict of the OCPP text and of the charger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PolicyFinding {
    /// What it is.
    pub code: FindingCode,
    /// Which certificate it is about; `None` for the chain as a whole.
    pub place: Option<CertificatePlace>,
    /// What was seen, with the values.
    pub detail: String,
    /// What the OCPP text says.
    pub ocpp: OcppVerdict,
    /// What this charger does.
    pub charger: ChargerVerdict,
}

impl fmt::Display for PolicyFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(place) = &self.place {
            write!(f, " ({place})")?;
        }
        write!(f, ": {}", self.detail)
    }
}

/// Which certificate a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificatePlace {
    /// The n-th of the presented chain, from 0.
    Presented(usize),
    /// A root that the charger has, or shall get.
    Root(CertificateFingerprint),
}

impl fmt::Display for CertificatePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Presented(0) => f.write_str("first certificate"),
            Self::Presented(position) => write!(f, "certificate {}", position + 1),
            Self::Root(_) => f.write_str("root"),
        }
    }
}

impl Serialize for CertificatePlace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What the OCPP text says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OcppVerdict {
    /// No rule touches it.
    Silent,
    /// It goes against a recommendation, named by its number.
    Discourages(&'static str),
    /// It breaks a requirement, named by its number.
    Forbids(&'static str),
}

/// What this charger does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChargerVerdict {
    /// It does not mind.
    Accepts,
    /// Chargers of this kind may refuse it; it is not known of this one.
    MayRefuse,
    /// It refuses the connection.
    Refuses,
}

impl ChargerVerdict {
    /// Refuses if the condition holds, else accepts.
    pub(crate) const fn refuses_if(condition: bool) -> Self {
        if condition {
            Self::Refuses
        } else {
            Self::Accepts
        }
    }
}

/// Collects findings while the rules run.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<PolicyFinding>);

impl Findings {
    pub(crate) fn add(
        &mut self,
        code: FindingCode,
        place: Option<CertificatePlace>,
        detail: impl Into<String>,
        ocpp: OcppVerdict,
        charger: ChargerVerdict,
    ) {
        self.0.push(PolicyFinding {
            code,
            place,
            detail: detail.into(),
            ocpp,
            charger,
        });
    }

    /// Whether one of the codes was found, about anything.
    pub(crate) fn has_any(&self, codes: &[FindingCode]) -> bool {
        self.0.iter().any(|it| codes.contains(&it.code))
    }

    /// Worst for the charger first, then as found.
    pub(crate) fn into_sorted(mut self) -> Vec<PolicyFinding> {
        self.0
            .sort_by_key(|it| (std::cmp::Reverse(it.charger), std::cmp::Reverse(it.ocpp)));
        self.0
    }
}
