//! Steps that a person does at the charger, waited for as long as it takes.

use super::{Bench, Phase, inspect, refuse};
use crate::{Action, Answer, Event, PersonStep, Question, Refusal};

#[derive(Debug)]
pub(crate) struct Person {
    step: PersonStep,
    then: Vec<PersonStep>,
    agreed: Vec<String>,
}

impl Person {
    /// Asks for the first of `steps`, or goes on if there are none.
    pub(super) fn next(steps: Vec<PersonStep>, agreed: Vec<String>, bench: &mut Bench) -> Phase {
        let mut steps = steps.into_iter();
        let Some(step) = steps.next() else {
            return Phase::Inspect(inspect::Inspect::before_arming(agreed));
        };
        bench.outbox.push(Event::PersonAsked { step });
        Phase::Person(Self {
            step,
            then: steps.collect(),
            agreed,
        })
    }

    pub(super) const fn poll(&self) -> Action {
        Action::Ask(Question::Person(self.step))
    }

    pub(super) fn handle(self, answer: Answer, bench: &mut Bench) -> Phase {
        match answer {
            Answer::Yes => {
                bench.outbox.push(Event::PersonDone { step: self.step });
                bench.person_done.push(self.step);
                Self::next(self.then, self.agreed, bench)
            }
            Answer::No => refuse(Refusal::PersonDeclined, bench),
            Answer::Later => Phase::Person(self),
        }
    }
}
