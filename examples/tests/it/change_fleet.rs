//! `change-fleet` at simulated chargers on loopback: waves, the stop, the second call.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use examples::{Simulation, SimulationOptions};
use serde_json::Value;

use crate::scene::{Scene, active_url, event, interrupt, reads_until, text};

#[test]
fn a_list_is_changed_over_in_waves_reported_and_passed_over_afterwards() {
    let fleet = fleet(3, false);
    let reports = [
        "--report", "r.txt", "--report", "r.csv", "--report", "r.json",
    ];
    let output = change(&fleet).args(reports).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    all_are_at_the_new_back_office(&fleet);
    for name in ["r.txt", "r.csv", "r.json"] {
        is_golden(&fleet, name);
    }

    let requests = requests(&fleet);
    let output = change(&fleet).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(verdicts(&output), ["already-in-force"; 3]);
    assert_eq!(self::requests(&fleet), requests, "nobody was asked");
}

/// The charger is not asked whether it has the key: it could not tell.
#[test]
fn who_wants_keys_installed_again_is_not_passed_over() {
    let fleet = fleet(1, false);
    for (again, verdict) in [
        (false, "changed"),
        (false, "already-in-force"),
        (true, "would-change"),
    ] {
        let mut command = change(&fleet);
        if again {
            command.args(["--install-again", "--dry-run"]);
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        assert_eq!(verdicts(&output), [verdict], "{again}");
    }
}

/// Nobody can tell what an earlier call has written to it.
#[test]
fn a_charger_whose_journal_is_damaged_is_not_said_to_be_untouched() {
    let fleet = fleet(1, false);
    let output = change(&fleet).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let requests = requests(&fleet);
    let path = fleet.file("journals/charger-1.journal");
    let journal = fs::read_to_string(&path).unwrap();
    fs::write(&path, journal.replacen("opened", "openen", 1)).unwrap();
    for dry_run in [false, true] {
        let mut command = change(&fleet);
        if dry_run {
            command.arg("--dry-run");
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{}", text(&output));
        assert_eq!(verdicts(&output), ["journal-unusable"]);
        assert!(text(&output).contains("line 1"), "{}", text(&output));
    }
    assert_eq!(self::requests(&fleet), requests, "it was not asked");
}

#[test]
fn a_bad_document_stops_within_the_first_wave() {
    let fleet = fleet(3, true);
    let output = change(&fleet)
        .args(["--proof-limit", "20"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", text(&output));
    let report = event(&output, "report")["report"].clone();
    assert_eq!(report["abort"]["wave"], 1);
    assert_eq!(verdicts(&output), ["rolled-back", "", ""]);
    assert_eq!(requests(&fleet)[1..], [0, 0], "the others were not asked");
    let first = &fleet.simulation.chargers()[0];
    assert_eq!(active_url(first), Some(fleet.old().url()));
}

#[test]
fn a_killed_call_is_gone_on_with_by_the_next_one() {
    let fleet = fleet(2, false);
    let mut command = change(&fleet);
    command.args(["--waves", "2"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Both are under way and the first has been written to.
    reads_until(&mut child, |event| status(event).contains("step 3"));
    child.kill().unwrap();
    child.wait().unwrap();
    let output = change(&fleet).args(["--waves", "2"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(verdicts(&output).contains(&"changed".to_owned()));
    all_are_at_the_new_back_office(&fleet);
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_in_order_and_the_next_call_goes_on() {
    let fleet = fleet(2, false);
    let mut command = change(&fleet);
    command.args(["--waves", "2"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let told = reads_until(&mut child, |event| status(event).contains("step 2"));
    interrupt(&child);
    let output = crate::scene::rest_of(child, told);
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    assert_eq!(verdicts(&output), ["interrupted"; 2]);
    let resume = event(&output, "report")["resume"].to_string();
    assert!(resume.contains("fleet.csv"), "{resume}");
    for charger in fleet.simulation.chargers() {
        let holder = charger.inspect(charger_sim::ChargerModel::session_holder);
        assert_eq!(holder, None, "its only session is free");
    }
    let output = change(&fleet).args(["--waves", "2"]).output().unwrap();
    assert_eq!(verdicts(&output), ["changed"; 2], "{}", text(&output));
}

#[test]
fn a_dry_run_tells_the_plan_of_every_charger_and_writes_nothing() {
    let fleet = fleet(2, false);
    let mut command = change_list(&fleet, write_toml(&fleet));
    // Each charger has a password of its own; the one for all is another.
    command
        .env("CHARGER_PASSWORD_CHARGER_2", Simulation::PASSWORD)
        .env("CHARGER_PASSWORD_CHARGER_1", Simulation::PASSWORD)
        .env("CHARGER_PASSWORD", "none of theirs");
    let output = command.arg("--dry-run").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(verdicts(&output), ["would-change"; 2]);
    assert!(!fleet.file("journals").exists());
    for charger in fleet.simulation.chargers() {
        assert_eq!(active_url(charger), Some(fleet.old().url()));
    }
}

#[test]
fn mistakes_are_told_before_anybody_is_asked() {
    let fleet = fleet(2, false);
    let asked = requests(&fleet);
    let list = fs::read_to_string(fleet.simulation.fleet()).unwrap();
    for (text, exit) in [
        (list.replace("charger.toml", "no-such.toml"), 2),
        (list.replace("charger-2", "charger-1"), 1),
        (list.replace("127.0.0.1", "http://127.0.0.1"), 2),
        (list.replace("charger.toml", "bad.toml"), 1),
        (list.replace("charger.toml", ""), 2),
    ] {
        fs::write(
            fleet.file("bad.toml"),
            "preset = 'manual'\nidentity = 'a b'\n",
        )
        .unwrap();
        fs::write(fleet.simulation.fleet(), &text).unwrap();
        let output = change(&fleet).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(exit),
            "{text}\n{}",
            self::text(&output)
        );
    }
    assert_eq!(requests(&fleet), asked);
}

/// Without it a procedure waits for minutes, and holds a slot meanwhile.
#[test]
fn a_charger_that_is_away_is_passed_over() {
    let fleet = fleet(2, false);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap().to_string();
    drop(nobody);
    let first = fleet.simulation.chargers()[0].address().to_string();
    let list = fs::read_to_string(fleet.simulation.fleet()).unwrap();
    fs::write(fleet.simulation.fleet(), list.replace(&first, &address)).unwrap();
    let mut command = change(&fleet);
    command.args(["--waves", "2", "--patience", "1"]);
    let output = command.args(["--threshold", "100"]).output().unwrap();
    assert_eq!(verdicts(&output), ["refused", "changed"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output));
    assert!(text(&output).contains("cannot be reached"));
}

fn fleet(chargers: usize, wrong_root: bool) -> Scene {
    let mut options = SimulationOptions::default();
    options.chargers = chargers;
    options.wrong_root = wrong_root;
    Scene::of(&options)
}

/// The command that is given again and again.
fn change(fleet: &Scene) -> Command {
    change_list(fleet, "fleet.csv")
}

/// The list of the simulation as TOML.
fn write_toml(fleet: &Scene) -> &'static str {
    let list = fs::read_to_string(fleet.simulation.fleet()).unwrap();
    let charger = |line: &str| {
        let columns: Vec<&str> = line.split(',').collect();
        let [name, address, identity, document] = columns[..] else {
            panic!("{line}")
        };
        format!(
            "[[charger]]\nname = '{name}'\naddress = '{address}'\n\
             identity = '{identity}'\ndocuments = ['{document}']\n"
        )
    };
    let toml: String = list.lines().skip(1).map(charger).collect();
    fs::write(fleet.file("fleet.toml"), toml).unwrap();
    "fleet.toml"
}

fn change_list(fleet: &Scene, list: &str) -> Command {
    let arguments = ["--fleet", list, "--tolerate", "NP-URL-LOOPBACK"];
    fleet.program(
        env!("CARGO_BIN_EXE_change-fleet"),
        &arguments.map(str::to_owned),
    )
}

fn all_are_at_the_new_back_office(fleet: &Scene) {
    for charger in fleet.simulation.chargers() {
        assert_eq!(active_url(charger), Some(fleet.new_office().url()));
    }
}

fn requests(fleet: &Scene) -> Vec<u64> {
    let chargers = fleet.simulation.chargers().iter();
    chargers
        .map(charger_sim::SimulatedCharger::requests)
        .collect()
}

fn verdicts(output: &Output) -> Vec<String> {
    let report = event(output, "report")["report"].clone();
    let rows = report["rows"].as_array().unwrap();
    let verdict = |row: &Value| row["verdict"].as_str().unwrap_or_default().to_owned();
    rows.iter().map(verdict).collect()
}

/// What a charger that is under way is said to do.
fn status(event: &Value) -> &str {
    event["charger"]["status"].as_str().unwrap_or_default()
}

/// Compares a report with the one that is kept, but for the ports of the day.
fn is_golden(fleet: &Scene, name: &str) {
    let found = fs::read_to_string(fleet.file(name)).unwrap();
    let ports = fleet
        .simulation
        .chargers()
        .iter()
        .map(|it| it.address().port());
    let found = (1..).zip(ports).fold(found, |text, (number, port)| {
        text.replace(&port.to_string(), &format!("port-{number}"))
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/golden")
        .join(format!("fleet-{name}"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(path).unwrap());
}

#[test]
fn without_arguments_a_small_fleet_is_simulated() {
    let output = Command::new(env!("CARGO_BIN_EXE_change-fleet"))
        .args(["--chargers", "2", "--json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(verdicts(&output), ["changed"; 2]);
    assert!(!text(&output).contains(Simulation::PASSWORD));
}
