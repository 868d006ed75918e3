use std::io::{Read as _, Write as _};
use std::time::{Duration, SystemTime};

use ocpp_config::Secret;
use ocpp_transport::{
    AcceptError, BootAnswer, BootNotification, CallError, CallErrorCode, CallRefusal, CipherSuite,
    ClientCertificates, ConnectCause, ConnectError, ConnectStage, Decision, Endpoint, IncomingCall,
    OcppSocket, PasswordForm, RegistrationStatus, SocketEvent, Subprotocol, TlsClient, TlsFailure,
    TlsServer, TlsVersion, TrustRoots, UpgradeFault, connect,
};
use serde_json::json;

use crate::pki::{Authority, charger, server};
use crate::server::{OneConnection, options, takes_16};

const LONG: Duration = Duration::from_secs(30);

fn endpoint(url: &str) -> Endpoint {
    Endpoint::new(url, "CP 1", Subprotocol::OCPP16).expect("endpoint")
}

fn dial(url: &str, roots: &TrustRoots) -> Result<OcppSocket, ConnectError> {
    let tls = TlsClient::new(roots).expect("TLS client");
    connect(&endpoint(url), Some(&tls), &options())
}

/// Answers a boot notification and waits for the end.
fn back_office(mut socket: OcppSocket) -> Vec<IncomingCall> {
    let mut calls = Vec::new();
    while let Ok(SocketEvent::Called(call)) = socket.poll(LONG) {
        let interval = Duration::from_secs(300);
        let answer = BootAnswer::new(
            RegistrationStatus::ACCEPTED,
            interval,
            SystemTime::UNIX_EPOCH,
        );
        socket.answer(&call, Ok(answer.to_payload())).expect("sent");
        calls.push(call);
    }
    calls
}

#[test]
fn a_charger_of_profile_1_boots_over_a_plain_websocket() {
    let server = OneConnection::ocpp(None, takes_16, |accepted| {
        let accepted = accepted.expect("accepted");
        (accepted.request, back_office(accepted.socket))
    });
    let endpoint = endpoint(&server.url("ws"))
        .with_key(
            &Secret::from("00112233445566778899aabbccddeeff"),
            PasswordForm::HexDecoded,
        )
        .expect("key");
    let mut socket = connect(&endpoint, None, &options()).expect("connected");
    assert_eq!(socket.version(), Some(&Subprotocol::OCPP16));
    let boot = BootNotification::new("Eve", "Example").with_serial_number("ACE0000001");
    let answer = socket.boot_notification(&boot, LONG).expect("answer");
    assert_eq!(answer.status, RegistrationStatus::ACCEPTED);
    assert_eq!(answer.time(), Some(SystemTime::UNIX_EPOCH));
    assert!(socket.close(1000, "", LONG));

    let (request, calls) = server.outcome();
    assert_eq!(request.identity, "CP 1");
    let login = request.credentials.expect("login");
    assert_eq!(login.user(), "CP 1");
    let expected: Vec<u8> = (0..16).map(|it| it * 0x11).collect();
    assert_eq!(login.password().expose(), expected);
    let [boot_call] = calls.as_slice() else {
        panic!("one call, not {calls:?}");
    };
    assert_eq!(boot_call.payload["chargePointSerialNumber"], "ACE0000001");
}

#[test]
fn a_charger_of_profile_2_sees_whom_it_talks_to() {
    let root = Authority::root("Root");
    let sub = root.intermediate("Sub");
    let identity = sub.identity(&server("localhost"), &[&sub]);
    let tls = TlsServer::new(&identity).expect("TLS server");
    let server = OneConnection::ocpp(Some(tls), takes_16, |it| {
        back_office(it.expect("accepted").socket)
    });
    let socket = dial(&server.url("wss"), &root.roots()).expect("connected");
    let seen = socket.observation().expect("TLS");
    assert_eq!(seen.presented, identity.chain());
    assert!(seen.chain_accepted);
    assert!(!seen.certificate_asked);
    assert_eq!(seen.version, Some(TlsVersion::TLS1_3));
    assert_eq!(seen.suite, Some(CipherSuite::TLS13_AES256_GCM));
    assert!(socket.close(1000, "", LONG));
    assert_eq!(server.outcome(), []);
}

#[test]
fn a_charger_of_profile_3_shows_its_certificate() {
    let root = Authority::root("Root");
    for version in [TlsVersion::TLS1_2, TlsVersion::TLS1_3] {
        let server = profile_3(&root, version);
        let identity = root.identity(&charger("ACE0000001"), &[]);
        let tls = TlsClient::builder(&root.roots())
            .with_identity(&identity)
            .build();
        let tls = tls.expect("TLS client");
        let socket = connect(&endpoint(&server.url("wss")), Some(&tls), &options());
        let socket = socket.expect("connected");
        assert!(
            socket
                .observation()
                .is_some_and(|it| it.certificate_asked && it.certificate_sent)
        );
        assert!(socket.close(1000, "", LONG));
        let shown = server.outcome().expect("accepted");
        assert_eq!(shown, identity.chain());
    }
}

#[test]
fn a_missing_or_foreign_client_certificate_is_told_apart_in_both_tls_versions() {
    let root = Authority::root("Root");
    let stranger = Authority::root("Stranger").identity(&charger("ACE0000001"), &[]);
    for version in [TlsVersion::TLS1_2, TlsVersion::TLS1_3] {
        for (identity, expected) in [
            (None, TlsFailure::ClientCertificateRequired),
            (Some(&stranger), TlsFailure::ClientCertificateUnknownIssuer),
        ] {
            let server = profile_3(&root, version);
            let mut tls = TlsClient::builder(&root.roots());
            if let Some(identity) = identity {
                tls = tls.with_identity(identity);
            }
            let tls = tls.build().expect("TLS client");
            let error = connect(&endpoint(&server.url("wss")), Some(&tls), &options())
                .expect_err("refused");
            assert_eq!(error.stage(), ConnectStage::Tls);
            assert_eq!(error.tls_failure(), Some(&expected), "{version}");
            let seen = error.observation().expect("TLS was tried");
            assert!(seen.chain_accepted && seen.certificate_asked);
            assert!(matches!(server.outcome(), Err(AcceptError::Tls(_))));
        }
    }
}

fn profile_3(
    root: &Authority,
    version: TlsVersion,
) -> OneConnection<Result<Vec<ocpp_transport::Certificate>, AcceptError>> {
    let tls = TlsServer::builder(&root.identity(&server("localhost"), &[]))
        .with_client_certificates(ClientCertificates::Required(root.roots()))
        .with_versions(version, version)
        .build()
        .expect("TLS server");
    OneConnection::ocpp(Some(tls), takes_16, |accepted| {
        accepted.map(|it| {
            back_office(it.socket);
            it.request.client_certificates
        })
    })
}

#[test]
fn a_charger_without_the_root_knows_why_and_what_was_presented() {
    let root = Authority::root("Root");
    let identity = root.identity(&server("localhost"), &[]);
    let tls = TlsServer::new(&identity).expect("TLS server");
    let server = OneConnection::ocpp(Some(tls), takes_16, |it| it.err());
    let error = dial(&server.url("wss"), &Authority::root("Other").roots()).expect_err("refused");
    assert_eq!(error.tls_failure(), Some(&TlsFailure::UnknownIssuer));
    let seen = error.observation().expect("TLS was tried");
    assert_eq!(seen.presented, identity.chain());
    assert!(!seen.chain_accepted);
    // 48 = unknown_ca: this is what the back office sees of it.
    let outcome = server.outcome();
    assert!(
        matches!(outcome, Some(AcceptError::Tls(TlsFailure::Alert(48)))),
        "{outcome:?}"
    );
}

#[test]
fn every_refusal_of_the_upgrade_has_its_name() {
    type Expected = fn(&ConnectCause) -> bool;
    let cases: [(Decision, ConnectStage, Expected); 4] = [
        (Decision::refuse(401), ConnectStage::Upgrade, |it| {
            status(it) == Some(401)
        }),
        (
            Decision::Refuse(404, "who?".to_owned()),
            ConnectStage::Upgrade,
            |it| matches!(it, ConnectCause::Refused(answer) if answer.status == 404 && answer.body == "who?"),
        ),
        (Decision::Accept(None), ConnectStage::Subprotocol, |it| {
            *it == ConnectCause::NoSubprotocol
        }),
        (
            Decision::Accept(Some(Subprotocol::OCPP21)),
            ConnectStage::Subprotocol,
            |it| {
                matches!(
                    it,
                    ConnectCause::Upgrade(UpgradeFault::SubprotocolNotOffered(_))
                )
            },
        ),
    ];
    for (decision, stage, expected) in cases {
        let server = OneConnection::ocpp(None, move |_| decision, drop);
        let error = connect(&endpoint(&server.url("ws")), None, &options()).expect_err("refused");
        assert_eq!(error.stage(), stage);
        assert!(expected(error.cause()), "{error:?}");
        server.outcome();
    }
}

fn status(cause: &ConnectCause) -> Option<u16> {
    match cause {
        ConnectCause::Refused(answer) => Some(answer.status),
        _ => None,
    }
}

#[test]
fn a_socket_without_a_version_is_kept_on_request_and_shows_the_close() {
    let server = OneConnection::ocpp(
        None,
        |_| Decision::Accept(None),
        |it| it.expect("accepted").socket.close(1002, "no version", LONG),
    );
    let lenient = options().with_subprotocol_required(false);
    let mut socket = connect(&endpoint(&server.url("ws")), None, &lenient).expect("connected");
    assert_eq!(socket.version(), None);
    let Ok(SocketEvent::Closed(reason)) = socket.poll(LONG) else {
        panic!("closed");
    };
    assert_eq!(
        (reason.code, reason.reason.as_str()),
        (Some(1002), "no version")
    );
    drop(socket);
    assert!(server.outcome());
}

#[test]
fn nothing_listening_is_a_matter_of_tcp() {
    let server = OneConnection::raw(drop);
    let url = server.url("wss");
    drop(std::net::TcpStream::connect(server.address));
    server.outcome();
    let error = dial(&url, &Authority::root("Root").roots()).expect_err("refused");
    assert_eq!(error.stage(), ConnectStage::Tcp);
    assert_eq!(*error.cause(), ConnectCause::ConnectionRefused);
}

#[test]
fn a_port_without_tls_is_told_apart_from_a_broken_one() {
    let cases: [(&[u8], TlsFailure); 2] = [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", TlsFailure::NotTls),
        (b"", TlsFailure::Closed),
    ];
    for (answer, expected) in cases {
        let server = OneConnection::raw(move |mut tcp| {
            let mut hello = [0; 4096];
            let count = tcp.read(&mut hello).expect("hello");
            tcp.write_all(answer).expect("answer");
            count
        });
        let error = dial(&server.url("wss"), &Authority::root("Root").roots()).expect_err("no TLS");
        assert_eq!(error.tls_failure(), Some(&expected));
        assert!(server.outcome() > 0);
    }
}

#[test]
fn a_silent_server_ends_in_a_timeout_of_its_stage() {
    for (scheme, stage) in [("wss", ConnectStage::Tls), ("ws", ConnectStage::Upgrade)] {
        let (done, wait) = std::sync::mpsc::channel::<()>();
        let server = OneConnection::raw(move |_tcp| wait.recv().is_err());
        let tls = TlsClient::new(&Authority::root("Root").roots()).expect("TLS client");
        let hasty = options()
            .with_handshake_timeout(Duration::from_millis(50))
            .with_upgrade_timeout(Duration::from_millis(50));
        let error =
            connect(&endpoint(&server.url(scheme)), Some(&tls), &hasty).expect_err("silent");
        assert_eq!(
            (error.stage(), error.cause()),
            (stage, &ConnectCause::Timeout)
        );
        drop(done);
        assert!(server.outcome());
    }
}

#[test]
fn a_stopped_connection_says_so() {
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let server = OneConnection::raw(move |_tcp| wait.recv().is_err());
    let stopped = options().with_stop_check(|| true);
    let error = connect(&endpoint(&server.url("ws")), None, &stopped).expect_err("stopped");
    assert_eq!(*error.cause(), ConnectCause::Stopped);
    drop(done);
    // Where the stop came before the connection, the server still waits for one.
    drop(std::net::TcpStream::connect(server.address));
    assert!(server.outcome());
}

#[test]
fn calls_that_cross_are_answered_and_refused_by_default() {
    let server = OneConnection::ocpp(None, takes_16, |accepted| {
        let mut socket = accepted.expect("accepted").socket;
        let Ok(SocketEvent::Called(boot)) = socket.poll(LONG) else {
            panic!("a call");
        };
        let crossing = socket.call("Reset", json!({ "type": "Hard" }), LONG);
        let refusal = CallRefusal::new(CallErrorCode::INTERNAL_ERROR, "later");
        socket.answer(&boot, Err(refusal)).expect("sent");
        crossing
    });
    let mut socket = connect(&endpoint(&server.url("ws")), None, &options()).expect("connected");
    let answer = socket.call("Heartbeat", json!({}), LONG);
    assert!(matches!(answer, Err(CallError::Refused(it)) if it.description == "later"));
    let crossing = server.outcome();
    assert!(
        matches!(crossing, Err(CallError::Refused(it)) if it.code == CallErrorCode::NOT_SUPPORTED)
    );
}

#[test]
fn a_call_without_an_answer_leaves_the_connection_usable() {
    let server = OneConnection::ocpp(None, takes_16, |accepted| {
        let mut socket = accepted.expect("accepted").socket;
        let mut answered = 0;
        while let Ok(SocketEvent::Called(call)) = socket.poll(LONG) {
            if call.action == "Second" {
                answered += 1;
                socket.answer(&call, Ok(json!({}))).expect("sent");
            }
        }
        answered
    });
    let mut socket = connect(&endpoint(&server.url("ws")), None, &options()).expect("connected");
    let first = socket.call("First", json!({}), Duration::from_millis(50));
    assert!(matches!(first, Err(CallError::Timeout)));
    assert_eq!(
        socket.call("Second", json!({}), LONG).expect("answer"),
        json!({})
    );
    drop(socket);
    assert_eq!(server.outcome(), 1);
}

#[test]
fn an_interrupter_ends_a_wait_from_another_thread() {
    let server = OneConnection::ocpp(None, takes_16, |it| it.map(|it| it.socket).ok());
    let mut socket = connect(&endpoint(&server.url("ws")), None, &options()).expect("connected");
    let interrupter = socket.interrupter().expect("handle");
    let waiting = std::thread::spawn(move || socket.poll(LONG).is_err());
    interrupter.interrupt();
    assert!(waiting.join().expect("thread"));
    drop(server.outcome());
}
