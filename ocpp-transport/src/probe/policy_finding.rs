use ocpp_config::Severity;

use super::report::ProbeFinding;
use crate::policy::{ChargerVerdict, PolicyFinding};

/// A finding of the certificate policy, with the charger's verdict as its severity. What
/// the charger accepts is a warning at most.
pub(crate) fn of_policy(finding: &PolicyFinding) -> ProbeFinding {
    let severity = match finding.charger {
        ChargerVerdict::Refuses => Severity::Error,
        ChargerVerdict::MayRefuse => Severity::Warning,
        ChargerVerdict::Accepts => finding.code.usual_severity().min(Severity::Warning),
    };
    let detail = match &finding.place {
        Some(place) => format!("{place}: {}", finding.detail),
        None => finding.detail.clone(),
    };
    ProbeFinding::new(finding.code, super::transcript::printable(&detail)).with_severity(severity)
}
