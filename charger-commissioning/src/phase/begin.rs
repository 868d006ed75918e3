//! The caller's word, with all that cannot be undone in view.

use super::{Bench, Phase, inspect, person, refuse};
use crate::procedure::{Course, Procedure};
use crate::{Action, Answer, Event, Proposal, Question, Refusal};

#[derive(Debug)]
pub(crate) struct Begin {
    proposal: Proposal,
}

impl Begin {
    pub(super) fn propose(course: &Course, bench: &Bench) -> Phase {
        let Some(procedure) = bench.procedure.as_deref() else {
            return Phase::Inspect(inspect::Inspect::before_arming(Vec::new()));
        };
        Phase::Begin(Self {
            proposal: Proposal {
                procedure: procedure.kind(),
                charger: bench.charger.clone(),
                person_steps: left_to_do(procedure, bench),
                steps: course.script.names(),
                changes: course.changes.clone(),
                one_way_doors: course.one_way_doors.clone(),
                warnings: warnings(course, bench),
                preflight: bench.preflight.clone(),
            },
        })
    }

    pub(super) fn poll(&self) -> Action {
        Action::Ask(Question::Begin(Box::new(self.proposal.clone())))
    }

    pub(super) fn handle(self, answer: Answer, bench: &mut Bench) -> Phase {
        match answer {
            Answer::Yes => {
                let doors = &self.proposal.one_way_doors;
                let agreed: Vec<String> = doors.iter().map(ToString::to_string).collect();
                bench.outbox.push(Event::Agreed {
                    one_way_doors: agreed.clone(),
                });
                person::Person::next(self.proposal.person_steps, agreed, bench)
            }
            Answer::No => refuse(Refusal::NotAgreed, bench),
            Answer::Later => Phase::Begin(self),
        }
    }
}

fn warnings(course: &Course, bench: &Bench) -> Vec<String> {
    let mut warnings = course.warnings.clone();
    if !bench.accepted_before {
        warnings.push(
            "no back office accepts the charger now: there is none to prove the way back with, \
             and transactions that it has not delivered may be lost"
                .to_owned(),
        );
    }
    warnings
}

/// What the journal does not know to be done yet.
pub(super) fn left_to_do(procedure: &dyn Procedure, bench: &Bench) -> Vec<crate::PersonStep> {
    let steps = procedure.person_steps();
    steps.into_iter().skip(bench.person_done.len()).collect()
}
