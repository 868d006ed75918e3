//! T1: TLS handshakes in memory, client and server together.

use std::hint::black_box;
use std::io;
use std::sync::Arc;

use ocpp_config::Secret;
use ocpp_transport::{
    ChargerDescription, ClientCertificates, TlsClient, TlsIdentity, TlsServer, TrustRoots,
    rustls_0_23,
};
use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{
    ClientConfig, ClientConnection, Connection, RootCertStore, ServerConfig, ServerConnection,
};

use crate::inputs::{Chain, KeyKind};
use crate::{Contender, Effort, Error, Outcome, measure};

pub(super) fn handshake(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new(
        "T1",
        "TLS 1.3 handshake, chains of three, client and server",
    );
    for (keys, kind) in [("RSA", KeyKind::Rsa), ("ECDSA", KeyKind::Ecdsa)] {
        let server = Chain::new(kind, 3, true)?;
        let client = Chain::new(kind, 3, false)?;
        for (profile, is_mutual) in [("profile 2", false), ("profile 3", true)] {
            for (how, resume) in [("full", false), ("resumed", true)] {
                let ours = ours(&server, is_mutual.then_some(&client), resume)?;
                let bare = bare(&server, is_mutual.then_some(&client), resume)?;
                for pair in [&ours, &bare] {
                    connect(pair)?;
                    let kind = connect(pair)?;
                    let resumed = kind == Some(rustls::HandshakeKind::Resumed);
                    crate::ensure(resumed == resume, "not the handshake that was meant")?;
                }
                let figures = measure(
                    vec![
                        Contender::new("TlsClient and TlsServer", || {
                            let _ = black_box(connect(&ours));
                        }),
                        Contender::new("bare rustls, ring", || {
                            let _ = black_box(connect(&bare));
                        }),
                    ],
                    effort,
                );
                let name = format!("{keys}, {profile}, {how}");
                let ratio = outcome.case(&name, figures);
                outcome.at_most(format!("{name}, against bare rustls"), ratio, 1.02);
            }
        }
    }
    outcome.target(
        "a cold one-shot probe: at most 0.5 times `openssl s_client`",
        "not measured",
        None,
    );
    outcome.note(
        "In memory, both ends on one thread, with ring. Ours checks the charger's own \
         rules for names, clock and roots on top of rustls' verification, which parses \
         the chain once more. Not measured: aws-lc-rs, which is no dependency of these \
         crates, and OpenSSL.",
    );
    Ok(outcome)
}

type Ends = (Arc<ClientConfig>, Arc<ServerConfig>);

fn ours(server: &Chain, client: Option<&Chain>, resume: bool) -> Result<Ends, Error> {
    let identity = |chain: &Chain| {
        TlsIdentity::from_pem(
            chain.presented.as_bytes(),
            &Secret::from(chain.key.as_str()),
        )
    };
    let roots = TrustRoots::read(server.root.as_bytes())?;
    let mut connector = TlsClient::builder(&roots)
        .with_charger(&ChargerDescription::conservative())
        .with_session_resumption(resume);
    let mut acceptor = TlsServer::builder(&identity(server)?).with_session_resumption(resume);
    if let Some(client) = client {
        let roots = TrustRoots::read(client.root.as_bytes())?;
        connector = connector.with_identity(&identity(client)?);
        acceptor = acceptor.with_client_certificates(ClientCertificates::Required(roots));
    }
    Ok((
        rustls_0_23::client_config(&connector.build()?),
        rustls_0_23::server_config(&acceptor.build()?),
    ))
}

fn bare(server: &Chain, client: Option<&Chain>, resume: bool) -> Result<Ends, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let connector = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(store(server)?);
    let acceptor = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let (mut connector, acceptor) = match client {
        None => (
            connector.with_no_client_auth(),
            acceptor.with_no_client_auth(),
        ),
        Some(client) => {
            let (chain, key) = identity(client)?;
            let roots = Arc::new(store(client)?);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider).build()?;
            (
                connector.with_client_auth_cert(chain, key)?,
                acceptor.with_client_cert_verifier(verifier),
            )
        }
    };
    let (chain, key) = identity(server)?;
    let mut acceptor = acceptor.with_single_cert(chain, key)?;
    if !resume {
        connector.resumption = Resumption::disabled();
        acceptor.session_storage = Arc::new(NoServerSessionStorage {});
        acceptor.send_tls13_tickets = 0;
    }
    Ok((Arc::new(connector), Arc::new(acceptor)))
}

fn store(chain: &Chain) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    store.add(CertificateDer::from(chain.root_der.clone()))?;
    Ok(store)
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn identity(chain: &Chain) -> Result<Identity, Error> {
    let certificates = chain.presented_der.iter().cloned();
    Ok((
        certificates.map(CertificateDer::from).collect(),
        PrivateKeyDer::from_pem_slice(chain.key.as_bytes())?,
    ))
}

/// One whole handshake, and how it went.
fn connect((client, server): &Ends) -> Result<Option<rustls::HandshakeKind>, Error> {
    let name = ServerName::try_from(Chain::HOST)?;
    let mut client = Connection::from(ClientConnection::new(Arc::clone(client), name)?);
    let mut server = Connection::from(ServerConnection::new(Arc::clone(server))?);
    let mut wire = Vec::with_capacity(16 * 1024);
    while client.is_handshaking() || server.is_handshaking() || server.wants_write() {
        carry(&mut client, &mut server, &mut wire)?;
        carry(&mut server, &mut client, &mut wire)?;
    }
    Ok(client.handshake_kind())
}

fn carry(from: &mut Connection, to: &mut Connection, wire: &mut Vec<u8>) -> Result<(), Error> {
    wire.clear();
    while from.wants_write() {
        from.write_tls(wire)?;
    }
    let mut bytes = wire.as_slice();
    while !bytes.is_empty() {
        if to.read_tls(&mut bytes)? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        to.process_new_packets()?;
    }
    Ok(())
}
