//! The recording in the README is what the program tells.

use std::path::Path;
use std::process::Command;

use crate::scene::text;

#[cfg(unix)]
#[test]
fn the_recording_in_the_readme_is_what_the_demonstration_tells() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/record-demo");
    let output = Command::new(script)
        .arg("--check")
        .env("DEMO", env!("CARGO_BIN_EXE_change-back-office"))
        .output()
        .unwrap();
    let hint = "docs/record-demo records it anew";
    assert!(output.status.success(), "{hint}:\n{}", text(&output));
}
