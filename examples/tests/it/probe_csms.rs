//! `probe-csms` as a user runs it, at a simulated back office behind TLS.

use std::process::{Command, Output};
use std::sync::Arc;

use charger_sim::{Account, Authority, OfficeOptions, SimulatedBackOffice};

const ID: &str = "ACE0999001";
const KEY: &str = "0123456789abcdefghij";

#[test]
fn a_ready_back_office_is_said_to_be_ready() {
    let scene = Scene::start();
    let output = scene.probe(ID, KEY, &["--boot", "1.6", "--transcript"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(
        scene.office.accepted(ID),
        1,
        "exactly the boot that was asked for"
    );
    assert!(text(&output).contains("BOOT-ACCEPTED"), "{}", text(&output));
    assert!(!text(&output).contains(KEY), "the key is shown");
}

#[test]
fn what_stands_in_the_way_is_named() {
    let scene = Scene::start();
    for (identity, key, code) in [
        (ID, "another-key-entirely", "WS-401"),
        ("ACE0999002", KEY, "WS-404"),
    ] {
        let output = scene.probe(identity, key, &["--json"]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert!(text(&output).contains(code), "{}", text(&output));
    }
    assert_eq!(scene.office.accepted(ID), 0, "no boot was asked for");
}

struct Scene {
    office: SimulatedBackOffice,
    folder: tempfile::TempDir,
}

impl Scene {
    fn start() -> Self {
        let root = Arc::new(Authority::generate("Probe root").unwrap());
        let options = OfficeOptions::default()
            .with_account(
                ID,
                Account::open()
                    .with_key(KEY)
                    .with_lowest_security_profile(2),
            )
            .with_tls(&root);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.pem"), root.root_pem()).unwrap();
        Self {
            office: SimulatedBackOffice::start(options).unwrap(),
            folder,
        }
    }

    fn probe(&self, identity: &str, key: &str, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_probe-csms"))
            .args([
                &self.office.url(),
                "--identity",
                identity,
                "--root",
                "root.pem",
            ])
            .args(["--key-env", "PROBE_KEY"])
            .args(more)
            .env("PROBE_KEY", key)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }
}

fn text(output: &Output) -> String {
    crate::scene::text(output)
}
