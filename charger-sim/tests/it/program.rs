//! The program `simulated-charger`, as another program starts it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

const PROGRAM: Option<&str> = option_env!("CARGO_BIN_EXE_simulated-charger");

#[test]
fn it_says_where_everything_is_and_ends_with_its_standard_input() {
    // Built with the feature `cli` only.
    let Some(program) = PROGRAM else { return };
    let mut child = Command::new(program)
        .arg("--until-stdin-ends")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let said: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert!(
        said["control"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_it_cannot_read_it_names() {
    let Some(program) = PROGRAM else { return };
    let output = Command::new(program)
        .arg("no-such-scenario.toml")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    let begin = "simulated-charger: no-such-scenario.toml cannot be read: ";
    assert!(
        told.starts_with(begin) && told.contains("what to do"),
        "{told}"
    );
}

#[test]
fn help_has_the_control_api_and_the_exit_codes() {
    let Some(program) = PROGRAM else { return };
    let help = Command::new(program).arg("--help").output().unwrap();
    let told = String::from_utf8(help.stdout).unwrap();
    assert!(
        told.contains("power-cut") && told.contains("Exit codes:"),
        "{told}"
    );
    let version = Command::new(program).arg("--version").output().unwrap();
    let told = String::from_utf8(version.stdout).unwrap();
    let expected = format!("simulated-charger {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(told, expected);
    let unknown = Command::new(program).arg("--no-such-option").output();
    assert_eq!(unknown.unwrap().status.code(), Some(2));
}
