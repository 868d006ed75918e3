use std::path::{Path, PathBuf};

use charger_commissioning::{FleetAbort, FleetReport, FleetVerdict};
use examples::{Console, Exit};
use serde_json::json;

/// A file whose name tells the form of the report.
pub(crate) fn file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match form(&path) {
        Some(_) => Ok(path),
        None => Err("the name ends in .txt, .json or .csv".to_owned()),
    }
}

/// Writes the report to every file, and tells it.
pub(crate) fn tell(
    console: Console,
    report: &FleetReport,
    files: &[PathBuf],
) -> Result<Exit, String> {
    console.event(
        "report",
        json!({ "report": report, "exit": exit(report).code() }),
    );
    console.heading("Report");
    console.line(report);
    for path in files {
        let text = form(path).map_or_else(String::new, |form| form(report));
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(exit(report))
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
