use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::WebSocketStream;
use tungstenite::Message;
use tungstenite::handshake::client::generate_key;
use tungstenite::protocol::CloseFrame;

use super::patience::patiently;
use super::stream::{Transport, linger};
use crate::call_handler::{CallHandler, RefuseAll};
use crate::endpoint::Subprotocol;
use crate::ocppj::{
    BootAnswer, BootNotification, CallRefusal, CallSession, IncomingCall, SessionEvent,
    StatusNotification, heartbeat_time,
};
use crate::socket_error::{CallError, CloseReason, SocketError};
use crate::socket_event::{Direction, Received, SocketEvent, Transcript};
use crate::tls::TlsObservation;

/// An open OCPP-J connection on tokio; see the blocking
/// [`OcppSocket`](crate::OcppSocket) for what each method does. It has no `interrupter`:
/// dropping a future interrupts.
///
/// Dropping the future of [`call`](Self::call) gives the call up: its answer, when it
/// comes, is ignored. Dropping that of [`poll`](Self::poll) loses nothing.
pub struct OcppSocket {
    websocket: WebSocketStream<Transport>,
    session: CallSession,
    handler: Box<dyn CallHandler>,
    transcript: Option<Transcript>,
    version: Option<Subprotocol>,
    observation: Option<TlsObservation>,
}

impl OcppSocket {
    pub(crate) fn new(
        websocket: WebSocketStream<Transport>,
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

    /// The address of the other side.
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

    /// Lets `transcript` see every message text, both ways; the texts can hold secrets.
    pub fn set_transcript(&mut self, transcript: impl FnMut(Direction, &str) + Send + 'static) {
        self.transcript = Some(Box::new(transcript));
    }

    /// Sends a call and waits for its answer, at most `timeout` in all.
    ///
    /// # Errors
    /// [`CallError::Timeout`] leaves the connection usable; a late answer is ignored.
    pub async fn call(
        &mut self,
        action: &str,
        payload: Value,
        timeout: Duration,
    ) -> Result<Value, CallError> {
        let text = self.session.start_anew(action, payload);
        let exchange = async {
            Ok(match self.send(text).await {
                Ok(()) => self.wait_for_answer().await,
                Err(error) => Err(error.into()),
            })
        };
        let answer = patiently(timeout, None, exchange)
            .await
            .unwrap_or(Err(CallError::Timeout));
        if answer.is_err() {
            self.session.give_up();
        }
        answer
    }

    /// Waits for a call of the other side, at most `timeout`; with zero it takes what has
    /// come already. The caller answers it with [`answer`](Self::answer).
    ///
    /// # Errors
    /// When the connection breaks; an orderly end is [`SocketEvent::Closed`].
    pub async fn poll(&mut self, timeout: Duration) -> Result<SocketEvent, SocketError> {
        let wait = async { Ok(self.wait_for_call().await) };
        patiently(timeout, None, wait)
            .await
            .unwrap_or(Ok(SocketEvent::Idle))
    }

    /// Answers a call that [`poll`](Self::poll) brought, within 10 s.
    ///
    /// # Errors
    /// When the connection is of no more use.
    pub async fn answer(
        &mut self,
        call: &IncomingCall,
        answer: Result<Value, CallRefusal>,
    ) -> Result<(), SocketError> {
        let sending = async { Ok(self.send(call.answer(answer)).await) };
        patiently(ANSWER_TIMEOUT, None, sending)
            .await
            .unwrap_or_else(|error| Err(SocketError::Broken(Some(error))))
    }

    /// Sends a boot notification in the version that was agreed on (1.6 if none was).
    ///
    /// # Errors
    /// See [`call`](Self::call); a payload that breaks the schema is not sent.
    pub async fn boot_notification(
        &mut self,
        boot: &BootNotification,
        timeout: Duration,
    ) -> Result<BootAnswer, CallError> {
        let payload = boot.to_payload(&self.spoken())?;
        let answer = self
            .call(BootNotification::ACTION, payload, timeout)
            .await?;
        Ok(BootAnswer::from_payload(&answer)?)
    }

    /// Sends a heartbeat and returns the back office's time.
    ///
    /// # Errors
    /// See [`call`](Self::call).
    pub async fn heartbeat(&mut self, timeout: Duration) -> Result<SystemTime, CallError> {
        let answer = self.call("Heartbeat", json!({}), timeout).await?;
        Ok(heartbeat_time(&answer)?)
    }

    /// Tells the state of a connector.
    ///
    /// # Errors
    /// See [`call`](Self::call).
    pub async fn status_notification(
        &mut self,
        status: &StatusNotification,
        timeout: Duration,
    ) -> Result<(), CallError> {
        let payload = status.to_payload(&self.spoken());
        self.call(StatusNotification::ACTION, payload, timeout)
            .await
            .map(|_| ())
    }

    /// Sends a WebSocket ping; the answer needs no attention.
    ///
    /// # Errors
    /// When the connection is of no more use.
    pub async fn ping(&mut self) -> Result<(), SocketError> {
        let sending = async {
            let ping = Message::Ping(Vec::new().into());
            Ok(self.websocket.send(ping).await.map_err(SocketError::of))
        };
        patiently(ANSWER_TIMEOUT, None, sending)
            .await
            .unwrap_or_else(|error| Err(SocketError::Broken(Some(error))))
    }

    /// Closes with this status code (1000 is the normal one) and waits at most `timeout`
    /// for the other side to do the same. Returns whether it did.
    pub async fn close(mut self, code: u16, reason: &str, timeout: Duration) -> bool {
        let frame = CloseFrame {
            code: code.into(),
            reason: reason.into(),
        };
        let closing = async {
            self.websocket
                .send(Message::Close(Some(frame)))
                .await
                .map_err(io::Error::other)?;
            while let Some(Ok(message)) = self.websocket.next().await {
                if message.is_close() {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        let answered = patiently(timeout, None, closing).await.unwrap_or(false);
        linger(self.websocket.get_mut()).await;
        answered
    }

    fn spoken(&self) -> Subprotocol {
        self.version.clone().unwrap_or(Subprotocol::OCPP16)
    }

    async fn wait_for_answer(&mut self) -> Result<Value, CallError> {
        loop {
            match self.receive().await? {
                Received::Event(SessionEvent::Answered(answer)) => {
                    return answer.map_err(CallError::Refused);
                }
                Received::Event(SessionEvent::BrokenAnswer(error)) => {
                    return Err(CallError::NotOcppJ(error));
                }
                Received::Event(SessionEvent::Called(call)) => {
                    let answer = self.handler.handle(&call);
                    self.send(call.answer(answer)).await?;
                }
                Received::Event(event) => self.tell_sender(event).await?,
                Received::Nothing => {}
                Received::Closed(reason) => return Err(SocketError::Closed(reason).into()),
            }
        }
    }

    async fn wait_for_call(&mut self) -> Result<SocketEvent, SocketError> {
        loop {
            match self.receive().await? {
                Received::Event(SessionEvent::Called(call)) => {
                    return Ok(SocketEvent::Called(call));
                }
                Received::Event(event) => self.tell_sender(event).await?,
                Received::Nothing => {}
                Received::Closed(reason) => return Ok(SocketEvent::Closed(reason)),
            }
        }
    }

    /// Tells the other side about a message it got wrong; anything else is ignored.
    async fn tell_sender(&mut self, event: SessionEvent) -> Result<(), SocketError> {
        match event {
            SessionEvent::Malformed {
                reply: Some(reply), ..
            } => self.send(reply).await,
            _ => Ok(()),
        }
    }

    async fn send(&mut self, text: String) -> Result<(), SocketError> {
        self.note(Direction::Sent, &text);
        self.websocket
            .send(Message::Text(text.into()))
            .await
            .map_err(SocketError::of)
    }

    async fn receive(&mut self) -> Result<Received, SocketError> {
        match self.websocket.next().await {
            Some(Ok(Message::Text(text))) => {
                self.note(Direction::Received, text.as_str());
                Ok(Received::Event(self.session.handle(text.as_str())))
            }
            Some(Ok(Message::Close(frame))) => {
                // Sends the closing frame back; the other side may be gone already.
                let _ = self.websocket.flush().await;
                Ok(Received::Closed(CloseReason::of(frame)))
            }
            Some(Ok(_)) => Ok(Received::Nothing),
            Some(Err(error)) => Err(SocketError::of(error)),
            None => Err(SocketError::Broken(None)),
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

/// For sending an answer: it only has to leave this machine.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
