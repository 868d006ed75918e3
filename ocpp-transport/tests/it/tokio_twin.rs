//! The tokio drivers give the same answers as the blocking ones.

use std::time::{Duration, SystemTime};

use ocpp_config::Secret;
use ocpp_transport::tokio::{Accepted, OcppSocket, accept, connect};
use ocpp_transport::{
    AcceptError, BootAnswer, BootNotification, CallError, CallErrorCode, CallRefusal,
    ClientCertificates, ConnectCause, ConnectError, ConnectStage, Decision, Endpoint, PasswordForm,
    RegistrationStatus, SocketEvent, Subprotocol, TlsClient, TlsFailure, TlsServer, TlsVersion,
    UpgradeRequest,
};
use serde_json::json;
use tokio::net::TcpListener;

use crate::pki::{Authority, charger, server};
use crate::server::{options, takes_16};

const LONG: Duration = Duration::from_secs(30);

/// Client and server on loopback, each with its result.
async fn meet(
    scheme: &str,
    tls: (Option<TlsClient>, Option<TlsServer>),
    decide: impl FnOnce(&UpgradeRequest) -> Decision,
) -> (
    Result<OcppSocket, ConnectError>,
    Result<Accepted, AcceptError>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let port = listener.local_addr().expect("address").port();
    let endpoint = Endpoint::new(
        &format!("{scheme}://localhost:{port}/"),
        "CP1",
        Subprotocol::OCPP16,
    )
    .and_then(|it| it.with_key(&Secret::from("secret"), PasswordForm::Verbatim))
    .expect("endpoint");
    let options = options();
    let serving = async {
        let (tcp, _) = listener.accept().await.expect("connection");
        accept(tcp, tls.1.as_ref(), &options, decide).await
    };
    tokio::join!(connect(&endpoint, tls.0.as_ref(), &options), serving)
}

async fn plain() -> (OcppSocket, Accepted) {
    let (socket, accepted) = meet("ws", (None, None), takes_16).await;
    (socket.expect("connected"), accepted.expect("accepted"))
}

#[tokio::test]
async fn a_charger_boots_and_closes() {
    let (mut socket, mut accepted) = plain().await;
    let login = accepted.request.credentials.expect("login");
    assert_eq!(
        (login.user(), login.password().expose()),
        ("CP1", &b"secret"[..])
    );
    let boot = BootNotification::new("Eve", "Example");
    let serving = async {
        let Ok(SocketEvent::Called(call)) = accepted.socket.poll(LONG).await else {
            panic!("a call");
        };
        let read = BootNotification::from_payload(&Subprotocol::OCPP16, &call.payload);
        let interval = Duration::from_secs(300);
        let answer = BootAnswer::new(
            RegistrationStatus::PENDING,
            interval,
            SystemTime::UNIX_EPOCH,
        );
        accepted
            .socket
            .answer(&call, Ok(answer.to_payload()))
            .await
            .expect("sent");
        let end = accepted.socket.poll(LONG).await.expect("closed");
        (read, end)
    };
    let charging = async {
        let answer = socket.boot_notification(&boot, LONG).await.expect("answer");
        (answer.status, socket.close(1000, "bye", LONG).await)
    };
    let ((status, closed), (read, end)) = tokio::join!(charging, serving);
    assert_eq!(status, RegistrationStatus::PENDING);
    assert!(closed);
    assert_eq!(read.as_ref(), Ok(&boot));
    let SocketEvent::Closed(reason) = end else {
        panic!("closed");
    };
    assert_eq!((reason.code, reason.reason.as_str()), (Some(1000), "bye"));
}

#[tokio::test]
async fn tls_failures_have_the_same_names_on_both_sides() {
    let root = Authority::root("Root");
    let identity = root.identity(&server("localhost"), &[]);
    let client = TlsClient::new(&Authority::root("Other").roots()).expect("client");
    let tls = (Some(client), TlsServer::new(&identity).ok());
    let (socket, accepted) = meet("wss", tls, takes_16).await;
    let error = socket.expect_err("refused");
    assert_eq!(error.tls_failure(), Some(&TlsFailure::UnknownIssuer));
    assert_eq!(
        error.observation().map(|it| it.presented.as_slice()),
        Some(identity.chain())
    );
    assert!(
        matches!(accepted, Err(AcceptError::Tls(TlsFailure::Alert(48)))),
        "{accepted:?}"
    );
}

#[tokio::test]
async fn a_client_certificate_is_shown_or_missed_in_both_tls_versions() {
    let root = Authority::root("Root");
    let identity = root.identity(&charger("ACE0000001"), &[]);
    for version in [TlsVersion::TLS1_2, TlsVersion::TLS1_3] {
        for identity in [None, Some(&identity)] {
            let server = TlsServer::builder(&root.identity(&server("localhost"), &[]))
                .with_client_certificates(ClientCertificates::Required(root.roots()))
                .with_versions(version, version);
            let mut client = TlsClient::builder(&root.roots());
            if let Some(identity) = identity {
                client = client.with_identity(identity);
            }
            let tls = (client.build().ok(), server.build().ok());
            let (socket, accepted) = meet("wss", tls, takes_16).await;
            if let Some(identity) = identity {
                assert!(
                    socket
                        .expect("connected")
                        .observation()
                        .is_some_and(|it| it.certificate_sent)
                );
                assert_eq!(
                    accepted.expect("accepted").request.client_certificates,
                    identity.chain()
                );
            } else {
                let error = socket.expect_err("refused");
                assert_eq!(
                    error.tls_failure(),
                    Some(&TlsFailure::ClientCertificateRequired),
                    "{version}"
                );
                assert_eq!(error.stage(), ConnectStage::Tls);
            }
        }
    }
}

#[tokio::test]
async fn refusals_of_the_upgrade_have_the_same_names() {
    let (socket, accepted) = meet("ws", (None, None), |_| {
        Decision::Refuse(404, "who?".to_owned())
    })
    .await;
    let error = socket.expect_err("refused");
    assert_eq!(
        error.http_answer().map(|it| (it.status, it.body.as_str())),
        Some((404, "who?"))
    );
    assert!(matches!(accepted, Err(AcceptError::Refused(_, 404))));
    let (socket, _accepted) = meet("ws", (None, None), |_| Decision::Accept(None)).await;
    assert_eq!(
        *socket.expect_err("refused").cause(),
        ConnectCause::NoSubprotocol
    );
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_ends_in_a_timeout_of_its_stage() {
    for (scheme, stage) in [("wss", ConnectStage::Tls), ("ws", ConnectStage::Upgrade)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let url = format!("{scheme}://{}/", listener.local_addr().expect("address"));
        let endpoint = Endpoint::new(&url, "CP1", Subprotocol::OCPP16).expect("endpoint");
        let tls = TlsClient::new(&Authority::root("Root").roots()).expect("client");
        let error = connect(&endpoint, Some(&tls), &options())
            .await
            .expect_err("silent");
        assert_eq!(
            (error.stage(), error.cause()),
            (stage, &ConnectCause::Timeout)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_wait() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let url = format!("ws://{}/", listener.local_addr().expect("address"));
    let endpoint = Endpoint::new(&url, "CP1", Subprotocol::OCPP16).expect("endpoint");
    let asked = std::sync::atomic::AtomicU32::new(0);
    let stopping = options()
        .with_stop_check(move || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 3);
    let error = connect(&endpoint, None, &stopping)
        .await
        .expect_err("stopped");
    assert_eq!(*error.cause(), ConnectCause::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_an_answer_leaves_the_connection_usable() {
    let (mut socket, mut accepted) = plain().await;
    let first = socket.call("First", json!({}), LONG).await;
    assert!(matches!(first, Err(CallError::Timeout)));
    let serving = async {
        for _ in 0..2 {
            let Ok(SocketEvent::Called(call)) = accepted.socket.poll(LONG).await else {
                panic!("a call");
            };
            let refusal = CallRefusal::new(CallErrorCode::INTERNAL_ERROR, call.action.clone());
            accepted
                .socket
                .answer(&call, Err(refusal))
                .await
                .expect("sent");
        }
    };
    let (second, ()) = tokio::join!(socket.call("Second", json!({}), LONG), serving);
    assert!(matches!(second, Err(CallError::Refused(it)) if it.description == "Second"));
    assert_eq!(
        accepted.socket.poll(LONG).await.expect("open"),
        SocketEvent::Idle
    );
}

#[tokio::test]
async fn calls_that_cross_are_refused_by_default_and_answered_by_a_handler() {
    for handled in [false, true] {
        let (mut socket, mut accepted) = plain().await;
        if handled {
            socket.set_handler(|_: &ocpp_transport::IncomingCall| {
                Ok(json!({ "status": "Accepted" }))
            });
        }
        let serving = async {
            let Ok(SocketEvent::Called(call)) = accepted.socket.poll(LONG).await else {
                panic!("a call");
            };
            let crossing = accepted
                .socket
                .call("Reset", json!({ "type": "Soft" }), LONG)
                .await;
            accepted
                .socket
                .answer(&call, Ok(json!({})))
                .await
                .expect("sent");
            crossing
        };
        let (answer, crossing) = tokio::join!(socket.call("Heartbeat", json!({}), LONG), serving);
        assert_eq!(answer.expect("answer"), json!({}));
        match crossing {
            Ok(answer) => assert!(handled, "{answer}"),
            Err(CallError::Refused(refusal)) => {
                assert!(!handled);
                assert_eq!(refusal.code, CallErrorCode::NOT_SUPPORTED);
            }
            Err(error) => panic!("{error}"),
        }
    }
}
