//! Problems of real users, rebuilt: each case is named after the issue it comes from.

use std::time::{Duration, SystemTime};

use ocpp_config::{Secret, SecurityProfile};
use ocpp_transport::{
    BootAnswer, BootNotification, CallErrorCode, CallRefusal, ChargerClock, ChargerDescription,
    Decision, FindingCode, PasswordForm, ProbeReport, ProbeSubject, RegistrationStatus,
    SocketEvent, Subprotocol, TlsIdentity, TlsServer, TrustRoots, UpgradeRequest, probe,
};
use rcgen::DnType;

use super::case::{Case, KEY, any, check_all, met, run, subject, until_closed};
use super::server::{Server, keep, password, takes_16};
use crate::pki::{Authority, charger, server};

#[test]
fn every_field_case_ends_in_its_finding() {
    let cases = cases();
    println!("{} field cases", cases.len());
    assert!(cases.len() >= 25, "{}", cases.len());
    check_all(cases);
}

const HEX: &str = "0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF";

/// A charger with TLS at a server with this identity.
fn tls(identity: &TlsIdentity, roots: &TrustRoots, charger: &ChargerDescription) -> ProbeReport {
    met("localhost", identity, roots, charger)
}

fn free(server: &Server) -> ProbeSubject {
    subject(server, "ws", SecurityProfile::NONE)
}

fn keyed(server: &Server, key: &str) -> ProbeSubject {
    subject(server, "ws", SecurityProfile::BASIC).with_key(Secret::from(key))
}

/// A back office without TLS that decides like this, and a charger without a key.
fn deciding(
    name: &'static str,
    expected: &[FindingCode],
    decide: fn(&UpgradeRequest) -> Decision,
) -> Case {
    Case::new(name, expected, move || {
        let server = Server::plain(decide);
        run(&server, &free(&server))
    })
}

/// A back office that wants this password, and a charger with this key.
fn logging_in(
    name: &'static str,
    expected: &[FindingCode],
    wanted: &'static [u8],
    key: &'static str,
) -> Case {
    Case::new(name, expected, move || {
        let server = Server::plain(password(wanted));
        run(&server, &keyed(&server, key))
    })
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = roots();
    cases.extend(names());
    cases.extend(keys());
    cases.extend(paths());
    cases.extend(versions());
    cases.extend(transports());
    cases.extend(sessions());
    cases
}

fn roots() -> Vec<Case> {
    vec![
        Case::new(
            "dingo35/SmartEVSE-3.5#363",
            &[FindingCode::CERT_ROOT_ROTATED],
            || {
                let identity = Authority::root("Operator Root").identity(&server("localhost"), &[]);
                tls(&identity, &Authority::root("Operator Root").roots(), &any())
            },
        ),
        Case::new(
            "OpenEVSE/openevse_esp32_firmware#806",
            &[FindingCode::CERT_ROOT_MISSING],
            || {
                let shorter = Authority::root("Root X1");
                let sub = shorter.intermediate("R3");
                let identity = sub.identity(&server("localhost"), &[&sub, &shorter]);
                tls(&identity, &Authority::root("Root X3").roots(), &any())
            },
        ),
        Case::new("lbbrhzn/ocpp#1599", &[FindingCode::CERT_SELFSIGNED], || {
            let key = crate::pki::key();
            let certificate = server("localhost").self_signed(&key).expect("certificate");
            let certificate =
                ocpp_transport::Certificate::from_der(certificate.der()).expect("certificate");
            let key = Secret::new(key.serialize_der());
            let identity = TlsIdentity::from_der(vec![certificate], key).expect("identity");
            tls(&identity, &Authority::root("Built in").roots(), &any())
        }),
        Case::new(
            "lbbrhzn/ocpp#2072",
            &[FindingCode::CERT_ROOT_MISSING],
            || {
                let root = Authority::root("ISRG Root X1");
                let sub = root.intermediate("R11");
                let identity = sub.identity(&server("localhost"), &[&sub]);
                tls(&identity, &Authority::root("Vendor Root").roots(), &any())
            },
        ),
        Case::new(
            "EVerest/everest-demo#25",
            &[FindingCode::CERT_INTERMEDIATE, FindingCode::CERT_NAME_NOCN],
            || {
                let sub = Authority::root("Root");
                let issuer = sub.intermediate("Sub");
                let mut params = server("localhost");
                params.distinguished_name.push(DnType::CommonName, "CSMS");
                tls(&issuer.identity(&params, &[]), &sub.roots(), &any())
            },
        ),
        Case::new(
            "EVerest/everest-demo#37",
            &[FindingCode::CERT_ROOT_MISSING],
            || {
                let root = Authority::root("V2G Root");
                let one = root.intermediate("Sub 1");
                let lower = one.intermediate("Sub 2");
                let identity = lower.identity(&server("localhost"), &[&lower, &one]);
                tls(&identity, &Authority::root("Replaced Root").roots(), &any())
            },
        ),
    ]
}

fn names() -> Vec<Case> {
    vec![
        Case::new("EVerest/libocpp#494", &[FindingCode::CERT_WILDCARD], || {
            let root = Authority::root("Root");
            let identity = root.identity(&server("*.example.com"), &[]);
            let mut charger = ChargerDescription::everest();
            charger.versions = vec![Subprotocol::OCPP16];
            met("csms.example.com", &identity, &root.roots(), &charger)
        }),
        Case::new("EVerest/EVerest#1594", &[FindingCode::CERT_IP], || {
            let root = Authority::root("Root");
            let identity = root.identity(&server("csms.example.com"), &[]);
            met("127.0.0.1", &identity, &root.roots(), &any())
        }),
        Case::new("matth-x/MicroOcpp#85", &[FindingCode::CERT_CLOCK], || {
            let root = Authority::root("Root");
            let mut charger = any();
            charger.clock = ChargerClock::At(SystemTime::UNIX_EPOCH);
            tls(
                &root.identity(&server("localhost"), &[]),
                &root.roots(),
                &charger,
            )
        }),
        Case::new("Mbed-TLS/mbedtls#9269", &[FindingCode::CERT_SIZE], || {
            let root = Authority::root("Root");
            let mut lowest = root.intermediate("Sub a");
            let mut all = vec![lowest.certificate()];
            for level in ["Sub b", "Sub c", "Sub d", "Sub e", "Sub f"] {
                lowest = lowest.intermediate_with(level, |it| {
                    let content = vec![0x5A; 700];
                    let extension =
                        rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 1], content);
                    it.custom_extensions.push(extension);
                });
                all.push(lowest.certificate());
            }
            let (leaf, key) = lowest.leaf(&server("localhost"));
            all.push(leaf);
            all.reverse();
            let identity = TlsIdentity::from_der(all, key).expect("identity");
            tls(&identity, &root.roots(), &any())
        }),
    ]
}

fn keys() -> Vec<Case> {
    const DECODED: &[u8] = &[
        0, 1, 2, 3, 4, 5, 6, 7, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    ];
    vec![
        logging_in(
            "EVerest/EVerest#2034",
            &[FindingCode::PW_SPELLING],
            DECODED,
            HEX,
        ),
        Case::new(
            "steve-community/steve#1895",
            &[FindingCode::PW_SPELLING],
            || {
                let server = Server::plain(password(HEX));
                let mut charger = any();
                charger.password_form = PasswordForm::HexDecoded;
                run(&server, &keyed(&server, HEX).with_charger(&charger))
            },
        ),
        logging_in(
            "shiv3/ocpp-cp-simulator#260",
            &[FindingCode::PW_SPELLING],
            DECODED,
            HEX,
        ),
        logging_in(
            "ChargeTimeEU/Java-OCA-OCPP#240",
            &[FindingCode::WS_401, FindingCode::PW_LEN],
            b"",
            "secret",
        ),
        Case::new("ChargeTimeEU/Java-OCA-OCPP#163", &[], || {
            // A binary password that is no UTF-8 arrives as it is.
            let bytes = vec![0xFF; 20];
            let server = Server::plain(password(bytes.clone()));
            let subject =
                subject(&server, "ws", SecurityProfile::BASIC).with_key(Secret::new(bytes));
            let mut charger = any();
            charger.password_form = PasswordForm::RawBytes;
            run(&server, &subject.with_charger(&charger))
        }),
        logging_in(
            "openhab/openhab-addons#21265",
            &[FindingCode::WS_401, FindingCode::PW_LEN],
            b"",
            "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        ),
        logging_in(
            "argonne-vci/node-red-contrib-ocpp#94",
            &[FindingCode::WS_401],
            b"of another id",
            KEY,
        ),
        Case::new(
            "OpenEVSE/openevse_esp32_firmware#653",
            &[FindingCode::WS_OPEN_ANY],
            || {
                let server = Server::plain(takes_16);
                run(&server, &keyed(&server, KEY))
            },
        ),
    ]
}

fn only_at(path: &'static str) -> impl Fn(&UpgradeRequest) -> Decision + Send + Sync {
    move |request| {
        if request.path == path {
            takes_16(request)
        } else {
            Decision::refuse(404)
        }
    }
}

fn paths() -> Vec<Case> {
    vec![
        Case::new(
            "OpenEVSE/openevse_esp32_firmware#873",
            &[FindingCode::WS_404],
            || {
                let server = Server::plain(only_at("/ocpp1.6/CP1"));
                run(&server, &free(&server))
            },
        ),
        Case::new("steve-community/steve#1846", &[FindingCode::WS_200], || {
            let server = Server::saying(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
            );
            run(&server, &free(&server))
        }),
        Case::new(
            "lorenzodonini/ocpp-go#115",
            &[FindingCode::URL_ID_DOUBLE, FindingCode::WS_404],
            || {
                let server = Server::plain(only_at("/ocpp/CP1"));
                let url = format!("ws://localhost:{}/ocpp/CP1", server.address.port());
                run(
                    &server,
                    &ProbeSubject::new(url, "CP1", SecurityProfile::NONE),
                )
            },
        ),
        Case::new(
            "dallmann-consulting/OCPP.Core#49",
            &[FindingCode::URL_ID_MISSING, FindingCode::WS_404],
            || {
                let server = Server::plain(only_at("/ocpp/CP1"));
                let mut charger = any();
                charger.appends_identity = false;
                run(&server, &free(&server).with_charger(&charger))
            },
        ),
        Case::new(
            "citrineos/citrineos-core PR #1093",
            &[FindingCode::WS_404],
            || {
                // A back office that forgets to decode the identity of OCPP 2.1's example.
                let server = Server::plain(only_at("/ocpp/RDAM|123"));
                let url = format!("ws://localhost:{}/ocpp", server.address.port());
                run(
                    &server,
                    &ProbeSubject::new(url, "RDAM|123", SecurityProfile::NONE),
                )
            },
        ),
        deciding(
            "sap-labs-france/ev-server#2099",
            &[FindingCode::WS_400],
            |_| Decision::Refuse(400, "token missing".to_owned()),
        ),
        deciding("steve-community/steve#202", &[FindingCode::WS_404], |_| {
            Decision::refuse(404)
        }),
    ]
}

fn versions() -> Vec<Case> {
    vec![
        Case::new("steve-community/steve#135", &[FindingCode::WS_400], || {
            let server = Server::plain(|request| {
                if request.offered.is_empty() {
                    Decision::refuse(400)
                } else {
                    takes_16(request)
                }
            });
            let mut charger = any();
            charger.versions = Vec::new();
            run(&server, &free(&server).with_charger(&charger))
        }),
        Case::new("lbbrhzn/ocpp#2008", &[FindingCode::WS_SUB_UNSTABLE], || {
            let count = std::sync::atomic::AtomicUsize::new(0);
            let server = Server::plain(move |_| {
                let versions = [Subprotocol::OCPP16, Subprotocol::OCPP201];
                let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                Decision::Accept(versions.get(number % 2).cloned())
            });
            let mut charger = any();
            charger.versions = vec![Subprotocol::OCPP201, Subprotocol::OCPP16];
            run(&server, &free(&server).with_charger(&charger))
        }),
        deciding(
            "chronoxor/NetCoreServer#328",
            &[FindingCode::WS_NOSUB],
            |_| Decision::Accept(None),
        ),
    ]
}

fn transports() -> Vec<Case> {
    let to_plain = |name: &'static str| {
        Case::new(name, &[FindingCode::TLS_PLAIN], || {
            let server = Server::plain(takes_16);
            let subject = subject(&server, "wss", SecurityProfile::TLS_BASIC)
                .with_roots(&Authority::root("Root").roots())
                .with_key(Secret::from(KEY));
            run(&server, &subject)
        })
    };
    vec![
        deciding(
            "dallmann-consulting/OCPP.Core#84",
            &[FindingCode::WS_426],
            |_| Decision::refuse(426),
        ),
        deciding("steve-community/steve#797", &[FindingCode::WS_5XX], |_| {
            Decision::refuse(502)
        }),
        to_plain("evcc-io/evcc#29393"),
        to_plain("ocpp-balanz/ocpp-2w-proxy#5"),
        Case::new(
            "citrineos/citrineos-core#83",
            &[FindingCode::WS_TLS_PORT],
            || {
                let identity = Authority::root("Root").identity(&server("localhost"), &[]);
                let tls = TlsServer::new(&identity).expect("TLS server");
                let server = Server::ocpp(Some(tls), takes_16, keep);
                run(&server, &free(&server))
            },
        ),
        Case::new(
            "citrineos/citrineos-core PR #1098",
            &[FindingCode::WS_401],
            || {
                let root = Authority::root("Root");
                let tls = TlsServer::builder(&root.identity(&server("localhost"), &[]))
                    .with_client_certificates(ocpp_transport::ClientCertificates::Required(
                        root.roots(),
                    ))
                    .build()
                    .expect("TLS server");
                let by_name = |request: &UpgradeRequest| {
                    let subject = request.client_certificates[0].subject();
                    if subject.contains(&format!("CN={}", request.identity)) {
                        takes_16(request)
                    } else {
                        Decision::refuse(401)
                    }
                };
                let server = Server::ocpp(Some(tls), by_name, keep);
                let subject = subject(&server, "wss", SecurityProfile::TLS_CLIENT_CERTIFICATE)
                    .with_roots(&root.roots())
                    .with_client_certificate(&root.identity(&charger("CP2"), &[]));
                run(&server, &subject)
            },
        ),
    ]
}

fn sessions() -> Vec<Case> {
    vec![
        Case::new(
            "lorenzodonini/ocpp-go#314",
            &[FindingCode::WS_CLOSE_1008],
            || {
                let server = Server::ocpp(None, takes_16, |accepted| {
                    accepted
                        .socket
                        .close(1008, "duplicate", Duration::from_secs(30));
                });
                probe(&free(&server), &until_closed(&server))
            },
        ),
        deciding(
            "citrineos/citrineos-core PR #583",
            &[FindingCode::WS_401],
            |_| Decision::Refuse(401, "already connected".to_owned()),
        ),
        pending("EVerest/libocpp#478", 0),
        pending("monta-app/ocpp-emulator#70", 300),
        Case::new(
            "lbbrhzn/ocpp#2008 (schema)",
            &[FindingCode::BOOT_SCHEMA],
            || {
                let server = Server::ocpp(None, takes_16, |accepted| {
                    let why = CallRefusal::new(
                        CallErrorCode::FORMATION_VIOLATION,
                        "chargingStation missing",
                    );
                    answer_boot(accepted, Err(why));
                });
                run(
                    &server,
                    &free(&server).with_boot(BootNotification::new("Eve", "Example")),
                )
            },
        ),
    ]
}

fn pending(name: &'static str, seconds: u64) -> Case {
    Case::new(name, &[FindingCode::BOOT_PENDING], move || {
        let server = Server::ocpp(None, takes_16, move |accepted| {
            let interval = Duration::from_secs(seconds);
            let answer = BootAnswer::new(RegistrationStatus::PENDING, interval, SystemTime::now());
            answer_boot(accepted, Ok(answer.to_payload()));
        });
        run(
            &server,
            &free(&server).with_boot(BootNotification::new("Eve", "Example")),
        )
    })
}

fn answer_boot(
    mut accepted: ocpp_transport::Accepted,
    answer: Result<serde_json::Value, CallRefusal>,
) {
    if let Ok(SocketEvent::Called(call)) = accepted.socket.poll(Duration::from_secs(30))
        && accepted.socket.answer(&call, answer).is_ok()
    {
        keep(accepted);
    }
}
