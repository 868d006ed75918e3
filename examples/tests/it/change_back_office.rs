//! The main job as a user runs it: the program itself, its exit code and its JSON.

use std::process::{Command, Output};

use serde_json::Value;

use crate::scene::{event, text};

#[test]
fn profile_2_ends_accepted_on_the_new_profile() {
    let output = demo(&["--security-profile", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let outcome = outcome(&output);
    assert_eq!(outcome["end"]["end"], "proven");
    assert_eq!(outcome["reading"]["boot_notification"]["name"], "ACCEPTED");
    assert_eq!(outcome["reading"]["active_profile"], 1);
}

#[test]
fn profile_3_installs_a_client_certificate_and_is_accepted() {
    let output = demo(&["--security-profile", "3"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let proposal = event(&output, "proposal");
    let steps = proposal["proposal"]["steps"].to_string();
    assert!(
        steps.contains(r#""item":48"#),
        "no client certificate is installed: {steps}"
    );
    assert_eq!(outcome(&output)["end"]["end"], "proven");
}

#[test]
fn the_staged_strategy_ends_accepted_too() {
    let output = demo(&["--strategy", "staged"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(outcome(&output)["end"]["end"], "proven");
}

#[test]
fn a_wrong_root_is_named_undone_and_fails() {
    let output = demo(&["--wrong-root"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output));
    let ended = event(&output, "outcome");
    assert_eq!(ended["outcome"]["end"]["end"], "rolled-back");
    assert_eq!(
        ended["outcome"]["diagnoses"][0]["code"],
        "root-certificate-missing"
    );
    let root = ended["expected_roots"][0].as_str().unwrap();
    assert!(
        root.contains("New back office root") && root.contains("SHA-256"),
        "{root}"
    );
    // Back where it was: accepted by the old back office, in a boot of its own.
    assert_eq!(
        ended["outcome"]["reading"]["boot_notification"]["number"], 3,
        "ACCEPTED"
    );
}

#[test]
fn a_dry_run_stops_before_the_first_write() {
    let output = demo(&["--dry-run"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let changes = &event(&output, "proposal")["proposal"]["changes"];
    assert!(
        changes
            .as_array()
            .is_some_and(|changes| !changes.is_empty())
    );
    assert!(
        !text(&output).contains(r#""kind":"armed""#),
        "the charger could have been written to"
    );
}

#[test]
fn a_real_job_without_a_charger_is_refused_and_not_simulated() {
    for arguments in [
        &["--document", "charger.toml"][..],
        &["--roll-back"],
        &["--stand-alone"],
        &["--charger", "https://192.0.2.1", "--wrong-root"],
        &["--charger", "https://192.0.2.1"],
        &["--charger", "https://192.0.2.1", "--roll-back", "--dry-run"],
        &["--charger", "https://192.0.2.1", "--roll-back", "--resume"],
    ] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_mistyped_journal_begins_no_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("no-such.journal");
    let place = journal.display().to_string();
    let charger = ["--charger", "https://192.0.2.1"];
    let output = run(&[&charger[..], &["--roll-back", "--journal", &place]].concat());
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(!journal.exists());
}

#[test]
fn no_secret_is_shown() {
    let output = demo(&["--dry-run"]);
    assert!(!text(&output).contains("Demo-key-1234567890"));
    assert!(!text(&output).contains("PRIVATE KEY"));
}

fn demo(arguments: &[&str]) -> Output {
    run(&[arguments, &["--json"]].concat())
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_change-back-office"))
        .args(arguments)
        .output()
        .unwrap()
}

fn outcome(output: &Output) -> Value {
    event(output, "outcome")["outcome"].clone()
}
