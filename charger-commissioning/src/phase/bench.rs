use charger_link::LiveState;
use ocpp_config::{InstalledPlace, Secret, Snapshot, WriteOnlyItem};

use super::{Phase, begin, inspect, person};
use crate::ids;
use crate::procedure::{Course, Decision, Procedure, slots_in_use};
use crate::{
    Armed, ChargerName, Diagnosis, End, Ending, Event, Failure, Goal, History, LegHistory, Moment,
    Outcome, PersonStep, Policy, PreflightReport, Refusal, StepName, WhenLate,
};

/// What all phases work on: the wish, the policy, the tray for events, and what is known.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) procedure: Option<Box<dyn Procedure>>,
    pub(crate) policy: Policy,
    /// Events that must be durable before the phase acts, oldest first.
    pub(crate) outbox: Vec<Event>,
    pub(crate) charger: ChargerName,
    pub(crate) reading: LiveState,
    pub(crate) accepted_before: bool,
    pub(crate) preflight: Option<PreflightReport>,
    pub(crate) person_done: Vec<PersonStep>,
    /// The caller has the records of the transactions.
    pub(crate) exported: bool,
    /// The way back, once the charger may have been written to.
    pub(crate) armed: Option<Box<Armed>>,
    /// The snapshot with its secrets, as long as this process lives.
    pub(crate) full_snapshot: Option<Snapshot>,
    /// What the last complete look found.
    pub(crate) seen: Option<Snapshot>,
    /// Whether any step there was begun.
    pub(crate) touched: bool,
    pub(crate) old_key: Option<Secret>,
    pub(crate) diagnoses: Vec<Diagnosis>,
    /// What cannot be read back, where everything else is in force.
    pub(crate) not_compared: Vec<InstalledPlace>,
    /// What was asked of the link.
    pub(crate) exchanges: u32,
    /// What the link had to send for it, if it counts.
    pub(crate) requests: Option<u64>,
    /// Whether the journal has an unfinished `Opened`.
    pub(crate) is_open: bool,
    /// Whether the charger has answered a question that needs a login, in this run.
    pub(super) let_in: bool,
}

impl Bench {
    pub(crate) fn new(procedure: Option<Box<dyn Procedure>>, policy: Policy) -> Self {
        Self {
            procedure,
            policy,
            outbox: Vec::new(),
            charger: ChargerName::default(),
            reading: LiveState::default(),
            accepted_before: false,
            preflight: None,
            person_done: Vec::new(),
            exported: false,
            armed: None,
            full_snapshot: None,
            seen: None,
            touched: false,
            old_key: None,
            diagnoses: Vec::new(),
            not_compared: Vec::new(),
            exchanges: 0,
            requests: None,
            is_open: false,
            let_in: false,
        }
    }

    /// Takes over what the journal knows, and finds the phase to go on with.
    pub(crate) fn resume(&mut self, history: &History, turn_back: bool) -> Phase {
        let Some(opened) = &history.opened else {
            return Phase::first();
        };
        self.charger = opened.charger.clone();
        self.accepted_before = opened.accepted_before;
        self.person_done.clone_from(&history.person_done);
        self.exported = history.exported;
        self.is_open = true;
        self.outbox.push(Event::Resumed);
        let Some(armed) = &history.armed else {
            return match turn_back {
                true => super::end(End::NothingWritten, self),
                false => self.resume_unarmed(history.agreed.clone()),
            };
        };
        self.armed = Some(Box::new(armed.clone()));
        let again = self.policy.install_again;
        // Not everything was in force, or it would not have been armed: the snapshot of the
        // journal is not to be judged anew.
        self.policy.install_again = true;
        self.touched = history.there.done > 0 || history.there.begun.is_some();
        let next = match (&history.retreat, turn_back) {
            (Some(failure), _) if history.ended.is_none() => Recognized::Back {
                failure: failure.clone(),
                so_far: history.back.clone(),
            },
            (_, true) if history.ended == Some(Ending::RolledBack) && !again => {
                Recognized::RolledBack
            }
            (_, true) => Recognized::TurnBack,
            (_, false) => Recognized::There(history.there.clone()),
        };
        Phase::Inspect(inspect::Inspect::recognize(next))
    }

    /// Nothing was written yet. A caller who agreed is not asked again, and a charger that
    /// a person has powered off is not asked anything.
    fn resume_unarmed(&mut self, agreed: Option<Vec<String>>) -> Phase {
        let left = self
            .procedure
            .as_deref()
            .map(|procedure| begin::left_to_do(procedure, self));
        match (agreed, left) {
            (Some(agreed), Some(left)) => person::Person::next(left, agreed, self),
            _ => Phase::first(),
        }
    }

    /// What must be done from `snapshot`.
    pub(crate) fn decide(&self, snapshot: &Snapshot) -> Result<Decision, Refusal> {
        match &self.procedure {
            Some(procedure) => procedure.decide(snapshot, &self.policy),
            None => Err(Refusal::Unreadable {
                failure: Failure::Internal {
                    what: "a way back decides nothing".to_owned(),
                },
            }),
        }
    }

    /// The way there, from the snapshot that the journal holds.
    pub(crate) fn course_from_journal(&self) -> Result<Box<Course>, Failure> {
        let armed = self.armed.as_deref().ok_or_else(not_armed)?;
        let snapshot = self.full_snapshot.as_ref().unwrap_or(&armed.snapshot);
        match self.decide(snapshot) {
            Ok(Decision::Go(course)) if course.script.names() == armed.steps => Ok(course),
            _ => Err(Failure::Internal {
                what: "the document leads to other steps than the journal announces".to_owned(),
            }),
        }
    }

    /// A deadline that passed while nobody drove the procedure is set anew, if the caller
    /// wants that by name.
    pub(crate) fn renew_deadline(&mut self, now: Moment) {
        let Some(armed) = self.armed.as_deref_mut() else {
            return;
        };
        if now > armed.deadline && self.policy.late == WhenLate::NewDeadline {
            armed.deadline = now + self.policy.time_limit;
            self.outbox.push(Event::DeadlineRenewed {
                deadline: armed.deadline,
            });
        }
    }

    pub(crate) fn meet(&mut self, snapshot: &Snapshot) {
        self.charger = ChargerName::of(snapshot);
    }

    /// Whether the charger can still reach its old back office; with another SIM it may
    /// not.
    pub(crate) const fn may_deliver(&self) -> bool {
        self.accepted_before && self.person_done.is_empty()
    }

    /// Where the way back must end.
    pub(crate) fn way_back(&self, snapshot: &Snapshot) -> Goal {
        if !self.accepted_before {
            return Goal::Restarted;
        }
        Goal::Accepted {
            slots: slots_in_use(snapshot),
        }
    }

    /// Whether two looks in a row found the same settings. The way back is built on them,
    /// and on a serial line nothing else would notice a flipped bit.
    pub(crate) fn is_confirmed(&self, snapshot: &Snapshot) -> bool {
        let same = |seen: &Snapshot| ids::settings().all(|id| seen.value(id) == snapshot.value(id));
        self.seen.as_ref().is_some_and(same)
    }

    /// Whether the way there overwrites the authorization key.
    pub(crate) fn installs_key(&self) -> bool {
        let install = StepName::Install {
            item: WriteOnlyItem::AUTHORIZATION_KEY,
        };
        self.armed
            .as_deref()
            .is_some_and(|armed| armed.steps.contains(&install))
    }

    pub(crate) fn outcome(&self, end: End) -> Outcome {
        Outcome {
            end,
            procedure: self.procedure.as_deref().map(Procedure::kind),
            charger: self.charger.clone(),
            reading: self.reading,
            diagnoses: self.diagnoses.clone(),
            not_compared: self.not_compared.clone(),
            exchanges: self.exchanges,
            requests: self.requests,
        }
    }
}

/// What a resumed procedure goes on with once it has seen that this is its charger.
#[derive(Debug)]
pub(crate) enum Recognized {
    There(LegHistory),
    Back {
        failure: Failure,
        so_far: LegHistory,
    },
    TurnBack,
    /// The way back that the journal tells of was proven.
    RolledBack,
}

pub(crate) fn not_armed() -> Failure {
    Failure::Internal {
        what: "a step without a way back".to_owned(),
    }
}
