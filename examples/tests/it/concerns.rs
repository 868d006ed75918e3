//! Errors that reach a person say whom they concern. This reads the sources: an error that is
//! added without `concerns()` fails here, or stands below with the reason.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The crates that have `ocpp_config::Concern`. `fwi-format` depends on none of ours, and
/// `charger-sim` is for tests.
const CRATES: [&str; 4] = [
    "ocpp-config",
    "ocpp-transport",
    "charger-link",
    "charger-commissioning",
];

/// A text that is no such value concerns whoever brought it, which only the caller knows.
const VALUES: [&str; 8] = [
    "CodeError",
    "FindingCodeError",
    "KeyFingerprintError",
    "ObjectIdError",
    "RawBytesError",
    "SpellingError",
    "ValueError",
    "ValueTypeError",
];

/// A message that breaks its rules concerns whoever sent it: either side may have.
const MESSAGES: [&str; 4] = [
    "FrameError",
    "PayloadError",
    "PropertyError",
    "UpgradeFault",
];

/// Parts of an error that says it for them, and errors that are told as a report.
const PARTS: [&str; 5] = [
    // `Failure::NotProven`
    "Doubt",
    // the final report of a fleet
    "FleetAbort",
    // `Ocpp201Error`
    "Problem",
    // each finding has its own
    "Report",
    // the library's, if a document that was read cannot be written
    "DocumentWriteError",
];

#[test]
fn every_error_says_whom_it_concerns() {
    let mut silent = BTreeSet::new();
    let mut told = 0;
    for name in CRATES {
        let sources = sources(&root().join(name).join("src"));
        for error in sources.iter().flat_map(|source| errors(source)) {
            match sources.iter().any(|source| concerns(source, &error)) {
                true => told += 1,
                false => {
                    silent.insert(error);
                }
            }
        }
    }
    assert!(told >= 25, "{told} errors found");
    let excused = VALUES.iter().chain(&MESSAGES).chain(&PARTS);
    let excused: BTreeSet<String> = excused.map(|name| (*name).to_owned()).collect();
    assert_eq!(silent, excused);
}

/// The public types that a source makes errors.
fn errors(source: &str) -> Vec<String> {
    let mut errors = Vec::new();
    let mut derives = false;
    for line in source.lines() {
        if line.starts_with("#[derive(") {
            derives = line.contains("thiserror::Error");
        }
        let public = ["pub enum ", "pub struct "];
        if let Some(rest) = public.iter().find_map(|start| line.strip_prefix(start)) {
            let name: String = rest.chars().take_while(|it| it.is_alphanumeric()).collect();
            let by_hand = ["impl Error for ", "impl std::error::Error for "];
            let by_hand = by_hand.map(|start| format!("{start}{name} "));
            if derives || by_hand.iter().any(|line| source.contains(line)) {
                errors.push(name);
            }
            derives = false;
        }
    }
    errors
}

/// Whether one of the blocks of this type has the method.
fn concerns(source: &str, error: &str) -> bool {
    let head = format!("\nimpl {error} {{\n");
    source.split(&head).skip(1).any(|block| {
        let block = block.split("\n}\n").next().unwrap_or_default();
        block.contains("fn concerns(&self) -> Concern")
    })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path) -> Vec<String> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources.extend(self::sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            sources.push(std::fs::read_to_string(&path).unwrap());
        }
    }
    sources
}
