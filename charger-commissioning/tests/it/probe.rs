//! The preflight that asks a back office over the network, here one on this computer.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use charger_commissioning::{Preflight, PreflightSubject, PreflightVerdict, ProbePreflight};
use charger_sim::{Account, OfficeOptions, SimulatedBackOffice};
use ocpp_transport::ProbeOptions;

use crate::bench::{KEY, resolve};

const SERIAL: &str = "ACE0999001";

/// One profile over an unprotected connection, with a key.
fn subject(port: u16) -> PreflightSubject {
    PreflightSubject::new(resolve(&format!(
        "preset = \"manual\"\nidentity = \"{SERIAL}\"\n[network-profile.1]\npriority = 1\n\
         ocpp-version = \"1.6\"\ncsms-url = \"ws://csms.example.org:{port}/ocpp\"\n\
         interface = \"wired\"\nsecurity-profile = 1\n[security]\n\
         authorization-key = {{ env = \"KEY\", encoding = \"text\" }}\n"
    )))
}

/// The name of the document is not in any DNS: this computer stands for it.
fn preflight(port: u16) -> ProbePreflight {
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let options = ProbeOptions::new()
        .with_addresses([here])
        .with_settle_time(Duration::from_millis(100));
    ProbePreflight::new().with_options(options)
}

fn office(key: &str) -> (SimulatedBackOffice, u16) {
    let account = Account::open().with_key(key);
    let options = OfficeOptions::default().with_account(SERIAL, account);
    let office = SimulatedBackOffice::start(options).unwrap();
    let address = office.url();
    let port = address.trim_end_matches('/').rsplit(':').next().unwrap();
    let port = port.split('/').next().unwrap().parse().unwrap();
    (office, port)
}

#[test]
fn a_back_office_that_knows_the_charger_and_its_key_will_work() {
    let (_office, port) = office(KEY);
    let report = preflight(port).check(&subject(port));
    assert_eq!(report.verdict, PreflightVerdict::WillWork, "{report:#?}");
    assert!(report.lines.iter().all(|line| !line.contains(KEY)));
}

#[test]
fn a_wrong_key_is_found_before_anything_is_written() {
    let (_office, port) = office("another key of the kind");
    let report = preflight(port).check(&subject(port));
    assert_eq!(report.verdict, PreflightVerdict::WillFail, "{report:#?}");
}

#[test]
fn a_cancelled_preflight_knows_nothing() {
    let (_office, port) = office(KEY);
    let cancel = charger_link::Cancel::new();
    cancel.cancel();
    let report = preflight(port).with_cancel(&cancel).check(&subject(port));
    assert_eq!(report.verdict, PreflightVerdict::Unknown, "{report:#?}");
}

#[cfg(feature = "tokio")]
#[test]
fn on_tokio_the_answer_is_the_same() {
    use charger_commissioning::AsyncPreflight;

    let (_office, port) = office(KEY);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut preflight = preflight(port);
    let report = runtime.block_on(AsyncPreflight::check(&mut preflight, &subject(port)));
    assert_eq!(report.verdict, PreflightVerdict::WillWork, "{report:#?}");
}
