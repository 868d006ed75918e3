//! One client's connection to the charger's HTTPS API.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::api::{self, Call, Caller};
use super::api_fault::request_name;
use super::api_upload::{self, Pace};
use super::http::{Answer, Head};
use super::multipart;
use super::record::RecordMeter;
use super::shared::Shared;
use crate::charger::ChargerModel;
use crate::world::Fault;

type Stream = StreamOwned<ServerConnection, RecordMeter<TcpStream>>;

/// Whether the connection goes on after a request.
enum Next {
    Go,
    /// Close it, or reset it where bytes are left unread.
    Close,
    /// Never answer again; the client has to notice.
    Hang,
    /// Take nothing in any more either, until the charger is up again.
    Stall,
}

/// A client's connection from the handshake to its end.
pub(crate) struct Connection {
    shared: Arc<Shared>,
    caller: Caller,
    epoch: u64,
    stream: Stream,
}

impl Connection {
    /// Serves a client until either side ends it.
    pub(crate) fn serve(
        shared: &Arc<Shared>,
        tcp: TcpStream,
        config: &Arc<ServerConfig>,
        client: u64,
        epoch: u64,
    ) {
        let opened = Self::open(shared, tcp, config, client, epoch);
        if let Ok(mut connection) = opened {
            // An error of the stream ends it, and there is nobody to tell.
            let _ = connection.run();
            let _ = connection.stream.sock.get_ref().shutdown(Shutdown::Both);
        }
        shared.dismiss(client);
    }

    fn open(
        shared: &Arc<Shared>,
        tcp: TcpStream,
        config: &Arc<ServerConfig>,
        client: u64,
        epoch: u64,
    ) -> io::Result<Self> {
        tcp.set_nodelay(true)?;
        tcp.set_read_timeout(Some(SILENCE))?;
        tcp.set_write_timeout(Some(SILENCE))?;
        let tls = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        Ok(Self {
            shared: Arc::clone(shared),
            caller: Caller {
                client,
                token: format!("{:016x}{client:016x}", fastrand::u64(..)),
            },
            epoch,
            stream: StreamOwned::new(tls, RecordMeter::new(tcp)),
        })
    }

    fn run(&mut self) -> io::Result<()> {
        while let Some((head, rest)) = Head::read(&mut self.stream)? {
            let close = head.wants_close();
            match self.serve_one(&head, rest)? {
                Next::Go if close => return Ok(()),
                Next::Go => {}
                Next::Close => return Ok(()),
                Next::Hang => {
                    self.swallow();
                    return Ok(());
                }
                Next::Stall => {
                    self.shared.wait_until_forgotten(self.epoch);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn serve_one(&mut self, head: &Head, rest: Vec<u8>) -> io::Result<Next> {
        let Some(length) = head.body_length() else {
            return self.reply(&Answer::empty(411)).map(|()| Next::Close);
        };
        if head.method == "POST" && api::path_and_query(&head.target).0 == "firmware" {
            return self.upload(head, rest, length);
        }
        if length > LARGEST_BODY {
            return self.reply(&Answer::empty(413)).map(|()| Next::Close);
        }
        let body = self.body(rest, length)?;
        if !self.shared.is_alive(self.epoch) {
            return Ok(Next::Hang);
        }
        let fault = self.shared.count_exchange(request_name(head, &body));
        if let Some(next) = self.before(fault)? {
            return Ok(next);
        }
        let call = Call { head, body: &body };
        let mut answer = self.ask(&call);
        if fault == Some(Fault::Duplicated) {
            answer = self.ask(&call);
        }
        self.after(fault, answer)
    }

    fn ask(&self, call: &Call<'_>) -> Answer {
        let caller = &self.caller;
        self.shared
            .act(|model, now, effects| api::answer(model, now, caller, call, effects))
    }

    fn body(&mut self, mut body: Vec<u8>, length: usize) -> io::Result<Vec<u8>> {
        let have = body.len().min(length);
        body.resize(length, 0);
        if let Some(missing) = body.get_mut(have..) {
            self.stream.read_exact(missing)?;
        }
        Ok(body)
    }

    fn upload(&mut self, head: &Head, rest: Vec<u8>, length: usize) -> io::Result<Next> {
        if !self.shared.is_alive(self.epoch) {
            return Ok(Next::Hang);
        }
        let caller = &self.caller;
        let (allowed, pace) = self.shared.act(|model, now, _| {
            let setup = model.setup();
            let pace = Pace {
                bytes_per_second: setup.timing.upload_rate,
                largest_record: setup.habits.largest_record,
            };
            (api::authorize(model, now, caller, head), pace)
        });
        if let Err(status) = allowed {
            return self.reply(&Answer::empty(status)).map(|()| Next::Close);
        }
        if api_upload::is_abhorred(head) || length > LARGEST_UPLOAD {
            return Ok(Next::Close);
        }
        if self.shared.act(|model, _, _| model.begin_upload()).is_err() {
            return self.reply(&Answer::empty(503)).map(|()| Next::Close);
        }
        let fault = self.shared.count_exchange("upload");
        match self.receive(fault, rest, length, pace) {
            Ok(ControlFlow::Continue(body)) => self.finish_upload(head, &body, fault),
            otherwise => {
                self.shared.act(|model, _, _| model.abort_upload());
                otherwise.map(|flow| flow.break_value().unwrap_or(Next::Close))
            }
        }
    }

    /// Receives a container; what goes wrong with the request does so half-way.
    fn receive(
        &mut self,
        fault: Option<Fault>,
        rest: Vec<u8>,
        length: usize,
        pace: Pace,
    ) -> io::Result<ControlFlow<Next, Vec<u8>>> {
        let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
        let cut_at = match fault {
            Some(Fault::PowerCutInUpload { record, off }) => {
                let at = usize::try_from(record.saturating_mul(7_000)).unwrap_or(usize::MAX);
                Some((at, off))
            }
            _ => None,
        };
        self.stream.sock.reset();
        let until = cut_at.map_or(length, |(at, _)| at.min(length));
        let meter = |stream: &Stream| api_upload::largest(&stream.sock);
        let half = api_upload::read_body(&mut self.stream, rest, until / 2, pace, meter)?;
        match self.before(fault)? {
            // Whoever has been answered does not send the rest.
            Some(Next::Go) => return Ok(ControlFlow::Break(Next::Close)),
            Some(Next::Hang) if !self.shared.is_alive(self.epoch) => {
                return Ok(ControlFlow::Break(Next::Stall));
            }
            Some(next) => return Ok(ControlFlow::Break(next)),
            None => {}
        }
        let mut body = api_upload::read_body(&mut self.stream, half, until, pace, meter)?;
        body.truncate(until);
        if let Some((_, off)) = cut_at {
            self.shared.cut_power(Some(off));
            return Err(reset());
        }
        Ok(ControlFlow::Continue(body))
    }

    fn finish_upload(
        &mut self,
        head: &Head,
        body: &[u8],
        fault: Option<Fault>,
    ) -> io::Result<Next> {
        let content_type = head.header("content-type").unwrap_or_default();
        let file = multipart::firmware_file(content_type, body);
        let client = self.caller.client;
        let status = self.shared.act(|model, now, effects| {
            let stolen = model
                .session_holder(now)
                .is_some_and(|holder| holder != client);
            let status = match file {
                Some(_) if stolen => 401,
                Some(file) => {
                    model.keep_session(now, client);
                    model.finish_upload(now, file, effects);
                    200
                }
                None => 400,
            };
            if status != 200 {
                model.abort_upload();
            }
            status
        });
        self.after(fault, Answer::empty(status))
    }

    /// Faults that strike before the charger has the request.
    fn before(&mut self, fault: Option<Fault>) -> io::Result<Option<Next>> {
        match fault {
            Some(Fault::RequestLost) => return Ok(Some(Next::Hang)),
            Some(Fault::Reset) => return Ok(Some(Next::Close)),
            Some(Fault::Refused(status)) => {
                return self.reply(&Answer::empty(status)).map(|()| Some(Next::Go));
            }
            Some(Fault::Slow(by)) => std::thread::sleep(by.min(SILENCE)),
            Some(Fault::SessionLapsed) => self.shared.act(|model, now, _| {
                if let Some(holder) = model.session_holder(now) {
                    model.logout(holder);
                }
            }),
            Some(Fault::SessionStolen) => {
                self.shared
                    .act(|model, now, _| model.steal_session(now, u64::MAX));
            }
            Some(Fault::LinkBounce(down)) => {
                self.shared
                    .act(|model, now, effects| model.bounce_link(now, down, effects));
                return Ok(Some(Next::Close));
            }
            Some(Fault::ClockLost) => self.shared.act(|model, now, _| model.lose_clock(now)),
            Some(Fault::Restart) => {
                self.shared.act(ChargerModel::crash);
                return Ok(Some(Next::Hang));
            }
            Some(Fault::PowerCut(off)) => {
                self.shared.cut_power(Some(off));
                return Ok(Some(Next::Hang));
            }
            _ => {}
        }
        Ok(None)
    }

    /// Faults that strike after the charger has carried the request out.
    fn after(&mut self, fault: Option<Fault>, answer: Answer) -> io::Result<Next> {
        match fault {
            Some(Fault::ReplyLost) => return Ok(Next::Hang),
            Some(Fault::ResetAfter) => return Ok(Next::Close),
            Some(Fault::RestartAfter) => {
                self.shared.act(ChargerModel::crash);
                return Ok(Next::Hang);
            }
            Some(Fault::PowerCutAfter(off)) => {
                self.shared.cut_power(Some(off));
                return Ok(Next::Hang);
            }
            Some(Fault::Garbled) => {
                let garbled = Answer::json("{\"version\":2,\"prop".into());
                return self.reply(&garbled).map(|()| Next::Go);
            }
            Some(Fault::Truncated) => {
                let mut bytes = Vec::new();
                answer.write_to(&mut bytes)?;
                let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
                self.stream.write_all(half)?;
                return self.stream.flush().map(|()| Next::Close);
            }
            Some(Fault::ReplyTwice) => self.reply(&answer)?,
            _ => {}
        }
        self.reply(&answer).map(|()| Next::Go)
    }

    fn reply(&mut self, answer: &Answer) -> io::Result<()> {
        answer.write_to(&mut self.stream)
    }

    /// Reads what still comes until the client gives up or the charger is up again.
    fn swallow(&mut self) {
        let tcp = self.stream.sock.get_ref();
        if tcp
            .set_read_timeout(Some(Duration::from_millis(100)))
            .is_err()
        {
            return;
        }
        let mut piece = [0; 512];
        for _ in 0..MOST_SWALLOWS {
            if self.shared.has_forgotten(self.epoch) {
                return;
            }
            match Read::read(&mut self.stream.sock, &mut piece) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if is_timeout(&error) => {}
                Err(_) => return,
            }
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

/// Closes a connection that nobody wants, without a word.
pub(crate) fn turn_away(tcp: &TcpStream) {
    // Whoever is gone already is turned away as well.
    let _ = tcp.shutdown(Shutdown::Both);
}

/// How long a connection may be idle; the session lapses long before.
const SILENCE: Duration = Duration::from_secs(600);
/// Bodies other than containers are small.
const LARGEST_BODY: usize = 1024 * 1024;
/// A container and what multipart adds to it.
const LARGEST_UPLOAD: usize = 17 * 1024 * 1024;
/// Ten minutes of waiting for a client to give up.
const MOST_SWALLOWS: u32 = 6_000;
