//! Carrying out a script, step by step, there or back.

use super::{Bench, Phase, explain, retreat};
use crate::script::Script;
use crate::step::{Desk, Input, Place, Progress, Running};
use crate::{
    Action, Begun, End, Event, Failure, Leg, LegHistory, Moment, SafetyNote, Status, StepName,
};

#[derive(Debug)]
pub(crate) struct Carry {
    route: Route,
    place: Place,
    running: Running,
}

/// All steps of a leg.
#[derive(Debug)]
struct Route {
    script: Script,
    /// Why this is the way back; `None` on the way there.
    failure: Option<Failure>,
}

impl Route {
    const fn leg(&self) -> Leg {
        match self.failure {
            None => Leg::There,
            Some(_) => Leg::Back,
        }
    }
}

/// Where on a leg.
struct Stand {
    index: usize,
    boot_floor: u64,
    /// What an earlier run left of the step.
    begun: Option<Begun>,
}

impl Carry {
    /// The way there, as far as it is `so_far`.
    pub(super) fn there(
        now: Moment,
        script: Script,
        so_far: &LegHistory,
        bench: &mut Bench,
    ) -> Phase {
        let stand = Stand {
            index: so_far.done,
            boot_floor: floor(so_far.boot_count, bench),
            begun: so_far.begun,
        };
        let failure = None;
        enter(now, Route { script, failure }, stand, bench)
    }

    /// The way back, as far as it is `so_far`.
    pub(super) fn back(
        now: Moment,
        script: Script,
        failure: Failure,
        so_far: &LegHistory,
        bench: &mut Bench,
    ) -> Phase {
        // If nothing was restarted, nothing but the old settings was ever in force.
        let at_snapshot = || bench.armed.as_deref().map_or(0, |armed| armed.boot_count);
        let stand = Stand {
            index: so_far.done,
            boot_floor: so_far.boot_count.unwrap_or_else(at_snapshot),
            begun: so_far.begun,
        };
        let failure = Some(failure);
        enter(now, Route { script, failure }, stand, bench)
    }

    pub(super) const fn leg(&self) -> Leg {
        self.place.leg
    }

    pub(super) const fn status(&self) -> Status {
        Status::Step {
            leg: self.place.leg,
            index: self.place.index,
            of: self.route.script.steps.len(),
            step: self.place.name,
        }
    }

    pub(super) fn poll(&self, now: Moment, bench: &Bench) -> Action {
        self.running
            .poll(now, &bench.policy, &bench.charger.identity)
    }

    pub(super) fn handle(self, now: Moment, input: Input, bench: &mut Bench) -> Phase {
        let Self {
            route,
            place,
            running,
        } = self;
        let begun_before = bench.outbox.len();
        let mut desk = Desk {
            policy: &bench.policy,
            outbox: &mut bench.outbox,
            reading: &mut bench.reading,
            place,
        };
        let progress = running.handle(now, input, &mut desk);
        if place.leg == Leg::There && bench.outbox.len() > begun_before {
            bench.touched = true;
        }
        match progress {
            Progress::Going(_) if is_late(now, place) => {
                failed(now, route, place, Failure::DeadlinePassed, bench)
            }
            Progress::Going(running) => Phase::Carry(Self {
                route,
                place,
                running,
            }),
            Progress::Done { boot_count } => done(now, route, place, boot_count, bench),
            Progress::Failed(why) => failed(now, route, place, why, bench),
        }
    }
}

/// The proof has a limit of its own, which does not cut off one that holds.
fn is_late(now: Moment, place: Place) -> bool {
    place.leg == Leg::There && place.name != StepName::Prove && now > place.deadline
}

/// Whatever is proven must be younger than the snapshot.
fn floor(boot_count: Option<u64>, bench: &Bench) -> u64 {
    let at_snapshot = bench.armed.as_deref().map_or(0, |armed| armed.boot_count);
    boot_count.unwrap_or_else(|| at_snapshot.saturating_add(1))
}

fn enter(now: Moment, route: Route, stand: Stand, bench: &mut Bench) -> Phase {
    let Stand {
        index,
        boot_floor,
        begun,
    } = stand;
    let Some(step) = route.script.steps.get(index) else {
        return over(route, bench);
    };
    let place = Place {
        leg: route.leg(),
        index,
        name: step.name(),
        boot_floor,
        deadline: bench.armed.as_deref().map_or(now, |armed| armed.deadline),
    };
    // Before it has touched anything: a resumed procedure may be days late.
    if is_late(now, place) {
        return failed(now, route, place, Failure::DeadlinePassed, bench);
    }
    let begun = begun.filter(|begun| begun.index == index);
    let running = Running::enter(step, begun, place, &bench.policy, now);
    Phase::Carry(Carry {
        route,
        place,
        running,
    })
}

fn done(
    now: Moment,
    route: Route,
    place: Place,
    boot_count: Option<u64>,
    bench: &mut Bench,
) -> Phase {
    // The boot count that a proof saw is not a restart that this script made.
    let boot_count = boot_count.filter(|_| place.name == StepName::Restart);
    bench.outbox.push(Event::StepDone {
        leg: place.leg,
        index: place.index,
        step: place.name,
        boot_count,
    });
    let stand = Stand {
        index: place.index + 1,
        boot_floor: boot_count.unwrap_or(place.boot_floor),
        begun: None,
    };
    enter(now, route, stand, bench)
}

fn over(route: Route, bench: &mut Bench) -> Phase {
    match route.failure {
        Some(failure) => super::end(End::RolledBack { failure }, bench),
        None => super::end(End::Proven, bench),
    }
}

fn failed(now: Moment, route: Route, place: Place, why: Failure, bench: &mut Bench) -> Phase {
    bench.outbox.push(Event::StepFailed {
        leg: place.leg,
        index: place.index,
        step: place.name,
        failure: why.clone(),
    });
    match route.failure {
        None if matches!(why, Failure::NotProven { .. }) => {
            Phase::Explain(explain::Explain::new(now, why))
        }
        None => retreat::Retreat::begin(why, bench),
        Some(failure) => needs_person(failure, why, bench),
    }
}

/// Both ways failed.
pub(super) fn needs_person(failure: Failure, rollback: Failure, bench: &mut Bench) -> Phase {
    let mut notes = vec![SafetyNote::LocalAccess];
    match &rollback {
        Failure::NoAnswer { .. } => {
            notes.extend([SafetyNote::PowerAndCable, SafetyNote::RunRollBack]);
        }
        Failure::NotProven { .. } => {
            notes.push(SafetyNote::OldBackOffice);
            if bench.installs_key() && bench.old_key.is_none() {
                notes.push(SafetyNote::OldAuthorizationKey);
            }
            if !bench.person_done.is_empty() {
                notes.push(SafetyNote::OldSim);
            }
        }
        _ => notes.push(SafetyNote::RunRollBack),
    }
    let end = End::NeedsPerson {
        failure,
        rollback,
        notes,
    };
    super::end(end, bench)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;

    fn place(leg: Leg, name: StepName) -> Place {
        Place {
            leg,
            index: 0,
            name,
            boot_floor: 0,
            deadline: Moment::from_millis(1_000),
        }
    }

    #[test]
    fn only_the_way_there_is_late_and_never_its_proof() {
        let at = Moment::from_millis;
        for (leg, name, millis, late) in [
            (Leg::There, StepName::Restart, 1_000, false),
            (Leg::There, StepName::Restart, 1_001, true),
            (Leg::There, StepName::WriteSettings, 1_001, true),
            (Leg::There, StepName::Prove, 1_001, false),
            (Leg::Back, StepName::Restart, 1_001, false),
            (Leg::Back, StepName::Prove, 1_001, false),
        ] {
            let late_now = is_late(at(millis), place(leg, name));
            assert_eq!(late_now, late, "{leg:?}, {name}, {millis}");
        }
    }

    #[test]
    fn a_proof_is_younger_than_the_snapshot_or_than_the_last_restart() {
        let mut bench = Bench::new(None, Policy::default());
        assert_eq!(floor(None, &bench), 1);
        bench.armed = Some(Box::new(crate::Armed {
            boot_count: 41,
            deadline: Moment::from_millis(0),
            steps: Vec::new(),
            way_back: crate::Goal::Restarted,
            snapshot: ocpp_config::Snapshot::new(),
        }));
        assert_eq!(floor(None, &bench), 42);
        assert_eq!(floor(Some(44), &bench), 44);
    }

    fn notes(rollback: Failure, prepare: impl FnOnce(&mut Bench)) -> Vec<SafetyNote> {
        let mut bench = Bench::new(None, Policy::default());
        prepare(&mut bench);
        match needs_person(Failure::DidNotRestart, rollback, &mut bench) {
            Phase::Done(outcome) => match outcome.end {
                End::NeedsPerson { notes, .. } => notes,
                end => panic!("{end}"),
            },
            phase => panic!("{phase:?}"),
        }
    }

    #[test]
    fn a_person_is_told_what_the_failure_of_the_way_back_asks_for() {
        let silent = || Failure::NoAnswer {
            last: "timeout".to_owned(),
        };
        assert_eq!(
            notes(silent(), |_| ()),
            [
                SafetyNote::LocalAccess,
                SafetyNote::PowerAndCable,
                SafetyNote::RunRollBack
            ]
        );
        assert_eq!(
            notes(Failure::DidNotRestart, |_| ()),
            [SafetyNote::LocalAccess, SafetyNote::RunRollBack]
        );
        let unproven = || Failure::NotProven {
            doubt: crate::Doubt::NoAnswer,
        };
        assert_eq!(
            notes(unproven(), |_| ()),
            [SafetyNote::LocalAccess, SafetyNote::OldBackOffice]
        );
        let with_sim = |bench: &mut Bench| bench.person_done.push(crate::PersonStep::InsertSim);
        assert_eq!(
            notes(unproven(), with_sim),
            [
                SafetyNote::LocalAccess,
                SafetyNote::OldBackOffice,
                SafetyNote::OldSim
            ]
        );
    }

    #[test]
    fn an_overwritten_key_is_noted_unless_the_way_back_brought_it() {
        let unproven = || Failure::NotProven {
            doubt: crate::Doubt::NoAnswer,
        };
        let overwritten = |bench: &mut Bench| {
            bench.armed = Some(Box::new(crate::Armed {
                boot_count: 41,
                deadline: Moment::from_millis(0),
                steps: vec![StepName::Install {
                    item: ocpp_config::WriteOnlyItem::AUTHORIZATION_KEY,
                }],
                way_back: crate::Goal::Restarted,
                snapshot: ocpp_config::Snapshot::new(),
            }));
        };
        let noted = notes(unproven(), overwritten);
        assert!(noted.contains(&SafetyNote::OldAuthorizationKey));
        let brought = notes(unproven(), |bench| {
            overwritten(bench);
            bench.old_key = Some("the old key".into());
        });
        assert!(!brought.contains(&SafetyNote::OldAuthorizationKey));
    }
}
