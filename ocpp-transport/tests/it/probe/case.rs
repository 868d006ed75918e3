use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use ocpp_config::{Secret, SecurityProfile, Severity};
use ocpp_transport::{
    ChargerDescription, FindingCode, ProbeOptions, ProbeReport, ProbeSubject, TlsIdentity,
    TlsServer, TrustRoots, probe,
};

use super::server::{Server, keep, password};

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
    options_at(server.address)
}

pub(crate) fn options_at(address: SocketAddr) -> ProbeOptions {
    ProbeOptions::new()
        .with_step_timeout(Duration::from_secs(30))
        .with_boot_timeout(Duration::from_secs(30))
        .with_settle_time(Duration::from_millis(20))
        .with_addresses([address])
        .with_transcript(true)
}

/// For servers that close: listening ends as soon as they do.
pub(crate) fn until_closed(server: &Server) -> ProbeOptions {
    options(server).with_settle_time(Duration::from_secs(30))
}

pub(crate) fn run(server: &Server, subject: &ProbeSubject) -> ProbeReport {
    probe(subject, &options(server))
}

/// The authorization key of the charger, which servers with TLS ask for.
pub(crate) const KEY: &str = "0123456789abcdefghij";

/// A charger of which nothing is known.
pub(crate) fn any() -> ChargerDescription {
    ChargerDescription::conservative()
}

/// A charger on profile 2 with its key, which dials `host` there.
pub(crate) fn profile2(
    host: &str,
    address: SocketAddr,
    roots: &TrustRoots,
    charger: &ChargerDescription,
) -> ProbeSubject {
    let url = format!("wss://{host}:{}/ocpp", address.port());
    ProbeSubject::new(url, "CP1", SecurityProfile::TLS_BASIC)
        .with_roots(roots)
        .with_charger(charger)
        .with_key(Secret::from(KEY))
}

/// What such a charger meets at a good server with this identity.
pub(crate) fn met(
    host: &str,
    identity: &TlsIdentity,
    roots: &TrustRoots,
    charger: &ChargerDescription,
) -> ProbeReport {
    let tls = TlsServer::new(identity).expect("TLS server");
    let server = Server::ocpp(Some(tls), password(KEY), keep);
    run(&server, &profile2(host, server.address, roots, charger))
}
