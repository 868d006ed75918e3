use std::time::Duration;

use charger_link::{
    AsyncLink, Context, Link, LinkError, LinkErrorKind, Progress, Request, Response,
    SessionSymptom, Upload,
};

use super::event::EventKind;
use super::fault::{Fault, KillPhase};
use super::{ChargerId, World};
use crate::charger::LoginError;

/// A way to a charger of a [`World`]: it logs in by itself, takes virtual time, and
/// suffers the planned faults.
#[derive(Debug)]
pub struct MemoryLink {
    world: World,
    charger: ChargerId,
    client: u64,
}

impl MemoryLink {
    pub(crate) const fn new(world: World, charger: ChargerId, client: u64) -> Self {
        Self {
            world,
            charger,
            client,
        }
    }

    /// The charger at its end.
    pub const fn charger(&self) -> ChargerId {
        self.charger
    }

    /// The world that it belongs to.
    pub const fn world(&self) -> &World {
        &self.world
    }

    fn run(&self, request: &Request, context: &mut Context<'_>) -> Result<Response, LinkError> {
        let mut state = self.world.state();
        if context.is_cancelled() || state.is_killed(self.charger) {
            return Err(cancelled());
        }
        let started = state.now();
        let (number, fault) = state.count_exchange(self.charger, request);
        drop(state);
        let exchange = Exchange {
            link: self,
            number,
            fault,
            deadline: started.saturating_add(context.timeout()),
        };
        exchange.run(request, context)
    }
}

impl Link for MemoryLink {
    fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        self.run(request, context)
    }
}

/// Virtual time needs no runtime: the future is ready at once.
impl AsyncLink for MemoryLink {
    async fn exchange(
        &mut self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        self.run(request, context)
    }
}

/// One exchange on its way through the faults.
struct Exchange<'a> {
    link: &'a MemoryLink,
    number: u64,
    fault: Option<Fault>,
    deadline: Duration,
}

impl Exchange<'_> {
    fn run(&self, request: &Request, context: &mut Context<'_>) -> Result<Response, LinkError> {
        self.before()?;
        self.reach()?;
        if !matches!(request, Request::Identify | Request::Close) {
            self.log_in()?;
        }
        self.admit()?;
        let answer = self.carry_out(request, context);
        if self.fault == Some(Fault::Duplicated) && answer.is_ok() {
            let _ = self.carry_out(request, context);
        }
        self.after(answer)
    }

    /// Faults that strike before the charger has the request.
    fn before(&self) -> Result<(), LinkError> {
        let (world, charger) = (&self.link.world, self.link.charger);
        match self.fault {
            Some(Fault::RequestLost) => {
                world.advance_to(self.deadline);
                return Err(unknown(WAITING));
            }
            Some(Fault::Reset) => return Err(unknown(BROKEN)),
            Some(Fault::Refused(status)) => return Err(refused(status)),
            Some(Fault::Slow(by)) => world.advance(by.min(self.remaining())),
            Some(Fault::SessionLapsed) => {
                world.with_charger(charger, |charger, now, _| {
                    if let Some(holder) = charger.session_holder(now) {
                        charger.logout(holder);
                    }
                });
            }
            Some(Fault::SessionStolen) => world.with_charger(charger, |charger, now, _| {
                charger.steal_session(now, STRANGER);
            }),
            Some(Fault::Restart) => {
                world.with_charger(charger, |charger, now, effects| charger.crash(now, effects));
            }
            Some(Fault::PowerCut(off)) => world.state().cut_power(charger, off),
            Some(Fault::LinkBounce(down)) => {
                world.with_charger(charger, |charger, now, effects| {
                    charger.bounce_link(now, down, effects);
                })
            }
            Some(Fault::ClockLost) => world.with_charger(charger, |charger, now, _| {
                charger.lose_clock(now);
            }),
            Some(Fault::Kill(KillPhase::BeforeSend)) => {
                world.state().kill(charger);
                return Err(cancelled());
            }
            _ => {}
        }
        Ok(())
    }

    /// Waits until the charger answers, at most until the deadline.
    fn reach(&self) -> Result<(), LinkError> {
        let mut state = self.link.world.state();
        loop {
            let now = state.now();
            let charger = state.charger(self.link.charger).ok_or_else(unreachable)?;
            if now >= self.deadline {
                return Err(timed_out());
            }
            if charger.is_answering(now) {
                let pause = charger.setup().timing.request;
                state.advance_to(now.saturating_add(pause).min(self.deadline));
                let now = state.now();
                let charger = state.charger(self.link.charger).ok_or_else(unreachable)?;
                if charger.is_answering(now) {
                    return Ok(());
                }
                continue;
            }
            state.step(self.deadline);
        }
    }

    fn admit(&self) -> Result<(), LinkError> {
        let mut state = self.link.world.state();
        let admitted = state.with_charger(self.link.charger, |charger, now, _| {
            charger.admit_request(now)
        });
        match admitted {
            Some(false) => Err(refused(429)),
            _ => Ok(()),
        }
    }

    fn log_in(&self) -> Result<(), LinkError> {
        let (client, charger) = (self.link.client, self.link.charger);
        let mut state = self.link.world.state();
        let kept = state.with_charger(charger, |charger, now, _| charger.keep_session(now, client));
        if kept == Some(true) {
            return Ok(());
        }
        let result = state.with_charger(charger, |charger, now, _| {
            let setup = charger.setup();
            let (user, password) = (setup.user.clone(), setup.password.clone());
            charger.login(now, client, &user, password.expose())
        });
        state.count(charger, |counts| counts.logins += 1);
        match result {
            Some(Ok(())) => {
                state.record(charger, EventKind::LoggedIn);
                Ok(())
            }
            Some(Err(LoginError::Taken)) => {
                let symptom = SessionSymptom::ConnectionRefused;
                Err(LinkError::without_effect(LinkErrorKind::SessionTaken {
                    symptom,
                }))
            }
            Some(Err(_)) | None => Err(unreachable()),
        }
    }

    fn carry_out(
        &self,
        request: &Request,
        context: &mut Context<'_>,
    ) -> Result<Response, LinkError> {
        let (client, charger) = (self.link.client, self.link.charger);
        self.record(request);
        match request {
            Request::Upload(upload) => self.upload(upload, context),
            Request::Close => {
                let mut state = self.link.world.state();
                state.with_charger(charger, |charger, _, _| charger.logout(client));
                state.record(charger, EventKind::LoggedOut);
                Ok(Response::Done)
            }
            other => {
                let mut state = self.link.world.state();
                let answer = state.with_charger(charger, |charger, now, effects| {
                    charger.request(now, other, effects)
                });
                answer.unwrap_or_else(|| Err(unreachable()))
            }
        }
    }

    /// What the invariants of a suite look at.
    fn record(&self, request: &Request) {
        let (charger, number) = (self.link.charger, self.number);
        let mut state = self.link.world.state();
        state.record(charger, EventKind::Reached { number });
        match request {
            Request::Write(writes) => {
                let count = writes.len() as u64;
                state.count(charger, |counts| counts.objects_written += count);
                state.record_with(charger, || {
                    EventKind::Wrote(writes.iter().map(|write| write.id).collect())
                });
            }
            Request::Install { item, .. } => state.record(charger, EventKind::Installed(*item)),
            Request::Restart => {
                state.count(charger, |counts| counts.restarts += 1);
                state.record(charger, EventKind::RestartRequested);
            }
            _ => {}
        }
    }

    fn upload(&self, upload: &Upload, context: &mut Context<'_>) -> Result<Response, LinkError> {
        let (world, id) = (&self.link.world, self.link.charger);
        world.with_charger(id, |charger, _, _| charger.begin_upload())?;
        let rate = world.charger(id, |charger| charger.setup().timing.upload_rate);
        let (total, mut done, mut record) = (upload.len(), 0, 0);
        let mut bytes = Vec::new();
        let mut piece = [0; RECORD];
        while done < total {
            if context.is_cancelled() {
                return Err(self.broken_off(cancelled()));
            }
            if let Some(Fault::PowerCutInUpload { record: at, off }) = self.fault
                && at == record
            {
                world.state().cut_power(id, off);
                return Err(unknown(BROKEN));
            }
            let count = upload.read_at(done, &mut piece).unwrap_or(0);
            if count == 0 {
                let kind = LinkErrorKind::UploadSource;
                return Err(self.broken_off(LinkError::without_effect(kind)));
            }
            bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
            (done, record) = (done + count as u64, record + 1);
            world.advance(Duration::from_secs_f64(
                count as f64 / f64::from(rate.max(1)),
            ));
            if world.now() >= self.deadline {
                return Err(self.broken_off(unknown(WAITING)));
            }
            if !self.is_still_there() {
                return Err(self.broken_off(unknown(BROKEN)));
            }
            context.report(Progress::new(done, Some(total)));
        }
        let mut state = world.state();
        state.with_charger(id, |charger, now, effects| {
            charger.finish_upload(now, &bytes, effects);
        });
        state.count(id, |counts| counts.uploads += 1);
        state.record(id, EventKind::Uploaded(bytes.len()));
        Ok(Response::Done)
    }

    /// Whether nothing has broken the connection while bytes arrived, which keep the session
    /// alive: no restart, no bounce of the wired link.
    fn is_still_there(&self) -> bool {
        let client = self.link.client;
        self.link
            .world
            .with_charger(self.link.charger, |charger, now, _| {
                charger.is_answering(now) && charger.keep_session(now, client)
            })
    }

    fn broken_off(&self, error: LinkError) -> LinkError {
        self.link
            .world
            .with_charger(self.link.charger, |charger, _, _| charger.abort_upload());
        error
    }

    /// Faults that strike after the charger has carried the request out.
    fn after(&self, answer: Result<Response, LinkError>) -> Result<Response, LinkError> {
        let (world, charger) = (&self.link.world, self.link.charger);
        match self.fault {
            Some(Fault::ReplyLost) => {
                world.advance_to(self.deadline);
                Err(unknown(WAITING))
            }
            Some(Fault::ResetAfter | Fault::Truncated) => Err(unknown(BROKEN)),
            Some(Fault::Garbled) => Err(unknown(LinkErrorKind::Malformed { what: "not JSON" })),
            Some(Fault::RestartAfter) => {
                world.with_charger(charger, |charger, now, effects| charger.crash(now, effects));
                Err(unknown(BROKEN))
            }
            Some(Fault::PowerCutAfter(off)) => {
                world.state().cut_power(charger, off);
                Err(unknown(BROKEN))
            }
            Some(Fault::Kill(phase)) => {
                world.state().kill(charger);
                if phase == KillPhase::AfterReply {
                    answer
                } else {
                    Err(cancelled())
                }
            }
            _ if world.now() >= self.deadline => Err(unknown(WAITING)),
            _ => answer,
        }
    }

    fn remaining(&self) -> Duration {
        self.deadline.saturating_sub(self.link.world.now())
    }
}

fn refused(status: u16) -> LinkError {
    let kind = match status {
        429 => LinkErrorKind::RateLimited,
        status => LinkErrorKind::Refused { status },
    };
    if status >= 500 {
        LinkError::effect_unknown(kind)
    } else {
        LinkError::without_effect(kind)
    }
}

const fn unknown(kind: LinkErrorKind) -> LinkError {
    LinkError::effect_unknown(kind)
}

fn timed_out() -> LinkError {
    LinkError::without_effect(LinkErrorKind::Timeout {
        during: "connecting",
    })
}

fn unreachable() -> LinkError {
    LinkError::without_effect(LinkErrorKind::Unreachable)
}

fn cancelled() -> LinkError {
    LinkError::effect_unknown(LinkErrorKind::Cancelled)
}

const WAITING: LinkErrorKind = LinkErrorKind::Timeout {
    during: "waiting for the answer",
};
const BROKEN: LinkErrorKind = LinkErrorKind::ConnectionLost {
    during: "waiting for the answer",
};
/// A client that is not one of the world's links.
const STRANGER: u64 = u64::MAX;
/// The bytes of an upload that travel together.
const RECORD: usize = 7_000;
