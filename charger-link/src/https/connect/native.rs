use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use native_tls::{HandshakeError, MidHandshakeTlsStream, TlsConnector, TlsStream};

use super::opaque::reads_and_writes;
use super::{ConnectLimit, Connection, Connector, SLICE, tcp};
use crate::https::settings::HttpsSettings;
use crate::https::trust::{KeyFingerprint, PinError, Trust};
use crate::{LinkError, LinkErrorKind};

/// TLS by the platform's engine (OpenSSL, Secure Transport or SChannel), with the
/// charger's public key pinned, for firmware whose cipher suites
/// [`RustlsConnector`](super::RustlsConnector) does not speak: RSA key exchange and CBC
/// modes. Prefer rustls wherever it connects: those suites have no forward secrecy.
#[derive(Debug, Clone)]
pub struct NativeTlsConnector {
    trust: Trust,
}

impl NativeTlsConnector {
    /// Connections to chargers that `trust` accepts.
    pub const fn new(trust: Trust) -> Self {
        Self { trust }
    }

    #[cfg(feature = "tokio-native-tls")]
    pub(super) const fn trust(&self) -> &Trust {
        &self.trust
    }
}

impl Connector for NativeTlsConnector {
    type Connection = NativeTlsConnection;

    fn connect(
        &mut self,
        settings: &HttpsSettings,
        limit: &ConnectLimit<'_>,
    ) -> Result<NativeTlsConnection, LinkError> {
        let expected = self.trust.expected(&settings.pin_name())?;
        match handshake(settings, expected, limit)? {
            Ok(stream) => Ok(stream),
            Err(PinError::Unknown(fingerprint)) => {
                self.trust.introduce(settings, fingerprint)?;
                limit.pause(settings.reconnect_gap())?;
                handshake(settings, Some(fingerprint), limit)?.map_err(pin_failed)
            }
            Err(error) => Err(pin_failed(error)),
        }
    }
}

/// What a [`NativeTlsConnector`] opens: TCP with TLS by the platform's engine on top.
pub struct NativeTlsConnection(TlsStream<TcpStream>);

reads_and_writes!(NativeTlsConnection);

impl Connection for NativeTlsConnection {
    fn set_patience(&mut self, patience: Duration) -> io::Result<()> {
        self.0.get_mut().set_patience(patience)
    }

    fn say_goodbye(&mut self) {
        // It is only polite.
        let _ = self.0.shutdown();
        let _ = self.flush();
    }
}

/// A connection to whoever holds the expected key.
fn handshake(
    settings: &HttpsSettings,
    expected: Option<KeyFingerprint>,
    limit: &ConnectLimit<'_>,
) -> Result<Result<NativeTlsConnection, PinError>, LinkError> {
    let connector = connector()?;
    let tcp = tcp::open(settings.address(), limit)?;
    let mut outcome = connector.connect(settings.address().host(), tcp);
    let stream = loop {
        match outcome {
            Ok(stream) => break stream,
            Err(HandshakeError::WouldBlock(unfinished)) => {
                limit.remaining()?;
                outcome = go_on(unfinished);
            }
            Err(HandshakeError::Failure(error)) => return Err(tls_failed(error)),
        }
    };
    Ok(check_key(&stream, expected)?.map(|()| NativeTlsConnection(stream)))
}

/// The platform's engine, which is to check nothing but that the other side holds the
/// key that it shows.
pub(super) fn connector() -> Result<TlsConnector, LinkError> {
    let mut builder = TlsConnector::builder();
    // The platform's own check would refuse any self-signed certificate. In its place,
    // `check_key` compares the key that the handshake proved with the pin, before the
    // first byte goes out.
    builder
        .danger_accept_invalid_certs(true)
        .danger_accept_invalid_hostnames(true)
        .min_protocol_version(Some(native_tls::Protocol::Tlsv12));
    builder.build().map_err(tls_failed)
}

/// Compares the key on the other side of `stream` with the pin.
pub(super) fn check_key<S: Read + Write>(
    stream: &TlsStream<S>,
    expected: Option<KeyFingerprint>,
) -> Result<Result<(), PinError>, LinkError> {
    let certificate = stream.peer_certificate().map_err(tls_failed)?;
    let der = certificate.map_or(Ok(Vec::new()), |certificate| certificate.to_der());
    Ok(PinError::check(&der.map_err(tls_failed)?, expected))
}

fn go_on(
    unfinished: MidHandshakeTlsStream<TcpStream>,
) -> Result<TlsStream<TcpStream>, HandshakeError<TcpStream>> {
    // Its reads wait on their own; a socket that fails at once must not spin.
    std::thread::sleep(SLICE / 50);
    unfinished.handshake()
}

pub(super) fn pin_failed(error: PinError) -> LinkError {
    LinkError::without_effect(error.to_kind())
}

/// The platforms have no common way to say why.
pub(super) fn tls_failed(error: native_tls::Error) -> LinkError {
    LinkError::without_effect(LinkErrorKind::Tls).with_source(error)
}
