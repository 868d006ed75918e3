use std::fmt;

use super::report::{ProbeFinding, ProbeReport, ProbeVerdict};

/// The report as an installer reads it.
impl fmt::Display for ProbeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} as {}, security profile {}\n",
            self.url, self.identity, self.profile
        )?;
        for step in &self.steps {
            let mark = if step.passed { "ok  " } else { "FAIL" };
            writeln!(f, "  {mark}  {:10}  {}", step.name, step.detail)?;
        }
        writeln!(f)?;
        for finding in &self.findings {
            write_finding(finding, f)?;
        }
        for line in &self.transcript {
            writeln!(f, "  {line}")?;
        }
        if !self.transcript.is_empty() {
            writeln!(f)?;
        }
        writeln!(f, "{}\n", Self::VANTAGE)?;
        f.write_str(match self.verdict() {
            ProbeVerdict::WillWork if self.boot.is_some() => CONNECTED_BEFORE,
            ProbeVerdict::WillWork => "The charger would be let in.",
            ProbeVerdict::WillFail => "The charger would not get through.",
            ProbeVerdict::Unknown => "Not everything can be known from here.",
        })
    }
}

fn write_finding(finding: &ProbeFinding, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let code = finding.code;
    writeln!(f, "  {:7}  {code}: {}", finding.severity, code.meaning())?;
    if !finding.detail.is_empty() {
        writeln!(f, "           {}", finding.detail)?;
    }
    writeln!(f, "           {}: {}\n", code.concerns(), code.advice())
}

/// Some back offices refuse an identity whose last session has only just ended
/// (citrineos/citrineos-core PR #583, lorenzodonini/ocpp-go#314).
const CONNECTED_BEFORE: &str = "The charger would be let in. Wait ten seconds before it connects: \
     some back offices take it for a duplicate until then.";
