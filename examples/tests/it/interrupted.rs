//! Ctrl-C in the middle of a changeover, as a person at a terminal throws it.

#![cfg(unix)]

use std::process::{Command, Output, Stdio};

use examples::Simulation;
use serde_json::Value;

use crate::scene::{Scene, end, event, interrupt, reads_until, rest_of, text};

/// The charger has been armed and written to by then.
const EVENTS: usize = 6;

#[test]
fn ctrl_c_stops_in_order_and_the_rest_is_resumed() {
    let scene = Scene::start();
    let output = interrupted_midway(&scene);
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    let all = text(&output);
    assert!(all.contains(r#""event":"stopped""#), "{all}");
    assert!(all.contains(r#""resumable":true"#), "{all}");
    // The charger's only session is free, so that the installer's other tools get in.
    let holder = scene
        .charger()
        .inspect(charger_sim::ChargerModel::session_holder);
    assert_eq!(holder, None);

    let output = told_command(&scene, &event(&output, "stopped")["resume"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(end(&output), "proven");
    assert_eq!(scene.active_url(), Some(scene.new_office().url()));
}

#[test]
fn the_way_back_is_told_as_well_and_leads_there() {
    let scene = Scene::start();
    let output = interrupted_midway(&scene);
    let back = &event(&output, "stopped")["roll_back"];
    assert!(back.to_string().contains("ACE0999001.journal"), "{back}");
    let output = told_command(&scene, back);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(end(&output), "rolled-back");
    assert_eq!(scene.active_url(), Some(scene.old().url()));
}

/// A changeover that is told to stop when its journal has so many events.
fn interrupted_midway(scene: &Scene) -> Output {
    let mut command = scene.command(&scene.over_https());
    command.arg("--document").arg(scene.document());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut seen = 0;
    let told = reads_until(&mut child, |event| {
        seen += usize::from(event["event"] == "journal");
        seen == EVENTS
    });
    interrupt(&child);
    rest_of(child, told)
}

/// Runs the very command that a program told.
fn told_command(scene: &Scene, told: &Value) -> Output {
    let words: Vec<String> = serde_json::from_value(told.clone()).unwrap();
    let (program, arguments) = words.split_first().unwrap();
    Command::new(program)
        .args(arguments)
        .env("CHARGER_PASSWORD", Simulation::PASSWORD)
        .current_dir(scene.document().parent().unwrap())
        .output()
        .unwrap()
}

/// The installer's laptop is lost, and a colleague has the journal, the document and what
/// the document names, in a folder of another name.
#[test]
fn a_killed_changeover_is_resumed_from_another_folder() {
    let scene = Scene::start();
    let mut command = scene.command(&scene.over_https());
    command.arg("--document").arg(scene.document());
    command.arg("--journal").arg(scene.journal());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut seen = 0;
    reads_until(&mut child, |event| {
        seen += usize::from(event["event"] == "journal");
        seen == EVENTS
    });
    child.kill().unwrap();
    child.wait().unwrap();

    let folder = tempfile::tempdir().unwrap();
    let files = [
        "charger.journal",
        "charger.toml",
        "csms.key",
        "csms-root.pem",
        "Rootcertificate.fwi",
    ];
    for file in files {
        std::fs::rename(scene.file(file), folder.path().join(file)).unwrap();
    }
    let mut command = scene.command(&scene.over_https());
    command.current_dir(folder.path());
    command.args(["--resume", "--document", "charger.toml"]);
    let output = command.args(["--journal", "charger.journal"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(end(&output), "proven");
    assert_eq!(scene.active_url(), Some(scene.new_office().url()));
    assert_eq!(scene.accepted_by_new(), 1);
}

/// Found by the first stranger who obeyed the tool: an empty journal resumes nothing.
#[test]
fn who_stops_before_anything_was_begun_is_told_to_start_again() {
    let scene = Scene::start();
    let changeover = || {
        let mut command = scene.command(&scene.over_https());
        command.arg("--document").arg(scene.document());
        command
    };
    let mut child = changeover()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let told = reads_until(&mut child, |event| event["event"] == "status");
    interrupt(&child);
    let output = rest_of(child, told);
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    let all = text(&output);
    assert!(all.contains(r#""resumable":false"#), "{all}");

    let output = changeover().output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(end(&output), "proven");
}
