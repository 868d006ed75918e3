//! T1: TLS handshakes in memory, client and server together.

use std::hint::black_box;
use std::io;
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use ocpp_config::Secret;
use ocpp_transport::{
    ChargerDescription, ClientCertificates, Provider, TlsClient, TlsIdentity, TlsServer,
    TrustRoots, rustls_0_23,
};
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{
    ClientConfig, ClientConnection, Connection, RootCertStore, ServerConfig, ServerConnection,
    StreamOwned,
};

use crate::children::{cold_program, cpu_of, has, measure_children};
use crate::inputs::{self, Chain, KeyKind};
use crate::{Contender, Effort, Error, Outcome, curve, measure};

pub(super) fn handshake(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new(
        "T1",
        "TLS 1.3 handshake, chains of three, client and server",
    );
    for (keys, kind) in [("RSA", KeyKind::Rsa), ("ECDSA", KeyKind::Ecdsa)] {
        let server = Chain::new(kind, 3, true)?;
        let client = Chain::new(kind, 3, false)?;
        for (profile, is_mutual) in [("profile 2", false), ("profile 3", true)] {
            let client = is_mutual.then_some(&client);
            for engine in engines() {
                for (how, resume) in [("full", false), ("resumed", true)] {
                    let name = format!("{keys}, {profile}, {how}, {}", engine.name);
                    compare(
                        &mut outcome,
                        &name,
                        &engine,
                        (&server, client),
                        resume,
                        effort,
                    )?;
                }
            }
        }
    }
    cold(&mut outcome, effort)?;
    outcome.grows(
        "handshakes in full (ECDSA, profile 2, ring)",
        growth(effort)?,
    );
    outcome.note(
        "In memory, both ends on one thread. Ours checks the charger's own rules for names, \
         clock and roots on top of rustls' verification, which parses the chain once more. \
         Bare rustls has the same provider and the same groups for the key exchange. OpenSSL \
         stands beside the full handshakes only: its binding for Rust resumes a session in \
         unsafe code, which is forbidden here. The cold probe is a process that reads a root, connects over TCP, and \
         judges the server's chain, against `openssl s_client` with the same root and name.",
    );
    Ok(outcome)
}

fn compare(
    outcome: &mut Outcome,
    name: &str,
    engine: &Engine,
    (server, client): (&Chain, Option<&Chain>),
    resume: bool,
    effort: Effort,
) -> Result<(), Error> {
    let ours = ours(engine, server, client, resume)?;
    let bare = bare(engine, server, client, resume)?;
    for pair in [&ours, &bare] {
        connect(pair)?;
        let resumed = connect(pair)? == Some(rustls::HandshakeKind::Resumed);
        crate::ensure(resumed == resume, "not the handshake that was meant")?;
    }
    let contenders = vec![
        Contender::new("TlsClient and TlsServer", || {
            let _ = black_box(connect(&ours));
        }),
        Contender::new("bare rustls", || {
            let _ = black_box(connect(&bare));
        }),
    ];
    #[cfg(feature = "foreign")]
    let contenders = with_openssl(contenders, server, client, resume)?;
    let ratio = outcome.case(name, measure(contenders, effort));
    outcome
        .at_most(format!("{name}, against bare rustls"), ratio, 1.02)
        .because(
            "the charger's rules parse the chain once more; where a signature is cheap, that shows",
        );
    Ok(())
}

#[cfg(feature = "foreign")]
fn with_openssl<'a>(
    mut contenders: Vec<Contender<'a>>,
    server: &Chain,
    client: Option<&Chain>,
    resume: bool,
) -> Result<Vec<Contender<'a>>, Error> {
    if !resume {
        let ends = crate::peers::with_openssl::Ends::new(server, client)?;
        ends.connect()?;
        contenders.push(Contender::new("OpenSSL", move || {
            let _ = black_box(ends.connect());
        }));
    }
    Ok(contenders)
}

/// Who does the cryptography: in ours, and the same in bare rustls.
struct Engine {
    name: &'static str,
    provider: Provider,
    bare: Arc<CryptoProvider>,
}

fn engines() -> Vec<Engine> {
    vec![
        Engine {
            name: "ring",
            provider: Provider::ring(),
            bare: Arc::new(rustls::crypto::ring::default_provider()),
        },
        #[cfg(feature = "foreign")]
        Engine {
            name: "AWS-LC",
            provider: Provider::aws_lc_rs(),
            bare: {
                let mut bare = rustls::crypto::aws_lc_rs::default_provider();
                bare.kx_groups
                    .retain(|group| group.name() != rustls::NamedGroup::X25519MLKEM768);
                Arc::new(bare)
            },
        },
    ]
}

fn growth(effort: Effort) -> Result<Vec<(u64, f64)>, Error> {
    let server = Chain::new(KeyKind::Ecdsa, 3, true)?;
    let engine = engines().into_iter().next().ok_or("no engine")?;
    let ends = ours(&engine, &server, None, false)?;
    curve(&inputs::SIZES, effort.for_long_work(), |count| {
        let ends = ends.clone();
        Ok(Box::new(move || {
            for _ in 0..count {
                let _ = black_box(connect(&ends));
            }
        }))
    })
}

/// A whole process against `openssl s_client`, both against our server.
fn cold(outcome: &mut Outcome, effort: Effort) -> Result<(), Error> {
    let goal = "a cold one-shot probe, against `openssl s_client`";
    let Some(program) = cold_program(effort)?.filter(|_| has("openssl")) else {
        outcome.target(goal, "not measured: no `openssl`, or no program", None);
        return Ok(());
    };
    let chain = Chain::new(KeyKind::Rsa, 3, true)?;
    let engine = engines().into_iter().next().ok_or("no engine")?;
    let (_, acceptor) = ours(&engine, &chain, None, false)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    // It ends with the process.
    thread::spawn(move || serve(&listener, &acceptor));
    let directory = tempfile::tempdir()?;
    let root = directory.path().join("root.pem");
    std::fs::write(&root, &chain.root)?;
    let mut probe = Command::new(program);
    probe.args(["probe", &address, Chain::HOST]).arg(&root);
    let mut s_client = Command::new("openssl");
    s_client
        .args(["s_client", "-brief", "-verify_return_error", "-connect"])
        .arg(&address)
        .args(["-servername", Chain::HOST, "-verify_hostname", Chain::HOST])
        .arg("-CAfile")
        .arg(&root);
    cpu_of(&mut probe)?;
    cpu_of(&mut s_client)?;
    let commands = vec![
        ("our process", &mut probe),
        ("openssl s_client", &mut s_client),
    ];
    let figures = measure_children(commands, effort)?;
    let ratio = outcome.case("cold probe, RSA, profile 2, CPU time", figures);
    outcome
        .at_most(goal, ratio, 0.5)
        .because("starting a process costs either side the same");
    Ok(())
}

/// Accepts whoever comes, one after another, until they hang up.
fn serve(listener: &TcpListener, config: &Arc<ServerConfig>) {
    for tcp in listener.incoming().flatten() {
        let Ok(tls) = ServerConnection::new(Arc::clone(config)) else {
            return;
        };
        let mut stream = StreamOwned::new(tls, tcp);
        // The end of the connection, however it comes.
        let _ = io::copy(&mut stream, &mut io::sink());
    }
}

type Ends = (Arc<ClientConfig>, Arc<ServerConfig>);

fn ours(
    engine: &Engine,
    server: &Chain,
    client: Option<&Chain>,
    resume: bool,
) -> Result<Ends, Error> {
    let identity = |chain: &Chain| {
        TlsIdentity::from_pem(
            chain.presented.as_bytes(),
            &Secret::from(chain.key.as_str()),
        )
    };
    let roots = TrustRoots::parse(server.root.as_bytes())?;
    let mut connector = TlsClient::builder(&roots)
        .with_charger(&ChargerDescription::conservative())
        .with_provider(engine.provider.clone())
        .with_session_resumption(resume);
    let mut acceptor = TlsServer::builder(&identity(server)?)
        .with_provider(engine.provider.clone())
        .with_session_resumption(resume);
    if let Some(client) = client {
        let roots = TrustRoots::parse(client.root.as_bytes())?;
        connector = connector.with_identity(&identity(client)?);
        acceptor = acceptor.with_client_certificates(ClientCertificates::Required(roots));
    }
    Ok((
        rustls_0_23::client_config(&connector.build()?),
        rustls_0_23::server_config(&acceptor.build()?),
    ))
}

fn bare(
    engine: &Engine,
    server: &Chain,
    client: Option<&Chain>,
    resume: bool,
) -> Result<Ends, Error> {
    let provider = Arc::clone(&engine.bare);
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
