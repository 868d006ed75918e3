//! The tools that talk to one charger, as scripts see them: exit codes and JSON.

use std::process::{Command, Output};
use std::time::Duration;

use charger_link::https::KeyFingerprint;
use charger_sim::{
    ChargerSetup, Dialect, GatewayOptions, SimulatedCharger, SimulatedGateway, TestContainer,
};
use serde_json::Value;

#[test]
fn identify_charger_tells_identity_back_office_and_state() {
    let sim = start();
    let output = run(&sim, env!("CARGO_BIN_EXE_identify-charger"), &at(&sim));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let events = events(&output);
    let names: Vec<&str> = events
        .iter()
        .filter_map(|event| event["event"].as_str())
        .collect();
    assert_eq!(names, ["identity", "back-office", "live"]);
    assert_eq!(events[0]["identity"]["serial_number"], "ACE0999001");
    assert_eq!(events[0]["key_is_confirmed"], true);
    let state = &events[2]["state"]["boot_notification"];
    assert!(
        state["name"].is_string() && state["number"].is_i64(),
        "{state}"
    );
}

#[test]
fn identify_charger_looks_through_a_gateway_as_well() {
    let sim = start();
    let options = GatewayOptions::new(Dialect::CanOpenNode);
    let gateway = SimulatedGateway::tcp(&sim, options).unwrap();
    let url = format!("gateway://{}", gateway.address().unwrap());
    for (more, told) in [
        (&[][..], &["identity", "back-office", "live"][..]),
        (&["--no-login"], &["identity"]),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_identify-charger"))
            .args(["--json", "--charger", &url, "--node", "4"])
            .args(more)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let events = events(&output);
        let names = events.iter().filter_map(|event| event["event"].as_str());
        assert_eq!(names.collect::<Vec<_>>(), told);
        assert_eq!(events[0]["identity"]["serial_number"], "ACE0999001");
        assert_eq!(events[0]["address"], url);
    }
}

#[test]
fn identify_charger_fails_for_a_stranger() {
    let sim = start();
    let mut command = Command::new(env!("CARGO_BIN_EXE_identify-charger"));
    let folder = tempfile::tempdir().unwrap();
    let output = command
        .current_dir(folder.path())
        .arg("--json")
        .args(at(&sim))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("was not confirmed") && text.contains("--fingerprint"),
        "{text}"
    );
    // Who it says it is, and that nobody vouches for it, is told all the same.
    assert_eq!(events(&output)[0]["key_is_confirmed"], false);
}

#[test]
fn upload_fwi_sends_a_container_and_says_how_it_ended() {
    let sim = start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("NG9xx 7.4.5-4415.fwi");
    let container = TestContainer::firmware("7.4.5-4415", 50_000)
        .to_bytes()
        .unwrap();
    std::fs::write(&file, container).unwrap();
    let tool = env!("CARGO_BIN_EXE_upload-fwi");
    let mut upload = at(&sim);
    upload.extend(["--container".to_owned(), file.display().to_string()]);
    let output = run(&sim, tool, &upload);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let last = events(&output).pop().unwrap();
    assert_eq!(last["event"], "done");

    let requests = sim.requests();
    std::fs::write(&file, b"no container").unwrap();
    let output = run(&sim, tool, &upload);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(sim.requests(), requests, "nothing was said to the charger");
}

fn start() -> SimulatedCharger {
    let mut setup = ChargerSetup::default();
    setup.timing = setup.timing.faster(60);
    setup.timing.upload_rate = 10_000_000;
    // Its back office does not exist; sixty times faster, the wired link would be down
    // more often than up.
    setup.habits.link_bounce = Duration::ZERO;
    SimulatedCharger::start(setup).unwrap()
}

fn at(sim: &SimulatedCharger) -> Vec<String> {
    vec!["--charger".to_owned(), sim.url()]
}

fn run(sim: &SimulatedCharger, tool: &str, arguments: &[String]) -> Output {
    let fingerprint = KeyFingerprint::of_certificate(sim.certificate()).unwrap();
    Command::new(tool)
        .args(["--json", "--fingerprint", &fingerprint.to_string()])
        .args(arguments)
        .env("CHARGER_PASSWORD", "test-password")
        .output()
        .unwrap()
}

fn events(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
