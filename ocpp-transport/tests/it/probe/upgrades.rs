//! Servers that are wrong behind TLS: in HTTP, WebSocket and OCPP.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use ocpp_config::{Secret, SecurityProfile};
use ocpp_transport::{
    Accepted, BootAnswer, BootNotification, CallErrorCode, CallRefusal, ChargerDescription,
    ClientCertificates, Decision, FindingCode, PasswordForm, ProbeSubject, ProbeVerdict,
    RegistrationStatus, SocketEvent, Subprotocol, TlsServer, UpgradeRequest, probe,
};
use serde_json::json;

use super::case::{Case, check_all, options, run, subject, until_closed};
use super::server::{Server, keep, password, takes_16};
use crate::pki::{Authority, charger, server};

#[test]
fn every_upgrade_fault_ends_in_its_finding() {
    check_all(cases());
}

const KEY: &str = "0123456789abcdefghij";
const HEX: &str = "0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF";

fn free(server: &Server) -> ProbeSubject {
    subject(server, "ws", SecurityProfile::NONE)
}

fn keyed(server: &Server, key: &str) -> ProbeSubject {
    subject(server, "ws", SecurityProfile::BASIC).with_key(Secret::from(key))
}

/// A server that answers every request with this status.
fn status(status: u16, expected: FindingCode) -> Case {
    Case::new("an HTTP status", &[expected], move || {
        let server = Server::plain(move |_| Decision::refuse(status));
        run(&server, &free(&server))
    })
}

/// A server whose answer is written out.
fn answer(name: &'static str, expected: FindingCode, text: &'static str) -> Case {
    Case::new(name, &[expected], move || {
        let server = Server::saying(text);
        run(&server, &free(&server))
    })
}

/// A server that closes each connection at once.
fn closing(code: u16, expected: FindingCode) -> Case {
    Case::new("closed at once", &[expected], move || {
        let close = move |accepted: Accepted| {
            accepted.socket.close(code, "no", Duration::from_secs(30));
        };
        let server = Server::ocpp(None, takes_16, close);
        probe(&free(&server), &until_closed(&server))
    })
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = refusals();
    cases.extend(logins());
    cases.extend(versions());
    cases.extend(boots());
    cases
}

fn refusals() -> Vec<Case> {
    vec![
        status(400, FindingCode::WS_400),
        status(401, FindingCode::WS_401),
        status(403, FindingCode::WS_403),
        status(404, FindingCode::WS_404),
        status(302, FindingCode::WS_3XX),
        status(200, FindingCode::WS_200),
        status(426, FindingCode::WS_426),
        status(503, FindingCode::WS_5XX),
        status(418, FindingCode::WS_STATUS),
        answer(
            "wrong accept key",
            FindingCode::WS_ACCEPT,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n",
        ),
        answer(
            "no Upgrade header",
            FindingCode::WS_HDR,
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n",
        ),
        answer(
            "SSH in place of HTTP",
            FindingCode::WS_NOT_HTTP,
            "SSH-2.0-OpenSSH_9.9\r\n",
        ),
        answer("closed without an answer", FindingCode::WS_DROPPED, ""),
        Case::new("silence", &[FindingCode::WS_SILENT], || {
            let server = Server::raw(|mut tcp| {
                super::server::head(&mut tcp);
                let _ = std::io::Read::read(&mut tcp, &mut [0; 16]);
            });
            probe(
                &free(&server),
                &options(&server).with_step_timeout(Duration::from_secs(1)),
            )
        }),
        Case::new("ws on a TLS port", &[FindingCode::WS_TLS_PORT], || {
            let identity = Authority::root("Root").identity(&server("localhost"), &[]);
            let tls = TlsServer::new(&identity).expect("TLS server");
            let server = Server::ocpp(Some(tls), takes_16, keep);
            run(&server, &free(&server))
        }),
        closing(1008, FindingCode::WS_CLOSE_1008),
        closing(1011, FindingCode::WS_CLOSE_1011),
        closing(4001, FindingCode::WS_CLOSE),
    ]
}

fn logins() -> Vec<Case> {
    vec![
        Case::new(
            "one address answers, one does not",
            &[FindingCode::DNS_MIX],
            || {
                let server = Server::plain(takes_16);
                // 127.0.0.2 is this machine as well, where nobody listens on that port.
                let other = std::net::SocketAddr::from(([127, 0, 0, 2], server.address.port()));
                let options = options(&server).with_addresses([other, server.address]);
                probe(&free(&server), &options)
            },
        ),
        Case::new("stopped", &[FindingCode::PROBE_STOPPED], || {
            let server = Server::plain(takes_16);
            probe(&free(&server), &options(&server).with_stop_check(|| true))
        }),
        Case::new("no login needed, none sent", &[], || {
            let server = Server::plain(takes_16);
            run(&server, &free(&server))
        }),
        Case::new("login refused", &[FindingCode::WS_401], || {
            let server = Server::plain(password("another key"));
            run(&server, &keyed(&server, KEY))
        }),
        Case::new("login not looked at", &[FindingCode::WS_OPEN_ANY], || {
            let server = Server::plain(takes_16);
            run(&server, &keyed(&server, KEY))
        }),
        Case::new(
            "decoded key wanted, the charger sends text",
            &[FindingCode::PW_SPELLING],
            || {
                let bytes = PasswordForm::HexDecoded
                    .password(&Secret::from(HEX))
                    .expect("hex");
                let server = Server::plain(password(bytes.expose()));
                run(&server, &keyed(&server, HEX))
            },
        ),
        Case::new(
            "text wanted, the charger sends the decoded key",
            &[FindingCode::PW_SPELLING],
            || {
                let server = Server::plain(password(HEX));
                run(
                    &server,
                    &keyed(&server, HEX).with_charger(&ChargerDescription::ocpp_text()),
                )
            },
        ),
    ]
}

fn speaking(version: Subprotocol) -> impl Fn(&UpgradeRequest) -> Decision + Send + Sync {
    move |request| Decision::negotiate(request, std::slice::from_ref(&version))
}

fn versions() -> Vec<Case> {
    vec![
        Case::new(
            "2.0.1 only, complete and close",
            &[FindingCode::WS_NOSUB],
            || {
                let server = Server::ocpp(None, speaking(Subprotocol::OCPP201), |accepted| {
                    if accepted.socket.version().is_none() {
                        accepted.socket.close(1002, "", Duration::from_secs(30));
                    } else {
                        keep(accepted);
                    }
                });
                run(&server, &free(&server))
            },
        ),
        Case::new(
            "2.0.1 only, refused with 400",
            &[FindingCode::WS_400],
            || {
                let server = Server::plain(|request| {
                    match Decision::negotiate(request, &[Subprotocol::OCPP201]) {
                        Decision::Accept(None) => Decision::refuse(400),
                        other => other,
                    }
                });
                run(&server, &free(&server))
            },
        ),
        Case::new(
            "a version that was not offered",
            &[FindingCode::WS_SUB_OTHER],
            || {
                let server = Server::plain(|_| Decision::Accept(Some(Subprotocol::OCPP21)));
                run(&server, &free(&server))
            },
        ),
        Case::new(
            "another version each time",
            &[FindingCode::WS_SUB_UNSTABLE],
            || {
                let count = AtomicUsize::new(0);
                let server = Server::plain(move |_| {
                    let versions = [Subprotocol::OCPP16, Subprotocol::OCPP201];
                    let number = count.fetch_add(1, Ordering::SeqCst);
                    Decision::Accept(versions.get(number % 2).cloned())
                });
                let mut charger = ChargerDescription::conservative();
                charger.versions = vec![Subprotocol::OCPP201, Subprotocol::OCPP16];
                run(&server, &free(&server).with_charger(&charger))
            },
        ),
    ]
}

fn boot() -> BootNotification {
    BootNotification::new("Eve Single", "Example").with_serial_number("ACE0000001")
}

/// Answers the boot notification, and then does something more.
fn booting(
    answer: impl Fn() -> Result<serde_json::Value, CallRefusal> + Send + Sync + 'static,
    then: impl Fn(&mut Accepted) + Send + Sync + 'static,
) -> impl Fn(Accepted) + Send + Sync + 'static {
    move |mut accepted| {
        if let Ok(SocketEvent::Called(call)) = accepted.socket.poll(Duration::from_secs(30))
            && accepted.socket.answer(&call, answer()).is_ok()
        {
            then(&mut accepted);
            keep(accepted);
        }
    }
}

fn status_answer(status: RegistrationStatus) -> Result<serde_json::Value, CallRefusal> {
    Ok(BootAnswer::new(status, Duration::from_secs(300), SystemTime::now()).to_payload())
}

fn booted(
    name: &'static str,
    expected: &[FindingCode],
    answer: fn() -> Result<serde_json::Value, CallRefusal>,
) -> Case {
    Case::new(name, expected, move || {
        let server = Server::ocpp(None, takes_16, booting(answer, |_| {}));
        run(&server, &free(&server).with_boot(boot()))
    })
}

fn boots() -> Vec<Case> {
    vec![
        booted("accepted", &[FindingCode::BOOT_ACCEPTED], || {
            status_answer(RegistrationStatus::ACCEPTED)
        }),
        booted("pending", &[FindingCode::BOOT_PENDING], || {
            status_answer(RegistrationStatus::PENDING)
        }),
        booted("rejected", &[FindingCode::BOOT_REJECTED], || {
            status_answer(RegistrationStatus::REJECTED)
        }),
        booted("a CALLERROR", &[FindingCode::BOOT_SCHEMA], || {
            Err(CallRefusal::new(
                CallErrorCode::FORMATION_VIOLATION,
                "what?",
            ))
        }),
        booted("no time zone", &[FindingCode::BOOT_CLOCK], || {
            Ok(
                json!({ "status": "Accepted", "interval": 300, "currentTime": "2026-01-01T00:00:00" }),
            )
        }),
        booted(
            "a clock of another year",
            &[FindingCode::BOOT_CLOCK],
            || {
                Ok(
                    json!({ "status": "Accepted", "interval": 300, "currentTime": "2001-01-01T00:00:00Z" }),
                )
            },
        ),
        Case::new(
            "a field that is too long",
            &[FindingCode::BOOT_FIELDS],
            || {
                let server = Server::plain(takes_16);
                let boot = BootNotification::new("x".repeat(21), "Example");
                run(&server, &free(&server).with_boot(boot))
            },
        ),
        Case::new("no answer", &[FindingCode::BOOT_SILENT], || {
            let server = Server::plain(takes_16);
            let options = options(&server).with_boot_timeout(Duration::from_millis(200));
            probe(&free(&server).with_boot(boot()), &options)
        }),
        Case::new(
            "closed for another serial number",
            &[FindingCode::BOOT_SERIAL],
            || {
                let root = Authority::root("Root");
                let identity = root.identity(&server("localhost"), &[]);
                let tls = TlsServer::builder(&identity)
                    .with_client_certificates(ClientCertificates::Required(root.roots()))
                    .build()
                    .expect("TLS server");
                let server = Server::ocpp(Some(tls), takes_16, |mut accepted| {
                    if let Ok(SocketEvent::Called(_)) =
                        accepted.socket.poll(Duration::from_secs(30))
                    {
                        accepted.socket.close(1008, "", Duration::from_secs(30));
                    }
                });
                let subject = subject(&server, "wss", SecurityProfile::TLS_CLIENT_CERTIFICATE)
                    .with_roots(&root.roots())
                    .with_client_certificate(&root.identity(&charger("ACE0000002"), &[]))
                    .with_boot(boot());
                run(&server, &subject)
            },
        ),
    ]
}

#[test]
fn three_refused_logins_are_the_end() {
    let refused = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&refused);
    let server = Server::plain(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Decision::refuse(401)
    });
    let report = run(&server, &keyed(&server, HEX));
    assert!(report.has(FindingCode::WS_401), "{report}");
    assert_eq!(refused.load(Ordering::SeqCst), 3);
}

#[test]
fn whatever_a_back_office_wants_to_change_is_refused() {
    let (sender, answers) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let serve = booting(
        || status_answer(RegistrationStatus::PENDING),
        move |accepted| {
            let change = json!({ "key": "AuthorizationKey", "value": "6E6577206B6579" });
            let answer =
                accepted
                    .socket
                    .call("ChangeConfiguration", change, Duration::from_secs(30));
            let _ = sender.lock().unwrap().send(answer);
        },
    );
    let server = Server::ocpp(None, takes_16, serve);
    let options = options(&server).with_settle_time(Duration::from_secs(2));
    let report = probe(&free(&server).with_boot(boot()), &options);
    let answer = answers.recv().expect("an answer");
    assert!(
        matches!(&answer, Err(ocpp_transport::CallError::Refused(it)) if it.code == CallErrorCode::NOT_SUPPORTED),
        "{answer:?}"
    );
    let text = report.to_string();
    assert!(
        text.contains("refused, unchanged: ChangeConfiguration"),
        "{text}"
    );
    assert!(!text.contains("6E6577206B6579"), "{text}");
}

#[test]
fn neither_report_nor_transcript_shows_the_key() {
    let server = Server::plain(|request| {
        // A careless server repeats what it was sent.
        let login = request.credentials.as_ref();
        let password = login.map(|it| it.password().expose().to_vec());
        Decision::Refuse(
            403,
            String::from_utf8(password.unwrap_or_default()).unwrap(),
        )
    });
    let report = run(&server, &keyed(&server, KEY));
    let json = serde_json::to_string(&report).unwrap();
    for text in [report.to_string(), json, format!("{report:?}")] {
        assert!(!text.contains(KEY), "{text}");
        assert!(text.contains("(hidden)"), "{text}");
    }
    assert_eq!(report.verdict(), ProbeVerdict::WillFail);
}

#[test]
fn a_probe_can_be_stopped_at_every_step() {
    for steps in 0..6 {
        let server = Server::plain(takes_16);
        let left = Arc::new(AtomicUsize::new(steps));
        let asked = Arc::clone(&left);
        let options = options(&server)
            .with_progress(move |_, _| {
                let _ =
                    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |it| it.checked_sub(1));
            })
            .with_stop_check(move || asked.load(Ordering::SeqCst) == 0);
        let report = probe(&free(&server), &options);
        let complete = report.version().is_some() && !report.has(FindingCode::PROBE_STOPPED);
        assert_eq!(complete, steps >= 4, "{steps}\n{report}");
    }
}
