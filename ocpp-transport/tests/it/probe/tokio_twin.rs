//! The tokio driver does what the blocking one does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ocpp_config::{Secret, SecurityProfile};
use ocpp_transport::{BootNotification, FindingCode, ProbeReport, ProbeSubject, TlsServer, probe};

use super::case::{options, subject};
use super::server::{Server, keep, password, takes_16};
use crate::pki::{Authority, server};

/// Both drivers against the same server; what they found, without the ports of a run.
fn both(server: &Server, subject: &ProbeSubject) -> (ProbeReport, ProbeReport) {
    let options = options(server).with_boot_timeout(Duration::from_millis(200));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("runtime");
    let twin = runtime.block_on(ocpp_transport::tokio::probe(subject, &options));
    (probe(subject, &options), twin)
}

#[test]
fn both_drivers_report_the_same() {
    let root = Authority::root("Root");
    let tls = TlsServer::new(&root.identity(&server("localhost"), &[])).expect("TLS server");
    let good = Server::ocpp(Some(tls), password("0123456789abcdefghij"), keep);
    let silent = Server::plain(takes_16);
    let plain = Server::saying("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let secure = |server: &Server| {
        subject(server, "wss", SecurityProfile::TLS_BASIC)
            .with_roots(&root.roots())
            .with_key(Secret::from("0123456789abcdefghij"))
    };
    let free = |server: &Server| subject(server, "ws", SecurityProfile::NONE);
    let boot = BootNotification::new("Eve", "Example");
    for (server, subject) in [
        (&good, secure(&good)),
        (&plain, secure(&plain)),
        (&plain, free(&plain)),
        (&silent, free(&silent).with_boot(boot)),
    ] {
        let (blocking, twin) = both(server, &subject);
        assert_eq!(blocking.steps(), twin.steps(), "{blocking}\n{twin}");
        assert_eq!(blocking.findings(), twin.findings());
        assert_eq!(blocking.version(), twin.version());
    }
}

#[tokio::test]
async fn a_boot_notification_that_waits_can_be_stopped() {
    let server = Server::plain(takes_16);
    let stop = Arc::new(AtomicBool::new(false));
    let (set, asked) = (Arc::clone(&stop), Arc::clone(&stop));
    let options = options(&server)
        .with_boot_timeout(Duration::from_secs(3600))
        .with_progress(move |step, _| {
            set.fetch_or(
                step == ocpp_transport::ProbeStepName::Boot,
                Ordering::SeqCst,
            );
        })
        .with_stop_check(move || asked.load(Ordering::SeqCst));
    let subject = subject(&server, "ws", SecurityProfile::NONE)
        .with_boot(BootNotification::new("Eve", "Example"));
    let report = ocpp_transport::tokio::probe(&subject, &options).await;
    assert!(report.has(FindingCode::PROBE_STOPPED), "{report}");
}
