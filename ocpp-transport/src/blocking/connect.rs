use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use rustls::{ClientConnection, StreamOwned};
use rustls_pki_types::ServerName;

use super::dial::{dial, resolve};
use super::patience::Patience;
use super::socket::OcppSocket;
use super::stream::{PatientTcp, Transport};
use crate::connect_error::{ConnectCause, ConnectError, ConnectStage};
use crate::connect_outcome::{opened, stage_error};
use crate::endpoint::Endpoint;
use crate::timeouts::ConnectOptions;
use crate::tls::{TlsClient, TlsObservation};
use crate::websocket::{BODY_TIMEOUT, ClientUpgrade, HttpAnswer, UpgradeFault, frame_config};

/// Connects as a charger does: name, TCP, TLS if the URL is `wss`, login and WebSocket
/// upgrade, choice of the OCPP version. Blocks for at most the given timeouts.
///
/// `tls` is needed for `wss` only. The login is sent only after the server's certificate
/// was accepted; redirects are not followed, as chargers do not.
///
/// # Errors
/// [`ConnectError`] tells how far it got and why it stopped.
///
/// # Examples
/// A test back office, and a charger that it takes in:
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use ocpp_transport::{
///     BootAnswer, BootNotification, ConnectOptions, Decision, Endpoint, RegistrationStatus,
///     SocketEvent, Subprotocol, accept, connect,
/// };
///
/// // A test back office that takes in one charger.
/// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
/// let url = format!("ws://{}/ocpp", listener.local_addr()?);
/// let back_office = std::thread::spawn(move || {
///     let (tcp, _) = listener.accept().ok()?;
///     let options = ConnectOptions::new();
///     let takes_16 = |request: &_| Decision::negotiate(request, &[Subprotocol::OCPP16]);
///     let mut socket = accept(tcp, None, &options, takes_16).ok()?.socket;
///     if let SocketEvent::Called(call) = socket.poll(Duration::from_secs(10)).ok()? {
///         let interval = Duration::from_secs(300);
///         let answer = BootAnswer::new(RegistrationStatus::ACCEPTED, interval, SystemTime::now());
///         socket.answer(&call, Ok(answer.to_payload())).ok()?;
///     }
///     Some(())
/// });
///
/// // The charger. With `wss://`, a `TlsClient` built from the operator's root goes in.
/// let endpoint = Endpoint::new(&url, "ACE0000001", Subprotocol::OCPP16)?;
/// let mut socket = connect(&endpoint, None, &ConnectOptions::new())?;
/// let boot = BootNotification::new("Eve Single", "Example");
/// let answer = socket.boot_notification(&boot, Duration::from_secs(10))?;
/// assert_eq!(answer.status, RegistrationStatus::ACCEPTED);
/// # back_office.join().ok();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn connect(
    endpoint: &Endpoint,
    tls: Option<&TlsClient>,
    options: &ConnectOptions,
) -> Result<OcppSocket, ConnectError> {
    let addresses = resolve(endpoint, options)?;
    connect_to(endpoint, &addresses, tls, options)
}

/// [`connect`] with the addresses given, which are tried in order: for a name that only
/// the charger's network knows, or to try one address of several.
///
/// # Errors
/// As [`connect`], without name resolution.
pub fn connect_to(
    endpoint: &Endpoint,
    addresses: &[SocketAddr],
    tls: Option<&TlsClient>,
    options: &ConnectOptions,
) -> Result<OcppSocket, ConnectError> {
    let (tcp, address) = dial(addresses, options)?;
    let (transport, observation) =
        secure(endpoint, tcp, tls, options).map_err(|error| error.at(address))?;
    upgrade(endpoint, transport, observation, options).map_err(|error| error.at(address))
}

/// TLS, if the endpoint asks for it.
pub(crate) fn secure(
    endpoint: &Endpoint,
    tcp: TcpStream,
    tls: Option<&TlsClient>,
    options: &ConnectOptions,
) -> Result<(Transport, Option<TlsObservation>), ConnectError> {
    let patience = Patience::for_at_most(options.handshake, options.stop.clone());
    let tcp = PatientTcp::new(tcp, patience);
    if !endpoint.is_secure() {
        return Ok((Transport::Plain(tcp), None));
    }
    let refuse = |cause| ConnectError::new(ConnectStage::Tls, cause);
    let tls = tls.ok_or_else(|| refuse(ConnectCause::TlsNotConfigured))?;
    let host = ServerName::try_from(endpoint.host()).map_err(|_| refuse(ConnectCause::HostName))?;
    let handshake = tls.handshake();
    let connection = ClientConnection::new(handshake.config, host)
        .map_err(|error| refuse(ConnectCause::Io(error.to_string())))?;
    let mut stream = Box::new(StreamOwned::new(connection, tcp));
    while stream.conn.is_handshaking() {
        if let Err(error) = stream.conn.complete_io(&mut stream.sock) {
            let seen = handshake.recorder.observe(&stream.conn);
            let error = stage_error(error, ConnectStage::Tls, Some(seen));
            if error.tls_failure().is_some() {
                stream.sock.linger();
            }
            return Err(error);
        }
    }
    let seen = handshake.recorder.observe(&stream.conn);
    Ok((Transport::Client(stream), Some(seen)))
}

/// Login and WebSocket upgrade on an open transport.
pub(crate) fn upgrade(
    endpoint: &Endpoint,
    mut transport: Transport,
    observation: Option<TlsObservation>,
    options: &ConnectOptions,
) -> Result<OcppSocket, ConnectError> {
    transport.set_patience(Patience::for_at_most(options.upgrade, options.stop.clone()));
    let handshake = ClientUpgrade::new();
    let (answer, tail) = match ask(endpoint, &mut transport, &handshake) {
        Ok(answered) => answered,
        Err(AskError::Fault(fault)) => {
            let error = ConnectError::new(ConnectStage::Upgrade, ConnectCause::Upgrade(fault));
            return Err(error.having_seen(observation));
        }
        Err(AskError::Io(error)) => {
            return Err(stage_error(error, ConnectStage::Upgrade, observation));
        }
    };
    let version = opened(&handshake, answer, endpoint, options)
        .map_err(|error| error.having_seen(observation.clone()))?;
    let websocket = tungstenite::WebSocket::from_partially_read(
        transport,
        tail,
        tungstenite::protocol::Role::Client,
        Some(frame_config()),
    );
    Ok(OcppSocket::new(websocket, version, observation))
}

enum AskError {
    Io(io::Error),
    Fault(UpgradeFault),
}

/// Sends the request and reads the answer, with the beginning of a refusal's body.
fn ask(
    endpoint: &Endpoint,
    transport: &mut Transport,
    handshake: &ClientUpgrade,
) -> Result<(HttpAnswer, Vec<u8>), AskError> {
    transport
        .write_all(handshake.request(endpoint).as_bytes())
        .and_then(|()| transport.flush())
        .map_err(AskError::Io)?;
    let mut bytes = Vec::new();
    loop {
        let count = read_some(transport, &mut bytes).map_err(AskError::Io)?;
        if let Some((mut answer, used)) = handshake.read(&bytes).map_err(AskError::Fault)? {
            let mut tail = bytes.split_off(used);
            if answer.status != 101 {
                read_body(transport, answer.body_length(), &mut tail);
                answer.body = String::from_utf8_lossy(&tail).into_owned();
            }
            return Ok((answer, tail));
        }
        if count == 0 {
            return Err(AskError::Io(io::ErrorKind::UnexpectedEof.into()));
        }
    }
}

/// The body only explains the status, so that whatever ends it is good enough; a peer
/// that does not send it all is not waited for.
fn read_body(transport: &mut Transport, wanted: usize, body: &mut Vec<u8>) {
    transport.set_patience(Patience::for_at_most(BODY_TIMEOUT, None));
    while body.len() < wanted {
        match read_some(transport, body) {
            Ok(count) if count > 0 => {}
            _ => break,
        }
    }
    body.truncate(wanted);
}

fn read_some(transport: &mut Transport, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let mut buffer = [0; 1024];
    let count = transport.read(&mut buffer)?;
    bytes.extend_from_slice(buffer.get(..count).unwrap_or_default());
    Ok(count)
}
