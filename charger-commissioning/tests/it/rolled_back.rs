//! A way back that was proven, asked for once more: nothing is written where the old settings
//! are in force, and where somebody has changed them it is said which.

use std::time::Duration;

use charger_commissioning::{
    Driver, End, Ending, Event, Failure, Journal, MemoryJournal, Outcome, RollBack, Strategy,
};
use charger_link::Link;
use charger_sim::{Behaviour, ChargerSetup};
use ocpp_config::{DataType, ObjectId, ObjectWrite, Value, objects};

use crate::bench::{Bench, NEW, OLD, policy, tell};

const STRATEGIES: [Strategy; 2] = [Strategy::Documented, Strategy::Staged];

/// Changed over, and back again.
fn rolled_back(strategy: Strategy) -> Bench {
    let mut bench = Bench::new();
    assert!(bench.change(strategy).is_success());
    let outcome = bench.roll_back().unwrap();
    assert!(is_back_as_asked(&outcome), "{outcome:#?}");
    bench
}

const fn is_back_as_asked(outcome: &Outcome) -> bool {
    matches!(
        outcome.end,
        End::RolledBack {
            failure: Failure::Asked
        }
    )
}

/// Rolls back, and sees that nothing is done to the charger.
fn assert_done_already(bench: &mut Bench, what: &str) {
    let before = bench.world.counts(bench.charger);
    let outcome = bench.roll_back().unwrap();
    let after = bench.world.counts(bench.charger);
    assert!(
        matches!(outcome.end, End::AlreadyRolledBack),
        "{what}: {outcome:#?}"
    );
    assert_eq!(after.side_effects, before.side_effects, "{what}");
    assert!(after.exchanges <= before.exchanges + 2, "{what}");
    assert!(bench.is_at(OLD), "{what}");
    assert_eq!(outcome.reading.connected, Some(true), "{what}");
    assert_eq!(
        bench.journal.history().ended,
        Some(Ending::RolledBack),
        "{what}"
    );
}

/// Somebody else writes it, and restarts the charger.
fn write(bench: &Bench, id: ObjectId, value: u64) {
    let write = ObjectWrite::new(id, DataType::UNSIGNED8, Value::Unsigned(value));
    let mut link = bench.world.link(bench.charger);
    let mut ask = |request| {
        let mut context = charger_link::Context::new(Duration::from_secs(20));
        link.exchange(&request, &mut context).unwrap();
    };
    ask(charger_link::Request::Write(vec![write]));
    ask(charger_link::Request::Restart);
    ask(charger_link::Request::Close);
    bench.world.advance(Duration::from_secs(900));
}

#[test]
fn once_more_after_a_proven_way_back_writes_and_restarts_nothing() {
    for strategy in STRATEGIES {
        let mut bench = rolled_back(strategy);
        for time in ["second", "third"] {
            bench.reopen();
            assert_done_already(&mut bench, time);
        }
        // Days later, and after a restart of its own.
        bench.world.advance(Duration::from_secs(3 * 86_400));
        assert_done_already(&mut bench, "days later");
    }
}

#[test]
fn a_changeover_that_went_back_by_itself_needs_no_other_way_back() {
    for strategy in STRATEGIES {
        let mut bench = Bench::new();
        bench.world.set_behaviour(bench.new, Behaviour::dead());
        let outcome = bench.change(strategy);
        assert!(matches!(outcome.end, End::RolledBack { .. }), "{outcome}");
        assert_done_already(&mut bench, "went back by itself");
    }
}

#[test]
fn what_somebody_has_changed_since_goes_back_and_is_named() {
    let mut bench = rolled_back(Strategy::Documented);
    write(&bench, objects::CONNECTION_ATTEMPTS, 7);
    let outcome = bench.roll_back().unwrap();
    let End::RolledBack { failure } = &outcome.end else {
        panic!("{outcome:#?}");
    };
    let named = Failure::ChangedSince {
        objects: vec![objects::CONNECTION_ATTEMPTS],
    };
    assert_eq!(*failure, named);
    assert!(failure.was_asked_for());
    assert!(outcome.to_string().contains("somebody changed 20F4_0"));
    let begun = bench.journal.entries().iter().rev();
    let begun = begun.filter(|entry| matches!(entry.event, Event::RetreatBegun { .. }));
    let why = Event::RetreatBegun { failure: named };
    assert_eq!(begun.map(|entry| &entry.event).next(), Some(&why));
    assert_done_already(&mut bench, "and then it is as it was");
}

/// Another journal has moved it on meanwhile.
#[test]
fn a_charger_that_was_moved_on_since_comes_back() {
    let mut bench = rolled_back(Strategy::Staged);
    let first = bench.journal_bytes();
    assert!(bench.change(Strategy::Documented).is_success());
    assert!(bench.is_at(NEW));
    bench.journal = Journal::open(MemoryJournal::from(first)).unwrap();
    let outcome = bench.roll_back().unwrap();
    let changed = |outcome: &Outcome| match &outcome.end {
        End::RolledBack {
            failure: Failure::ChangedSince { objects },
        } => objects.len(),
        _ => 0,
    };
    assert!(changed(&outcome) > 3, "{outcome:#?}");
    assert_done_already(&mut bench, "once more");
}

#[test]
fn a_charger_that_has_only_just_started_is_given_time() {
    let mut bench = rolled_back(Strategy::Documented);
    bench
        .world
        .with_charger(bench.charger, |charger, now, effects| {
            charger.power_off(now, effects);
            charger.power_on(now);
        });
    let before = bench.world.counts(bench.charger).side_effects;
    let outcome = bench.roll_back().unwrap();
    assert!(
        matches!(outcome.end, End::AlreadyRolledBack),
        "{outcome:#?}"
    );
    assert_eq!(bench.world.counts(bench.charger).side_effects, before);
}

/// With the old settings and no acceptance nothing is proven: the whole way once more.
#[test]
fn a_charger_that_its_old_back_office_does_not_accept_goes_the_whole_way() {
    let mut bench = rolled_back(Strategy::Documented);
    bench.world.set_behaviour(bench.old, Behaviour::dead());
    bench.world.advance(Duration::from_secs(900));
    let before = bench.world.counts(bench.charger).side_effects;
    let outcome = bench.roll_back().unwrap();
    assert!(
        matches!(outcome.end, End::NeedsPerson { .. }),
        "{outcome:#?}"
    );
    assert!(bench.world.counts(bench.charger).side_effects > before);
    bench.world.set_behaviour(bench.old, Behaviour::default());
    let outcome = bench.roll_back().unwrap();
    assert!(is_back_as_asked(&outcome), "{outcome:#?}");
    assert_done_already(&mut bench, "proven at last");
}

#[test]
fn who_asks_for_it_by_name_gets_the_whole_way() {
    let mut bench = rolled_back(Strategy::Documented);
    let before = bench.world.counts(bench.charger).side_effects;
    let mut machine = RollBack::new()
        .with_policy(policy().with_install_again(true))
        .start(&bench.journal.history())
        .unwrap();
    let outcome = bench.run(&mut machine).unwrap();
    assert!(is_back_as_asked(&outcome), "{outcome:#?}");
    assert!(bench.world.counts(bench.charger).side_effects > before);
}

/// Of a charger that had no back office nothing tells whether it has its old key: who brings
/// one wants it installed.
#[test]
fn a_key_is_installed_again_where_no_acceptance_speaks_for_it() {
    for accepted in [true, false] {
        let mut bench = Bench::unsettled(ChargerSetup::default());
        if !accepted {
            bench.world.set_behaviour(bench.old, Behaviour::dead());
        }
        bench.world.settle(bench.charger, Duration::from_secs(300));
        assert!(bench.change(Strategy::Documented).is_success());
        let back = || {
            RollBack::new()
                .with_policy(policy())
                .with_old_authorization_key("the old back office k".into())
        };
        let mut ends = Vec::new();
        for _ in 0..2 {
            let mut machine = back().start(&bench.journal.history()).unwrap();
            ends.push(bench.run(&mut machine).unwrap().end);
        }
        assert!(matches!(ends[0], End::RolledBack { .. }), "{ends:#?}");
        let again = matches!(ends[1], End::RolledBack { .. });
        assert_eq!(again, !accepted, "{ends:#?}");
    }
}

/// Every prefix of the journal of a changeover that was rolled back, in the hands of another
/// machine, at the charger as it is after all of it.
#[test]
fn from_any_prefix_of_its_journal_a_way_back_ends_there_and_stays() {
    for strategy in STRATEGIES {
        let whole = rolled_back(strategy).journal_bytes();
        let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
        let mut armed = 0;
        for count in 1..=lines.len() {
            let what = format!("{strategy:?}, {count} of {} lines", lines.len());
            let mut bench = rolled_back(strategy);
            let prefix = lines[..count].concat();
            bench.journal = Journal::open(MemoryJournal::from(prefix)).unwrap();
            let is_armed = bench.journal.history().armed.is_some();
            let outcome = bench.roll_back().unwrap();
            let is_back = match outcome.end {
                End::RolledBack { .. } => is_armed && count < lines.len(),
                End::AlreadyRolledBack => count == lines.len(),
                End::NothingWritten => !is_armed,
                _ => false,
            };
            assert!(is_back && bench.is_at(OLD), "{what}: {outcome:#?}");
            if is_armed {
                armed += 1;
                assert_done_already(&mut bench, &what);
            }
        }
        tell(&format!(
            "prefixes of the journal of a way back, {strategy:?}: {} rolled back, {armed} of them \
             twice, 0 unsafe",
            lines.len()
        ));
        assert!(armed > 30, "{armed}");
    }
}

/// The program dies at every line of a way back, before or after it is durable; each time it
/// is rolled back once more, and once more.
#[test]
fn a_way_back_that_is_cut_off_anywhere_is_finished_and_then_left_alone() {
    for strategy in STRATEGIES {
        let mut cut_off = 0;
        for exchanges in 1.. {
            let mut bench = Bench::new();
            assert!(bench.change(strategy).is_success());
            if !dies_after(&mut bench, exchanges) {
                break;
            }
            cut_off += 1;
            let what = format!("{strategy:?}, cut off at exchange {exchanges}");
            bench.reopen();
            let outcome = bench.roll_back().unwrap();
            assert!(is_back_as_asked(&outcome), "{what}: {outcome:#?}");
            assert_done_already(&mut bench, &what);
        }
        tell(&format!(
            "ways back cut off, {strategy:?}: {cut_off} finished, 0 unsafe"
        ));
        assert!(cut_off > 15, "{cut_off}");
    }
}

/// Whether the way back was cut off at this exchange; otherwise it came to its end before.
fn dies_after(bench: &mut Bench, exchanges: u64) -> bool {
    let mut machine = RollBack::new()
        .with_policy(policy())
        .start(&bench.journal.history())
        .unwrap();
    let mut link = Fatal {
        link: bench.world.link(bench.charger),
        left: exchanges,
        cancel: bench.cancel.clone(),
    };
    let clock = bench.clock();
    let died = Driver::new(&mut link, &mut bench.journal)
        .with_clock(clock)
        .with_cancel(&bench.cancel)
        .run(&mut machine)
        .is_err();
    bench.cancel = charger_link::Cancel::new();
    died
}

/// The program ends with the answer to this exchange in its hands.
struct Fatal<L> {
    link: L,
    left: u64,
    cancel: charger_link::Cancel,
}

impl<L: Link> Link for Fatal<L> {
    fn exchange(
        &mut self,
        request: &charger_link::Request,
        context: &mut charger_link::Context<'_>,
    ) -> Result<charger_link::Response, charger_link::LinkError> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.cancel.cancel();
        }
        self.link.exchange(request, context)
    }
}
