use std::io;
use std::net::{IpAddr, SocketAddr};

use rustls_pki_types::ServerName;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;

use super::patience::patiently;
use super::socket::OcppSocket;
use super::stream::{Transport, linger, read_some};
use crate::connect_error::{ConnectCause, ConnectError, ConnectStage};
use crate::connect_outcome::{dns_error, opened, stage_error};
use crate::endpoint::Endpoint;
use crate::timeouts::ConnectOptions;
use crate::tls::{TlsClient, TlsObservation};
use crate::websocket::{BODY_TIMEOUT, ClientUpgrade, HttpAnswer, UpgradeFault, frame_config};

/// Connects as a charger does; see the blocking [`connect`](crate::connect). Dropping the
/// future closes the connection.
///
/// # Errors
/// [`ConnectError`] tells how far it got and why it stopped.
pub async fn connect(
    endpoint: &Endpoint,
    tls: Option<&TlsClient>,
    options: &ConnectOptions,
) -> Result<OcppSocket, ConnectError> {
    let addresses = resolve(endpoint, options).await?;
    connect_to(endpoint, &addresses, tls, options).await
}

/// [`connect`] with the addresses given, which are tried in order.
///
/// # Errors
/// As [`connect`], without name resolution.
pub async fn connect_to(
    endpoint: &Endpoint,
    addresses: &[SocketAddr],
    tls: Option<&TlsClient>,
    options: &ConnectOptions,
) -> Result<OcppSocket, ConnectError> {
    let (tcp, address) = dial(addresses, options).await?;
    let (transport, observation) = secure(endpoint, tcp, tls, options)
        .await
        .map_err(|error| error.at(address))?;
    upgrade(endpoint, transport, observation, options)
        .await
        .map_err(|error| error.at(address))
}

pub(crate) async fn resolve(
    endpoint: &Endpoint,
    options: &ConnectOptions,
) -> Result<Vec<SocketAddr>, ConnectError> {
    let (host, port) = (endpoint.host(), endpoint.port());
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    // A failed lookup is a result, so that it is not taken for a failed wait.
    let lookup = async { Ok(lookup_host((host.as_str(), port)).await) };
    let found = patiently(options.dial, options.stop.as_ref(), lookup)
        .await
        .map_err(|error| ConnectError::io(ConnectStage::Dns, error))?;
    let addresses: Vec<SocketAddr> = found.map_err(dns_error)?.collect();
    if addresses.is_empty() {
        return Err(ConnectError::new(
            ConnectStage::Dns,
            ConnectCause::UnknownHost,
        ));
    }
    Ok(addresses)
}

pub(crate) async fn dial(
    addresses: &[SocketAddr],
    options: &ConnectOptions,
) -> Result<(TcpStream, SocketAddr), ConnectError> {
    let mut last = ConnectError::new(ConnectStage::Tcp, ConnectCause::UnknownHost);
    for address in addresses {
        let attempt = async {
            let tcp = TcpStream::connect(address).await?;
            tcp.set_nodelay(true)?;
            Ok(tcp)
        };
        match patiently(options.dial, options.stop.as_ref(), attempt).await {
            Ok(tcp) => return Ok((tcp, *address)),
            Err(error) => last = ConnectError::io(ConnectStage::Tcp, error).at(*address),
        }
        if *last.cause() == ConnectCause::Stopped {
            break;
        }
    }
    Err(last)
}

async fn secure(
    endpoint: &Endpoint,
    tcp: TcpStream,
    tls: Option<&TlsClient>,
    options: &ConnectOptions,
) -> Result<(Transport, Option<TlsObservation>), ConnectError> {
    if !endpoint.is_secure() {
        return Ok((Box::new(tcp), None));
    }
    let refuse = |cause| ConnectError::new(ConnectStage::Tls, cause);
    let tls = tls.ok_or_else(|| refuse(ConnectCause::TlsNotConfigured))?;
    let host = ServerName::try_from(endpoint.host()).map_err(|_| refuse(ConnectCause::HostName))?;
    let handshake = tls.handshake();
    let connecting = TlsConnector::from(handshake.config).connect(host, tcp);
    // The error is a result, so that the connection it comes with is not lost.
    let result = async { Ok(connecting.into_fallible().await) };
    let seen = || Some(handshake.recorder.observation());
    match patiently(options.handshake, options.stop.as_ref(), result).await {
        Ok(Ok(stream)) => {
            let seen = handshake.recorder.observe(stream.get_ref().1);
            Ok((Box::new(stream), Some(seen)))
        }
        Ok(Err((error, mut tcp))) => {
            linger(&mut tcp).await;
            Err(stage_error(error, ConnectStage::Tls, seen()))
        }
        Err(error) => Err(stage_error(error, ConnectStage::Tls, seen())),
    }
}

async fn upgrade(
    endpoint: &Endpoint,
    mut transport: Transport,
    observation: Option<TlsObservation>,
    options: &ConnectOptions,
) -> Result<OcppSocket, ConnectError> {
    let handshake = ClientUpgrade::new();
    let asked = ask(endpoint, &mut transport, &handshake);
    // A fault is a result, so that only I/O errors are taken for failed waits.
    let asked = patiently(options.upgrade, options.stop.as_ref(), asked).await;
    let (answer, tail) = match asked {
        Ok(Ok(answered)) => answered,
        Ok(Err(fault)) => {
            let cause = ConnectCause::Upgrade(fault);
            return Err(ConnectError::new(ConnectStage::Upgrade, cause).having_seen(observation));
        }
        Err(error) => return Err(stage_error(error, ConnectStage::Upgrade, observation)),
    };
    let version = opened(&handshake, answer, endpoint, options)
        .map_err(|error| error.having_seen(observation.clone()))?;
    let role = tungstenite::protocol::Role::Client;
    let websocket =
        WebSocketStream::from_partially_read(transport, tail, role, Some(frame_config())).await;
    Ok(OcppSocket::new(websocket, version, observation))
}

type Asked = Result<(HttpAnswer, Vec<u8>), UpgradeFault>;

/// Sends the request and reads the answer, with the beginning of a refusal's body.
async fn ask(
    endpoint: &Endpoint,
    transport: &mut Transport,
    handshake: &ClientUpgrade,
) -> io::Result<Asked> {
    transport
        .write_all(handshake.request(endpoint).as_bytes())
        .await?;
    transport.flush().await?;
    let mut bytes = Vec::new();
    loop {
        let count = read_some(transport, &mut bytes).await?;
        let (mut answer, used) = match handshake.read(&bytes) {
            Err(fault) => return Ok(Err(fault)),
            Ok(None) if count == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(None) => continue,
            Ok(Some(answered)) => answered,
        };
        let mut tail = bytes.split_off(used);
        if answer.status != 101 {
            read_body(transport, answer.body_length(), &mut tail).await;
            answer.body = String::from_utf8_lossy(&tail).into_owned();
        }
        return Ok(Ok((answer, tail)));
    }
}

/// The body only explains the status, so that whatever ends it is good enough; a peer
/// that does not send it all is not waited for.
async fn read_body(transport: &mut Transport, wanted: usize, body: &mut Vec<u8>) {
    let reading = async {
        while body.len() < wanted {
            match read_some(transport, body).await {
                Ok(count) if count > 0 => {}
                _ => break,
            }
        }
    };
    let _ = tokio::time::timeout(BODY_TIMEOUT, reading).await;
    body.truncate(wanted);
}
