use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::action::{
    Action, BootEnd, Connect, Ended, MAX_MESSAGE, MAX_MESSAGES, Messages, Opened, Outcome, Reply,
    TalkEnd,
};
use super::hello::MAX_FLIGHT;
use super::machine::ProbeMachine;
use super::options::ProbeOptions;
use super::report::ProbeReport;
use super::subject::ProbeSubject;
use crate::blocking::{OcppSocket, Patience, PatientTcp, connect_to, dial, resolve};
use crate::connect_error::{ConnectCause, ConnectError};
use crate::ocppj::{BootNotification, CallErrorCode, CallRefusal};
use crate::socket_error::SocketError;
use crate::socket_event::{Direction, SocketEvent};

/// Asks a back office, from this machine, what this charger would get: name, addresses,
/// TLS, certificate, WebSocket without and with a login, OCPP version, and, only if the
/// subject has one, the boot notification. Blocks; every step has its deadline.
///
/// It is careful: a login goes only over a connection whose certificate the charger would
/// accept (or over a `ws` URL, as given), at most three answers of 401 are provoked,
/// nothing but the boot notification is sent, whatever the back office wants to set,
/// change or install is refused, and each connection is closed with 1000. Still, use an
/// account whose charger is not connected: some back offices drop it for the probe.
///
/// ```
/// use ocpp_config::SecurityProfile;
/// use ocpp_transport::{FindingCode, ProbeOptions, ProbeSubject, ProbeVerdict, probe};
///
/// let subject = ProbeSubject::new("https://portal.example.com", "CP1", SecurityProfile::NONE);
/// let report = probe(&subject, &ProbeOptions::new());
/// assert_eq!(report.verdict(), ProbeVerdict::WillFail);
/// assert!(report.has(FindingCode::URL_SCHEME));
/// ```
pub fn probe(subject: &ProbeSubject, options: &ProbeOptions) -> ProbeReport {
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
            driver.perform(action)
        };
        machine.handle(outcome, SystemTime::now());
    }
    machine.into_report()
}

/// Not secret: it only has to differ from probe to probe.
pub(crate) fn nonce(subject: &ProbeSubject) -> [u8; 32] {
    let mut nonce = [0; 32];
    // Without randomness all probes look alike, which does no harm.
    let _ = subject.provider.rustls().secure_random.fill(&mut nonce);
    nonce
}

struct Driver<'a> {
    options: &'a ProbeOptions,
    socket: Option<OcppSocket>,
    messages: Arc<Mutex<Messages>>,
}

impl Driver<'_> {
    fn perform(&mut self, action: Action) -> Outcome {
        match action {
            Action::Resolve(endpoint) => {
                Outcome::Resolved(resolve(&endpoint, &self.options.connect))
            }
            Action::Dial(address) => {
                Outcome::Dialled(dial(&[address], &self.options.connect).map(|_| ()))
            }
            Action::Talk(address, send, reply) => self.talk(address, &send, reply),
            Action::Connect(connect) => Outcome::Connected(self.connect(&connect)),
            Action::Listen(time) => self.listen(time),
            Action::Boot(boot, timeout) => self.boot(&boot, timeout),
            Action::Close => {
                if let Some(socket) = self.socket.take() {
                    socket.close(1000, "", CLOSE_TIMEOUT);
                }
                Outcome::Closed
            }
        }
    }

    fn talk(&self, address: SocketAddr, send: &[u8], reply: Reply) -> Outcome {
        let options = &self.options.connect;
        let tcp = match dial(&[address], options) {
            Ok((tcp, _)) => tcp,
            Err(error) if *error.cause() == ConnectCause::Stopped => return Outcome::Stopped,
            Err(_) => return Outcome::Talked(Vec::new(), TalkEnd::Failed),
        };
        let patience = Patience::for_at_most(options.handshake, options.stop.clone());
        let mut tcp = PatientTcp::new(tcp, patience);
        let mut received = Vec::new();
        let mut buffer = [0; 4096];
        // A peer that closes at once may do so before it has read everything.
        let _ = tcp.write_all(send).and_then(|()| tcp.flush());
        while !reply.is_whole(&received) && received.len() <= MAX_FLIGHT {
            match tcp.read(&mut buffer) {
                Ok(0) => return Outcome::Talked(received, TalkEnd::Closed),
                Ok(count) => received.extend(buffer.iter().take(count)),
                Err(error) => {
                    return match ConnectCause::from_io(&error) {
                        ConnectCause::Stopped => Outcome::Stopped,
                        ConnectCause::Timeout => Outcome::Talked(received, TalkEnd::Timeout),
                        ConnectCause::Reset => Outcome::Talked(received, TalkEnd::Reset),
                        _ => Outcome::Talked(received, TalkEnd::Failed),
                    };
                }
            }
        }
        Outcome::Talked(received, TalkEnd::Whole)
    }

    fn connect(&mut self, connect: &Connect) -> Result<Opened, ConnectError> {
        let mut socket = connect_to(
            &connect.endpoint,
            &[connect.address],
            connect.tls.as_ref(),
            &self.options.connect,
        )?;
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

    fn listen(&mut self, time: Duration) -> Outcome {
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
            match socket.poll(left.min(SLICE)) {
                Ok(SocketEvent::Called(call)) => {
                    if socket.answer(&call, Err(refusal())).is_err() {
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

    fn boot(&mut self, boot: &BootNotification, timeout: Duration) -> Outcome {
        let Some(socket) = self.socket.as_mut() else {
            return Outcome::Booted(BootEnd::Ended(Ended::Broken), Vec::new());
        };
        if let Some(Err(error)) = socket.version().map(|it| boot.to_payload(it)) {
            return Outcome::Booted(BootEnd::Unsendable(error.to_string()), Vec::new());
        }
        let watch = Watch::over(socket, self.options);
        let end = BootEnd::of(socket.boot_notification(boot, timeout));
        if watch.end() {
            self.socket = None;
            return Outcome::Stopped;
        }
        Outcome::Booted(end, self.take_messages())
    }

    fn take_messages(&self) -> Messages {
        std::mem::take(&mut *self.messages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Breaks a connection when the caller stops the probe while a call waits.
struct Watch {
    over: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<bool>>,
}

impl Watch {
    fn over(socket: &OcppSocket, options: &ProbeOptions) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let Some(stop) = options.connect.stop.clone() else {
            return Self { over, thread: None };
        };
        let ended = Arc::clone(&over);
        let interrupter = socket.interrupter();
        let watch = move || {
            while !ended.load(Ordering::Relaxed) {
                if stop() {
                    if let Ok(interrupter) = &interrupter {
                        interrupter.interrupt();
                    }
                    return true;
                }
                thread::park_timeout(SLICE);
            }
            false
        };
        let thread = thread::Builder::new().spawn(watch).ok();
        Self { over, thread }
    }

    /// Ends the watch; whether the caller has stopped the probe meanwhile.
    fn end(self) -> bool {
        self.over.store(true, Ordering::Relaxed);
        self.thread.is_some_and(|thread| {
            thread.thread().unpark();
            thread.join().unwrap_or(false)
        })
    }
}

pub(crate) fn refusal() -> CallRefusal {
    let why = "this is a test of the connection; nothing is changed";
    CallRefusal::new(CallErrorCode::NOT_SUPPORTED, why)
}

pub(crate) fn keep(messages: &Mutex<Messages>, direction: Direction, text: &str) {
    let mut messages = messages.lock().unwrap_or_else(PoisonError::into_inner);
    if messages.len() < MAX_MESSAGES {
        let kept = if text.len() > MAX_MESSAGE { "" } else { text };
        messages.push((direction, kept.to_owned()));
    }
}

/// How often the stop check is asked while nothing else happens.
const SLICE: Duration = Duration::from_millis(100);
/// How long the other side may take for its closing frame.
pub(crate) const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
