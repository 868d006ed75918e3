//! The proof: accepted in this boot, through the new profile, and it stays so.

use std::time::Duration;

use charger_link::{LinkError, LiveState, Request, Response};

use super::{Desk, Input, Place, Progress, Running};
use crate::asking::{Asking, unexpected_answer};
use crate::proof::judge;
use crate::{Action, Answer, Doubt, Failure, Goal, Leg, Moment, Policy, Question};

/// While its wired link restarts, a charger does not answer at all.
const POLL_TIMEOUT: Duration = Duration::from_secs(10);
/// How many looks are spread over the confirmation time.
const LOOKS: u32 = 6;
/// How long a charger that holds its acceptance may be silent once the time is up: its wired
/// link may restart in the middle of the confirmation.
const LULL: Duration = Duration::from_secs(60);

/// Looking -> (asking the witness) -> done.
#[derive(Debug)]
pub(crate) struct Prove {
    goal: Goal,
    /// A doubt after this moment is final, and so is an acceptance that begins anew.
    until: Moment,
    asking: Asking,
    silent_since: Option<Moment>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Not reached yet, or lost again.
    Doubting,
    /// Reached, and watched since.
    Holding { since: Moment, mark: Mark },
    /// Proven from the charger's side.
    Witness,
}

/// What must stay the same for an acceptance to be the same acceptance: some back
/// offices restart or reconnect a charger right after they first accepted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    boot_count: Option<u64>,
    accepted: Option<u64>,
}

impl Mark {
    const fn of(reading: &LiveState) -> Self {
        Self {
            boot_count: reading.boot_count,
            accepted: reading.boot_notification_accepted,
        }
    }
}

impl Prove {
    pub(super) fn enter(goal: Goal, place: Place, now: Moment, policy: &Policy) -> Self {
        let limit = now + policy.proof_timeout;
        let until = match place.leg {
            Leg::There => limit.min(place.deadline),
            Leg::Back => limit,
        };
        Self {
            goal,
            until,
            asking: Asking::new(now, policy.proof_timeout),
            silent_since: None,
            state: State::Doubting,
        }
    }

    pub(super) fn poll(&self, now: Moment, identity: &str) -> Action {
        match self.state {
            State::Witness => Action::Ask(Question::Witness {
                identity: identity.to_owned(),
            }),
            State::Doubting | State::Holding { .. } => {
                let request = Request::Read(LiveState::OBJECTS.to_vec());
                self.asking.action(now, request, POLL_TIMEOUT)
            }
        }
    }

    pub(super) fn handle(mut self, now: Moment, input: Input, desk: &mut Desk<'_>) -> Progress {
        match input {
            Input::Response(Ok(Response::Objects(objects))) => {
                let reading = LiveState::from_objects(&objects);
                *desk.reading = reading;
                self.silent_since = None;
                match judge(&reading, &self.goal, desk.place.boot_floor) {
                    Ok(()) => self.holds(now, &reading, desk),
                    Err(doubt) => self.doubts(now, doubt),
                }
            }
            Input::Response(Ok(_)) => Progress::Failed(unexpected_answer("read")),
            Input::Response(Err(error)) => self.silent(now, &error),
            Input::Answer(answer) => self.witnessed(answer),
        }
    }

    fn holds(mut self, now: Moment, reading: &LiveState, desk: &Desk<'_>) -> Progress {
        let mark = Mark::of(reading);
        let since = match self.state {
            State::Holding {
                since,
                mark: before,
            } if before == mark => since,
            // A charger that restarts or reconnects at every look is not watched for ever.
            State::Holding { .. } if now >= self.until => {
                let doubt = Doubt::NotHeld;
                return Progress::Failed(Failure::NotProven { doubt });
            }
            _ => now,
        };
        let confirmation = desk.policy.confirmation;
        if now.since(since) >= confirmation {
            if desk.policy.witness && desk.place.leg == Leg::There {
                self.state = State::Witness;
                return Progress::Going(Running::Prove(self));
            }
            return Progress::Done {
                boot_count: reading.boot_count,
            };
        }
        self.state = State::Holding { since, mark };
        let left = confirmation.saturating_sub(now.since(since));
        let pause = (confirmation / LOOKS).clamp(Duration::from_secs(1), Duration::from_secs(30));
        self.asking = self.asking.after(now, pause.min(left));
        Progress::Going(Running::Prove(self))
    }

    fn doubts(mut self, now: Moment, doubt: Doubt) -> Progress {
        if now >= self.until {
            return Progress::Failed(Failure::NotProven { doubt });
        }
        self.state = State::Doubting;
        self.asking = self.asking.later(now);
        Progress::Going(Running::Prove(self))
    }

    /// Silence says nothing for or against; it only must not last.
    fn silent(mut self, now: Moment, error: &LinkError) -> Progress {
        let since = *self.silent_since.get_or_insert(now);
        let is_lull = matches!(self.state, State::Holding { .. }) && now.since(since) < LULL;
        if now >= self.until && !is_lull {
            return Progress::Failed(Failure::NoAnswer {
                last: error.to_string(),
            });
        }
        self.asking = self.asking.later(now);
        Progress::Going(Running::Prove(self))
    }

    fn witnessed(self, answer: Answer) -> Progress {
        match (&self.state, answer) {
            (State::Witness, Answer::Yes) => Progress::Done { boot_count: None },
            (State::Witness, Answer::No) => Progress::Failed(Failure::WitnessDenied),
            _ => Progress::Going(Running::Prove(self)),
        }
    }
}
