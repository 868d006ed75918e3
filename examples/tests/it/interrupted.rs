//! Ctrl-C in the middle of a changeover, as a person at a terminal throws it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Output, Stdio};

use serde_json::Value;

use crate::scene::{Scene, end, text};

/// What is journalled when the charger has just been armed and written to.
const EVENTS: usize = 6;

#[cfg(unix)]
#[test]
fn ctrl_c_stops_in_order_and_the_rest_is_resumed() {
    let scene = Scene::start();
    let mut command = scene.command(&scene.over_https());
    command.arg("--document").arg(scene.document());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let told = wait_for_events(&mut child, EVENTS);
    interrupt(&child);
    let output = the_rest(child, told);
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    let all = text(&output);
    assert!(all.contains(r#""event":"stopped""#), "{all}");
    assert!(all.contains("can be resumed"), "{all}");
    // The charger's only session is free, so that the installer's other tools get in.
    let holder = scene
        .charger()
        .inspect(charger_sim::ChargerModel::session_holder);
    assert_eq!(holder, None);

    let mut command = scene.command(&scene.over_https());
    command.arg("--resume").arg("--document");
    let output = command.arg(scene.document()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(end(&output), "proven");
    assert_eq!(scene.active_url(), Some(scene.new_office().url()));
}

/// What was told until the journal had this many events.
fn wait_for_events(child: &mut Child, events: usize) -> Vec<u8> {
    let mut told = Vec::new();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap());
    let mut seen = 0;
    while seen < events {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "ended too early");
        let event = serde_json::from_str::<Value>(&line).unwrap();
        seen += usize::from(event["event"] == "journal");
        told.extend_from_slice(line.as_bytes());
    }
    told.extend_from_slice(lines.buffer());
    told
}

fn the_rest(mut child: Child, mut told: Vec<u8>) -> Output {
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_to_end(&mut told)
        .unwrap();
    let mut output = child.wait_with_output().unwrap();
    output.stdout = told;
    output
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status();
    assert!(sent.unwrap().success());
}
