//! ocpp-config: a form in a tool that checks while somebody types.
//!
//! Shows layers, all findings at once at their fields, and the plan for one charger. The
//! crate does no I/O, so that this is the same in blocking and asynchronous code.
//!
//! `cargo run -p examples --example check_document`

use std::error::Error;

use charger_link::Charger;
use charger_sim::{ChargerSetup, World};
use ocpp_config::{DocumentSource, PlanOptions, Secret, SecretMap, plan, validate};

/// What all chargers of the operator have in common.
const FLEET: &str = r#"
preset = "manual"
cpo-name = "Example CPO"

[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://csms.example.com/ocpp"
interface = "wired"
security-profile = 1

[security]
authorization-key = { env = "CSMS_KEY", encoding = "text" }
"#;

/// What somebody has typed into the form of one charger so far.
const TYPED: &str = r#"
identity = "ACE0999001"
[network-profile.1]
csms-url = "https://csms.example.com"
security-profile = 7
"#;

/// What it is a moment later.
const MENDED: &str = r#"
identity = "ACE0999001"
"#;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    // Every finding at once, each at its field and with what to do about it. The code is
    // stable: it is what a translation hangs on.
    let findings = show_findings(TYPED)?;
    assert_eq!(findings, 2);

    let document = layers(MENDED)?;
    let checked = validate(&document).checked.ok_or("it has errors")?;

    // Only now are secrets looked for: here in memory, in a tool in its own store.
    let secrets = SecretMap::new().with_env("CSMS_KEY", Secret::from("Example-key-12345678"));
    let resolved = checked.resolve(&secrets)?;

    // What would have to be written to this very charger? Secrets are masked.
    let snapshot = some_charger()?;
    let plan = plan(&resolved, &snapshot, &PlanOptions::new())?;
    println!("{plan}");
    for door in plan.one_way_doors() {
        println!("cannot be undone: {door}");
    }
    Ok(())
}

fn layers(typed: &str) -> Result<DocumentSource, Box<dyn Error>> {
    let fleet = DocumentSource::from_toml("fleet.toml", FLEET)?;
    let typed = DocumentSource::from_toml("the form", typed)?;
    Ok(DocumentSource::layered(fleet, [typed]))
}

fn show_findings(typed: &str) -> Result<usize, Box<dyn Error>> {
    let report = validate(&layers(typed)?).report;
    for finding in report.errors() {
        println!(
            "{} [{}]: {}",
            finding.path(),
            finding.code(),
            finding.message()
        );
        println!("  what to do: {}", finding.advice());
    }
    Ok(report.errors().count())
}

/// The settings of a charger, from the simulator; in a tool over any link.
fn some_charger() -> Result<ocpp_config::Snapshot, Box<dyn Error>> {
    let world = World::new();
    let charger = world.add_charger(ChargerSetup::default());
    Ok(Charger::new(world.link(charger)).read_all(&mut |_| {})?)
}
