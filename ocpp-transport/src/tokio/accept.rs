use std::io;
use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::WebSocketStream;

use super::patience::patiently;
use super::socket::OcppSocket;
use super::stream::{Transport, linger, read_some};
use crate::accept_error::AcceptError;
use crate::certificate::Certificate;
use crate::timeouts::ConnectOptions;
use crate::tls::TlsServer;
use crate::websocket::{
    BAD_REQUEST, Decision, UpgradeFault, UpgradeRequest, answer_bytes, frame_config, read_request,
};

/// Takes in one connection of a charger at a *test* back office; see the blocking
/// [`accept`](crate::accept()).
///
/// # Errors
/// [`AcceptError`] tells why no WebSocket came about.
pub async fn accept(
    tcp: TcpStream,
    tls: Option<&TlsServer>,
    options: &ConnectOptions,
    decide: impl FnOnce(&UpgradeRequest) -> Decision,
) -> Result<Accepted, AcceptError> {
    let peer = tcp.peer_addr().ok();
    let (mut transport, certificates) = secure(tcp, tls, options).await?;
    let mut request = read(&mut transport, options).await?;
    request.peer = peer;
    request.secure = tls.is_some();
    request.client_certificates = certificates;
    let decision = decide(&request);
    let answer = answer_bytes(&request, &decision);
    let answering = async {
        transport.write_all(answer.as_bytes()).await?;
        transport.flush().await
    };
    patiently(options.upgrade, options.stop.as_ref(), answering)
        .await
        .map_err(AcceptError::io)?;
    match decision {
        Decision::Refuse(status, _) => {
            linger(&mut transport).await;
            Err(AcceptError::Refused(Box::new(request), status))
        }
        Decision::Accept(version) => {
            let role = tungstenite::protocol::Role::Server;
            let websocket =
                WebSocketStream::from_raw_socket(transport, role, Some(frame_config())).await;
            let socket = OcppSocket::new(websocket, version, None);
            Ok(Accepted { socket, request })
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

async fn secure(
    tcp: TcpStream,
    tls: Option<&TlsServer>,
    options: &ConnectOptions,
) -> Result<(Transport, Vec<Certificate>), AcceptError> {
    tcp.set_nodelay(true).map_err(AcceptError::io)?;
    let Some(tls) = tls else {
        return Ok((Box::new(tcp), Vec::new()));
    };
    let accepting = TlsAcceptor::from(Arc::clone(tls.rustls())).accept(tcp);
    // The error is a result, so that the connection it comes with is not lost.
    let result = async { Ok(accepting.into_fallible().await) };
    match patiently(options.handshake, options.stop.as_ref(), result).await {
        Ok(Ok(stream)) => {
            let certificates = stream
                .get_ref()
                .1
                .peer_certificates()
                .unwrap_or_default()
                .iter()
                .map(|der| Certificate::as_presented(der))
                .collect();
            Ok((Box::new(stream), certificates))
        }
        Ok(Err((error, mut tcp))) => {
            linger(&mut tcp).await;
            Err(AcceptError::handshake(error))
        }
        Err(error) => Err(AcceptError::io(error)),
    }
}

async fn read(
    transport: &mut Transport,
    options: &ConnectOptions,
) -> Result<UpgradeRequest, AcceptError> {
    let head = read_head(transport);
    match patiently(options.upgrade, options.stop.as_ref(), head).await {
        Ok(Ok(request)) => Ok(request),
        Ok(Err(fault)) => {
            // A peer that does not speak HTTP may not wait for it.
            let telling = transport.write_all(BAD_REQUEST.as_bytes());
            let _ = patiently(options.upgrade, options.stop.as_ref(), telling).await;
            linger(transport).await;
            Err(AcceptError::Upgrade(fault))
        }
        Err(error) => Err(AcceptError::io(error)),
    }
}

async fn read_head(transport: &mut Transport) -> io::Result<Result<UpgradeRequest, UpgradeFault>> {
    let mut bytes = Vec::new();
    loop {
        let known = bytes.len();
        if read_some(transport, &mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match read_request(&bytes, known) {
            Ok(Some(request)) => return Ok(Ok(request)),
            Ok(None) => {}
            Err(fault) => return Ok(Err(fault)),
        }
    }
}
