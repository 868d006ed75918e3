//! What an upload of 64 MiB costs in memory, over that of an idle link. A test binary of
//! its own, because it measures the whole process.

#![cfg(all(feature = "https", target_os = "linux"))]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic is how a test, and its peer, fails"
)]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use charger_link::https::{Address, Credentials, HttpsLink, HttpsSettings, KeyFingerprint, Trust};
use charger_link::{Context, Link, Request, Response, Upload, UploadSource};
use ocpp_config::Secret;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const SIZE: u64 = 64 * 1024 * 1024;
/// "A few hundred KiB", the peer in this process included.
const MOST_KIB: u64 = 512;

#[test]
fn an_upload_of_64_mib_needs_a_few_hundred_kib() {
    let (port, fingerprint) = start_sink();
    let address = Address::new("127.0.0.1").with_port(port);
    let settings = HttpsSettings::new(address, Credentials::new("admin", Secret::from("x")))
        .with_requests_per_minute(NonZeroU32::MAX)
        .with_reconnect_gap(Duration::ZERO);
    let trust = || Trust::pinned(fingerprint);
    let mut link = HttpsLink::new(settings.clone(), trust());
    measure("blocking", |request| {
        link.exchange(request, &mut context()).unwrap()
    });
    drop(link);
    #[cfg(feature = "tokio")]
    {
        use charger_link::AsyncLink;

        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let mut link = charger_link::https::tokio::HttpsLink::new(settings, trust());
        measure("tokio", |request| {
            let mut context = context();
            runtime
                .block_on(link.exchange(request, &mut context))
                .unwrap()
        });
    }
}

fn context() -> Context<'static> {
    Context::new(Duration::from_secs(600))
}

fn measure(name: &str, mut ask: impl FnMut(&Request) -> Response) {
    // The idle link: connected, logged in, everything used once.
    ask(&Request::UploadStatus);
    ask(&Request::Upload(Upload::new(Zeros(10_000))));
    ask(&Request::UploadStatus);

    let idle = peak_kib();
    assert_eq!(
        ask(&Request::Upload(Upload::new(Zeros(SIZE)))),
        Response::Done
    );
    let needed = peak_kib() - idle;
    println!("{name}: 64 MiB uploaded with {needed} KiB above the idle link ({idle} KiB)");
    assert!(needed <= MOST_KIB, "{needed} KiB");
}

/// A file that takes no memory.
struct Zeros(u64);

impl UploadSource for Zeros {
    fn len(&self) -> u64 {
        self.0
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.0 - offset).unwrap();
        let count = buffer.len().min(left);
        buffer[..count].fill(0);
        Ok(count)
    }
}

/// The largest amount of memory that this process ever had in use.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.unwrap().split_whitespace().nth(1).unwrap();
    number.parse().unwrap()
}

/// A charger that takes uploads and throws them away while they arrive.
fn start_sink() -> (u16, KeyFingerprint) {
    let made = rcgen::generate_simple_self_signed(["charger.invalid".to_owned()]).unwrap();
    let fingerprint = KeyFingerprint::of_certificate(made.cert.der()).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.unwrap())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for tcp in listener.incoming() {
            let tls = ServerConnection::new(config.clone()).unwrap();
            // The client closes connections whenever it likes.
            let _ = serve(StreamOwned::new(tls, tcp.unwrap()));
        }
    });
    (port, fingerprint)
}

fn serve(stream: impl Read + Write) -> io::Result<()> {
    let mut stream = BufReader::with_capacity(4096, stream);
    loop {
        let mut first = String::new();
        if stream.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            if let Some(number) = line.strip_prefix("Content-Length: ") {
                length = number.trim().parse().expect("a length");
            }
            if line == "\r\n" {
                break;
            }
        }
        io::copy(&mut (&mut stream).take(length), &mut io::sink())?;
        let body = match first.starts_with("GET ") {
            true => r#"{"uploadInProgress":"false","OD_fileFirmwareUpdateStatus":{"value":0},}"#,
            false => "",
        };
        let length = body.len();
        let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
        stream.get_mut().write_all(reply.as_bytes())?;
        stream.get_mut().flush()?;
    }
}
