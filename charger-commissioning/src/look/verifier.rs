use charger_link::{LinkError, LiveState, Response};

use super::{Look, ReadOnly};
use crate::asking::not_let_in;
use crate::step::{Desk, Input, Place, Progress, Running};
use crate::{Action, Event, Failure, Goal, Leg, Moment, Policy, StepName};

/// Watches whether a charger is where it shall be, and stays there. Nothing is
/// written; that it restarted lately is not asked for.
#[derive(Debug)]
pub struct Verifier {
    goal: Goal,
    policy: Policy,
    reading: LiveState,
    state: State,
}

#[derive(Debug)]
enum State {
    New,
    Watching(Running),
    Over(Result<LiveState, Failure>),
}

impl Verifier {
    /// Watches for `goal`, within the policy's proof limit and for its confirmation time.
    pub fn new(goal: Goal, policy: Policy) -> Self {
        Self {
            goal,
            policy,
            reading: LiveState::default(),
            state: State::New,
        }
    }

    /// The last thing the charger said.
    pub const fn reading(&self) -> &LiveState {
        &self.reading
    }

    /// Any boot counts, and there is no other deadline than the policy's.
    const PLACE: Place = Place {
        leg: Leg::Back,
        index: 0,
        name: StepName::Prove,
        boot_floor: 0,
        deadline: Moment::from_millis(u64::MAX),
    };

    fn desk<'a>(&'a self, outbox: &'a mut Vec<Event>, reading: &'a mut LiveState) -> Desk<'a> {
        Desk {
            policy: &self.policy,
            outbox,
            reading,
            place: Self::PLACE,
        }
    }
}

impl ReadOnly for Verifier {
    type Found = LiveState;

    fn poll(&mut self, now: Moment) -> Look<LiveState> {
        if matches!(self.state, State::New) {
            let step = crate::script::Step::Prove {
                goal: self.goal.clone(),
            };
            let running = Running::enter(&step, None, Self::PLACE, &self.policy, now);
            self.state = State::Watching(running);
        }
        let action = match &self.state {
            // Nobody is asked whether he sees the charger.
            State::Watching(running) => running.poll(now, &self.policy, ""),
            State::Over(result) => return Look::Done(result.clone()),
            State::New => return Look::Wait { until: now },
        };
        match action {
            Action::Exchange { request, timeout } => Look::Exchange { request, timeout },
            Action::Wait { until } => Look::Wait { until },
            // A proof on the way back asks no witness, and a step does nothing else.
            _ => Look::Wait { until: now },
        }
    }

    fn handle_response(&mut self, now: Moment, response: Result<Response, LinkError>) {
        let never_answered = self.reading == LiveState::default();
        let stranger = response
            .as_ref()
            .err()
            .and_then(|error| not_let_in("read", error));
        if let Some(failure) = stranger.filter(|_| never_answered) {
            self.state = State::Over(Err(failure));
            return;
        }
        let state = std::mem::replace(&mut self.state, State::New);
        let (mut outbox, mut reading) = (Vec::new(), self.reading);
        self.state = match state {
            State::Watching(running) => {
                let mut desk = self.desk(&mut outbox, &mut reading);
                match running.handle(now, Input::Response(response), &mut desk) {
                    Progress::Going(running) => State::Watching(running),
                    Progress::Done { .. } => State::Over(Ok(reading)),
                    Progress::Failed(failure) => State::Over(Err(failure)),
                }
            }
            state => state,
        };
        self.reading = reading;
    }
}
