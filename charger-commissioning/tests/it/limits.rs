//! Every wait has an end, and only what may have been done counts as an attempt.

use std::time::Duration;

use charger_commissioning::{
    Answer, ChangeBackOffice, Doubt, Driver, End, Failure, Goal, Look, Machine, Moment, Observer,
    Outcome, Policy, Question, ReadOnly, RunError, Verifier,
};
use charger_link::{Clock, LinkError, LinkErrorKind, LiveState, Request, Response};
use charger_sim::Behaviour;
use ocpp_config::{Access, DataType, Object, ObjectId, Value, objects};

use crate::bench::{Bench, DOCUMENT, WorldClock, policy, resolve};
use crate::edges::Between;

type Answered = Option<Result<Response, LinkError>>;

fn run_between(
    bench: &mut Bench,
    policy: Policy,
    answers: impl FnMut(&Request) -> Answered,
) -> Outcome {
    let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
        .with_policy(policy)
        .start(&bench.journal.history())
        .unwrap();
    let link = bench.world.link(bench.charger);
    bench
        .run_over(&mut machine, &mut Between(link, answers))
        .unwrap()
}

fn unheard<T>() -> Result<T, LinkError> {
    let kind = LinkErrorKind::Timeout { during: "a test" };
    Err(LinkError::without_effect(kind))
}

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// What a charger reports that was accepted one second after it started.
fn reports(boot_count: u64, state: u64, uptime: Duration) -> Result<Response, LinkError> {
    let object = |(id, value): (ObjectId, u64)| {
        let value = Value::Unsigned(value);
        Object::new(id, Access::READ_ONLY, DataType::UNSIGNED64, 0, value)
    };
    let uptime = u64::try_from(uptime.as_millis()).unwrap() + 1_000;
    let values = [
        (objects::BOOT_COUNT, boot_count),
        (objects::BOOT_NOTIFICATION_STATE, state),
        (objects::BOOT_NOTIFICATION_ACCEPTED, 1_000),
        (objects::UPTIME, uptime),
    ];
    Ok(Response::Objects(values.into_iter().map(object).collect()))
}

const REJECTED: u64 = 2;
const ACCEPTED: u64 = 3;

/// Watches a scripted charger; tells how that ended and how long it took.
fn watch(
    mut charger: impl FnMut(Duration) -> Result<Response, LinkError>,
) -> (Result<LiveState, Failure>, Duration) {
    let slots = [].into();
    let mut verifier = Verifier::new(Goal::Accepted { slots }, policy());
    let began = Moment::from_millis(1_000_000);
    let mut now = began;
    loop {
        let passed = now.since(began);
        assert!(passed < minutes(60), "it is watched for ever");
        match verifier.poll(now) {
            Look::Exchange { timeout, .. } => {
                let answer = charger(passed);
                // A lost poll takes all of its time.
                let took = if answer.is_err() {
                    timeout
                } else {
                    Duration::ZERO
                };
                now = now + took + Duration::from_millis(50);
                verifier.handle_response(now, answer);
            }
            Look::Wait { until } => now = until,
            Look::Done(found) => return (found, passed),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_charger_that_restarts_at_every_look_is_not_watched_for_ever() {
    let mut boots = 7;
    let (found, took) = watch(|passed| {
        boots += 1;
        reports(boots, ACCEPTED, passed)
    });
    let doubt = Doubt::NotHeld;
    assert_eq!(found, Err(Failure::NotProven { doubt }));
    let limit = policy().proof_timeout();
    assert!(took >= limit && took < limit + minutes(1), "{took:?}");
}

/// Accepted in the last minute, and out of reach for a while when the time is up: its wired
/// link restarts.
#[test]
fn a_short_silence_does_not_break_an_acceptance_that_holds() {
    let limit = policy().proof_timeout();
    let accepted = limit - Duration::from_secs(40);
    for (silence, holds) in [(15, true), (40, true), (10_000, false)] {
        let silence = limit + Duration::from_secs(5)..limit + Duration::from_secs(5 + silence);
        let (found, took) = watch(|passed| match passed {
            passed if silence.contains(&passed) => unheard(),
            passed if passed < accepted => reports(8, REJECTED, passed),
            passed => reports(8, ACCEPTED, passed),
        });
        match holds {
            true => assert!(found.is_ok(), "{silence:?}: {found:?}"),
            false => assert!(matches!(found, Err(Failure::NoAnswer { .. })), "{found:?}"),
        }
        assert!(took < limit + minutes(4), "{took:?}");
    }
}

/// One that was never accepted gets no such grace.
#[test]
fn a_silent_charger_without_an_acceptance_is_given_up_when_its_time_is_up() {
    let limit = policy().proof_timeout();
    let (found, took) = watch(|_| unheard());
    assert!(matches!(found, Err(Failure::NoAnswer { .. })), "{found:?}");
    assert!(took >= limit && took < limit + minutes(1), "{took:?}");
}

/// After this many restart commands the charger answers, and hides its boot count.
fn without_boot_count(hides_after: usize) -> Outcome {
    let mut bench = Bench::new();
    // The fourth restart is that of the way back.
    bench.world.set_behaviour(bench.new, Behaviour::dead());
    let mut commands = 0;
    run_between(&mut bench, policy(), |request| {
        commands += usize::from(matches!(request, Request::Restart));
        let looks = matches!(request, Request::Read(ids) if *ids == LiveState::OBJECTS);
        (looks && commands >= hides_after).then(|| Ok(Response::Objects(Vec::new())))
    })
}

#[test]
fn a_charger_that_hides_its_boot_count_is_given_up_there_and_back() {
    let hidden = Failure::NotProven {
        doubt: Doubt::NotReported {
            object: objects::BOOT_COUNT,
        },
    };
    for hides_after in [1, 3] {
        let outcome = without_boot_count(hides_after);
        let End::NeedsPerson { rollback, .. } = &outcome.end else {
            panic!("{hides_after}: {outcome:#?}");
        };
        assert_eq!(*rollback, hidden, "{hides_after}");
    }
}

/// Two commands that were not heard, and one that is not obeyed: two are left.
#[test]
fn a_restart_command_that_was_not_heard_is_none_of_the_three() {
    let mut bench = Bench::new();
    let mut commands = 0;
    let outcome = run_between(&mut bench, policy(), |request| {
        if !matches!(request, Request::Restart) {
            return None;
        }
        commands += 1;
        match commands {
            1 | 2 => Some(unheard()),
            3 | 4 => Some(Ok(Response::Done)),
            _ => None,
        }
    });
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
}

#[test]
fn a_transfer_that_was_not_heard_is_none_of_the_three() {
    let mut bench = Bench::new();
    let mut transfers = 0;
    let outcome = run_between(&mut bench, policy(), |request| {
        if !matches!(request, Request::Upload(_)) {
            return None;
        }
        transfers += 1;
        match transfers {
            1 | 2 => Some(unheard()),
            3 | 4 => Some(Ok(Response::Done)),
            _ => None,
        }
    });
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert_eq!(transfers, 5);
    assert_eq!(bench.world.counts(bench.charger).uploads, 1);
}

/// More attempts than a byte counts.
#[test]
fn a_long_limit_is_borne_to_its_end() {
    let mut bench = Bench::new();
    let patient = policy()
        .with_time_limit(minutes(48 * 60))
        .with_patience(minutes(12 * 60))
        .with_restart_timeout(minutes(12 * 60));
    let (mut commands, mut transfers) = (0, 0);
    let outcome = run_between(&mut bench, patient, |request| {
        let attempts = match request {
            Request::Restart => &mut commands,
            Request::Upload(_) => &mut transfers,
            _ => return None,
        };
        *attempts += 1;
        (*attempts <= 300).then(unheard)
    });
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    assert_eq!((commands, transfers), (302, 301));
}

/// The computer's clock is a day behind the one that was there before.
struct Behind(WorldClock);

impl Clock for Behind {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn since_epoch(&self) -> Duration {
        self.0.since_epoch() - Duration::from_secs(86_400)
    }

    fn sleep(&mut self, time: Duration) {
        self.0.sleep(time);
    }
}

/// Agrees tomorrow.
#[derive(Default)]
struct Tomorrow {
    asked: usize,
}

impl Observer for Tomorrow {
    fn answer(&mut self, _question: &Question) -> Answer {
        self.asked += 1;
        match self.asked {
            1 => Answer::Later,
            _ => Answer::Yes,
        }
    }
}

#[test]
fn a_machine_that_is_driven_on_by_another_clock_does_not_go_back_in_time() {
    let mut bench = Bench::new();
    let mut observer = Tomorrow::default();
    let change = ChangeBackOffice::new(resolve(DOCUMENT)).with_policy(policy());
    let mut machine: Machine = change.start(&bench.journal.history()).unwrap();
    let mut link = bench.world.link(bench.charger);
    let paused = bench.run_watched(&mut machine, &mut link, &mut observer);
    assert!(matches!(paused, Err(RunError::Paused { .. })), "{paused:?}");
    let clock = Behind(bench.clock());
    let outcome = Driver::new(&mut link, &mut bench.journal)
        .with_clock(clock)
        .with_observer(&mut observer)
        .run(&mut machine)
        .unwrap();
    assert!(matches!(outcome.end, End::Proven), "{outcome:#?}");
    let moments = bench.journal.entries().iter().map(|entry| entry.at);
    assert!(moments.is_sorted());
}
