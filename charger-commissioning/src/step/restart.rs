//! Restarting, judged by the boot count alone: the command may be answered and not
//! carried out, or carried out and not answered.

use std::time::Duration;

use charger_link::{LinkError, LiveState, Request, Response};
use ocpp_config::objects;

use super::{Desk, Progress, Running};
use crate::asking::{Asking, unexpected_answer};
use crate::{Action, Begun, Failure, Moment, Policy};

/// A restarting charger does not refuse, it just stops answering: a poll has its own
/// short timeout (seen by public tools).
const POLL_TIMEOUT: Duration = Duration::from_secs(4);
/// How long a charger that answers may go without restarting before it is told again.
const DISOBEDIENCE: Duration = Duration::from_secs(60);
/// How often it is told in all, commands without effect not counted.
const COMMANDS: u8 = 3;

/// Counting -> Commanding -> Watching, and back to Commanding if nothing happens.
#[derive(Debug)]
pub(crate) struct Restart {
    commands: u8,
    limit: Duration,
    timeout: Duration,
    pause: Duration,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Reads the boot count; `before` is what an earlier attempt found.
    Counting {
        asking: Asking,
        before: Option<u64>,
    },
    Commanding {
        asking: Asking,
        before: u64,
    },
    Watching {
        asking: Asking,
        before: u64,
        commanded: Moment,
    },
}

impl Restart {
    pub(super) fn enter(begun: Option<Begun>, now: Moment, policy: &Policy) -> Self {
        Self {
            commands: 0,
            limit: policy.restart_timeout,
            timeout: policy.request_timeout,
            pause: policy.restart_pause,
            state: State::Counting {
                asking: Asking::new(now, policy.restart_timeout),
                before: begun.and_then(|begun| begun.boot_count),
            },
        }
    }

    pub(super) fn poll(&self, now: Moment) -> Action {
        match &self.state {
            State::Counting { asking, .. } => asking.action(now, count(), self.timeout),
            State::Commanding { asking, .. } => asking.action(now, Request::Restart, self.timeout),
            State::Watching { asking, .. } => asking.action(now, count(), POLL_TIMEOUT),
        }
    }

    pub(super) fn handle(
        mut self,
        now: Moment,
        answer: Result<Response, LinkError>,
        desk: &mut Desk<'_>,
    ) -> Progress {
        let is_commanding = matches!(self.state, State::Commanding { .. });
        let next = match self.state {
            State::Counting { asking, before } => {
                match counted(now, asking, before, answer, self.limit, desk) {
                    Step::Next(state) => state,
                    Step::Stop(progress) => return progress,
                }
            }
            State::Commanding { asking, before } => {
                match commanded(now, asking, before, answer, (self.limit, self.pause)) {
                    Ok(state) => state,
                    Err(failure) => return Progress::Failed(failure),
                }
            }
            State::Watching {
                asking,
                before,
                commanded,
            } => match watched(now, asking, before, commanded, answer, desk, self.commands) {
                Step::Next(state) => state,
                Step::Stop(progress) => return progress,
            },
        };
        // A command that certainly did nothing is none.
        if is_commanding && matches!(next, State::Watching { .. }) {
            self.commands = self.commands.saturating_add(1);
        }
        self.state = next;
        Progress::Going(Running::Restart(self))
    }
}

enum Step {
    Next(State),
    Stop(Progress),
}

fn counted(
    now: Moment,
    asking: Asking,
    before: Option<u64>,
    answer: Result<Response, LinkError>,
    limit: Duration,
    desk: &mut Desk<'_>,
) -> Step {
    let count = match take_reading(answer, desk) {
        Ok(reading) => reading.boot_count,
        Err(Trouble::Link(error)) => {
            return match asking.after_error(now, "read", &error) {
                Ok(asking) => Step::Next(State::Counting { asking, before }),
                Err(failure) => Step::Stop(Progress::Failed(failure)),
            };
        }
        Err(Trouble::Failure(failure)) => return Step::Stop(Progress::Failed(failure)),
    };
    let Some(count) = count else {
        return Step::Stop(Progress::Failed(no_boot_count()));
    };
    match before {
        Some(before) if count > before => {
            return Step::Stop(Progress::Done {
                boot_count: Some(count),
            });
        }
        Some(_) => {}
        None => desk.begin(Some(count), None),
    }
    Step::Next(State::Commanding {
        asking: Asking::new(now, limit),
        before: count,
    })
}

fn commanded(
    now: Moment,
    asking: Asking,
    before: u64,
    answer: Result<Response, LinkError>,
    (limit, pause): (Duration, Duration),
) -> Result<State, Failure> {
    match answer {
        Ok(Response::Done) => {}
        Ok(_) => return Err(unexpected_answer("restart")),
        Err(error) if error.may_have_taken_effect() => {}
        Err(error) => {
            let asking = asking.after_error(now, "restart", &error)?;
            return Ok(State::Commanding { asking, before });
        }
    }
    Ok(State::Watching {
        asking: Asking::new(now, limit).starting_after(now, pause),
        before,
        commanded: now,
    })
}

fn watched(
    now: Moment,
    asking: Asking,
    before: u64,
    commanded: Moment,
    answer: Result<Response, LinkError>,
    desk: &mut Desk<'_>,
    commands: u8,
) -> Step {
    let count = match take_reading(answer, desk) {
        Ok(reading) => reading.boot_count,
        Err(Trouble::Link(error)) if asking.is_over(now) => {
            return Step::Stop(Progress::Failed(Failure::NoAnswer {
                last: error.to_string(),
            }));
        }
        // Silence, and a refused login, are what a restart looks like.
        Err(Trouble::Link(_)) => None,
        Err(Trouble::Failure(failure)) => return Step::Stop(Progress::Failed(failure)),
    };
    match count {
        Some(count) if count > before => Step::Stop(Progress::Done {
            boot_count: Some(count),
        }),
        Some(_) if now.since(commanded) >= DISOBEDIENCE && commands >= COMMANDS => {
            Step::Stop(Progress::Failed(Failure::DidNotRestart))
        }
        Some(_) if now.since(commanded) >= DISOBEDIENCE => Step::Next(State::Commanding {
            asking: asking.after(now, Duration::ZERO),
            before,
        }),
        // It answers, and hides what alone would tell.
        None if asking.is_over(now) => Step::Stop(Progress::Failed(no_boot_count())),
        _ => Step::Next(State::Watching {
            asking: asking.later(now),
            before,
            commanded,
        }),
    }
}

enum Trouble {
    Link(LinkError),
    Failure(Failure),
}

fn take_reading(
    answer: Result<Response, LinkError>,
    desk: &mut Desk<'_>,
) -> Result<LiveState, Trouble> {
    match answer {
        Ok(Response::Objects(objects)) => {
            let reading = LiveState::from_objects(&objects);
            *desk.reading = reading;
            Ok(reading)
        }
        Ok(_) => Err(Trouble::Failure(unexpected_answer("read"))),
        Err(error) => Err(Trouble::Link(error)),
    }
}

fn count() -> Request {
    Request::Read(LiveState::OBJECTS.to_vec())
}

fn no_boot_count() -> Failure {
    Failure::NotProven {
        doubt: crate::Doubt::NotReported {
            object: objects::BOOT_COUNT,
        },
    }
}
