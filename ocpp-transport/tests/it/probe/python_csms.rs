//! A back office that we did not write: the Python packages `ocpp` and `websockets`.
//! `.ci/install-peers` installs them.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use base64::Engine as _;
use ocpp_config::{Secret, SecurityProfile};
use ocpp_transport::{
    BootNotification, ChargerDescription, FindingCode, ProbeOptions, ProbeReport, ProbeSubject,
    ProbeVerdict, Subprotocol, probe,
};

use crate::pki::{Authority, charger, server};

const KEY: &str = "0123456789abcdefghij";

/// A running `csms.py`.
struct Csms {
    child: Child,
    address: SocketAddr,
    lines: Receiver<String>,
    _files: tempfile::TempDir,
}

impl Csms {
    fn start(python: &Path, profile: u8, root: &Authority) -> Self {
        let files = tempfile::tempdir().expect("directory");
        let path = |name: &str| files.path().join(name);
        let (leaf, key) = root.leaf(&server("localhost"));
        std::fs::write(path("cert.pem"), leaf.to_pem()).expect("file");
        std::fs::write(path("key.pem"), pem(&key)).expect("file");
        std::fs::write(path("roots.pem"), root.certificate().to_pem()).expect("file");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/csms.py");
        let mut child = Command::new(python)
            .arg(script)
            .arg(profile.to_string())
            .args(["cert.pem", "key.pem", "roots.pem"].map(path))
            .env("CSMS_KEY", KEY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python");
        let output = BufReader::new(child.stdout.take().expect("output"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let first = lines
            .recv_timeout(PATIENCE)
            .expect("the back office starts");
        let port = first.strip_prefix("PORT ").expect("a port");
        let address = format!("127.0.0.1:{port}").parse().expect("address");
        Self {
            child,
            address,
            lines,
            _files: files,
        }
    }

    fn probe(&self, subject: &ProbeSubject) -> ProbeReport {
        let options = ProbeOptions::new()
            .with_step_timeout(PATIENCE)
            .with_settle_time(Duration::from_millis(50))
            .with_addresses([self.address]);
        probe(subject, &options)
    }
}

impl Drop for Csms {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_back_office_in_python_accepts_each_profile_and_version() {
    let Some(python) = python() else { return };
    let root = Authority::root("Root");
    for profile in 1..=3 {
        let csms = Csms::start(&python, profile, &root);
        for version in [Subprotocol::OCPP16, Subprotocol::OCPP201] {
            let boot = BootNotification::new("Eve", "Example");
            let report = csms.probe(&subject(&csms, profile, &root, &version, KEY).with_boot(boot));
            assert_eq!(report.verdict(), ProbeVerdict::WillWork, "{report}");
            assert!(report.has(FindingCode::BOOT_ACCEPTED), "{report}");
            assert_eq!(report.version(), Some(&version));
            let line = csms.lines.recv_timeout(PATIENCE).expect("a line");
            assert_eq!(line, format!("BOOT {version} CP1 Example Eve"));
        }
    }
}

#[test]
fn a_back_office_in_python_refuses_a_wrong_key_and_a_wrong_version() {
    let Some(python) = python() else { return };
    let root = Authority::root("Root");
    let csms = Csms::start(&python, 2, &root);
    let wrong_key = "another-key-entirely";
    let report = csms.probe(&subject(&csms, 2, &root, &Subprotocol::OCPP16, wrong_key));
    assert!(report.has(FindingCode::WS_401), "{report}");
    let report = csms.probe(&subject(&csms, 2, &root, &Subprotocol::OCPP21, KEY));
    // `websockets` refuses with 400 where the OCPP texts ask to open and close.
    assert!(report.has(FindingCode::WS_400), "{report}");
    let text = report.to_string();
    assert!(text.contains("it works with ocpp1.6, ocpp2.0.1"), "{text}");
}

fn subject(
    csms: &Csms,
    profile: u8,
    root: &Authority,
    version: &Subprotocol,
    key: &str,
) -> ProbeSubject {
    let profile = SecurityProfile::new(profile).expect("profile");
    let scheme = if profile.uses_tls() { "wss" } else { "ws" };
    let url = format!("{scheme}://localhost:{}/ocpp", csms.address.port());
    let mut habits = ChargerDescription::conservative();
    habits.versions = vec![version.clone()];
    ProbeSubject::new(url, "CP1", profile)
        .with_charger(&habits)
        .with_roots(&root.roots())
        .with_key(Secret::from(key))
        .with_client_certificate(&root.identity(&charger("CP1"), &[]))
}

fn pem(pkcs8: &Secret) -> String {
    let body = base64::prelude::BASE64_STANDARD.encode(pkcs8.expose());
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

/// The Python of the peers, if it has the packages.
fn python() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let python = workspace.join("target/peers/bin/python");
    let works = Command::new(&python)
        .args(["-c", "import ocpp.v201, websockets.asyncio.server"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|it| it.success());
    if works {
        return Some(python);
    }
    let hint =
        "the Python packages ocpp and websockets are missing; install them with .ci/install-peers";
    assert!(
        std::env::var_os("CI").is_none_or(|it| it != "true"),
        "{hint}"
    );
    eprintln!("skipped: {hint}");
    None
}

const PATIENCE: Duration = Duration::from_secs(60);
