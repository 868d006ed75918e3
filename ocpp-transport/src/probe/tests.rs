//! The machine alone: what no server on this machine can show, told to it by hand.

use std::net::SocketAddr;
use std::time::SystemTime;

use ocpp_config::{Secret, SecurityProfile};

use super::action::{Action, Outcome};
use super::machine::ProbeMachine;
use super::options::ProbeOptions;
use super::report::ProbeReport;
use super::subject::ProbeSubject;
use crate::connect_error::{ConnectCause, ConnectError, ConnectStage};
use crate::finding_code::FindingCode;

/// What a probe with a key over `ws` reports about a host with these addresses, each of
/// which fails in this way.
fn told(resolved: Result<&[&str], ConnectCause>, dialled: &ConnectCause) -> ProbeReport {
    let subject = ProbeSubject::new("ws://csms.example.com/ocpp", "CP1", SecurityProfile::BASIC)
        .with_key(Secret::from("0123456789abcdefghij"));
    let options = ProbeOptions::new();
    let mut machine = ProbeMachine::new(&subject, &options, SystemTime::UNIX_EPOCH, [7; 32]);
    while let Some(action) = machine.poll() {
        let outcome = match action {
            Action::Resolve(_) => Outcome::Resolved(match &resolved {
                Ok(addresses) => Ok(addresses.iter().map(|it| it.parse().unwrap()).collect()),
                Err(cause) => Err(ConnectError::new(ConnectStage::Dns, cause.clone())),
            }),
            Action::Dial(_) if *dialled == ConnectCause::Closed => Outcome::Dialled(Ok(())),
            Action::Dial(_) => {
                Outcome::Dialled(Err(ConnectError::new(ConnectStage::Tcp, dialled.clone())))
            }
            Action::Connect(_) => Outcome::Connected(Err(ConnectError::new(
                ConnectStage::Upgrade,
                dialled.clone(),
            ))),
            _ => Outcome::Talked(Vec::new(), super::action::TalkEnd::Closed),
        };
        machine.handle(outcome, SystemTime::UNIX_EPOCH);
    }
    machine.into_report()
}

/// Stands for an address that answers; what follows fails with it.
const ANSWERS: ConnectCause = ConnectCause::Closed;

#[test]
fn what_the_name_server_says_ends_in_its_finding() {
    for (resolved, expected) in [
        (Err(ConnectCause::UnknownHost), FindingCode::DNS_NX),
        (Err(ConnectCause::Timeout), FindingCode::DNS_FAIL),
        (
            Err(ConnectCause::Resolver("SERVFAIL".to_owned())),
            FindingCode::DNS_FAIL,
        ),
        (Ok(["[2001:db8::1]:80"].as_slice()), FindingCode::DNS_V6ONLY),
        (Ok(&["10.1.2.3:80"]), FindingCode::DNS_PRIVATE),
        (Ok(&["100.64.0.1:80"]), FindingCode::DNS_PRIVATE),
        (Ok(&["[fd00::1]:80"]), FindingCode::DNS_PRIVATE),
    ] {
        let report = told(resolved, &ANSWERS);
        assert!(report.has(expected), "{expected}\n{report}");
    }
}

#[test]
fn what_tcp_says_ends_in_its_finding() {
    for (cause, expected) in [
        (ConnectCause::Timeout, FindingCode::TCP_TIMEOUT),
        (ConnectCause::Unreachable, FindingCode::TCP_UNREACHABLE),
        (ConnectCause::ConnectionRefused, FindingCode::TCP_REFUSED),
    ] {
        let report = told(Ok(&["203.0.113.1:80"]), &cause);
        assert!(report.has(expected), "{expected}\n{report}");
    }
}

#[test]
fn a_key_in_clear_text_is_a_matter_of_the_network() {
    for (address, public) in [("203.0.113.1:80", true), ("10.1.2.3:80", false)] {
        let report = told(Ok(&[address]), &ANSWERS);
        assert_eq!(
            report.has(FindingCode::WS_PROFILE1_CLEAR),
            public,
            "{report}"
        );
    }
}

#[test]
fn no_more_than_eight_addresses_are_dialled() {
    let many: Vec<String> = (1..30).map(|it| format!("203.0.113.{it}:80")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let report = told(Ok(&many), &ConnectCause::Timeout);
    let first: SocketAddr = "203.0.113.1:80".parse().unwrap();
    assert_eq!(report.addresses().first(), Some(&first));
    assert_eq!(report.addresses().len(), 8);
}
