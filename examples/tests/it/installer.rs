//! What an installer can do with `change-back-office` beyond one document: layers, a
//! provider's package, a new SIM, a key of the old back office.

use std::process::Output;

use charger_sim::TestContainer;
use examples::SimulationOptions;
use ocpp_config::{DataType, ObjectWrite, Value, objects};

use crate::scene::{Scene, end, event, text};

#[test]
fn a_preset_package_is_installed_and_proven() {
    let scene = open_scene();
    write_preset(&scene);
    let output = run(
        &scene,
        &["--preset", "Provider.fwi", "--preset-name", "new-provider"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(end(&output), "proven");
    assert_eq!(
        scene.held(objects::PRESET),
        Some(Value::from("new-provider"))
    );
    assert_eq!(scene.active_url(), Some(scene.new_office().url()));
}

#[test]
fn a_preset_package_without_a_name_is_a_mistake_of_the_caller() {
    let scene = open_scene();
    write_preset(&scene);
    let requests = scene.charger().requests();
    let output = run(&scene, &["--preset", "Provider.fwi"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("--preset-name"));
    assert_eq!(scene.charger().requests(), requests);
}

#[test]
fn layers_lie_over_each_other_and_the_command_line_over_all() {
    let scene = open_scene();
    let own = "connection-attempts = 5\n[network-profile.1]\nmessage-timeout = 40\n";
    std::fs::write(scene.file("own.toml"), own).unwrap();
    let layers = ["--base", "charger.toml", "--document", "own.toml"];
    let set = ["--set", "network-profile.1.message-timeout=50", "--dry-run"];
    let output = run(&scene, &[&layers[..], &set].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let changes = event(&output, "proposal")["proposal"]["changes"].to_string();
    // The numbers of ports may hold any digits.
    let holds = |value: &str| changes.contains(&format!(r#""new":{{"unsigned":{value}}}"#));
    assert!(holds("50") && !holds("40"), "{changes}");
    // A dry run leaves nothing behind.
    assert!(!scene.file("ACE0999001.journal").exists());
}

#[test]
fn a_new_sim_is_waited_for_until_another_day() {
    let scene = open_scene();
    let task = ["--document", "charger.toml", "--new-sim"];
    let output = run(&scene, &task);
    assert_eq!(output.status.code(), Some(7), "{}", text(&output));
    assert_eq!(event(&output, "person")["step"], "power-off");
    assert_eq!(scene.active_url(), Some(scene.old().url()));

    let output = run(
        &scene,
        &[&task[..], &["--resume", "--person-done"]].concat(),
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(scene.active_url(), Some(scene.new_office().url()));
}

#[test]
fn the_old_key_is_installed_again_on_the_way_back() {
    let mut options = SimulationOptions::default();
    options.old_key = Some("Old-key-1234567890".to_owned());
    let scene = Scene::of(&options);
    let output = run(&scene, &["--document", "charger.toml"]);
    assert_eq!(end(&output), "proven", "{}", text(&output));

    let mut back = scene.command(&scene.over_https());
    back.args(["--roll-back", "--old-key-env", "OLD_KEY"]);
    let output = back.env("OLD_KEY", "Old-key-1234567890").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(end(&output), "rolled-back");
    assert_eq!(scene.active_url(), Some(scene.old().url()));
    assert!(!text(&output).contains("Old-key-1234567890"));
}

#[test]
fn transactions_are_stored_beside_the_journal_for_the_old_operator() {
    let scene = open_scene();
    let program = env!("CARGO_BIN_EXE_change-back-office");
    let mut command = scene.careful_program(program, &scene.over_https());
    command.args([
        "--unsent-transactions",
        "export",
        "--document",
        "charger.toml",
    ]);
    command.args(["--tolerate", "NP-URL-LOOPBACK"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let stored = scene.file("ACE0999001.transactions");
    let records = std::fs::read_to_string(stored).unwrap();
    let told = event(&output, "transactions");
    assert_eq!(told["records"], records.lines().count());
}

/// The new back office takes everybody in.
fn open_scene() -> Scene {
    let mut options = SimulationOptions::default();
    options.security_profile = 0;
    Scene::of(&options)
}

fn run(scene: &Scene, arguments: &[&str]) -> Output {
    let mut command = scene.command(&scene.over_https());
    command.args(arguments).output().unwrap()
}

/// The provider's package: its back office in network profile 1.
fn write_preset(scene: &Scene) {
    let (byte, text) = (DataType::UNSIGNED8, DataType::VISIBLE_STRING);
    let writes = [
        ("20F0_1", byte, Value::Unsigned(3)),
        ("20F0_3", text, Value::Text(scene.new_office().url())),
        ("20F0_5", byte, Value::Unsigned(0)),
        ("20F0_6", byte, Value::Unsigned(1)),
        ("20F0_E", byte, Value::Unsigned(1)),
    ]
    .map(|(id, data_type, value)| ObjectWrite::new(id.parse().unwrap(), data_type, value));
    let package = TestContainer::preset("new-provider", &writes).unwrap();
    std::fs::write(scene.file("Provider.fwi"), package.to_bytes().unwrap()).unwrap();
}
