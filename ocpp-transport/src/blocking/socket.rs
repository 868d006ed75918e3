use std::fmt;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tungstenite::handshake::client::generate_key;
use tungstenite::protocol::CloseFrame;
use tungstenite::{Message, WebSocket};

use super::patience::Patience;
use super::stream::Transport;
use crate::call_handler::{CallHandler, RefuseAll};
use crate::endpoint::Subprotocol;
use crate::ocppj::{
    BootAnswer, BootNotification, CallRefusal, CallSession, IncomingCall, SessionEvent,
    StatusNotification, heartbeat_time,
};
use crate::socket_error::{CallError, CloseReason, SocketError};
use crate::socket_event::{Direction, Received, SocketEvent, Transcript};
use crate::tls::TlsObservation;

/// An open OCPP-J connection, of a charger or of a test back office, blocking.
///
/// [`call`](Self::call) sends a message and waits for its answer; calls of the other side
/// that come in meanwhile go to the [`CallHandler`]. [`poll`](Self::poll) waits for calls
/// of the other side. Pings are answered within both.
///
/// Dropping it closes the connection without a closing handshake; [`close`](Self::close)
/// is the polite way.
pub struct OcppSocket {
    websocket: WebSocket<Transport>,
    session: CallSession,
    handler: Box<dyn CallHandler>,
    transcript: Option<Transcript>,
    version: Option<Subprotocol>,
    observation: Option<TlsObservation>,
}

impl OcppSocket {
    pub(crate) fn new(
        websocket: WebSocket<Transport>,
        version: Option<Subprotocol>,
        observation: Option<TlsObservation>,
    ) -> Self {
        let random = generate_key();
        let session = CallSession::new(random.trim_end_matches('='));
        Self {
            websocket,
            session: match &version {
                Some(version) => session.with_version(version),
                None => session,
            },
            handler: Box::new(RefuseAll),
            transcript: None,
            version,
            observation,
        }
    }

    /// The OCPP version both sides agreed on; `None` only when none was required.
    pub const fn version(&self) -> Option<&Subprotocol> {
        self.version.as_ref()
    }

    /// What the client saw in the TLS handshake; `None` without TLS and on a server.
    pub const fn observation(&self) -> Option<&TlsObservation> {
        self.observation.as_ref()
    }

    /// The other side's address.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn peer_address(&self) -> io::Result<SocketAddr> {
        self.websocket.get_ref().tcp().peer_addr()
    }

    /// Sets who answers calls that come in while a call of ours waits. Defaults to
    /// [`RefuseAll`].
    pub fn set_handler(&mut self, handler: impl CallHandler + 'static) {
        self.handler = Box::new(handler);
    }

    /// Lets `transcript` see every message text, both ways. The texts can hold secrets
    /// (a `SetNetworkProfile`, for one): redact before storing.
    pub fn set_transcript(&mut self, transcript: impl FnMut(Direction, &str) + Send + 'static) {
        self.transcript = Some(Box::new(transcript));
    }

    /// A handle that breaks the connection from another thread.
    ///
    /// # Errors
    /// When the operating system has no handle left.
    pub fn interrupter(&self) -> io::Result<Interrupter> {
        self.websocket.get_ref().tcp().try_clone().map(Interrupter)
    }

    /// Sends a call and waits for its answer, at most `timeout` in all.
    ///
    /// # Errors
    /// [`CallError::Timeout`] leaves the connection usable; a late answer is ignored.
    pub fn call(
        &mut self,
        action: &str,
        payload: Value,
        timeout: Duration,
    ) -> Result<Value, CallError> {
        let text = self.session.start_anew(action, payload);
        let patience = Patience::for_at_most(timeout, None);
        self.websocket.get_mut().set_patience(patience);
        let answer = self.send(text).map_err(CallError::from);
        let answer = answer.and_then(|()| self.wait_for_answer());
        if answer.is_err() {
            self.session.give_up();
        }
        answer.map_err(|error| match error {
            CallError::Socket(error) if error.is_timeout() => CallError::Timeout,
            error => error,
        })
    }

    /// Waits for a call of the other side, at most `timeout`; with zero it takes what has
    /// come already. The caller answers it with [`answer`](Self::answer).
    ///
    /// # Errors
    /// When the connection breaks; an orderly end is [`SocketEvent::Closed`].
    pub fn poll(&mut self, timeout: Duration) -> Result<SocketEvent, SocketError> {
        let patience = Patience::for_at_most(timeout, None);
        self.websocket.get_mut().set_patience(patience);
        match self.wait_for_call() {
            Err(error) if error.is_timeout() => Ok(SocketEvent::Idle),
            outcome => outcome,
        }
    }

    /// Answers a call that [`poll`](Self::poll) brought, within 10 s.
    ///
    /// # Errors
    /// When the connection is of no more use.
    pub fn answer(
        &mut self,
        call: &IncomingCall,
        answer: Result<Value, CallRefusal>,
    ) -> Result<(), SocketError> {
        let patience = Patience::for_at_most(ANSWER_TIMEOUT, None);
        self.websocket.get_mut().set_patience(patience);
        self.send(call.answer(answer))
    }

    /// Sends a boot notification in the version that was agreed on (1.6 if none was).
    ///
    /// # Errors
    /// See [`call`](Self::call); a payload that breaks the schema is not sent.
    pub fn boot_notification(
        &mut self,
        boot: &BootNotification,
        timeout: Duration,
    ) -> Result<BootAnswer, CallError> {
        let payload = boot.to_payload(&self.spoken())?;
        let answer = self.call(BootNotification::ACTION, payload, timeout)?;
        Ok(BootAnswer::from_payload(&answer)?)
    }

    /// Sends a heartbeat and returns the back office's time.
    ///
    /// # Errors
    /// See [`call`](Self::call).
    pub fn heartbeat(&mut self, timeout: Duration) -> Result<SystemTime, CallError> {
        let answer = self.call("Heartbeat", json!({}), timeout)?;
        Ok(heartbeat_time(&answer)?)
    }

    /// Tells the state of a connector.
    ///
    /// # Errors
    /// See [`call`](Self::call).
    pub fn status_notification(
        &mut self,
        status: &StatusNotification,
        timeout: Duration,
    ) -> Result<(), CallError> {
        let payload = status.to_payload(&self.spoken());
        self.call(StatusNotification::ACTION, payload, timeout)
            .map(|_| ())
    }

    /// Sends a WebSocket ping; the answer needs no attention.
    ///
    /// # Errors
    /// When the connection is of no more use.
    pub fn ping(&mut self) -> Result<(), SocketError> {
        let patience = Patience::for_at_most(ANSWER_TIMEOUT, None);
        self.websocket.get_mut().set_patience(patience);
        self.websocket
            .send(Message::Ping(Vec::new().into()))
            .map_err(SocketError::of)
    }

    /// Closes with this status code (1000 is the normal one) and waits at most `timeout`
    /// for the other side to do the same. Returns whether it did.
    pub fn close(mut self, code: u16, reason: &str, timeout: Duration) -> bool {
        let patience = Patience::for_at_most(timeout, None);
        self.websocket.get_mut().set_patience(patience);
        let frame = CloseFrame {
            code: code.into(),
            reason: reason.into(),
        };
        let answered = self.websocket.close(Some(frame)).is_ok() && self.wait_for_close();
        self.websocket.get_mut().finish();
        answered
    }

    /// Until patience ends.
    fn wait_for_close(&mut self) -> bool {
        loop {
            match self.websocket.read() {
                Ok(Message::Close(_)) | Err(tungstenite::Error::ConnectionClosed) => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }

    fn spoken(&self) -> Subprotocol {
        self.version.clone().unwrap_or(Subprotocol::OCPP16)
    }

    fn wait_for_answer(&mut self) -> Result<Value, CallError> {
        loop {
            match self.receive()? {
                Received::Event(SessionEvent::Answered(answer)) => {
                    return answer.map_err(CallError::Refused);
                }
                Received::Event(SessionEvent::BrokenAnswer(error)) => {
                    return Err(CallError::NotOcppJ(error));
                }
                Received::Event(SessionEvent::Called(call)) => {
                    let answer = self.handler.handle(&call);
                    self.send(call.answer(answer))?;
                }
                Received::Event(event) => self.tell_sender(event)?,
                Received::Nothing => return Err(CallError::Timeout),
                Received::Closed(reason) => return Err(SocketError::Closed(reason).into()),
            }
        }
    }

    fn wait_for_call(&mut self) -> Result<SocketEvent, SocketError> {
        loop {
            match self.receive()? {
                Received::Event(SessionEvent::Called(call)) => {
                    return Ok(SocketEvent::Called(call));
                }
                Received::Event(event) => self.tell_sender(event)?,
                Received::Nothing => return Ok(SocketEvent::Idle),
                Received::Closed(reason) => return Ok(SocketEvent::Closed(reason)),
            }
        }
    }

    /// Tells the other side about a message it got wrong; anything else is ignored.
    fn tell_sender(&mut self, event: SessionEvent) -> Result<(), SocketError> {
        match event {
            SessionEvent::Malformed {
                reply: Some(reply), ..
            } => self.send(reply),
            _ => Ok(()),
        }
    }

    fn send(&mut self, text: String) -> Result<(), SocketError> {
        self.note(Direction::Sent, &text);
        self.websocket
            .send(Message::Text(text.into()))
            .map_err(SocketError::of)
    }

    fn receive(&mut self) -> Result<Received, SocketError> {
        loop {
            match self.websocket.read() {
                Ok(Message::Text(text)) => {
                    self.note(Direction::Received, text.as_str());
                    return Ok(Received::Event(self.session.handle(text.as_str())));
                }
                Ok(Message::Close(frame)) => {
                    // Sends the closing frame back.
                    let _ = self.websocket.flush();
                    return Ok(Received::Closed(CloseReason::of(frame)));
                }
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) if error.kind() == io::ErrorKind::TimedOut => {
                    return Ok(Received::Nothing);
                }
                Err(error) => return Err(SocketError::of(error)),
            }
        }
    }

    fn note(&mut self, direction: Direction, text: &str) {
        if let Some(transcript) = &mut self.transcript {
            transcript(direction, text);
        }
    }
}

impl fmt::Debug for OcppSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OcppSocket")
            .field("version", &self.version)
            .field("observation", &self.observation)
            .finish_non_exhaustive()
    }
}

/// Breaks a connection from another thread, whatever it is doing.
#[derive(Debug)]
pub struct Interrupter(TcpStream);

impl Interrupter {
    /// Breaks the connection; calls and polls that wait on it fail at once.
    pub fn interrupt(&self) {
        // Already broken is as good.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

/// For sending an answer: it only has to leave this machine.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
