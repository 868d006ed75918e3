use std::error::Error;

use charger_commissioning::{ChangeBackOffice, Journal, LocalSecrets, MemoryJournal};
use examples::{
    Exit, Place, Simulation, SimulationOptions, Teller, Telling, Tolerance, cancel_on_interrupt,
    describe_roots, drive, read_document, resolve_document,
};
use serde_json::json;

use crate::arguments::Arguments;

/// The main job on a simulated charger.
pub(crate) fn change(arguments: &Arguments) -> Result<Exit, Box<dyn Error>> {
    let console = arguments.procedure.console();
    let folder = tempfile::tempdir()?;
    let mut options = SimulationOptions::default();
    options.security_profile = arguments.demo.security_profile;
    options.wrong_root = arguments.demo.wrong_root;
    let simulation = Simulation::start(&options, folder.path())?;
    let text = std::fs::read_to_string(simulation.document())?;
    tell_scene(arguments, &simulation, &text);
    let source = read_document(&simulation.document())?;
    let secrets = LocalSecrets::new(folder.path());
    let tolerance = Tolerance::of_a_simulation()?;
    let Some(document) = resolve_document(console, &source, &secrets, &tolerance) else {
        return Ok(Exit::Findings);
    };
    let telling = Telling::new(console)
        .with_roots(describe_roots(&document))
        .for_dry_run(arguments.procedure.dry_run);
    let change = ChangeBackOffice::new(document);
    let policy = arguments.procedure.limits.over(Simulation::policy());
    let journal = Journal::open(MemoryJournal::new())?;
    let machine = arguments
        .change
        .apply(change, policy)
        .start(&journal.history())?;
    // The simulation stands in for an installer who agrees.
    let mut teller = Teller::new(console, true, arguments.procedure.dry_run);
    let link = link(arguments, &simulation)?;
    let result = drive(machine, link, journal, &mut teller, &cancel_on_interrupt());
    Ok(telling.tell(&result))
}

fn tell_scene(arguments: &Arguments, simulation: &Simulation, document: &str) {
    let console = arguments.procedure.console();
    for charger in simulation.chargers() {
        console.line(format_args!(
            "simulated charger {} at {}, accepted at its old back office {}",
            simulation.serial(0),
            charger.url(),
            simulation.old().url()
        ));
    }
    console.line(format_args!(
        "new back office at {}",
        simulation.new_office().url()
    ));
    console.heading("Document");
    console.line(document);
    console.event("document", json!({ "toml": document }));
}

/// The way to the charger, whose key is among the known ones.
fn link(
    arguments: &Arguments,
    simulation: &Simulation,
) -> Result<Box<dyn charger_link::Link>, Box<dyn Error>> {
    let charger = simulation
        .chargers()
        .first()
        .ok_or("no charger is simulated")?;
    let place: Place = charger.url().parse()?;
    let mut link = arguments.procedure.charger.link.clone();
    link.user = "admin".to_owned();
    link.pins = simulation.pins();
    let password = || Ok(Simulation::PASSWORD.into());
    Ok(link.open(&place, link.trust(None), password)?)
}
