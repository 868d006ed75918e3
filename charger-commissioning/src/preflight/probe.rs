use std::time::Duration;

use charger_link::Cancel;
use ocpp_config::{CheckedProfile, ResolvedDocument, Severity};
use ocpp_transport::{
    ChargerDescription, ProbeOptions, ProbeReport, ProbeSubject, ProbeVerdict, SubjectError, probe,
};

use crate::{Preflight, PreflightReport, PreflightSubject, PreflightVerdict};

/// The preflight that asks the new back office, from where the tool runs, what the charger
/// would get: with the URLs, identity, key, roots and client certificate of the document,
/// by the probe of `ocpp-transport`. It ends before the first OCPP message, so nothing
/// changes at the back office.
///
/// It sees the network of this computer, which may not be the charger's: a mobile network
/// with an APN of its own is out of its sight. The report says so.
///
/// ```no_run
/// use charger_commissioning::{ChangeBackOffice, Driver, FileJournal, Journal, ProbePreflight};
/// use charger_link::Cancel;
///
/// # fn example(
/// #     document: ocpp_config::ResolvedDocument,
/// #     mut link: impl charger_link::Link,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// let mut journal = Journal::open(FileJournal::open("ACE0999001.journal")?)?;
/// let mut machine = ChangeBackOffice::new(document).start(&journal.history())?;
/// let cancel = Cancel::new();
/// let outcome = Driver::new(&mut link, &mut journal)
///     .with_preflight(ProbePreflight::new().with_cancel(&cancel))
///     .with_cancel(&cancel)
///     .run(&mut machine)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ProbePreflight {
    charger: ChargerDescription,
    options: ProbeOptions,
    cancel: Cancel,
}

impl ProbePreflight {
    /// A preflight for a charger of which nothing is known.
    pub fn new() -> Self {
        Self {
            charger: ChargerDescription::conservative(),
            options: ProbeOptions::new()
                .with_step_timeout(Duration::from_secs(10))
                .with_settle_time(Duration::from_secs(1)),
            cancel: Cancel::new(),
        }
    }

    /// What is known about the charger's own connection habits. Defaults to
    /// [`ChargerDescription::conservative`].
    #[must_use]
    pub fn with_charger(mut self, charger: &ChargerDescription) -> Self {
        self.charger = charger.clone();
        self
    }

    /// How long the steps of a probe may take, and which addresses are dialled. Their stop
    /// check is replaced by [`with_cancel`](Self::with_cancel). Defaults to ten seconds a
    /// step and one second of listening at the end.
    #[must_use]
    pub fn with_options(mut self, options: ProbeOptions) -> Self {
        self.options = options;
        self
    }

    /// Lets `cancel` stop it, for good: what was not asked yet is not known then. Defaults
    /// to a switch that nobody throws.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    fn ask(
        &self,
        document: &ResolvedDocument,
        profile: &CheckedProfile<'_>,
    ) -> Result<ProbeReport, SubjectError> {
        let subject = ProbeSubject::of_document(document, profile, &self.charger)?;
        let cancel = self.cancel.clone();
        let options = self.options.clone();
        let options = options.with_stop_check(move || cancel.is_cancelled());
        Ok(probe(&subject, &options))
    }
}

impl Default for ProbePreflight {
    fn default() -> Self {
        Self::new()
    }
}

impl Preflight for ProbePreflight {
    fn check(&mut self, subject: &PreflightSubject) -> PreflightReport {
        let document = subject.document();
        let mut findings = Findings::default();
        for profile in document.checked().profiles() {
            let name = format!("profile {}: {}", profile.slot(), profile.url().as_str());
            findings.add(&name, self.ask(document, &profile));
        }
        findings.report()
    }
}

/// The probe blocks, so it runs on a thread of the runtime's for such work.
#[cfg(feature = "tokio")]
impl crate::AsyncPreflight for ProbePreflight {
    async fn check(&mut self, subject: &PreflightSubject) -> PreflightReport {
        let (mut preflight, subject) = (self.clone(), subject.clone());
        let probing = move || Preflight::check(&mut preflight, &subject);
        let report = tokio::task::spawn_blocking(probing).await;
        report.unwrap_or_else(|_| {
            PreflightReport::new(PreflightVerdict::Unknown, "the preflight broke off")
        })
    }
}

/// What was found out, profile by profile.
#[derive(Debug, Default)]
struct Findings {
    verdict: Option<PreflightVerdict>,
    lines: Vec<String>,
}

impl Findings {
    fn add(&mut self, name: &str, found: Result<ProbeReport, SubjectError>) {
        let verdict = match found {
            Ok(report) => {
                let told = told(&report);
                self.lines
                    .extend(told.into_iter().map(|line| format!("{name}: {line}")));
                verdict_of(report.verdict())
            }
            Err(why) => {
                let line = format!("{name}: cannot be known from here, {why}");
                self.lines.push(line);
                PreflightVerdict::Unknown
            }
        };
        self.verdict = Some(
            self.verdict
                .map_or(verdict, |so_far| worse(so_far, verdict)),
        );
    }

    fn report(mut self) -> PreflightReport {
        let Some(verdict) = self.verdict else {
            let summary = "a preset does not tell which back office it leads to";
            return PreflightReport::new(PreflightVerdict::Unknown, summary);
        };
        self.lines.push(ProbeReport::VANTAGE.to_owned());
        PreflightReport::new(verdict, summary(verdict)).with_lines(self.lines)
    }
}

const fn summary(verdict: PreflightVerdict) -> &'static str {
    match verdict {
        PreflightVerdict::WillWork => "the charger would be let in",
        PreflightVerdict::WillFail => "the charger would be turned away",
        PreflightVerdict::Unknown => "not everything can be known from here",
    }
}

/// The end of the probe in one line, and what has to be done, in one line each.
fn told(report: &ProbeReport) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(version) = report.version() {
        lines.push(format!("accepted the connection, {version}"));
    }
    for finding in report.findings() {
        let code = finding.code;
        if finding.severity > Severity::Note {
            let (meaning, advice) = (code.meaning(), code.advice());
            let detail = in_brackets(&finding.detail);
            lines.push(format!("{code}: {meaning}{detail}; {advice}"));
        }
    }
    lines
}

fn in_brackets(detail: &str) -> String {
    match detail {
        "" => String::new(),
        detail => format!(" ({detail})"),
    }
}

const fn verdict_of(verdict: ProbeVerdict) -> PreflightVerdict {
    match verdict {
        ProbeVerdict::WillWork => PreflightVerdict::WillWork,
        ProbeVerdict::WillFail => PreflightVerdict::WillFail,
        _ => PreflightVerdict::Unknown,
    }
}

/// One profile that is refused is enough to stop; one that cannot be asked leaves the
/// whole open.
const fn worse(one: PreflightVerdict, other: PreflightVerdict) -> PreflightVerdict {
    use PreflightVerdict::{Unknown, WillFail, WillWork};
    match (one, other) {
        (WillFail, _) | (_, WillFail) => WillFail,
        (Unknown, _) | (_, Unknown) => Unknown,
        (WillWork, WillWork) => WillWork,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_profile_decides() {
        use PreflightVerdict::{Unknown, WillFail, WillWork};
        for (one, other, both) in [
            (WillWork, WillWork, WillWork),
            (WillWork, Unknown, Unknown),
            (Unknown, Unknown, Unknown),
            (WillWork, WillFail, WillFail),
            (Unknown, WillFail, WillFail),
            (WillFail, WillFail, WillFail),
        ] {
            assert_eq!(worse(one, other), both);
            assert_eq!(worse(other, one), both);
        }
    }

    #[test]
    fn a_finding_without_details_has_no_brackets() {
        assert_eq!(in_brackets(""), "");
        assert_eq!(in_brackets("HTTP 401"), " (HTTP 401)");
    }

    #[test]
    fn nothing_is_promised_of_a_preset() {
        let report = Findings::default().report();
        assert_eq!(report.verdict, PreflightVerdict::Unknown);
        assert!(report.summary.contains("preset"), "{report:?}");
    }
}
