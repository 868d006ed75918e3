use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::{ServerConnection, StreamOwned};

use super::patience::Patience;
use super::socket::OcppSocket;
use super::stream::{PatientTcp, Transport};
use crate::accept_error::AcceptError;
use crate::certificate::Certificate;
use crate::timeouts::ConnectOptions;
use crate::tls::TlsServer;
use crate::websocket::{
    BAD_REQUEST, Decision, UpgradeRequest, answer_bytes, frame_config, read_request,
};

/// Takes in one connection of a charger at a *test* back office: TLS if given, then the
/// request, on which `decide` has the say. Blocks for at most the handshake and upgrade
/// timeouts of `options`.
///
/// # Errors
/// [`AcceptError`] tells why no WebSocket came about; a refusal by `decide` is one of the
/// reasons and carries the request.
pub fn accept(
    tcp: TcpStream,
    tls: Option<&TlsServer>,
    options: &ConnectOptions,
    decide: impl FnOnce(&UpgradeRequest) -> Decision,
) -> Result<Accepted, AcceptError> {
    let peer = tcp.peer_addr().ok();
    let mut transport = secure(tcp, tls, options)?;
    transport.set_patience(Patience::for_at_most(options.upgrade, options.stop.clone()));
    let mut request = read(&mut transport)?;
    request.peer = peer;
    request.secure = tls.is_some();
    request.client_certificates = client_certificates(&transport);
    let decision = decide(&request);
    transport
        .write_all(answer_bytes(&request, &decision).as_bytes())
        .and_then(|()| transport.flush())
        .map_err(AcceptError::io)?;
    match decision {
        Decision::Refuse(status, _) => {
            transport.finish();
            Err(AcceptError::Refused(Box::new(request), status))
        }
        Decision::Accept(version) => {
            let websocket = tungstenite::WebSocket::from_raw_socket(
                transport,
                tungstenite::protocol::Role::Server,
                Some(frame_config()),
            );
            Ok(Accepted {
                socket: OcppSocket::new(websocket, version, None),
                request,
            })
        }
    }
}

/// A charger that was taken in.
#[derive(Debug)]
#[non_exhaustive]
pub struct Accepted {
    /// The open connection.
    pub socket: OcppSocket,
    /// What the charger asked for.
    pub request: UpgradeRequest,
}

fn secure(
    tcp: TcpStream,
    tls: Option<&TlsServer>,
    options: &ConnectOptions,
) -> Result<Transport, AcceptError> {
    tcp.set_nodelay(true).map_err(AcceptError::io)?;
    let patience = Patience::for_at_most(options.handshake, options.stop.clone());
    let tcp = PatientTcp::new(tcp, patience);
    let Some(tls) = tls else {
        return Ok(Transport::Plain(tcp));
    };
    let connection = ServerConnection::new(Arc::clone(tls.rustls()))
        .map_err(|error| AcceptError::handshake(io::Error::other(error)))?;
    let mut stream = Box::new(StreamOwned::new(connection, tcp));
    while stream.conn.is_handshaking() {
        if let Err(error) = stream.conn.complete_io(&mut stream.sock) {
            stream.sock.linger();
            return Err(AcceptError::handshake(error));
        }
    }
    Ok(Transport::Server(stream))
}

fn read(transport: &mut Transport) -> Result<UpgradeRequest, AcceptError> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let count = transport.read(&mut buffer).map_err(AcceptError::io)?;
        if count == 0 {
            return Err(AcceptError::io(io::ErrorKind::UnexpectedEof.into()));
        }
        let known = bytes.len();
        bytes.extend_from_slice(buffer.get(..count).unwrap_or_default());
        match read_request(&bytes, known) {
            Ok(Some(request)) => return Ok(request),
            Ok(None) => {}
            Err(fault) => {
                // A peer that does not speak HTTP may not wait for it.
                let _ = transport.write_all(BAD_REQUEST.as_bytes());
                transport.finish();
                return Err(AcceptError::Upgrade(fault));
            }
        }
    }
}

fn client_certificates(transport: &Transport) -> Vec<Certificate> {
    let Transport::Server(stream) = transport else {
        return Vec::new();
    };
    stream
        .conn
        .peer_certificates()
        .unwrap_or_default()
        .iter()
        .map(|der| Certificate::as_presented(der))
        .collect()
}
