//! The preflight that asks a back office over the network, here one on this computer.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use charger_commissioning::{Preflight, PreflightSubject, PreflightVerdict, ProbePreflight};
use charger_sim::{Account, Authority, OfficeOptions, SimulatedBackOffice, TestContainer};
use ocpp_config::{DocumentSource, SecretMap, validate};
use ocpp_transport::{ProbeOptions, ProbeReport};

use crate::bench::{KEY, resolve};

const SERIAL: &str = "ACE0999001";
const HOST: &str = "csms.example.org";

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
    started(OfficeOptions::default().with_account(SERIAL, account))
}

fn started(options: OfficeOptions) -> (SimulatedBackOffice, u16) {
    let office = SimulatedBackOffice::start(options).unwrap();
    let port = office.address().port();
    (office, port)
}

/// The same back office behind TLS, with a certificate of this authority for this name.
fn secure_office(authority: &Arc<Authority>, name: &str) -> (SimulatedBackOffice, u16) {
    let account = Account::open().with_key(KEY);
    let options = OfficeOptions::default()
        .with_account(SERIAL, account)
        .with_tls(authority)
        .with_names([name.to_owned()]);
    started(options)
}

/// Security profile 2 with the root of this authority, as the charger will have it.
fn secure_subject(port: u16, authority: &Authority) -> PreflightSubject {
    let document = format!(
        "preset = \"manual\"\nidentity = \"{SERIAL}\"\n[network-profile.1]\npriority = 1\n\
         ocpp-version = \"1.6\"\ncsms-url = \"wss://{HOST}:{port}/ocpp\"\n\
         interface = \"wired\"\nsecurity-profile = 2\n[security]\n\
         authorization-key = {{ env = \"KEY\", encoding = \"text\" }}\n\
         root-certificate = {{ package = \"Rootcertificate.fwi\", file = \"root.pem\" }}\n"
    );
    let pem = authority.root_pem();
    let package = TestContainer::root_certificate(pem).to_bytes().unwrap();
    let files = SecretMap::new()
        .with_env("KEY", KEY)
        .with_file("root.pem", pem.as_bytes().to_vec())
        .with_file("Rootcertificate.fwi", package);
    let source = DocumentSource::from_toml("charger.toml", &document).unwrap();
    let checked = validate(&source).checked.unwrap();
    let resolved = checked.resolve(&files);
    PreflightSubject::new(resolved.unwrap_or_else(|report| panic!("{}", report.to_text())))
}

fn authority(name: &str) -> Arc<Authority> {
    Arc::new(Authority::generate(name).unwrap())
}

#[test]
fn with_the_root_that_the_charger_gets_a_back_office_behind_tls_will_work() {
    let authority = authority("Root of the back office");
    let (_office, port) = secure_office(&authority, HOST);
    let report = preflight(port).check(&secure_subject(port, &authority));
    assert_eq!(report.verdict, PreflightVerdict::WillWork, "{report:#?}");
    let accepted = report.lines.iter().any(|line| line.contains("ocpp1.6"));
    assert!(accepted, "{report:#?}");
    // What cannot be known from here stands in the report all the same.
    let vantage = report.lines.iter().any(|line| line == ProbeReport::VANTAGE);
    assert!(vantage, "{report:#?}");
}

#[test]
fn with_another_root_than_that_of_the_back_office_it_will_fail() {
    let of_the_charger = authority("Root of the charger");
    let (_office, port) = secure_office(&authority("Root of the back office"), HOST);
    let report = preflight(port).check(&secure_subject(port, &of_the_charger));
    assert_eq!(report.verdict, PreflightVerdict::WillFail, "{report:#?}");
    let vantage = report.lines.iter().any(|line| line == ProbeReport::VANTAGE);
    assert!(vantage, "{report:#?}");
}

#[test]
fn a_certificate_for_another_name_is_found_before_anything_is_written() {
    let authority = authority("Root of the back office");
    let (_office, port) = secure_office(&authority, "other.example.org");
    let report = preflight(port).check(&secure_subject(port, &authority));
    assert_eq!(report.verdict, PreflightVerdict::WillFail, "{report:#?}");
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
