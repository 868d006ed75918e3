//! Firmware that offers nothing but an RSA key exchange with a CBC cipher, played by
//! OpenSSL: rustls says what is wrong, the platform's engine connects.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use charger_link::https::{
    Address, Connector, Credentials, HttpsLink, HttpsSettings, KeyFingerprint, Trust,
};
use charger_link::{Context, Link, LinkError, LinkErrorKind, Request, Response};
use ocpp_config::Secret;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

#[test]
fn rustls_says_that_there_is_no_common_cipher_suite() {
    let Some(server) = OldServer::start() else {
        return;
    };
    let trust = Trust::pinned(server.fingerprint);
    let error = identify(HttpsLink::new(server.settings(), trust)).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::NoCommonCipherSuite);
}

#[cfg(feature = "native-tls")]
#[test]
fn the_platforms_engine_connects_to_the_pinned_key_only() {
    use charger_link::https::NativeTlsConnector;

    let Some(server) = OldServer::start() else {
        return;
    };
    let link = |trust| {
        let connector = NativeTlsConnector::new(trust);
        HttpsLink::with_connector(server.settings(), connector)
    };
    let answer = identify(link(Trust::pinned(server.fingerprint))).unwrap();
    let Response::Identity(identity) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(identity.serial_number, "ACE0999001");

    let other = KeyFingerprint::of_public_key(b"another");
    let error = identify(link(Trust::pinned(other))).unwrap_err();
    assert!(matches!(error.kind(), LinkErrorKind::KeyChanged { .. }));
    let store = charger_link::https::MemoryPinStore::new();
    let error = identify(link(Trust::stored(store))).unwrap_err();
    let fingerprint = server.fingerprint.to_string();
    assert_eq!(
        *error.kind(),
        LinkErrorKind::KeyNotConfirmed { fingerprint }
    );
}

#[cfg(feature = "native-tls")]
#[test]
fn the_platforms_engine_sends_small_records_too() {
    use charger_link::https::NativeTlsConnector;

    use crate::charger::{Script, settings};

    let server = Script::default().start();
    let connector = NativeTlsConnector::new(Trust::pinned(server.fingerprint));
    let mut link = HttpsLink::with_connector(settings(&server), connector);
    crate::uploads::watch_an_upload(&server, &mut link);
}

#[cfg(feature = "tokio-native-tls")]
#[test]
fn the_platforms_engine_sends_small_records_on_tokio_too() {
    use charger_link::https::{NativeTlsConnector, tokio};

    use crate::charger::{Driven, Script, settings};

    let server = Script::default().start();
    let connector = NativeTlsConnector::new(Trust::pinned(server.fingerprint));
    let link = tokio::HttpsLink::with_connector(settings(&server), connector);
    crate::uploads::watch_an_upload(&server, &mut Driven::over(link));
}

#[cfg(feature = "tokio-native-tls")]
#[test]
fn the_platforms_engine_does_so_for_tokio_as_well() {
    use charger_link::AsyncCharger;
    use charger_link::https::{NativeTlsConnector, tokio};

    let Some(server) = OldServer::start() else {
        return;
    };
    let runtime = ::tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for (pin, accepted) in [
            (server.fingerprint, true),
            (KeyFingerprint::of_public_key(b"another"), false),
        ] {
            let connector = NativeTlsConnector::new(Trust::pinned(pin));
            let link = tokio::HttpsLink::with_connector(server.settings(), connector);
            match AsyncCharger::new(link).identity().await {
                Ok(identity) => assert!(accepted && identity.serial_number == "ACE0999001"),
                Err(error) => {
                    let changed = matches!(error.kind(), LinkErrorKind::KeyChanged { .. });
                    assert!(!accepted && changed, "{error:?}");
                }
            }
        }
    });
}

fn identify<C: Connector>(mut link: HttpsLink<C>) -> Result<Response, LinkError> {
    link.exchange(
        &Request::Identify,
        &mut Context::new(Duration::from_secs(20)),
    )
}

/// `openssl s_server` with one cipher suite.
struct OldServer {
    process: Child,
    port: u16,
    fingerprint: KeyFingerprint,
    _folder: tempfile::TempDir,
}

impl OldServer {
    /// `None` if there is no OpenSSL here, which is an error in CI.
    fn start() -> Option<Self> {
        if Command::new("openssl").arg("version").output().is_err() {
            let message = "the `openssl` program is missing: install the package openssl";
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{message}");
            eprintln!("skipped: {message}");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let fingerprint = make_certificate(folder.path());
        put_answer(folder.path());
        let mut process = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-tls1_2", "-HTTP"])
            .args([
                "-cipher",
                "AES128-SHA",
                "-cert",
                "cert.pem",
                "-key",
                "key.pem",
            ])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let port = output
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("ACCEPT 127.0.0.1:")?.parse().ok())
            .unwrap();
        Some(Self {
            process,
            port,
            fingerprint,
            _folder: folder,
        })
    }

    fn settings(&self) -> HttpsSettings {
        let address = Address::new("127.0.0.1").with_port(self.port);
        HttpsSettings::new(address, Credentials::new("admin", Secret::from("x")))
    }
}

impl Drop for OldServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn make_certificate(folder: &Path) -> KeyFingerprint {
    let made = Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args([
            "-subj",
            "/CN=charger",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let pem = std::fs::read(folder.join("cert.pem")).unwrap();
    KeyFingerprint::of_certificate(&CertificateDer::from_pem_slice(&pem).unwrap()).unwrap()
}

/// What `s_server -HTTP` sends for `GET /api/info`.
fn put_answer(folder: &Path) {
    let body = r#"{"ObjectId":"ACE0999001","FWVersion":"5.3.1-4101"}"#;
    let length = body.len();
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
    std::fs::create_dir(folder.join("api")).unwrap();
    std::fs::write(folder.join("api/info"), answer).unwrap();
}
