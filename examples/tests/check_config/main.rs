//! `check-config` as a person and a script run it, against golden output.
//!
//! `UPDATE_GOLDEN=1 cargo test -p examples --test check_config` rewrites the golden files.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::path::Path;
use std::process::{Command, Output};

const FLEET: &str = r#"preset = "manual"
connection-attempts = 3
cpo-name = "Example Charging"

[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://csms.example/ocpp"
interface = "wired"
security-profile = 2
message-timeout = 30

[security]
authorization-key = { file = "key.txt", encoding = "text" }
root-certificate = { package = "Rootcertificate.fwi", file = "root.pem" }
"#;

const CHARGER: &str = "identity = \"ACE0999001\"\n";

const MISTAKEN: &str = "identity = \"ACE:1\"\n\n[network-profile.1]\n\
                        csms-url = \"http://csms.example\"\nsim-pin = \"31415926\"\n";

/// A folder of one test with the documents of a fleet.
struct Site(tempfile::TempDir);

impl Site {
    fn new() -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        site.put("fleet.toml", FLEET)
            .put("charger.toml", CHARGER)
            .put("mistaken.toml", MISTAKEN)
            .put("charger.json", "{ \"identity\": \"ACE0999002\" }")
            .put("broken.toml", "identity = \"ACE")
            .put("key.txt", "Xq4rT8vLm2Zp7WcKd9Hn\n")
            .put("Rootcertificate.fwi", "opaque")
            .put(
                "root.pem",
                "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
            );
        site
    }

    fn put(&self, name: &str, text: &str) -> &Self {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        allow(&path, if name == "key.txt" { 0o600 } else { 0o644 });
        self
    }

    fn check(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_check-config"))
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }
}

#[cfg(unix)]
fn allow(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn allow(_: &Path, _: u32) {}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn assert_golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/check_config/golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{name}: UPDATE_GOLDEN=1 rewrites it");
}

#[test]
fn sound_documents_end_in_0() {
    let output = Site::new().check(&["--base", "fleet.toml", "charger.toml", "charger.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert_golden("sound.txt", &stdout(&output));
}

#[test]
fn secrets_are_loaded_from_beside_the_document() {
    let site = Site::new();
    let arguments = ["--resolve", "--base", "fleet.toml", "charger.toml"];
    let output = site.check(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));

    site.put("key.txt", "too short");
    let output = site.check(&arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("error[KEY-LENGTH-16]"));

    std::fs::remove_file(site.0.path().join("key.txt")).unwrap();
    let output = site.check(&arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("error[SECRET-UNAVAILABLE]: file key.txt: not found"));
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_a_finding_with_the_cure() {
    let site = Site::new();
    allow(&site.0.path().join("key.txt"), 0o644);
    let output = site.check(&["--resolve", "--base", "fleet.toml", "charger.toml"]);
    assert_eq!(output.status.code(), Some(1));
    let told = stdout(&output);
    assert!(
        told.contains("error[SECRET-UNAVAILABLE]: file key.txt: others may read it")
            && told.contains("chmod 600"),
        "{told}"
    );
}

#[test]
fn mistakes_end_in_1_and_are_all_shown() {
    let site = Site::new();
    let output = site.check(&["--base", "fleet.toml", "mistaken.toml", "broken.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert_golden("mistaken.txt", &stdout(&output));

    let output = site.check(&["--brief", "--base", "fleet.toml", "mistaken.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert_golden("brief.txt", &stdout(&output));
    assert!(!stdout(&output).contains("31415926"));
}

#[test]
fn json_is_one_object_a_document() {
    let output = Site::new().check(&[
        "--json",
        "--base",
        "fleet.toml",
        "charger.toml",
        "mistaken.toml",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let outcomes: Vec<serde_json::Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(outcomes.len(), 2);
    assert_eq!(outcomes[0]["usable"], true);
    assert_eq!(outcomes[0]["resolved"], false);
    assert_eq!(outcomes[0]["not_loaded"][0], "file key.txt");
    assert_eq!(outcomes[1]["not_loaded"], serde_json::json!([]));
    assert_eq!(outcomes[1]["usable"], false);
    let first = &outcomes[1]["report"]["findings"][0];
    assert_eq!(first["code"], "ID-COLON");
    assert_eq!(first["place"]["source"], "mistaken.toml");
    assert_eq!(first["place"]["line"], 1);
}

#[test]
fn what_is_wrong_elsewhere_only_can_be_tolerated() {
    let site = Site::new();
    let loopback = "network-profile.1.csms-url=wss://localhost/ocpp";
    let mut arguments = vec!["--base", "fleet.toml", "--set", loopback, "charger.toml"];
    let output = site.check(&arguments);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert!(stdout(&output).contains("error[NP-URL-LOOPBACK]"));
    arguments.extend(["--tolerate", "NP-URL-LOOPBACK", "--deny-warnings"]);
    let output = site.check(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).contains("warning[NP-URL-LOOPBACK]"));
    assert!(stdout(&output).contains("an error, tolerated"));
}

#[test]
fn warnings_can_be_denied() {
    let site = Site::new();
    site.put("warned.toml", "preset = \"stand-alone\"");
    assert_eq!(site.check(&["warned.toml"]).status.code(), Some(0));
    let output = site.check(&["--deny-warnings", "warned.toml"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_file_that_cannot_be_read_ends_in_2_and_the_others_are_checked() {
    let output = Site::new().check(&[
        "--brief",
        "absent.toml",
        "key.txt",
        "--base",
        "fleet.toml",
        "charger.toml",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).starts_with("charger.toml: can be used"));
    assert!(stderr(&output).contains("check-config: absent.toml cannot be read: "));
    assert!(stderr(&output).contains("key.txt: the name ends neither in .toml nor in .json"));
    assert_eq!(Site::new().check(&[]).status.code(), Some(2));
}

#[test]
fn rules_are_explained() {
    let site = Site::new();
    let output = site.check(&["--explain", "np-url-scheme"]);
    assert_eq!(output.status.code(), Some(0));
    assert_golden("explain.txt", &stdout(&output));
    assert_eq!(
        site.check(&["--explain", "NO-SUCH-RULE"]).status.code(),
        Some(2)
    );
    assert!(stdout(&site.check(&["--rules"])).contains("## NP-URL-SCHEME"));
}

#[test]
fn the_schema_is_json() {
    let output = Site::new().check(&["--schema"]);
    assert_eq!(output.status.code(), Some(0));
    let schema: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(schema["title"], "Document");
}

#[test]
fn the_sample_is_sound_and_stands_in_the_readme() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = examples.join("charger.toml");
    let site = Site::new();
    let output = site.check(&["--deny-warnings", sample.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let text = std::fs::read_to_string(&sample).unwrap();
    let (_, document) = text.split_once("\n\n").unwrap();
    for page in ["../README.md", "../docs/guide/document.md"] {
        let page = std::fs::read_to_string(examples.join(page)).unwrap();
        assert!(page.contains(document), "{document} is not in {page}");
    }
}

#[test]
fn the_sample_asks_for_three_things_of_the_operator() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("charger.toml");
    let site = Site::new();
    site.put("own.toml", &std::fs::read_to_string(sample).unwrap());
    let output = site.check(&["--resolve", "--brief", "own.toml"]);
    assert_eq!(output.status.code(), Some(1));
    for missing in ["variable CSMS_KEY", "file csms-root.pem"] {
        assert!(stdout(&output).contains(missing), "{}", stdout(&output));
    }
}
