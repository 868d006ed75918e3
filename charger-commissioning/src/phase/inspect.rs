//! Reading the charger: at the start, right before the first write, and to recognize it
//! after an interruption.

use charger_link::{LinkError, LiveState, Request, Response};
use ocpp_config::{InstalledPlace, ObjectId, Snapshot, objects};

use super::bench::Recognized;
use super::rolled_back::{self, Verdict};
use super::{Bench, Phase, begin, carry, export, preflight, refuse, retreat};
use crate::asking::{Asking, not_let_in, unexpected_answer};
use crate::check;
use crate::procedure::{Course, Decision, Procedure};
use crate::proof::is_accepted;
use crate::values::text;
use crate::{
    Action, Armed, End, Event, Failure, LegHistory, Moment, Refusal, Status, UnsentTransactions,
    ids,
};

#[derive(Debug)]
pub(crate) struct Inspect {
    purpose: Purpose,
    asking: Option<Asking>,
    /// Since when something has been in the way.
    waiting_since: Option<Moment>,
}

#[derive(Debug)]
enum Purpose {
    First,
    /// The caller agreed to these doors.
    BeforeArming {
        agreed: Vec<String>,
    },
    Recognize(Recognized),
}

impl Inspect {
    pub(super) const fn first() -> Self {
        Self::to(Purpose::First)
    }

    pub(super) const fn before_arming(agreed: Vec<String>) -> Self {
        Self::to(Purpose::BeforeArming { agreed })
    }

    pub(super) const fn recognize(next: Recognized) -> Self {
        Self::to(Purpose::Recognize(next))
    }

    const fn to(purpose: Purpose) -> Self {
        Self {
            purpose,
            asking: None,
            waiting_since: None,
        }
    }

    /// The caller wants back. What an earlier run may have written is put back, once it is
    /// certain that this is the charger.
    pub(super) fn turn_back(self, bench: &mut Bench) -> Phase {
        let purpose = match self.purpose {
            Purpose::Recognize(Recognized::There(_)) => Purpose::Recognize(Recognized::TurnBack),
            Purpose::Recognize(back) => Purpose::Recognize(back),
            Purpose::First | Purpose::BeforeArming { .. } => {
                return refuse(Refusal::NotAgreed, bench);
            }
        };
        Phase::Inspect(Self { purpose, ..self })
    }

    pub(super) const fn status(&self) -> Status {
        match self.waiting_since {
            Some(_) => Status::WaitingForIdle,
            None => Status::Inspecting,
        }
    }

    pub(super) fn poll(&self, now: Moment, bench: &Bench) -> Action {
        let timeout = bench.policy.request_timeout;
        let request = Request::Read(self.ids());
        match &self.asking {
            Some(asking) => asking.action(now, request, timeout),
            None => Action::Exchange { request, timeout },
        }
    }

    /// While something is in the way, only that is looked at.
    fn ids(&self) -> Vec<ObjectId> {
        match (&self.purpose, self.waiting_since) {
            (_, Some(_)) => ids::hindrances(),
            (Purpose::Recognize(Recognized::RolledBack), None) => ids::survey(),
            (Purpose::Recognize(_), None) => vec![objects::SERIAL_NUMBER, objects::BOOT_COUNT],
            (_, None) => ids::survey(),
        }
    }

    pub(super) fn handle(
        mut self,
        now: Moment,
        answer: Result<Response, LinkError>,
        bench: &mut Bench,
    ) -> Phase {
        match answer {
            Ok(Response::Objects(objects)) => {
                bench.let_in = true;
                self.seen(now, objects.into_iter().collect(), bench)
            }
            Ok(_) => self.unreadable(unexpected_answer("read"), bench),
            Err(error) => {
                let stranger = not_let_in("read", &error).filter(|_| !bench.let_in);
                if let Some(failure) = stranger {
                    return self.unreadable(failure, bench);
                }
                let patience = bench.policy.patience;
                let asking = self.asking.take();
                let asking = asking.unwrap_or_else(|| Asking::new(now, patience));
                match asking.after_error(now, "read", &error) {
                    Ok(asking) => {
                        self.asking = Some(asking);
                        Phase::Inspect(self)
                    }
                    Err(failure) => self.unreadable(failure, bench),
                }
            }
        }
    }

    /// Before the first write that is the end; after it, the journal keeps the way back
    /// open and a person must see to the charger.
    fn unreadable(self, failure: Failure, bench: &mut Bench) -> Phase {
        match self.purpose {
            Purpose::Recognize(_) => {
                Phase::Done(Box::new(bench.outcome(End::Unreachable { failure })))
            }
            _ => refuse(Refusal::Unreadable { failure }, bench),
        }
    }

    /// A charger that has only just started and holds every setting as wished may be on its
    /// way to the back office: it is looked at again rather than written to.
    fn while_starting(&self, now: Moment, snapshot: &Snapshot, bench: &Bench) -> Option<Asking> {
        let asking = self.asking.clone();
        let asking = asking.unwrap_or_else(|| Asking::new(now, bench.policy.patience));
        let waits = check::is_starting(snapshot)
            && !asking.is_over(now)
            && matches!(bench.decide(snapshot), Ok(Decision::Go(course)) if course.keeps_settings());
        waits.then(|| asking.later(now))
    }

    fn seen(self, now: Moment, snapshot: Snapshot, bench: &mut Bench) -> Phase {
        if self.waiting_since.is_none()
            && let Some(stranger) = stranger(&snapshot, bench)
        {
            return stranger;
        }
        match self.purpose {
            Purpose::Recognize(Recognized::RolledBack) => self.rolled_back(now, &snapshot, bench),
            Purpose::Recognize(next) => recognized(now, next, bench),
            Purpose::First => {
                bench.meet(&snapshot);
                bench.seen = Some(snapshot.clone());
                match self.while_starting(now, &snapshot, bench) {
                    Some(asking) => Phase::Inspect(Self {
                        asking: Some(asking),
                        ..self
                    }),
                    None => first_seen(&snapshot, bench),
                }
            }
            Purpose::BeforeArming { agreed } => held_up(
                now,
                snapshot,
                agreed,
                self.waiting_since,
                self.asking,
                bench,
            ),
        }
    }

    /// Whether a way back that was proven is to be gone once more.
    fn rolled_back(self, now: Moment, snapshot: &Snapshot, bench: &mut Bench) -> Phase {
        bench.reading = LiveState::from_objects(snapshot.iter());
        let asking = self.asking.clone();
        let asking = asking.unwrap_or_else(|| Asking::new(now, bench.policy.patience));
        match rolled_back::judged(now, snapshot, &asking, bench) {
            Verdict::Starting => Phase::Inspect(Self {
                asking: Some(asking.later(now)),
                ..self
            }),
            Verdict::InForce => super::end(End::AlreadyRolledBack, bench),
            Verdict::Again(why) => retreat::Retreat::begin(why, bench),
        }
    }
}

/// Waits for what must be over before the charger is restarted, then arms.
fn held_up(
    now: Moment,
    snapshot: Snapshot,
    agreed: Vec<String>,
    waiting_since: Option<Moment>,
    asking: Option<Asking>,
    bench: &mut Bench,
) -> Phase {
    bench.reading = LiveState::from_objects(snapshot.iter());
    let hindrance = check::hindrance(&snapshot, bench.may_deliver(), &bench.policy);
    let Some(hindrance) = hindrance else {
        // After a wait, a fresh and complete snapshot is taken.
        return match waiting_since {
            Some(_) => Phase::Inspect(Inspect::before_arming(agreed)),
            None if !bench.is_confirmed(&snapshot) => {
                look_again(now, snapshot, agreed, asking, bench)
            }
            None if bench.policy.unsent == UnsentTransactions::Export && !bench.exported => {
                Phase::Export(export::Export::new(now, agreed, bench))
            }
            None => arm(now, snapshot, &agreed, bench),
        };
    };
    let since = waiting_since.unwrap_or(now);
    if now.since(since) >= hindrance.limit {
        return refuse(hindrance.refusal, bench);
    }
    let asking = Asking::new(now, bench.policy.patience).after(now, check::BUSY_PAUSE);
    Phase::Inspect(Inspect {
        purpose: Purpose::BeforeArming { agreed },
        asking: Some(asking),
        waiting_since: Some(since),
    })
}

/// The settings are others than a moment ago: somebody else is at work, or what was read
/// is not what was sent.
fn look_again(
    now: Moment,
    snapshot: Snapshot,
    agreed: Vec<String>,
    asking: Option<Asking>,
    bench: &mut Bench,
) -> Phase {
    bench.seen = Some(snapshot);
    let asking = asking.unwrap_or_else(|| Asking::new(now, bench.policy.patience));
    if asking.is_over(now) {
        let failure = Failure::Refused {
            request: "read".to_owned(),
            reason: "the settings change while they are read".to_owned(),
        };
        return refuse(Refusal::Unreadable { failure }, bench);
    }
    Phase::Inspect(Inspect {
        purpose: Purpose::BeforeArming { agreed },
        asking: Some(asking.later(now)),
        waiting_since: None,
    })
}

fn first_seen(snapshot: &Snapshot, bench: &mut Bench) -> Phase {
    bench.reading = LiveState::from_objects(snapshot.iter());
    if !bench.is_open {
        bench.accepted_before = is_accepted(&bench.reading);
    }
    if let Err(refusal) = check::charger(snapshot) {
        return refuse(refusal, bench);
    }
    let course = match bench.decide(snapshot) {
        Err(refusal) => return refuse(refusal, bench),
        Ok(Decision::AlreadyInForce { not_compared }) => {
            open(bench);
            return already_in_force(not_compared, bench);
        }
        Ok(Decision::Go(course)) => course,
    };
    open(bench);
    let subject = bench.procedure.as_deref().and_then(Procedure::preflight);
    match subject {
        Some(subject) if bench.preflight.is_none() => {
            Phase::Preflight(preflight::Preflight::new(subject, course))
        }
        _ => begin::Begin::propose(&course, bench),
    }
}

fn already_in_force(not_compared: Vec<InstalledPlace>, bench: &mut Bench) -> Phase {
    bench.not_compared = not_compared;
    super::end(End::AlreadyInForce, bench)
}

/// A journal must not be resumed on another charger. It stays open: its own charger still
/// needs it.
fn stranger(snapshot: &Snapshot, bench: &Bench) -> Option<Phase> {
    let found = text(snapshot, objects::SERIAL_NUMBER);
    if !bench.is_open || found == bench.charger.serial_number {
        return None;
    }
    let refusal = Refusal::OtherCharger {
        expected: bench.charger.serial_number.clone(),
        found: found.to_owned(),
    };
    Some(Phase::Done(Box::new(
        bench.outcome(End::Refused { refusal }),
    )))
}

/// The first line of the journal.
fn open(bench: &mut Bench) {
    if bench.is_open {
        return;
    }
    if let Some(procedure) = &bench.procedure {
        bench.outbox.push(Event::Opened {
            procedure: procedure.kind(),
            wish: procedure.wish(),
            files: procedure.files(),
            charger: bench.charger.clone(),
            accepted_before: bench.accepted_before,
        });
        bench.is_open = true;
    }
}

/// The last look before the first write: everything may have changed since the caller
/// agreed.
fn arm(now: Moment, snapshot: Snapshot, agreed: &[String], bench: &mut Bench) -> Phase {
    let course = match bench.decide(&snapshot) {
        Err(refusal) => return refuse(refusal, bench),
        Ok(Decision::AlreadyInForce { not_compared }) => {
            return already_in_force(not_compared, bench);
        }
        Ok(Decision::Go(course)) => course,
    };
    if course
        .one_way_doors
        .iter()
        .any(|door| !agreed.contains(&door.to_string()))
    {
        return begin::Begin::propose(&course, bench);
    }
    let Some(boot_count) = bench.reading.boot_count else {
        let object = objects::BOOT_COUNT;
        return refuse(Refusal::NotReported { object }, bench);
    };
    let armed = Armed {
        boot_count,
        deadline: now + bench.policy.time_limit,
        steps: course.script.names(),
        way_back: bench.way_back(&snapshot),
        snapshot: check::without_secrets(&snapshot),
    };
    bench.outbox.push(Event::Armed(Box::new(armed.clone())));
    bench.armed = Some(Box::new(armed));
    bench.full_snapshot = Some(snapshot);
    start(now, *course, bench)
}

fn start(now: Moment, course: Course, bench: &mut Bench) -> Phase {
    carry::Carry::there(now, course.script, &LegHistory::default(), bench)
}

fn recognized(now: Moment, next: Recognized, bench: &mut Bench) -> Phase {
    match next {
        Recognized::TurnBack | Recognized::RolledBack => {
            retreat::Retreat::begin(Failure::Asked, bench)
        }
        Recognized::Back { failure, so_far } => retreat::Retreat::resume(failure, so_far),
        Recognized::There(so_far) => match bench.course_from_journal() {
            Ok(course) => {
                bench.renew_deadline(now);
                carry::Carry::there(now, course.script, &so_far, bench)
            }
            Err(failure) => retreat::Retreat::begin(failure, bench),
        },
    }
}
