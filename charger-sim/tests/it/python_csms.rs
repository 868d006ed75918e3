//! The simulated charger at a back office that we did not write: the Python packages
//! `ocpp` and `websockets`, run by the script that the probe is tested with.
//! `.ci/install-peers` installs them.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use charger_link::Request;
use charger_sim::{Authority, ChargerSetup, SimulatedCharger};
use ocpp_config::{ObjectId, Secret, Value, WriteOnlyItem};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

const ID: &str = "ACE0999001";
const KEY: &str = "0123456789abcdefghij";
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_back_office_in_python_accepts_the_charger_in_each_profile_and_version() {
    let Some(python) = python() else { return };
    let clients = Authority::generate("Client root").unwrap();
    for profile in 1..=3 {
        let mut csms = Csms::start(&python, profile, &clients);
        for (number, version) in [(3, "ocpp1.6"), (4, "ocpp2.0.1")] {
            let charger = SimulatedCharger::start(setup(&csms, profile, number)).unwrap();
            if profile == 3 {
                install_client_certificate(&charger, &clients);
            }
            let line = csms.line();
            assert!(line.starts_with(&format!("BOOT {version} {ID} ")), "{line}");
            assert!(charger.settle(PATIENCE), "profile {profile}, {version}");
        }
    }
}

fn setup(csms: &Csms, profile: u8, version: u64) -> ChargerSetup {
    let mut setup = ChargerSetup::new(ID)
        .with_profile(1, &csms.url, 1, profile)
        .with_object(ObjectId::new(0x20F0, 1), Value::Unsigned(version))
        .with_object(ObjectId::new(0x20F1, 0xE), Value::Unsigned(0));
    setup.timing = setup.timing.faster(200);
    setup.authorization_key = Some(Secret::from(KEY));
    setup.roots = vec![csms.root.clone()];
    setup
}

fn install_client_certificate(charger: &SimulatedCharger, clients: &Authority) {
    let data = clients.client(ID, "Example CPO").unwrap();
    let install = Request::Install {
        item: WriteOnlyItem::CLIENT_CERTIFICATE,
        data,
    };
    charger
        .with(|model, now, effects| model.request(now, &install, effects))
        .unwrap();
}

/// A running `csms.py`.
struct Csms {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    url: String,
    /// Who signed its certificate, as DER.
    root: Vec<u8>,
    _files: tempfile::TempDir,
}

impl Csms {
    fn start(python: &Path, profile: u8, clients: &Authority) -> Self {
        let files = tempfile::tempdir().unwrap();
        let place = |name: &str| files.path().join(name);
        let (certificate, key, root) = server_certificate();
        fs::write(place("cert.pem"), certificate).unwrap();
        fs::write(place("key.pem"), key).unwrap();
        fs::write(place("clients.pem"), clients.root_pem()).unwrap();
        let mut child = Command::new(python)
            .arg(workspace().join("ocpp-transport/tests/peers/csms.py"))
            .arg(profile.to_string())
            .args(["cert.pem", "key.pem", "clients.pem"].map(place))
            .env("CSMS_KEY", KEY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let port = first.strip_prefix("PORT ").unwrap();
        let scheme = if profile == 1 { "ws" } else { "wss" };
        let url = format!("{scheme}://localhost:{port}/ocpp");
        Self {
            child,
            lines,
            url,
            root,
            _files: files,
        }
    }

    fn line(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }
}

impl Drop for Csms {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Certificate and key as PEM, and the root that signed it as DER.
fn server_certificate() -> (String, String, Vec<u8>) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "Python root");
    let root_key = KeyPair::generate().unwrap();
    let root = params.self_signed(&root_key).unwrap().der().to_vec();
    let issuer = Issuer::new(params, root_key);
    let mut leaf = CertificateParams::new(["localhost".to_owned()]).unwrap();
    leaf.distinguished_name
        .push(DnType::CommonName, "localhost");
    let key = KeyPair::generate().unwrap();
    let certificate = leaf.signed_by(&key, &issuer).unwrap();
    (certificate.pem(), key.serialize_pem(), root)
}

/// The Python of the peers, if it has the packages. In CI it has to.
fn python() -> Option<PathBuf> {
    let python = workspace().join("target/peers/bin/python");
    let works = Command::new(&python)
        .args(["-c", "import ocpp.v201, websockets.asyncio.server"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if works {
        return Some(python);
    }
    let hint =
        "the Python packages ocpp and websockets are missing; install them with .ci/install-peers";
    assert!(
        std::env::var_os("CI").is_none_or(|ci| ci != "true"),
        "{hint}"
    );
    eprintln!("skipped: {hint}");
    None
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
