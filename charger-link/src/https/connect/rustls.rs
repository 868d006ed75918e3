use std::error::Error as _;
use std::io::{self, Read, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use ::rustls::client::Resumption;
use ::rustls::pki_types::ServerName;
use ::rustls::{
    AlertDescription, ClientConfig, ClientConnection, Error, InvalidMessage, StreamOwned,
};

use super::opaque::reads_and_writes;
use super::pinned::PinVerifier;
use super::{ConnectLimit, Connection, Connector, is_unfinished, tcp};
use crate::https::settings::HttpsSettings;
use crate::https::trust::{KeyFingerprint, PinError, Trust};
use crate::https::wire::CHUNK;
use crate::{LinkError, LinkErrorKind};

/// TLS 1.2 and 1.3 by rustls, with the charger's public key pinned.
#[derive(Debug, Clone)]
pub struct RustlsConnector {
    trust: Trust,
}

impl RustlsConnector {
    /// Connections to chargers that `trust` accepts.
    pub const fn new(trust: Trust) -> Self {
        Self { trust }
    }

    #[cfg(feature = "tokio")]
    pub(crate) const fn trust(&self) -> &Trust {
        &self.trust
    }
}

impl Connector for RustlsConnector {
    type Connection = RustlsConnection;

    fn connect(
        &mut self,
        settings: &HttpsSettings,
        limit: &ConnectLimit<'_>,
    ) -> Result<RustlsConnection, LinkError> {
        let expected = self.trust.expected(&settings.pin_name())?;
        match handshake(settings, expected, limit) {
            Err(Failure::Unknown(fingerprint)) => {
                self.trust.introduce(settings, fingerprint)?;
                limit.pause(settings.reconnect_gap())?;
                handshake(settings, Some(fingerprint), limit).map_err(Failure::into_error)
            }
            outcome => outcome.map_err(Failure::into_error),
        }
    }
}

/// What a [`RustlsConnector`] opens: TCP with TLS by rustls on top.
pub struct RustlsConnection(StreamOwned<ClientConnection, TcpStream>);

reads_and_writes!(RustlsConnection);

impl Connection for RustlsConnection {
    fn set_patience(&mut self, patience: Duration) -> io::Result<()> {
        self.0.sock.set_patience(patience)
    }

    /// Its `read` would first send what is left.
    fn read_last_words(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let StreamOwned { conn, sock } = &mut self.0;
        loop {
            match conn.reader().read(buffer) {
                Err(error) if is_unfinished(&error) => {}
                outcome => return outcome,
            }
            if conn.read_tls(sock)? == 0 {
                return Ok(0);
            }
            conn.process_new_packets()
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        }
    }

    fn say_goodbye(&mut self) {
        self.0.conn.send_close_notify();
        // It is only polite.
        let _ = self.flush();
    }
}

fn handshake(
    settings: &HttpsSettings,
    expected: Option<KeyFingerprint>,
    limit: &ConnectLimit<'_>,
) -> Result<RustlsConnection, Failure> {
    let config = client_config(expected)?;
    let mut tls = ClientConnection::new(Arc::new(config), server_name(settings)?)
        .map_err(|error| failed(LinkErrorKind::Tls, error))?;
    let mut tcp = tcp::open(settings.address(), limit)?;
    while tls.is_handshaking() {
        limit.remaining()?;
        match tls.complete_io(&mut tcp) {
            Ok(_) => {}
            Err(error) if is_unfinished(&error) => {}
            Err(error) => return Err(tls_error(error)),
        }
    }
    Ok(RustlsConnection(StreamOwned::new(tls, tcp)))
}

/// Why a TLS connection did not come about.
pub(crate) enum Failure {
    /// The key is not known; the caller may agree to it.
    Unknown(KeyFingerprint),
    Final(LinkError),
}

impl Failure {
    pub(crate) fn into_error(self) -> LinkError {
        match self {
            Self::Unknown(fingerprint) => {
                LinkError::without_effect(PinError::Unknown(fingerprint).to_kind())
            }
            Self::Final(error) => error,
        }
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        Self::Final(error)
    }
}

/// A configuration that accepts the `expected` key.
pub(crate) fn client_config(expected: Option<KeyFingerprint>) -> Result<ClientConfig, LinkError> {
    let provider = Arc::new(::rustls::crypto::ring::default_provider());
    let verifier = PinVerifier::new(expected, &provider);
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(LinkErrorKind::Tls, error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    // Chargers reset connections on larger records.
    config.max_fragment_size = Some(CHUNK);
    config.resumption = Resumption::disabled();
    Ok(config)
}

pub(crate) fn server_name(settings: &HttpsSettings) -> Result<ServerName<'static>, LinkError> {
    ServerName::try_from(settings.address().host().to_owned())
        .map_err(|error| failed(LinkErrorKind::Unreachable, error))
}

/// What an error during the handshake means.
pub(crate) fn tls_error(error: io::Error) -> Failure {
    let Some(tls) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>())
    else {
        return Failure::Final(failed(io_kind(&error), error));
    };
    let kind = match tls {
        Error::Other(other) => match other
            .source()
            .and_then(<dyn std::error::Error>::downcast_ref)
        {
            Some(PinError::Unknown(fingerprint)) => return Failure::Unknown(*fingerprint),
            Some(pin) => pin.to_kind(),
            None => LinkErrorKind::Tls,
        },
        // What servers send that find no suite, version, group or signature in common.
        Error::AlertReceived(
            AlertDescription::HandshakeFailure
            | AlertDescription::ProtocolVersion
            | AlertDescription::InsufficientSecurity,
        )
        | Error::PeerIncompatible(_) => LinkErrorKind::NoCommonCipherSuite,
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => LinkErrorKind::NotACharger,
        _ => LinkErrorKind::Tls,
    };
    Failure::Final(failed(kind, error))
}

fn io_kind(error: &io::Error) -> LinkErrorKind {
    match error.kind() {
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => LinkErrorKind::ConnectionLost {
            during: "agreeing on a TLS session",
        },
        _ => LinkErrorKind::Tls,
    }
}

fn failed(
    kind: LinkErrorKind,
    source: impl std::error::Error + Send + Sync + 'static,
) -> LinkError {
    LinkError::without_effect(kind).with_source(source)
}
