//! Moves many EV chargers from one back office to another, and stops when it goes wrong.

mod arguments;
mod demo;
mod report;
mod watch;
mod work;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use charger_commissioning::{Fleet, FleetList, FleetListError, FleetRunner, Policy};
use clap::Parser;
use examples::{Console, Exit, Tolerance, cancel_on_interrupt, counted, read_text, tell_findings};

use arguments::Arguments;
use watch::Watch;
use work::Work;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.fleet.fleet {
        Some(list) => change_listed(&arguments, list),
        None => demo::change(&arguments),
    };
    let console = console(&arguments);
    result
        .unwrap_or_else(|error| match error.downcast_ref::<FleetListError>() {
            Some(error) => console.error(Exit::Findings, format_args!("the list: {error}")),
            None => console.fail(error.as_ref()),
        })
        .into()
}

const fn console(arguments: &Arguments) -> Console {
    Console::new(arguments.output.json)
}

fn change_listed(arguments: &Arguments, list: &Path) -> Result<Exit, Box<dyn Error>> {
    let chargers = read_list(list)?;
    let journals = &arguments.fleet.journals;
    if !arguments.dry_run {
        std::fs::create_dir_all(journals)
            .map_err(|error| format!("{}: {error}", journals.display()))?;
    }
    let work = Work {
        folder: list.parent().unwrap_or_else(|| Path::new("")),
        journals,
        change: &arguments.change,
        link: &arguments.link,
        policy: arguments.limits.over(Policy::default()),
        tolerance: Tolerance::asked_for(&arguments.fleet.tolerate),
        password: None,
        patience: Duration::from_secs(arguments.fleet.patience),
        consent: arguments.output.yes,
        dry_run: arguments.dry_run,
        cancel: cancel_on_interrupt(),
    };
    change(arguments, chargers, &work)
}

/// Checks everything, works through the fleet, and tells how it ended.
fn change(
    arguments: &Arguments,
    chargers: FleetList,
    work: &Work<'_>,
) -> Result<Exit, Box<dyn Error>> {
    let console = console(arguments);
    if let Some(exit) = check(console, &chargers, work) {
        return Ok(exit);
    }
    let watch = Watch::new(console, chargers.entries().len());
    let fleet = Fleet::new(chargers, arguments.waves.policy());
    let report = FleetRunner::new(fleet)
        .with_cancel(&work.cancel)
        .with_watch(|report| watch.show(report))
        .run(|entry, status| work.carry_out(entry, status));
    watch.end();
    let journals = arguments.fleet.fleet.is_some().then_some(work.journals);
    Ok(report::tell(
        console,
        &report,
        &arguments.reports,
        journals,
    )?)
}

/// Tells the errors of every charger; how to end if there are any.
fn check(console: Console, chargers: &FleetList, work: &Work<'_>) -> Option<Exit> {
    let mut end = None;
    let mut warnings = 0;
    let mut tolerated = BTreeSet::new();
    for entry in chargers.entries() {
        let name = &entry.name;
        match work.check(entry) {
            Ok(report) if report.has_errors() => {
                console.bad(format_args!("\n{name}: the document has errors"));
                tell_findings(console, &report);
                end = end.or(Some(Exit::Findings));
            }
            Ok(report) => {
                let others = report.findings().iter().any(|it| !it.is_tolerated());
                warnings += usize::from(others);
                tolerated.extend(Tolerance::used_in(&report));
            }
            Err((exit, error)) => end = Some(console.error(exit, format_args!("{name}: {error}"))),
        }
    }
    work.tolerance.tell(console, tolerated);
    if end.is_none() && warnings > 0 {
        console.line(format_args!(
            "findings in the documents of {}; check-config tells them",
            counted(warnings, "charger")
        ));
    }
    end
}

/// Reads a list by the end of its name.
fn read_list(path: &Path) -> Result<FleetList, Box<dyn Error>> {
    let text = read_text(path, LARGEST_LIST)?;
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("csv") => Ok(FleetList::from_csv(&text)?),
        Some("toml") => Ok(FleetList::from_toml(&text)?),
        _ => Err("the name of the list ends in .csv or .toml".into()),
    }
}

/// A hundred thousand chargers with long names.
const LARGEST_LIST: u64 = 64 << 20;
