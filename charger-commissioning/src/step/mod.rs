//! The steps of a script, each a small machine of its own.
//!
//! Entering a step and resuming it are the same thing: each looks first, and does only
//! what is still missing. Right before its first effect a step announces itself through
//! [`Desk::begin`], and the machine sees to it that this is durable before the request
//! goes out.

mod once;
mod prove;
mod restart;
mod upload;
mod verify;
mod write;

use charger_link::{LinkError, LiveState, Response};

use self::once::{Job, Once};
use crate::script::Step;
use crate::{Action, Answer, Begun, Event, Failure, Leg, Moment, Policy, StepName};

/// What surrounds a step that takes an answer: its place in the script, the policy, and the
/// trays for what it finds out.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) outbox: &'a mut Vec<Event>,
    pub(crate) reading: &'a mut LiveState,
    pub(crate) place: Place,
}

/// Which step of which leg, and what it builds on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) leg: Leg,
    pub(crate) index: usize,
    pub(crate) name: StepName,
    /// The lowest boot count in which the settings written so far are in force.
    pub(crate) boot_floor: u64,
    /// When the whole leg must be proven.
    pub(crate) deadline: Moment,
}

impl Desk<'_> {
    /// Announces the first effect of the step.
    pub(crate) fn begin(&mut self, boot_count: Option<u64>, certificates: Option<u64>) {
        self.outbox.push(Event::StepBegun {
            leg: self.place.leg,
            index: self.place.index,
            step: self.place.name,
            boot_count,
            certificates,
        });
    }
}

/// A step under way.
#[derive(Debug)]
pub(crate) enum Running {
    Write(write::Write),
    Once(once::Once),
    Upload(upload::Send),
    Restart(restart::Restart),
    Verify(verify::Verify),
    Prove(prove::Prove),
}

/// What a driver's answer can be for a step.
#[derive(Debug)]
pub(crate) enum Input {
    Response(Result<Response, LinkError>),
    Answer(Answer),
}

/// How far a step is after an input.
#[derive(Debug)]
pub(crate) enum Progress {
    Going(Running),
    Done { boot_count: Option<u64> },
    Failed(Failure),
}

impl Running {
    /// Enters a step, or resumes it: `begun` is what the journal says about an earlier
    /// attempt.
    pub(crate) fn enter(
        step: &Step,
        begun: Option<Begun>,
        place: Place,
        policy: &Policy,
        now: Moment,
    ) -> Self {
        let patience = policy.patience;
        match step {
            Step::Write { wanted, .. } => {
                Self::Write(write::Write::enter(wanted.clone(), now, patience))
            }
            Step::Install { item, data } => {
                let (item, data) = (*item, data.clone());
                Self::Once(Once::enter(Job::Install { item, data }, now, patience))
            }
            Step::Upload { container, upload } => {
                let upload = (*container, upload.clone());
                Self::Upload(upload::Send::enter(upload, begun, now, patience))
            }
            Step::SetClock => Self::Once(Once::enter(Job::SetClock, now, patience)),
            Step::Restart => Self::Restart(restart::Restart::enter(begun, now, policy)),
            Step::Verify { wanted, later } => {
                let (wanted, later) = (wanted.clone(), later.clone());
                Self::Verify(verify::Verify::enter(wanted, later, now, patience))
            }
            Step::Prove { goal } => {
                Self::Prove(prove::Prove::enter(goal.clone(), place, now, policy))
            }
        }
    }

    /// What the step wants next. `identity` is the charge box identity, for the witness.
    pub(crate) fn poll(&self, now: Moment, policy: &Policy, identity: &str) -> Action {
        match self {
            Self::Write(step) => step.poll(now, policy),
            Self::Once(step) => step.poll(now, policy),
            Self::Upload(step) => step.poll(now, policy),
            Self::Restart(step) => step.poll(now),
            Self::Verify(step) => step.poll(now, policy),
            Self::Prove(step) => step.poll(now, identity),
        }
    }

    /// Takes the answer to what was polled. Only a proof asks a person.
    pub(crate) fn handle(self, now: Moment, input: Input, desk: &mut Desk<'_>) -> Progress {
        match (self, input) {
            (Self::Write(step), Input::Response(answer)) => step.handle(now, answer, desk),
            (Self::Once(step), Input::Response(answer)) => step.handle(now, answer, desk),
            (Self::Upload(step), Input::Response(answer)) => step.handle(now, answer, desk),
            (Self::Restart(step), Input::Response(answer)) => step.handle(now, answer, desk),
            (Self::Verify(step), Input::Response(answer)) => step.handle(now, answer),
            (Self::Prove(step), input) => step.handle(now, input, desk),
            (running, Input::Answer(_)) => Progress::Going(running),
        }
    }
}
