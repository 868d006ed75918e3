//! ocpp-transport: would this back office let the charger in?
//!
//! The probe walks the charger's way (DNS, TCP, TLS, certificate, WebSocket) and says who
//! has to act. Blocking first, then the same on tokio, asking two profiles at once.
//!
//! `cargo run -p examples --example ask_back_office`

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use charger_sim::{Account, Authority, OfficeOptions, SimulatedBackOffice};
use ocpp_config::{Secret, SecurityProfile};
use ocpp_transport::{ProbeOptions, ProbeReport, ProbeSubject, ProbeVerdict, TrustRoots, probe};

const IDENTITY: &str = "ACE0999001";
const KEY: &str = "Example-key-12345678";

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    // Stands in for the operator's back office: TLS under a private root, and a key.
    let root = Arc::new(Authority::generate("Example root")?);
    let account = Account::open()
        .with_key(KEY)
        .with_lowest_security_profile(2);
    let options = OfficeOptions::default().with_account(IDENTITY, account);
    let office = SimulatedBackOffice::start(options.with_tls(&root))?;
    let roots = TrustRoots::parse(root.root_pem().as_bytes())?;

    let right = subject(&office.url(), KEY, &roots);
    let report = probe(&right, &options_for_a_person());
    show(&report);
    assert_eq!(report.verdict(), ProbeVerdict::WillWork);

    let wrong = subject(&office.url(), "another-key-12345678", &roots);
    ask_both(&right, &wrong)
}

/// With exactly what the charger will be given.
fn subject(url: &str, key: &str, roots: &TrustRoots) -> ProbeSubject {
    ProbeSubject::new(url, IDENTITY, SecurityProfile::TLS_BASIC)
        .with_roots(roots)
        .with_key(Secret::from(key))
}

fn options_for_a_person() -> ProbeOptions {
    ProbeOptions::new()
        .with_step_timeout(Duration::from_secs(10))
        .with_progress(|step, target| println!("… {step} {target}"))
}

fn show(report: &ProbeReport) {
    println!("{}: {:?}", report.url(), report.verdict());
    for finding in report.findings() {
        println!("  {finding}");
        println!(
            "    concerns {}: {}",
            finding.code.concerns(),
            finding.code.advice()
        );
    }
}

#[tokio::main(flavor = "current_thread")]
async fn ask_both(right: &ProbeSubject, wrong: &ProbeSubject) -> Result<(), Box<dyn Error>> {
    let options = ProbeOptions::new();
    let (right, wrong) = tokio::join!(
        ocpp_transport::tokio::probe(right, &options),
        ocpp_transport::tokio::probe(wrong, &options),
    );
    assert_eq!(right.verdict(), ProbeVerdict::WillWork);
    assert_eq!(wrong.verdict(), ProbeVerdict::WillFail);
    show(&wrong);
    Ok(())
}
