//! Servers that rustls cannot be, run with `openssl s_server`: old versions and suites,
//! odd curves, two certificates at once. They speak TLS and HTTP/1.0, no
//! WebSocket.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use ocpp_config::Secret;
use ocpp_transport::{
    Certificate, ChargerDescription, CipherSuite, FindingCode, ProbeReport, TrustRoots, probe,
};
use rcgen::{CustomExtension, KeyUsagePurpose};

use super::case::{Case, check_all, options_at, profile2};
use crate::forge::{ALGORITHM, OldKey, PUBLIC_KEY, VERSION, pkcs1, reissue, resign};
use crate::pki::{Authority, server};

#[test]
fn every_server_that_rustls_cannot_be_ends_in_its_finding() {
    if Command::new("openssl").arg("version").output().is_err() {
        let hint = "openssl is missing; install it with .ci/install-peers";
        assert!(
            std::env::var_os("CI").is_none_or(|it| it != "true"),
            "{hint}"
        );
        eprintln!("skipped: {hint}");
        return;
    }
    check_all(cases());
}

/// A running `openssl s_server`.
struct OpenSsl {
    child: Child,
    address: SocketAddr,
    _files: tempfile::TempDir,
}

/// A certificate with its key, as PEM.
struct Pair {
    certificate: String,
    key: String,
}

impl Pair {
    fn new(certificate: &Certificate, pkcs8: &Secret) -> Self {
        let body = base64::prelude::BASE64_STANDARD.encode(pkcs8.expose());
        Self {
            certificate: certificate.to_pem(),
            key: format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"),
        }
    }

    fn rsa(certificate: &Certificate, key: &OldKey) -> Self {
        Self {
            certificate: certificate.to_pem(),
            key: key.pkcs1_pem(),
        }
    }
}

impl OpenSsl {
    /// Serves pages with these certificates: the usual one, then those for the options
    /// that name another (`d` for a second kind of key, `2` for a name).
    fn start(pairs: &[(&str, &Pair)], arguments: &[&str]) -> Self {
        let files = tempfile::tempdir().expect("directory");
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = listener.local_addr().expect("address");
        drop(listener);
        let mut command = Command::new("openssl");
        command.args(["s_server", "-www", "-accept", &address.to_string()]);
        for (kind, pair) in pairs {
            for (name, text) in [("cert", &pair.certificate), ("key", &pair.key)] {
                let option = option_name(kind, name);
                let file: PathBuf = files.path().join(&option);
                std::fs::write(&file, text).expect("file");
                command.arg(format!("-{option}")).arg(file);
            }
        }
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("openssl");
        let output = BufReader::new(child.stdout.take().expect("output"));
        let ready = output
            .lines()
            .map_while(Result::ok)
            .any(|it| it == "ACCEPT");
        assert!(ready, "openssl s_server did not start: {arguments:?}");
        Self {
            child,
            address,
            _files: files,
        }
    }

    fn met(&self, roots: &TrustRoots, charger: &ChargerDescription) -> ProbeReport {
        let subject = profile2("localhost", self.address, roots, charger);
        probe(&subject, &options_at(self.address))
    }
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `-dcert` and `-dkey`, but `-cert2` and `-key2`.
fn option_name(kind: &str, name: &str) -> String {
    match kind {
        "2" => format!("{name}2"),
        other => format!("{other}{name}"),
    }
}

/// A server with an RSA certificate that also takes static RSA.
fn rsa_server(authority: &Authority) -> Pair {
    let key = OldKey::new(2048);
    let mut params = server("localhost");
    params.key_usages.push(KeyUsagePurpose::KeyEncipherment);
    let pair = key.key_pair();
    let certificate = params.signed_by(&pair, &authority.0).expect("leaf");
    Pair::rsa(
        &Certificate::from_der(certificate.der()).expect("leaf"),
        &key,
    )
}

fn ec_server(authority: &Authority, host: &str) -> Pair {
    let (leaf, key) = authority.leaf(&server(host));
    Pair::new(&leaf, &key)
}

fn with_rsa(
    name: &'static str,
    expected: &[FindingCode],
    arguments: &'static [&'static str],
    charger: fn() -> ChargerDescription,
) -> Case {
    Case::new(name, expected, move || {
        let root = Authority::root("Root");
        let server = OpenSsl::start(&[("", &rsa_server(&root))], arguments);
        server.met(&root.roots(), &charger())
    })
}

/// A leaf with a key that only OpenSSL makes.
fn with_key(name: &'static str, kind: &'static [&'static str]) -> Case {
    Case::new(name, &[FindingCode::CERT_KEY], move || {
        let root = Authority::root("Root");
        let files = tempfile::tempdir().expect("directory");
        let path = |name: &str| files.path().join(name);
        let key = Secret::new(root.0.key().serialize_der());
        let authority = Pair::new(&root.certificate(), &key);
        std::fs::write(path("ca.pem"), &authority.certificate).expect("file");
        std::fs::write(path("ca.key"), &authority.key).expect("file");
        let status = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-nodes",
                "-days",
                "3650",
                "-subj",
                "/O=Example CPO/CN=localhost",
            ])
            .args(["-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "keyUsage=critical,digitalSignature"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE", "-newkey"])
            .args(kind)
            .arg("-CA")
            .arg(path("ca.pem"))
            .arg("-CAkey")
            .arg(path("ca.key"))
            .arg("-out")
            .arg(path("leaf.pem"))
            .arg("-keyout")
            .arg(path("leaf.key"))
            .stderr(Stdio::null())
            .status()
            .expect("openssl");
        assert!(status.success(), "openssl req");
        let leaf = Pair {
            certificate: std::fs::read_to_string(path("leaf.pem")).expect("certificate"),
            key: std::fs::read_to_string(path("leaf.key")).expect("key"),
        };
        let server = OpenSsl::start(&[("", &leaf)], &["-tls1_2", "-cipher", "ALL:@SECLEVEL=0"]);
        server.met(&root.roots(), &ChargerDescription::conservative())
    })
}

/// A leaf that is changed and signed again.
fn forged(
    name: &'static str,
    expected: &[FindingCode],
    change: fn(&mut crate::forge::Fields),
) -> Case {
    Case::new(name, expected, move || {
        let root = Authority::root("Root");
        let (leaf, key) = root.leaf(&server("localhost"));
        let leaf = reissue(&leaf, &root, change);
        let server = OpenSsl::start(
            &[("", &Pair::new(&leaf, &key))],
            &["-cipher", "ALL:@SECLEVEL=0"],
        );
        server.met(&root.roots(), &ChargerDescription::conservative())
    })
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = suites();
    cases.extend(certificates());
    cases.extend(host_names());
    cases
}

fn suites() -> Vec<Case> {
    const STATIC: &[&str] = &["-tls1_2", "-cipher", "AES128-GCM-SHA256"];
    vec![
        with_rsa(
            "static RSA only",
            &[FindingCode::TLS_SUITE_WEAK, FindingCode::PROBE_BLIND],
            STATIC,
            ChargerDescription::ocpp_text,
        ),
        with_rsa(
            "TLS 1.0 only",
            &[FindingCode::TLS_VERSION],
            &["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
            ChargerDescription::conservative,
        ),
        with_rsa(
            "TLS 1.1 only",
            &[FindingCode::TLS_VERSION],
            &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
            ChargerDescription::conservative,
        ),
        with_rsa(
            "TLS 1.3 only",
            &[FindingCode::TLS_VERSION],
            &["-tls1_3"],
            ChargerDescription::ocpp_text,
        ),
        with_rsa(
            "CBC only",
            &[FindingCode::TLS_SUITE],
            &["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256"],
            ChargerDescription::conservative,
        ),
        with_rsa(
            "DHE only",
            &[FindingCode::TLS_SUITE],
            &["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"],
            ChargerDescription::conservative,
        ),
        with_rsa(
            "ECDHE-RSA only, EVerest's defaults",
            &[FindingCode::TLS_SUITE],
            &["-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"],
            ChargerDescription::everest,
        ),
        with_rsa(
            "no WebSocket behind good TLS",
            &[FindingCode::WS_NOT_HTTP],
            &[],
            ChargerDescription::conservative,
        ),
        Case::new(
            "two certificates, a charger that prefers static RSA",
            &[
                FindingCode::TLS_CHAIN_OTHER,
                FindingCode::TLS_SUITE_WEAK,
                FindingCode::WS_NOT_HTTP,
            ],
            || {
                let root = Authority::root("Root");
                let (ec, rsa) = (ec_server(&root, "localhost"), rsa_server(&root));
                let server = OpenSsl::start(&[("", &ec), ("d", &rsa)], &["-tls1_2"]);
                let mut charger = ChargerDescription::ocpp_text();
                charger.suites12 = vec![
                    CipherSuite::RSA_AES128_GCM,
                    CipherSuite::ECDHE_ECDSA_AES128_GCM,
                ];
                server.met(&root.roots(), &charger)
            },
        ),
    ]
}

fn certificates() -> Vec<Case> {
    vec![
        with_key(
            "a key on P-521",
            &["ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
        ),
        with_key(
            "a key on P-224",
            &["ec", "-pkeyopt", "ec_paramgen_curve:P-224"],
        ),
        with_key("an RSA key of 1024 bits", &["rsa:1024"]),
        forged(
            "version 1",
            &[FindingCode::CERT_V1, FindingCode::CERT_NAME_CNONLY],
            |fields| {
                fields.0.remove(VERSION);
                fields.0.pop();
            },
        ),
        Case::new(
            "unknown critical extension",
            &[FindingCode::CERT_CRIT],
            || {
                let root = Authority::root("Root");
                let mut params = server("localhost");
                let mut extension =
                    CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 1], vec![5, 0]);
                extension.set_criticality(true);
                params.custom_extensions.push(extension);
                let (leaf, key) = root.leaf(&params);
                let server = OpenSsl::start(&[("", &Pair::new(&leaf, &key))], &[]);
                server.met(&root.roots(), &ChargerDescription::conservative())
            },
        ),
        Case::new(
            "RSA of 1024 bits at the root",
            &[FindingCode::CERT_KEY],
            || {
                let signer = OldKey::new(1024);
                let root = Authority::root("Root");
                let short = resign(
                    &root.certificate(),
                    |it| {
                        it.0[ALGORITHM] = pkcs1(11);
                        it.0[PUBLIC_KEY] = signer.public();
                    },
                    |tbs| signer.sha256(tbs),
                );
                let (leaf, key) = root.leaf(&server("localhost"));
                let leaf = resign(
                    &leaf,
                    |it| it.0[ALGORITHM] = pkcs1(11),
                    |tbs| signer.sha256(tbs),
                );
                let server = OpenSsl::start(
                    &[("", &Pair::new(&leaf, &key))],
                    &["-cipher", "ALL:@SECLEVEL=0"],
                );
                let roots = [short].into_iter().collect();
                server.met(&roots, &ChargerDescription::conservative())
            },
        ),
    ]
}

fn host_names() -> Vec<Case> {
    vec![
        Case::new(
            "a strict server that does not know the name",
            &[FindingCode::TLS_SNI],
            || {
                let root = Authority::root("Root");
                let pair = ec_server(&root, "localhost");
                let other = ec_server(&root, "other.example");
                let arguments = ["-servername", "other.example", "-servername_fatal"];
                let server = OpenSsl::start(&[("", &pair), ("2", &other)], &arguments);
                server.met(&root.roots(), &ChargerDescription::conservative())
            },
        ),
        Case::new(
            "virtual hosts, a charger without SNI",
            &[FindingCode::TLS_SNI, FindingCode::CERT_NAME],
            || {
                let root = Authority::root("Root");
                let default = ec_server(&root, "other.example");
                let named = ec_server(&root, "localhost");
                let server = OpenSsl::start(
                    &[("", &default), ("2", &named)],
                    &["-servername", "localhost"],
                );
                let mut charger = ChargerDescription::conservative();
                charger.sends_sni = false;
                server.met(&root.roots(), &charger)
            },
        ),
        Case::new(
            "virtual hosts, a charger with SNI",
            &[FindingCode::TLS_SNI, FindingCode::WS_NOT_HTTP],
            || {
                let root = Authority::root("Root");
                let default = ec_server(&root, "other.example");
                let named = ec_server(&root, "localhost");
                let server = OpenSsl::start(
                    &[("", &default), ("2", &named)],
                    &["-servername", "localhost"],
                );
                server.met(&root.roots(), &ChargerDescription::conservative())
            },
        ),
    ]
}
