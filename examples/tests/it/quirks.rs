//! What an owner of a charger is asked to run: it has to be harmless, and to say so truly.

use std::process::{Command, Output};
use std::time::Duration;

use charger_link::https::KeyFingerprint;
use charger_sim::{ChargerSetup, SimulatedCharger};
use ocpp_config::{DictionaryEntry, ObjectId, Value as Held, objects};
use serde_json::Value;

fn start() -> SimulatedCharger {
    let mut setup = ChargerSetup::default();
    setup.timing = setup.timing.faster(60);
    setup.habits.link_bounce = Duration::ZERO;
    SimulatedCharger::start(setup).unwrap()
}

fn run(sim: &SimulatedCharger, more: &[&str]) -> Output {
    let fingerprint = KeyFingerprint::of_certificate(sim.certificate()).unwrap();
    Command::new(env!("CARGO_BIN_EXE_report-quirks"))
        .args(["--charger", &sim.url()])
        .args(["--fingerprint", &fingerprint.to_string()])
        .args(more)
        .env("CHARGER_PASSWORD", "test-password")
        .output()
        .unwrap()
}

/// Everything that can be written, as the charger itself holds it. Its clock goes on.
fn settings(sim: &SimulatedCharger) -> Vec<(ObjectId, Option<Held>)> {
    DictionaryEntry::all()
        .filter(|entry| !entry.access().is_read_only() && entry.id() != objects::CLOCK)
        .map(|entry| {
            let held = sim.inspect(|charger, now| charger.value(now, entry.id()));
            (entry.id(), held)
        })
        .collect()
}

#[test]
fn quirks_are_reported_and_nothing_is_written() {
    let sim = start();
    let before = settings(&sim);
    let output = run(&sim, &["--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for (before, after) in before.into_iter().zip(settings(&sim)) {
        assert_eq!(before, after);
    }
    let line = std::str::from_utf8(&output.stdout).unwrap();
    let report = &serde_json::from_str::<Value>(line).unwrap()["report"];
    assert_eq!(report["serial_number_shape"], "AAA9999999");
    assert_eq!(report["session"]["second_login"], "works");
    assert_eq!(report["session"]["unknown_id_left_out"], true);
    assert!(report["session"]["pages"].as_array().unwrap().len() > 1);
    let tried = report["tls"]["tried"].as_array().unwrap();
    assert!(tried.iter().any(|it| it["outcome"] == "taken"), "{report}");
    assert_eq!(report["tls"]["certificates"].as_array().unwrap().len(), 1);
}

#[test]
fn neither_format_tells_a_name_a_secret_or_an_address() {
    let sim = start();
    for format in [&["--json"][..], &[]] {
        let output = run(&sim, format);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let text = String::from_utf8_lossy(&output.stdout).to_lowercase();
        for secret in [
            "ace0999001",
            "test-password",
            "ws://",
            "wss://",
            "127.0.0.1",
        ] {
            assert!(!text.contains(secret), "{secret} in\n{text}");
        }
    }
}
