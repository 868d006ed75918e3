//! What all programs have in common: help with exit codes, JSON that parses, colours that
//! go away, progress that shows on a terminal alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use charger_sim::TestContainer;
use serde_json::Value;
use tempfile::TempDir;

use crate::scene::text;

/// A program and a short task for it that needs no charger.
struct Tool {
    path: &'static str,
    task: &'static [&'static str],
    exit: i32,
}

macro_rules! tool {
    ($name:literal, $exit:literal, $($argument:literal),*) => {
        Tool { path: env!(concat!("CARGO_BIN_EXE_", $name)), task: &[$($argument),*], exit: $exit }
    };
}

/// Nobody listens at port 1.
const TOOLS: &[Tool] = &[
    tool!("change-back-office", 0, "--dry-run"),
    tool!("change-fleet", 0, "--dry-run", "--chargers", "1"),
    tool!(
        "install-root",
        2,
        "--charger",
        "127.0.0.1:1",
        "--container",
        "none.fwi"
    ),
    tool!(
        "go-stand-alone",
        2,
        "--charger",
        "127.0.0.1:1",
        "--document",
        "none.toml"
    ),
    tool!("identify-charger", 3, "--charger", "127.0.0.1:1"),
    tool!(
        "upload-fwi",
        2,
        "--charger",
        "127.0.0.1:1",
        "--container",
        "none.fwi"
    ),
    tool!(
        "probe-csms",
        1,
        "ws://127.0.0.1:1/ocpp",
        "--identity",
        "ACE0999001"
    ),
    tool!("report-quirks", 3, "--charger", "127.0.0.1:1", "--no-tls"),
    tool!("check-config", 0, "charger.toml"),
    tool!("inspect-fwi", 0, "root.fwi"),
    tool!(
        "make-fwi",
        0,
        "payload.bin",
        "--kind",
        "firmware",
        "-o",
        "made.fwi"
    ),
    tool!("reliability", 0, "--figure", "R1", "--every", "1000"),
];

#[test]
fn every_program_is_in_the_table() {
    let bin = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin");
    let programs: BTreeSet<_> = std::fs::read_dir(bin)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_owned())
        .collect();
    let table = TOOLS.iter().map(|tool| Path::new(tool.path));
    let table: BTreeSet<_> = table.map(|it| it.file_stem().unwrap().to_owned()).collect();
    assert_eq!(table, programs);
}

#[test]
fn help_lists_the_exit_codes_that_the_tool_can_end_with() {
    let help = |tool: &Tool| {
        let output = run(tool.path, &["--help"], &[]);
        assert_eq!(output.status.code(), Some(0), "{}", tool.path);
        text(&output)
    };
    for tool in TOOLS {
        let help = help(tool);
        let (_, codes) = help.split_once("Exit codes:").expect(tool.path);
        let codes: Vec<i32> = codes.lines().filter_map(code).collect();
        assert!(codes.is_sorted(), "{}: {codes:?}", tool.path);
        assert!(codes.contains(&0) && codes.contains(&2), "{}", tool.path);
        assert!(codes.contains(&tool.exit), "{}: {codes:?}", tool.path);
        assert!(help.contains("--json"), "{}", tool.path);
    }
}

#[test]
fn every_program_tells_its_version() {
    for tool in TOOLS {
        let name = Path::new(tool.path).file_stem().unwrap().to_str().unwrap();
        for option in ["--version", "-V"] {
            let output = run(tool.path, &[option], &[]);
            assert_eq!(output.status.code(), Some(0), "{name}");
            let told = text(&output);
            assert_eq!(
                told.trim_end(),
                format!("{name} {}", env!("CARGO_PKG_VERSION"))
            );
        }
    }
}

/// The same name has the same meaning and the same form in every program that has it.
#[test]
fn options_of_one_name_have_one_form() {
    let mut forms = BTreeMap::new();
    for tool in TOOLS {
        let help = text(&run(tool.path, &["--help"], &[]));
        let options = help.lines().map(str::trim_start);
        for option in options.filter(|line| line.starts_with("--")) {
            // `--user <USER>`, up to the text that may stand beside it.
            let form = option.split("  ").next().unwrap().trim_end();
            let name = form.split(' ').next().unwrap();
            let first = forms
                .entry(name.to_owned())
                .or_insert_with(|| form.to_owned());
            assert_eq!(first, form, "{}", tool.path);
        }
    }
    assert!(forms.contains_key("--tolerate") && forms.contains_key("--security-profile"));
}

/// Nobody watches a table through a pipe; that it goes on should be seen all the same.
#[test]
fn a_fleet_tells_a_pipe_who_begins_and_how_it_ends() {
    let task = ["--dry-run", "--chargers", "2"];
    let output = run(env!("CARGO_BIN_EXE_change-fleet"), &task, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let told = String::from_utf8(output.stderr).unwrap();
    for charger in ["charger-1", "charger-2"] {
        let lines: Vec<&str> = told.lines().filter(|it| it.starts_with(charger)).collect();
        let first = format!("{charger}: begun");
        let last = format!("{charger}: would be changed");
        assert_eq!(lines.first(), Some(&first.as_str()), "{told}");
        assert!(lines.last().unwrap().starts_with(&last), "{told}");
    }
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(
        !report.contains(": begun"),
        "the report stands alone: {report}"
    );
}

#[test]
fn every_tool_for_chargers_names_them_in_the_same_way() {
    for tool in TOOLS.iter().filter(|tool| tool.task.contains(&"--charger")) {
        let help = text(&run(tool.path, &["--help"], &[]));
        for option in [
            "--charger <URL>",
            "--fingerprint <HEX>",
            "--user <USER>",
            "--pins <FILE>",
        ] {
            assert!(help.contains(option), "{}: {option}", tool.path);
        }
    }
}

#[test]
fn what_goes_wrong_is_told_by_name_with_the_way_out() {
    for (name, arguments) in [
        ("check-config", &["none.toml"][..]),
        ("inspect-fwi", &["none.fwi"]),
        ("make-fwi", &["none.pem", "-o", "made.fwi"]),
        (
            "install-root",
            &["--charger", "127.0.0.1:1", "--container", "none.fwi"],
        ),
        (
            "upload-fwi",
            &["--charger", "127.0.0.1:1", "--container", "none.fwi"],
        ),
        (
            "go-stand-alone",
            &["--charger", "127.0.0.1:1", "--document", "none.toml"],
        ),
        (
            "change-back-office",
            &["--charger", "127.0.0.1:1", "--document", "none.toml"],
        ),
        ("change-fleet", &["--fleet", "none.csv"]),
        (
            "probe-csms",
            &["wss://localhost:1", "--identity", "A", "--root", "none.pem"],
        ),
    ] {
        let is_it = |tool: &&Tool| Path::new(tool.path).file_stem().unwrap() == name;
        let path = TOOLS.iter().find(is_it).expect(name).path;
        let output = run(path, arguments, &[]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        let told = String::from_utf8(output.stderr).unwrap();
        let file = arguments.iter().find(|it| it.starts_with("none")).unwrap();
        assert!(
            told.starts_with(&format!("{name}: {file} cannot be read: ")),
            "{told}"
        );
        assert!(told.contains("what to do: check the name"), "{told}");
    }
}

#[test]
fn an_unknown_option_is_a_mistake_of_the_caller() {
    for tool in TOOLS {
        let output = run(tool.path, &["--no-such-option"], &[]);
        assert_eq!(output.status.code(), Some(2), "{}", tool.path);
    }
}

#[test]
fn json_is_an_object_on_every_line() {
    let folder = folder();
    for tool in TOOLS {
        let task = [tool.task, &["--json"]].concat();
        let output = run_in(&folder, tool.path, &task, &[]);
        assert_eq!(output.status.code(), Some(tool.exit), "{}", text(&output));
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(!told.is_empty(), "{} tells nothing", tool.path);
        for line in told.lines() {
            let value = serde_json::from_str::<Value>(line);
            assert!(
                value.is_ok_and(|value| value.is_object()),
                "{}: {line}",
                tool.path
            );
        }
    }
}

#[test]
fn colours_go_away_where_nobody_wants_them() {
    let forced = ("CLICOLOR_FORCE", "1");
    let folder = folder();
    for tool in TOOLS {
        let coloured = run(tool.path, &["--help"], &[forced]);
        assert!(has_escapes(&coloured), "{}", tool.path);
        let plain = run(tool.path, &["--help"], &[forced, ("NO_COLOR", "1")]);
        assert!(!has_escapes(&plain), "{}", tool.path);
        let plain = run_in(&folder, tool.path, tool.task, &[forced, ("NO_COLOR", "1")]);
        assert!(!has_escapes(&plain), "{}", text(&plain));
        let piped = run_in(&folder, tool.path, tool.task, &[]);
        assert!(!has_escapes(&piped), "{}", text(&piped));
        assert!(
            !text(&piped).contains('\r'),
            "{}: progress off a terminal",
            tool.path
        );
    }
}

#[cfg(unix)]
#[test]
fn progress_shows_on_a_terminal_alone() {
    let task = ["--dry-run", "--chargers", "1"];
    let fleet = env!("CARGO_BIN_EXE_change-fleet");
    assert!(on_a_terminal(fleet, &task).contains("of 1 finished"));
    let json = on_a_terminal(fleet, &[&task[..], &["--json"]].concat());
    assert_eq!(json, "", "programs see no progress");
}

/// What a program draws on stderr when that is a terminal.
#[cfg(unix)]
fn on_a_terminal(path: &str, arguments: &[&str]) -> String {
    use std::io::Read;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap();
    let theirs = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let mut child = Command::new(path)
        .args(arguments)
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(theirs)
        .spawn()
        .unwrap();
    // Reading fails when the last program has closed the terminal.
    let mut drawn = Vec::new();
    let _ = std::fs::File::from(ours).read_to_end(&mut drawn);
    assert!(child.wait().unwrap().success());
    String::from_utf8_lossy(&drawn).into_owned()
}

/// What the tasks need.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write(
        "charger.toml",
        b"preset = 'stand-alone'\n[authorization]\nmode = 'rfid'\noffline-action = 'accept-all'\n",
    );
    write("payload.bin", b"payload");
    let root = charger_sim::Authority::generate("Root").unwrap();
    let container = TestContainer::root_certificate(root.root_pem());
    write("root.fwi", &container.to_bytes().unwrap());
    folder
}

fn run(path: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    run_in(&tempfile::tempdir().unwrap(), path, arguments, variables)
}

fn run_in(folder: &TempDir, path: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(path)
        .args(arguments)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .envs(variables.iter().copied())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The code at the beginning of a line of the table.
fn code(line: &str) -> Option<i32> {
    line.split_whitespace().next()?.parse().ok()
}

fn has_escapes(output: &Output) -> bool {
    text(output).contains('\u{1b}')
}
