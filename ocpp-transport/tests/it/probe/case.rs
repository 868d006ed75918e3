use std::collections::BTreeSet;
use std::time::Duration;

use ocpp_config::{SecurityProfile, Severity};
use ocpp_transport::{FindingCode, ProbeOptions, ProbeReport, ProbeSubject, probe};

use super::server::Server;

/// One server and what the probe has to say about it.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) expected: Vec<FindingCode>,
    run: Box<dyn FnOnce() -> ProbeReport>,
}

impl Case {
    pub(crate) fn new(
        name: &'static str,
        expected: &[FindingCode],
        run: impl FnOnce() -> ProbeReport + 'static,
    ) -> Self {
        Self {
            name,
            expected: expected.to_vec(),
            run: Box::new(run),
        }
    }

    /// The findings that are warnings or errors are exactly the expected ones; expected
    /// notes are among the notes.
    fn check(self) -> Result<(), String> {
        let report = (self.run)();
        let is_note = |it: &FindingCode| {
            let mut findings = report.findings().iter().filter(|found| found.code == *it);
            findings.all(|found| found.severity == Severity::Note)
        };
        let serious: BTreeSet<FindingCode> = report
            .findings()
            .iter()
            .filter(|it| it.severity > Severity::Note)
            .map(|it| it.code)
            .collect();
        let expected = self.expected.iter().copied();
        let expected: BTreeSet<FindingCode> = expected
            .filter(|it| !report.has(*it) || !is_note(it))
            .collect();
        if serious == expected {
            return Ok(());
        }
        Err(format!(
            "{}: expected {expected:?}, found {serious:?}\n{report}",
            self.name
        ))
    }
}

pub(crate) fn check_all(cases: Vec<Case>) {
    let wrong = cases.into_iter().filter_map(|case| case.check().err());
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A subject for a server on this machine.
pub(crate) fn subject(server: &Server, scheme: &str, profile: SecurityProfile) -> ProbeSubject {
    let port = server.address.port();
    ProbeSubject::new(format!("{scheme}://localhost:{port}/ocpp"), "CP1", profile)
}

pub(crate) fn options(server: &Server) -> ProbeOptions {
    ProbeOptions::new()
        .with_step_timeout(Duration::from_secs(30))
        .with_boot_timeout(Duration::from_secs(30))
        .with_settle_time(Duration::from_millis(20))
        .with_addresses(&[server.address])
        .with_transcript(true)
}

/// For servers that close: listening ends as soon as they do.
pub(crate) fn until_closed(server: &Server) -> ProbeOptions {
    options(server).with_settle_time(Duration::from_secs(30))
}

pub(crate) fn run(server: &Server, subject: &ProbeSubject) -> ProbeReport {
    probe(subject, &options(server))
}
