//! Servers that are wrong in TLS itself, as far as rustls can be.

use std::io::Write as _;
use std::time::Duration;

use ocpp_config::{Secret, SecurityProfile};
use ocpp_transport::{
    ChargerDescription, ClientCertificates, FindingCode, ProbeReport, TlsIdentity, TlsServer,
    TlsServerBuilder, TlsVersion, probe,
};
use rcgen::date_time_ymd;

use super::case::{Case, KEY, any, check_all, options, profile2, run, subject};
use super::server::{Server, head, keep, password, takes_16};
use crate::forge::OldKey;
use crate::pki::{Authority, charger, server};

#[test]
fn every_tls_fault_ends_in_its_finding() {
    check_all(cases());
}

/// A charger on profile 2 at a server with changes.
fn changed(
    change: impl FnOnce(TlsServerBuilder, &Authority) -> TlsServerBuilder,
    charger: &ChargerDescription,
) -> ProbeReport {
    let root = Authority::root("Root");
    let identity = root.identity(&server("localhost"), &[]);
    let tls = change(TlsServer::builder(&identity), &root)
        .build()
        .expect("TLS server");
    let server = Server::ocpp(Some(tls), password(KEY), keep);
    run(
        &server,
        &profile2("localhost", server.address, &root.roots(), charger),
    )
}

/// A charger on profile 3, with or without a certificate, at a server with changes.
fn profile3(
    change: impl FnOnce(TlsServerBuilder, &Authority) -> TlsServerBuilder,
    client: impl FnOnce(&Authority) -> Option<TlsIdentity>,
) -> ProbeReport {
    let root = Authority::root("Root");
    let identity = root.identity(&server("localhost"), &[]);
    let tls = change(TlsServer::builder(&identity), &root)
        .build()
        .expect("TLS server");
    let server = Server::ocpp(Some(tls), takes_16, keep);
    let mut subject =
        subject(&server, "wss", SecurityProfile::TLS_CLIENT_CERTIFICATE).with_roots(&root.roots());
    if let Some(client) = client(&root) {
        subject = subject.with_client_certificate(&client);
    }
    run(&server, &subject)
}

fn good_client(root: &Authority) -> Option<TlsIdentity> {
    Some(root.identity(&charger("ACE0000001"), &[]))
}

fn requires(builder: TlsServerBuilder, root: &Authority) -> TlsServerBuilder {
    builder.with_client_certificates(ClientCertificates::Required(root.roots()))
}

fn requires_in_12(builder: TlsServerBuilder, root: &Authority) -> TlsServerBuilder {
    requires(builder, root).with_versions(TlsVersion::TLS1_2, TlsVersion::TLS1_2)
}

/// Any raw server, for a charger on profile 2.
fn raw(server: &Server, step: Duration) -> ProbeReport {
    let roots = Authority::root("Root").roots();
    let subject = profile2("localhost", server.address, &roots, &any());
    probe(&subject, &options(server).with_step_timeout(step))
}

const LONG: Duration = Duration::from_secs(30);

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = versions_and_suites();
    cases.extend(client_certificates());
    cases.extend(other_protocols());
    cases
}

fn versions_and_suites() -> Vec<Case> {
    vec![
        Case::new(
            "TLS 1.2 and an ECDSA suite",
            &[FindingCode::WS_401_NOAUTH],
            || {
                changed(
                    |it, _| it.with_versions(TlsVersion::TLS1_2, TlsVersion::TLS1_2),
                    &ChargerDescription::ocpp_text(),
                )
            },
        ),
        Case::new(
            "TLS 1.3 only, a charger up to 1.2",
            &[FindingCode::TLS_VERSION],
            || {
                changed(
                    |it, _| it.with_versions(TlsVersion::TLS1_3, TlsVersion::TLS1_3),
                    &ChargerDescription::ocpp_text(),
                )
            },
        ),
        Case::new(
            "ECDHE-RSA only, a charger of the OCPP list",
            &[FindingCode::TLS_SUITE],
            || {
                let root = Authority::root("Root");
                let identity = root.rsa_identity(&server("localhost"), &OldKey::new(2048));
                let tls = TlsServer::builder(&identity)
                    .with_versions(TlsVersion::TLS1_2, TlsVersion::TLS1_2)
                    .build()
                    .expect("TLS server");
                let server = Server::ocpp(Some(tls), password(KEY), keep);
                let charger = ChargerDescription::everest();
                run(
                    &server,
                    &profile2("localhost", server.address, &root.roots(), &charger),
                )
            },
        ),
    ]
}

fn client_certificates() -> Vec<Case> {
    vec![
        Case::new("client certificate accepted", &[], || {
            profile3(requires, good_client)
        }),
        Case::new("client certificate accepted in TLS 1.2", &[], || {
            profile3(requires_in_12, good_client)
        }),
        Case::new(
            "profile 3, server does not ask",
            &[FindingCode::MTLS_NOT_ASKED],
            || profile3(|it, _| it, good_client),
        ),
        Case::new("profile 2, server asks", &[FindingCode::MTLS_ASKED], || {
            changed(
                |it, root| it.with_client_certificates(ClientCertificates::Optional(root.roots())),
                &ChargerDescription::conservative(),
            )
        }),
        Case::new(
            "profile 2, server insists",
            &[FindingCode::MTLS_ASKED],
            || changed(requires, &ChargerDescription::conservative()),
        ),
        Case::new(
            "profile 2, server insists in TLS 1.2",
            &[FindingCode::MTLS_ASKED],
            || changed(requires_in_12, &ChargerDescription::ocpp_text()),
        ),
        Case::new(
            "no client certificate in TLS 1.3",
            &[FindingCode::MTLS_NONE, FindingCode::CLIENT_NONE],
            || profile3(requires, |_| None),
        ),
        Case::new(
            "no client certificate in TLS 1.2",
            &[FindingCode::MTLS_NONE, FindingCode::CLIENT_NONE],
            || profile3(requires_in_12, |_| None),
        ),
        Case::new(
            "client certificate of another CA",
            &[FindingCode::MTLS_UNKNOWNCA],
            || profile3(requires, |_| good_client(&Authority::root("Other"))),
        ),
        Case::new(
            "client certificate of another CA in TLS 1.2",
            &[FindingCode::MTLS_UNKNOWNCA],
            || profile3(requires_in_12, |_| good_client(&Authority::root("Other"))),
        ),
        Case::new(
            "expired client certificate",
            &[FindingCode::MTLS_EXPIRED, FindingCode::CLIENT_VALIDITY],
            || {
                profile3(requires, |root| {
                    let mut params = charger("ACE0000001");
                    params.not_after = date_time_ymd(2024, 1, 1);
                    Some(root.identity(&params, &[]))
                })
            },
        ),
        Case::new(
            "client certificate for servers",
            &[FindingCode::MTLS_BAD, FindingCode::CLIENT_EKU],
            || {
                profile3(requires, |root| {
                    let mut params = charger("ACE0000001");
                    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
                    Some(root.identity(&params, &[]))
                })
            },
        ),
    ]
}

fn other_protocols() -> Vec<Case> {
    vec![
        Case::new("plain HTTP on the port", &[FindingCode::TLS_PLAIN], || {
            let server = Server::saying("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            raw(&server, LONG)
        }),
        Case::new("SSH on the port", &[FindingCode::TLS_PLAIN], || {
            let server = Server::raw(|mut tcp| {
                let _ = tcp.write_all(b"SSH-2.0-OpenSSH_9.9\r\n");
                head(&mut tcp);
            });
            raw(&server, LONG)
        }),
        Case::new(
            "closed after the ClientHello",
            &[FindingCode::TCP_RST_TLS],
            || {
                let server = Server::raw(|mut tcp| {
                    head(&mut tcp);
                });
                raw(&server, LONG)
            },
        ),
        Case::new(
            "reset after the ClientHello",
            &[FindingCode::TCP_RST_TLS],
            || {
                // Closing with unread bytes resets.
                let server = Server::raw(|tcp| {
                    let mut one = [0];
                    let _ = tcp.peek(&mut one);
                });
                raw(&server, LONG)
            },
        ),
        Case::new(
            "silence after the ClientHello",
            &[FindingCode::TLS_SILENT],
            || {
                let server = Server::raw(|mut tcp| {
                    head(&mut tcp);
                    let _ = std::io::Read::read(&mut tcp, &mut [0; 16]);
                });
                raw(&server, Duration::from_secs(1))
            },
        ),
        Case::new("a record that is no TLS", &[FindingCode::TLS_OTHER], || {
            let server = Server::raw(|mut tcp| {
                head(&mut tcp);
                let _ = tcp.write_all(&[22, 3, 3, 0, 4, 99, 0, 0, 0]);
                let _ = std::io::Read::read(&mut tcp, &mut [0; 16]);
            });
            raw(&server, LONG)
        }),
        Case::new("unknown name (alert 112)", &[FindingCode::TLS_SNI], || {
            let server = Server::raw(|mut tcp| {
                head(&mut tcp);
                let _ = tcp.write_all(&[21, 3, 3, 0, 2, 2, 112]);
            });
            raw(&server, LONG)
        }),
        Case::new(
            "a server without any common suite",
            &[FindingCode::TLS_SUITE],
            || {
                let server = Server::raw(|mut tcp| {
                    head(&mut tcp);
                    let _ = tcp.write_all(&[21, 3, 3, 0, 2, 2, 40]);
                });
                raw(&server, LONG)
            },
        ),
        Case::new(
            "a server of TLS 1.0 (alert 70)",
            &[FindingCode::TLS_VERSION],
            || {
                let server = Server::raw(|mut tcp| {
                    head(&mut tcp);
                    let _ = tcp.write_all(&[21, 3, 1, 0, 2, 2, 70]);
                });
                raw(&server, LONG)
            },
        ),
    ]
}

/// Certificates are shown, logins are not: the server must never see one.
#[test]
fn no_login_goes_over_a_connection_that_is_not_verified() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let seen = Arc::new(AtomicBool::new(false));
    let root = Authority::root("Root");
    // The TLS library takes it, the charger does not: only the policy stands in the way.
    let mut params = server("localhost");
    params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
    let tls = TlsServer::new(&root.identity(&params, &[])).expect("TLS server");
    let told = Arc::clone(&seen);
    let decide = move |request: &ocpp_transport::UpgradeRequest| {
        told.fetch_or(request.credentials.is_some(), Ordering::SeqCst);
        ocpp_transport::Decision::refuse(401)
    };
    let server = Server::ocpp(Some(tls), decide, keep);
    let subject = subject(&server, "wss", SecurityProfile::TLS_BASIC)
        .with_roots(&root.roots())
        .with_key(Secret::from(KEY));
    let report = run(&server, &subject);
    assert!(report.has(FindingCode::CERT_KU), "{report}");
    assert!(!seen.load(Ordering::SeqCst), "a login was sent");
}
