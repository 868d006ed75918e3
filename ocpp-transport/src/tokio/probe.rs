use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use super::connect::{connect_to, dial, resolve};
use super::patience::patiently;
use super::socket::OcppSocket;
use crate::connect_error::{ConnectCause, ConnectError};
use crate::ocppj::BootNotification;
use crate::probe::{
    Action, BootEnd, CLOSE_TIMEOUT, Connect, Ended, MAX_FLIGHT, Messages, Opened, Outcome,
    ProbeMachine, ProbeOptions, ProbeReport, ProbeSubject, Reply, TalkEnd, keep, nonce, refusal,
};
use crate::socket_error::SocketError;
use crate::socket_event::SocketEvent;
use crate::timeouts::ConnectOptions;

/// [`probe`](crate::probe()) for tokio. Dropping the future breaks an open connection
/// without a closing handshake; [`ProbeOptions::with_stop_check`] closes it in order.
pub async fn probe(subject: &ProbeSubject, options: &ProbeOptions) -> ProbeReport {
    let nonce = nonce(subject);
    let mut machine = ProbeMachine::new(subject, options, SystemTime::now(), nonce);
    let mut driver = Driver {
        options,
        socket: None,
        messages: Arc::default(),
    };
    while let Some(action) = machine.poll() {
        let (step, target) = machine.current_step();
        options.tell(step, &target);
        let closes = matches!(action, Action::Close);
        let outcome = if options.is_stopped() && !closes {
            Outcome::Stopped
        } else {
            driver.perform(action).await
        };
        machine.handle(outcome, SystemTime::now());
    }
    machine.into_report()
}

struct Driver<'a> {
    options: &'a ProbeOptions,
    socket: Option<OcppSocket>,
    messages: Arc<Mutex<Messages>>,
}

impl Driver<'_> {
    async fn perform(&mut self, action: Action) -> Outcome {
        let connect = &self.options.connect;
        match action {
            Action::Resolve(endpoint) => Outcome::Resolved(resolve(&endpoint, connect).await),
            Action::Dial(address) => Outcome::Dialled(dial(&[address], connect).await.map(|_| ())),
            Action::Talk(address, send, reply) => talk(address, &send, reply, connect).await,
            Action::Connect(connect) => Outcome::Connected(self.connect(&connect).await),
            Action::Listen(time) => self.listen(time).await,
            Action::Boot(boot, timeout) => self.boot(&boot, timeout).await,
            Action::Close => {
                if let Some(socket) = self.socket.take() {
                    socket.close(1000, "", CLOSE_TIMEOUT).await;
                }
                Outcome::Closed
            }
        }
    }

    async fn connect(&mut self, connect: &Connect) -> Result<Opened, ConnectError> {
        let options = &self.options.connect;
        let tls = connect.tls.as_ref();
        let mut socket = connect_to(&connect.endpoint, &[connect.address], tls, options).await?;
        let opened = Opened {
            version: socket.version().cloned(),
            observation: socket.observation().cloned(),
        };
        let messages = Arc::clone(&self.messages);
        socket.set_transcript(move |direction, text| keep(&messages, direction, text));
        socket.set_handler(|_: &_| Err(refusal()));
        self.socket = Some(socket);
        Ok(opened)
    }

    async fn listen(&mut self, time: Duration) -> Outcome {
        let began = Instant::now();
        let Some(mut socket) = self.socket.take() else {
            return Outcome::Listened(Ended::Broken, Vec::new());
        };
        let ended = loop {
            if self.options.is_stopped() {
                self.socket = Some(socket);
                return Outcome::Stopped;
            }
            let left = time.saturating_sub(began.elapsed());
            match socket.poll(left.min(SLICE)).await {
                Ok(SocketEvent::Called(call)) => {
                    if socket.answer(&call, Err(refusal())).await.is_err() {
                        break Ended::Broken;
                    }
                }
                Ok(SocketEvent::Closed(reason)) => break Ended::Closed(reason),
                Ok(SocketEvent::Idle) if left.is_zero() => {
                    self.socket = Some(socket);
                    break Ended::Standing;
                }
                Ok(SocketEvent::Idle) => {}
                Err(SocketError::Closed(reason)) => break Ended::Closed(reason),
                Err(_) => break Ended::Broken,
            }
        };
        Outcome::Listened(ended, self.take_messages())
    }

    async fn boot(&mut self, boot: &BootNotification, timeout: Duration) -> Outcome {
        let Some(socket) = self.socket.as_mut() else {
            return Outcome::Booted(BootEnd::Ended(Ended::Broken), Vec::new());
        };
        if let Some(Err(error)) = socket.version().map(|it| boot.to_payload(it)) {
            return Outcome::Booted(BootEnd::Unsendable(error.to_string()), Vec::new());
        }
        let end = tokio::select! {
            answer = socket.boot_notification(boot, timeout) => BootEnd::of(answer),
            () = stopped(self.options) => return Outcome::Stopped,
        };
        Outcome::Booted(end, self.take_messages())
    }

    fn take_messages(&self) -> Messages {
        std::mem::take(&mut *self.messages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Sends raw bytes over a connection of its own. Borrows no socket, so that the future of
/// a probe can be spawned.
async fn talk(address: SocketAddr, send: &[u8], reply: Reply, options: &ConnectOptions) -> Outcome {
    let mut tcp = match dial(&[address], options).await {
        Ok((tcp, _)) => tcp,
        Err(error) if *error.cause() == ConnectCause::Stopped => return Outcome::Stopped,
        Err(_) => return Outcome::Talked(Vec::new(), TalkEnd::Failed),
    };
    let mut received = Vec::new();
    let talk = exchange(&mut tcp, send, reply, &mut received);
    let end = match patiently(options.handshake, options.stop.as_ref(), talk).await {
        Ok(end) => end,
        Err(error) => match ConnectCause::from_io(&error) {
            ConnectCause::Stopped => return Outcome::Stopped,
            ConnectCause::Timeout => TalkEnd::Timeout,
            ConnectCause::Reset => TalkEnd::Reset,
            _ => TalkEnd::Failed,
        },
    };
    Outcome::Talked(received, end)
}

/// Sends, and reads until the reply is whole or the other side ends.
async fn exchange(
    tcp: &mut TcpStream,
    send: &[u8],
    reply: Reply,
    received: &mut Vec<u8>,
) -> io::Result<TalkEnd> {
    // A peer that closes at once may do so before it has read everything.
    let _ = tcp.write_all(send).await;
    let mut buffer = [0; 4096];
    while !reply.is_whole(received) && received.len() <= MAX_FLIGHT {
        match tcp.read(&mut buffer).await? {
            0 => return Ok(TalkEnd::Closed),
            count => received.extend(buffer.iter().take(count)),
        }
    }
    Ok(TalkEnd::Whole)
}

/// Ends when the caller stops the probe.
async fn stopped(options: &ProbeOptions) {
    while !options.is_stopped() {
        sleep(SLICE).await;
    }
}

/// How often the stop check is asked while nothing else happens.
const SLICE: Duration = Duration::from_millis(100);
