use std::path::{Path, PathBuf};

use charger_commissioning::{FleetAbort, FleetReport, FleetVerdict};
use examples::{Console, Exit, same_again, typed};
use serde_json::json;

/// A file whose name tells the form of the report.
pub(crate) fn file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match form(&path) {
        Some(_) => Ok(path),
        None => Err("the name ends in .txt, .json or .csv".to_owned()),
    }
}

/// Writes the report to every file, and tells it. `journals` are those that outlive the
/// program.
pub(crate) fn tell(
    console: Console,
    report: &FleetReport,
    files: &[PathBuf],
    journals: Option<&Path>,
) -> Result<Exit, String> {
    let journals = journals.filter(|_| matches!(exit(report), Exit::Interrupted | Exit::Midway));
    console.event(
        "report",
        json!({
            "report": report,
            "exit": exit(report).code(),
            "resume": journals.map(|_| same_again()),
        }),
    );
    console.heading("Report");
    console.line(report);
    if let Some(journals) = journals {
        tell_way_on(console, journals);
    }
    for path in files {
        let text = form(path).map_or_else(String::new, |form| form(report));
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(exit(report))
}

/// After a stop: how the fleet goes on, and how one charger goes back.
fn tell_way_on(console: Console, journals: &Path) {
    console.line(format_args!(
        "the journals in {} are enough to go on:\n  {}",
        journals.display(),
        typed(&same_again())
    ));
    let journal = journals.join("NAME.journal");
    console.line(format_args!(
        "to put the charger NAME back:\n  change-back-office --charger ADDRESS --roll-back --journal {}",
        journal.display()
    ));
}

/// The worst that happened to a charger decides.
fn exit(report: &FleetReport) -> Exit {
    let need_person = [FleetVerdict::NeedsPerson, FleetVerdict::JournalUnusable];
    if need_person.iter().any(|it| report.count(*it) > 0) {
        Exit::Unproven
    } else if report.abort == Some(FleetAbort::Cancelled) {
        Exit::Interrupted
    } else if report.count(FleetVerdict::Interrupted) > 0 {
        Exit::Midway
    } else if report.is_success() {
        Exit::Success
    } else {
        Exit::RolledBack
    }
}

fn form(path: &Path) -> Option<fn(&FleetReport) -> String> {
    match path.extension()?.to_str()? {
        "txt" => Some(|report| format!("{report}\n")),
        "json" => Some(|report| report.to_json() + "\n"),
        "csv" => Some(FleetReport::to_csv),
        _ => None,
    }
}
