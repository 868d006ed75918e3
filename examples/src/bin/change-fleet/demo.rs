use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use examples::{Exit, Simulation, SimulationOptions, Tolerance};
use serde_json::json;

use crate::arguments::Arguments;
use crate::work::Work;

/// The main job on a small simulated fleet.
pub(crate) fn change(arguments: &Arguments) -> Result<Exit, Box<dyn Error>> {
    let console = crate::console(arguments);
    let folder = tempfile::tempdir()?;
    let mut options = SimulationOptions::default();
    options.chargers = arguments.demo.chargers.into();
    options.wrong_root = arguments.demo.bad_document;
    let simulation = Simulation::start(&options, folder.path())?;
    for (title, file) in [
        ("List", simulation.fleet()),
        ("Document", simulation.document()),
    ] {
        let text = std::fs::read_to_string(file)?;
        console.heading(title);
        console.line(&text);
        console.event("file", json!({ "name": title, "text": text }));
    }
    let mut link = arguments.link.clone();
    link.user = "admin".to_owned();
    link.pins = simulation.pins();
    let journals = journals(folder.path())?;
    let work = Work {
        folder: folder.path(),
        journals: &journals,
        change: &arguments.change,
        link: &link,
        policy: arguments.limits.over(Simulation::policy()),
        tolerance: Tolerance::of_a_simulation()?,
        password: Some(Simulation::PASSWORD.into()),
        patience: Duration::from_secs(arguments.fleet.patience),
        // The simulation stands in for an installer who agrees.
        consent: true,
        dry_run: arguments.dry_run,
        cancel: examples::cancel_on_interrupt(),
    };
    crate::change(arguments, crate::read_list(&simulation.fleet())?, &work)
}

fn journals(folder: &Path) -> std::io::Result<PathBuf> {
    let journals = folder.join("journals");
    std::fs::create_dir(&journals)?;
    Ok(journals)
}
