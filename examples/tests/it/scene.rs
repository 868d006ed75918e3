//! A simulated charger at its old back office, a new back office, and the files that an
//! installer would have: everything that `change-back-office` needs for a real charger.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use charger_link::https::KeyFingerprint;
use charger_sim::{
    Account, Authority, ChargerSetup, OfficeOptions, SimulatedBackOffice, SimulatedCharger,
    TestContainer, Timing,
};
use ocpp_config::{ObjectId, objects};
use serde_json::Value;
use tempfile::TempDir;

const SERIAL: &str = "ACE0999001";
const KEY: &str = "Scene-key-1234567890";
/// A boot notification is waited for this long at most, on a busy machine as well.
const PATIENCE: Duration = Duration::from_secs(120);

/// Everything stops and vanishes when it is dropped.
pub(crate) struct Scene {
    pub(crate) charger: SimulatedCharger,
    pub(crate) old: SimulatedBackOffice,
    pub(crate) new: SimulatedBackOffice,
    folder: TempDir,
}

impl Scene {
    /// The old back office has accepted the charger; the new one demands security
    /// profile 2 and is ready for it.
    pub(crate) fn start() -> Self {
        let open = OfficeOptions::default().with_account(SERIAL, Account::open());
        let old = SimulatedBackOffice::start(open).unwrap();
        let root = std::sync::Arc::new(Authority::generate("Scene root").unwrap());
        let guarded = OfficeOptions::default()
            .with_account(SERIAL, Account::with_key(KEY).at_least(2))
            .with_tls(&root);
        let new = SimulatedBackOffice::start(guarded).unwrap();
        let mut setup = ChargerSetup::numbered(SERIAL).with_profile(1, &old.url(), 1, 0);
        setup.timing = Timing::default().faster(30);
        let charger = SimulatedCharger::start(setup).unwrap();
        assert!(
            old.wait_until_accepted(SERIAL, 1, PATIENCE),
            "no boot at the old back office"
        );
        let scene = Self {
            charger,
            old,
            new,
            folder: tempfile::tempdir().unwrap(),
        };
        scene.write_files(&root);
        scene
    }

    /// The arguments that lead to the charger over HTTPS.
    pub(crate) fn over_https(&self) -> Vec<String> {
        let key = KeyFingerprint::of_certificate(self.charger.certificate())
            .unwrap()
            .to_string();
        [
            "--charger",
            &self.charger.url(),
            "--user",
            "admin",
            "--fingerprint",
            &key,
        ]
        .map(str::to_owned)
        .to_vec()
    }

    /// The program, ready to move the charger in the way that `arguments` name.
    pub(crate) fn command(&self, arguments: &[String]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_change-back-office"));
        command
            .args(arguments)
            .args(["--json", "--yes", "--tolerate", "NP-URL-LOOPBACK"])
            .args(["--confirmation", "2", "--unsent-transactions", "ignore"])
            .env("CHARGER_PASSWORD", "test-password")
            .current_dir(self.folder.path());
        command
    }

    /// The document's place.
    pub(crate) fn document(&self) -> PathBuf {
        self.folder.path().join("charger.toml")
    }

    /// Where the journal is kept.
    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.path().join("charger.journal")
    }

    /// Whether the new back office has accepted the charger more often than `before`.
    pub(crate) fn accepted_by_new(&self) -> usize {
        self.new.accepted(SERIAL)
    }

    /// The CSMS URL of the profile through which the charger is accepted right now, asked
    /// from the charger itself; `None` if it is not accepted.
    pub(crate) fn active_url(&self) -> Option<String> {
        self.charger.inspect(|charger, now| {
            let accepted = charger.value(now, objects::BOOT_NOTIFICATION_STATE)?;
            let slot = charger.value(now, objects::ACTIVE_PROFILE)?;
            match (accepted, slot) {
                (ocpp_config::Value::Signed(3), ocpp_config::Value::Unsigned(slot @ 1..=4)) => {
                    let index = 0x20F0 + u16::try_from(slot).ok()? - 1;
                    match charger.value(now, ObjectId::new(index, 3))? {
                        ocpp_config::Value::Text(url) => Some(url),
                        _ => None,
                    }
                }
                _ => None,
            }
        })
    }

    fn write_files(&self, root: &Authority) {
        let container = TestContainer::root_certificate(root.root_pem())
            .to_bytes()
            .unwrap();
        let files: [(&str, &[u8]); 3] = [
            ("csms.key", KEY.as_bytes()),
            ("root.pem", root.root_pem().as_bytes()),
            ("Rootcertificate.fwi", &container),
        ];
        for (name, bytes) in files {
            fs::write(self.folder.path().join(name), bytes).unwrap();
        }
        let url = self.new.url();
        let text = format!(
            r#"
preset = "manual"
identity = "{SERIAL}"
cpo-name = "Scene CPO"
[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "{url}"
interface = "wired"
security-profile = 2
[security]
authorization-key = {{ file = "csms.key", encoding = "text" }}
root-certificate = {{ package = "Rootcertificate.fwi", file = "root.pem" }}
"#
        );
        fs::write(self.document(), text).unwrap();
    }
}

/// The last event of this name that the program told.
pub(crate) fn event(output: &Output, name: &str) -> Value {
    let all = text(output);
    let events = all
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let last = events.rev().find(|event| event["event"] == name);
    last.unwrap_or_else(|| panic!("no {name} in {all}"))
}

/// All that the program told.
pub(crate) fn text(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    format!("{}{errors}", String::from_utf8_lossy(&output.stdout))
}
