//! What an installer reads and what a program reads of a probe, as golden files.

use std::path::Path;

use ocpp_config::{Secret, SecurityProfile};
use ocpp_transport::{Decision, ProbeReport, ProbeSubject};

use super::case::{options, run, subject};
use super::server::{Server, takes_16};

/// Compares with the file, or rewrites it when `UPDATE_GOLDEN` is set.
fn check(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/probe/golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, found).expect("golden file");
    }
    let expected = std::fs::read_to_string(&path).expect("golden file");
    assert_eq!(found, expected, "{name}: UPDATE_GOLDEN=1 rewrites it");
}

/// The report of a run, with the port that the operating system chose replaced.
fn golden(name: &str, server: &Server, report: &ProbeReport) {
    let port = server.address.port().to_string();
    let same = |text: String| text.replace(&port, "9000");
    check(&format!("{name}.txt"), &same(report.to_string()));
    let json = serde_json::to_string_pretty(report).expect("JSON") + "\n";
    check(&format!("{name}.json"), &same(json));
}

#[test]
fn a_charger_that_is_let_in() {
    let server = Server::plain(takes_16);
    let subject = subject(&server, "ws", SecurityProfile::NONE);
    golden("let-in", &server, &run(&server, &subject));
}

#[test]
fn a_key_that_is_refused() {
    let server = Server::plain(|_| Decision::refuse(401));
    let subject =
        subject(&server, "ws", SecurityProfile::BASIC).with_key(Secret::from("too short"));
    let report = ocpp_transport::probe(&subject, &options(&server).with_transcript(false));
    golden("key-refused", &server, &report);
}

#[test]
fn mistakes_that_are_found_without_any_network() {
    let server = Server::plain(takes_16);
    let url = format!("wss://localhost:{}/ocpp/CP1", server.address.port());
    let subject = ProbeSubject::new(url, "CP1", SecurityProfile::TLS_BASIC);
    golden("offline", &server, &run(&server, &subject));
}
