//! The same with OpenSSL: both ends of a handshake in memory, and a chain of certificates.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::rc::Rc;

use openssl::pkey::PKey;
use openssl::ssl::{
    ErrorCode, Ssl, SslContext, SslContextBuilder, SslMethod, SslStream, SslVerifyMode, SslVersion,
};
use openssl::stack::Stack;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::X509VerifyParam;
use openssl::x509::{X509, X509StoreContext};

use crate::inputs::Chain;
use crate::{Error, ensure};

/// A client and a server that trust each other, TLS 1.3 only, without tickets. Resuming
/// a session is `unsafe` in this binding, so it is not measured.
#[derive(Debug)]
pub struct Ends {
    client: SslContext,
    server: SslContext,
}

impl Ends {
    /// Ends for a server's chain, and for the charger's own where it has one.
    ///
    /// # Errors
    /// OpenSSL takes the certificates or keys amiss.
    pub fn new(server: &Chain, client: Option<&Chain>) -> Result<Self, Error> {
        let mut connector = SslContext::builder(SslMethod::tls_client())?;
        connector.set_min_proto_version(Some(SslVersion::TLS1_3))?;
        connector.set_verify(SslVerifyMode::PEER);
        connector.set_cert_store(trusting(server)?);
        let mut acceptor = SslContext::builder(SslMethod::tls_server())?;
        acceptor.set_min_proto_version(Some(SslVersion::TLS1_3))?;
        acceptor.set_num_tickets(0)?;
        present(&mut acceptor, server)?;
        if let Some(client) = client {
            present(&mut connector, client)?;
            acceptor.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
            acceptor.set_cert_store(trusting(client)?);
        }
        Ok(Self {
            client: connector.build(),
            server: acceptor.build(),
        })
    }

    /// One whole handshake.
    ///
    /// # Errors
    /// One end refuses the other.
    pub fn connect(&self) -> Result<(), Error> {
        let (near, far) = Pipe::pair();
        let mut client = Ssl::new(&self.client)?;
        client.set_hostname(Chain::HOST)?;
        client.param_mut().set_host(Chain::HOST)?;
        let mut client = SslStream::new(client, near)?;
        let mut server = SslStream::new(Ssl::new(&self.server)?, far)?;
        // Each end speaks three times at most.
        for _ in 0..4 {
            let connected = is_done(client.connect())?;
            if is_done(server.accept())? && connected {
                return Ok(());
            }
        }
        Err("the handshake does not end".into())
    }
}

fn is_done(step: Result<(), openssl::ssl::Error>) -> Result<bool, Error> {
    match step {
        Ok(()) => Ok(true),
        Err(error) if error.code() == ErrorCode::WANT_READ => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn present(context: &mut SslContextBuilder, chain: &Chain) -> Result<(), Error> {
    let mut certificates = X509::stack_from_pem(chain.presented.as_bytes())?.into_iter();
    let own = certificates.next().ok_or("no certificate")?;
    context.set_certificate(&own)?;
    for issuer in certificates {
        context.add_extra_chain_cert(issuer)?;
    }
    let key = PKey::private_key_from_pem(chain.key.as_bytes())?;
    context.set_private_key(&key)?;
    Ok(())
}

fn trusting(chain: &Chain) -> Result<X509Store, Error> {
    let mut store = X509StoreBuilder::new()?;
    store.add_cert(X509::from_pem(chain.root.as_bytes())?)?;
    Ok(store.build())
}

/// Verifies a server's chain and its name at a time, from PEM.
///
/// # Errors
/// It does not hold.
pub fn verify(chain: &Chain, seconds: i64) -> Result<(), Error> {
    let mut presented = X509::stack_from_pem(chain.presented.as_bytes())?.into_iter();
    let leaf = presented.next().ok_or("no certificate")?;
    let mut issuers = Stack::new()?;
    for issuer in presented {
        issuers.push(issuer)?;
    }
    let mut store = X509StoreBuilder::new()?;
    store.add_cert(X509::from_pem(chain.root.as_bytes())?)?;
    let mut wanted = X509VerifyParam::new()?;
    wanted.set_time(seconds);
    wanted.set_host(Chain::HOST)?;
    store.set_param(&wanted)?;
    let store = store.build();
    let holds =
        X509StoreContext::new()?.init(&store, &leaf, &issuers, |context| context.verify_cert())?;
    ensure(holds, "OpenSSL refuses the chain")
}

type Bytes = Rc<RefCell<VecDeque<u8>>>;

/// One end of a connection in memory, which never waits.
#[derive(Debug)]
struct Pipe {
    incoming: Bytes,
    outgoing: Bytes,
}

impl Pipe {
    fn pair() -> (Self, Self) {
        let (one, other) = (Bytes::default(), Bytes::default());
        let near = Self {
            incoming: Rc::clone(&one),
            outgoing: Rc::clone(&other),
        };
        let far = Self {
            incoming: other,
            outgoing: one,
        };
        (near, far)
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.incoming.borrow_mut().read(buffer)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            length => Ok(length),
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
