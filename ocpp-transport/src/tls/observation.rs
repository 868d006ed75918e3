use std::sync::{Arc, Mutex, PoisonError};

use rustls::{ClientConnection, HandshakeKind};

use super::suite::{CipherSuite, TlsVersion};
use crate::certificate::Certificate;

/// What was seen of the other side in a TLS handshake, whether it ended well or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsObservation {
    /// The certificates the server sent, as they came, leaf first if it obeys the rules.
    /// Empty when the handshake did not get that far, which is telling in itself.
    pub presented: Vec<Certificate>,
    /// Whether the presented chain was accepted.
    pub chain_accepted: bool,
    /// Whether the server asked for a client certificate.
    pub certificate_asked: bool,
    /// The DER names of the CAs whose client certificates the server wants; often empty.
    pub accepted_issuers: Vec<Vec<u8>>,
    /// Whether a client certificate was sent.
    pub certificate_sent: bool,
    /// The protocol version, once agreed.
    pub version: Option<TlsVersion>,
    /// The cipher suite, once agreed.
    pub suite: Option<CipherSuite>,
    /// Whether an earlier session was resumed, in which the certificates were shown.
    pub resumed: bool,
}

/// Where verifier and resolver write down what they see during one handshake.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<TlsObservation>>);

impl Recorder {
    pub(crate) fn note(&self, write: impl FnOnce(&mut TlsObservation)) {
        write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What was written down, completed with what the connection knows by now.
    pub(crate) fn observe(&self, connection: &ClientConnection) -> TlsObservation {
        let mut seen = self.observation();
        seen.version = connection
            .protocol_version()
            .map(|it| TlsVersion::new(it.into()));
        seen.suite = connection
            .negotiated_cipher_suite()
            .map(|it| CipherSuite::new(it.suite().into()));
        seen.resumed = connection.handshake_kind() == Some(HandshakeKind::Resumed);
        // A resumed session does not show the certificates again.
        if seen.presented.is_empty()
            && let Some(chain) = connection.peer_certificates()
        {
            seen.presented = chain
                .iter()
                .map(|der| Certificate::as_presented(der))
                .collect();
            seen.chain_accepted = true;
        }
        seen
    }

    pub(crate) fn observation(&self) -> TlsObservation {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
