//! The recipe of the guide's chapter on tests: a whole changeover between programs, told
//! nothing but what `simulated-charger` prints.

use std::path::Path;
use std::process::{Command, Output};

use charger_link::https::KeyFingerprint;
use charger_sim::Scenario;
use serde_json::Value;

use crate::scene::text;

#[test]
fn the_recipe_moves_a_charger_of_the_example_scenario() {
    let running = Scenario::from_toml(Scenario::EXAMPLE)
        .unwrap()
        .start()
        .unwrap();
    let told: Value = serde_json::from_str(&running.to_json()).unwrap();
    let (charger, office) = (&told["chargers"][0], &told["back-offices"][1]);
    let folder = tempfile::tempdir().unwrap();
    let site = Site {
        folder: folder.path(),
        password: charger["password"].as_str().unwrap(),
    };
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("charger.toml");
    std::fs::copy(sample, folder.path().join("charger.toml")).unwrap();
    let root = office["root"].as_str().unwrap();
    std::fs::write(folder.path().join("csms-root.pem"), root).unwrap();
    let to = ["csms-root.pem", "-o", "Rootcertificate.fwi"];
    site.succeeds(env!("CARGO_BIN_EXE_make-fwi"), &to);

    let url = office["url"].as_str().unwrap();
    let set = format!("--set=network-profile.1.csms-url={url}");
    let document = [&*set, "--tolerate", "NP-URL-LOOPBACK"];
    let check = [&["--resolve", "charger.toml"][..], &document].concat();
    site.succeeds(env!("CARGO_BIN_EXE_check-config"), &check);

    let simulated = running.charger("ACE0999001").unwrap();
    let key = KeyFingerprint::of_certificate(simulated.certificate())
        .unwrap()
        .to_string();
    let change = [
        &["--charger", charger["url"].as_str().unwrap()][..],
        &["--fingerprint", &key],
        &["--document", "charger.toml", "--confirmation", "2", "--yes"],
        &["--unsent-transactions", "ignore"],
        &document,
    ]
    .concat();
    site.succeeds(env!("CARGO_BIN_EXE_change-back-office"), &change);
    let office = running.back_office("new").unwrap();
    assert_eq!(office.accepted("ACE0999001"), 1);
}

struct Site<'a> {
    folder: &'a Path,
    password: &'a str,
}

impl Site<'_> {
    fn succeeds(&self, program: &str, arguments: &[&str]) {
        let output: Output = Command::new(program)
            .args(arguments)
            .env("CHARGER_PASSWORD", self.password)
            .env("CSMS_KEY", "0123456789abcdef")
            .current_dir(self.folder)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    }
}
