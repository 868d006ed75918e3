//! The program dies at every line of the journal: before the line is durable, half-way,
//! and after it. What is left is resumed, or rolled back. And every prefix of the journal of
//! a changeover that went on to its end, in the hands of another machine.

use std::io;
use std::time::Duration;

use charger_commissioning::{
    ChangeBackOffice, Driver, End, Failure, Journal, JournalStore, Machine, MemoryJournal, Outcome,
    RollBack, RunError, Strategy,
};
use charger_link::Clock;
use charger_sim::{EPOCH, World};

use crate::bench::{Bench, DOCUMENT, NEW, OLD, WorldClock, policy, resolve, tell};

/// How much of the fatal line reaches the disk.
#[derive(Debug, Clone, Copy)]
enum Death {
    Before,
    HalfWay,
    After,
}

/// A store that fails for good at a certain line.
struct Dying<'a> {
    store: &'a mut MemoryJournal,
    lines_left: usize,
    death: Death,
}

impl JournalStore for Dying<'_> {
    fn load(&mut self) -> io::Result<Vec<u8>> {
        self.store.load()
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.lines_left > 0 {
            self.lines_left -= 1;
            return self.store.append(bytes);
        }
        let durable = match self.death {
            Death::Before => 0,
            Death::HalfWay => bytes.len() / 2,
            Death::After => bytes.len(),
        };
        self.store
            .append(bytes.get(..durable).unwrap_or_default())?;
        Err(io::Error::other("killed"))
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.store.truncate(length)
    }
}

fn change_until_death(
    bench: &mut Bench,
    strategy: Strategy,
    store: &mut MemoryJournal,
    lines: usize,
    death: Death,
) -> Result<Outcome, RunError> {
    let mut journal = Journal::open(Dying {
        store,
        lines_left: lines,
        death,
    })
    .unwrap();
    let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
        .with_strategy(strategy)
        .with_policy(policy())
        .start(&journal.history())
        .unwrap();
    Driver::new(bench.world.link(bench.charger), &mut journal)
        .with_clock(WorldClock(bench.world.clone()))
        .with_observer(&mut bench.watcher)
        .run(&mut machine)
}

fn sweep(strategy: Strategy) -> (u32, u32) {
    let (mut resumed, mut rolled_back) = (0, 0);
    for lines in 0.. {
        let mut deaths = 0;
        for death in [Death::Before, Death::HalfWay, Death::After] {
            for go_on in [true, false] {
                let what = format!("{strategy:?}, line {lines}, {death:?}, go on: {go_on}");
                let mut bench = Bench::new();
                let mut store = MemoryJournal::new();
                let died = change_until_death(&mut bench, strategy, &mut store, lines, death);
                if died.is_ok() {
                    continue;
                }
                deaths += 1;
                bench.journal = Journal::open(store).unwrap();
                if go_on {
                    resumed += 1;
                    go_on_to_the_end(&mut bench, strategy, &what);
                } else {
                    rolled_back += 1;
                    go_back(&mut bench, &what);
                }
            }
        }
        if deaths == 0 {
            return (resumed, rolled_back);
        }
    }
    unreachable!("the loop ends with the journal")
}

fn go_on_to_the_end(bench: &mut Bench, strategy: Strategy, what: &str) {
    let outcome = match bench.journal.history().is_unfinished() {
        true => bench.resume(strategy).unwrap(),
        false => bench.try_change(strategy).unwrap(),
    };
    assert!(outcome.is_success(), "{what}: {outcome:#?}");
    assert!(bench.is_at(NEW), "{what}");
}

fn go_back(bench: &mut Bench, what: &str) {
    let history = bench.journal.history();
    if history.opened.is_none() {
        assert!(bench.is_at(OLD), "{what}");
        return;
    }
    let mut machine = RollBack::new()
        .with_policy(policy())
        .start(&history)
        .unwrap();
    let outcome = bench.run(&mut machine).unwrap();
    assert!(
        matches!(outcome.end, End::RolledBack { .. } | End::NothingWritten),
        "{what}: {outcome:#?}"
    );
    assert!(bench.is_at(OLD), "{what}");
}

#[test]
fn documented_a_program_killed_at_any_journal_line_is_resumed_or_rolled_back() {
    let (resumed, rolled_back) = sweep(Strategy::Documented);
    tell(&format!(
        "killed at journal lines, documented: {resumed} resumed, {rolled_back} rolled back, 0 unsafe"
    ));
    assert!(resumed >= 60 && rolled_back >= 60);
}

#[test]
fn staged_a_program_killed_at_any_journal_line_is_resumed_or_rolled_back() {
    let (resumed, rolled_back) = sweep(Strategy::Staged);
    tell(&format!(
        "killed at journal lines, staged: {resumed} resumed, {rolled_back} rolled back, 0 unsafe"
    ));
    assert!(resumed >= 60 && rolled_back >= 60);
}

/// How the clock of the machine that takes over differs from that of the first one.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Off {
    Not,
    Ahead,
    Behind,
}

const OFF: Duration = Duration::from_secs(2 * 3600);

/// The time on another machine.
struct OtherClock {
    world: World,
    off: Off,
}

impl Clock for OtherClock {
    fn now(&self) -> Duration {
        self.world.now()
    }

    fn since_epoch(&self) -> Duration {
        let right = EPOCH + self.world.now();
        match self.off {
            Off::Not => right,
            Off::Ahead => right + OFF,
            Off::Behind => right.saturating_sub(OFF),
        }
    }

    fn sleep(&mut self, time: Duration) {
        self.world.advance(time);
    }
}

/// A charger that was changed over, and the first lines of the journal of that; `None` if it
/// has fewer.
fn changed_with_prefix(strategy: Strategy, lines: usize) -> Option<Bench> {
    let mut bench = Bench::new();
    assert!(bench.change(strategy).is_success());
    let whole = bench.journal_bytes();
    let all: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let prefix = all.get(..lines)?.concat();
    bench.journal = Journal::open(MemoryJournal::from(prefix)).unwrap();
    Some(bench)
}

fn on_another_machine(bench: &mut Bench, machine: &mut Machine, off: Off) -> Outcome {
    let world = bench.world.clone();
    Driver::new(bench.world.link(bench.charger), &mut bench.journal)
        .with_clock(OtherClock { world, off })
        .with_observer(&mut bench.watcher)
        .run(machine)
        .unwrap()
}

/// At the new back office, also where the lines that are lost tell of steps that the charger
/// has seen. Who believes the deadline to be over goes back, unless nothing but the last
/// proof is left to do. Whether it is at the new one.
fn resume_prefix(bench: &mut Bench, strategy: Strategy, off: Off, what: &str) -> bool {
    let history = bench.journal.history();
    let steps = history.armed.as_ref().map_or(0, |armed| armed.steps.len());
    let late = off == Off::Ahead && history.there.done + 1 < steps && history.is_unfinished();
    let mut machine = ChangeBackOffice::new(resolve(DOCUMENT))
        .with_strategy(strategy)
        .with_policy(policy())
        .start_or_resume(&history)
        .unwrap();
    let outcome = on_another_machine(bench, &mut machine, off);
    let there = outcome.is_success();
    let is_expected = match &outcome.end {
        End::RolledBack {
            failure: Failure::DeadlinePassed,
        } => late,
        _ => there && !late,
    };
    assert!(is_expected, "{what}: {outcome:#?}");
    let place = if there { NEW } else { OLD };
    assert!(bench.is_at(place), "{what}: {}", bench.active_url());
    there
}

/// At the old back office, where the prefix knows what was there.
fn roll_prefix_back(bench: &mut Bench, off: Off, what: &str) {
    let history = bench.journal.history();
    let mut machine = RollBack::new()
        .with_policy(policy())
        .start(&history)
        .unwrap();
    let outcome = on_another_machine(bench, &mut machine, off);
    if history.armed.is_some() {
        let back = matches!(outcome.end, End::RolledBack { .. });
        assert!(back, "{what}: {outcome:#?}");
        assert!(bench.is_at(OLD), "{what}: {}", bench.active_url());
    } else {
        assert!(
            matches!(outcome.end, End::NothingWritten),
            "{what}: {outcome:#?}"
        );
        assert!(bench.is_at(NEW), "{what}: {}", bench.active_url());
    }
}

#[test]
fn from_any_prefix_of_a_journal_another_machine_goes_on_or_back() {
    for strategy in [Strategy::Documented, Strategy::Staged] {
        for off in [Off::Not, Off::Ahead, Off::Behind] {
            let (mut there, mut back) = (0, 0);
            for lines in 1.. {
                let what = format!("{strategy:?}, {lines} lines, clock off: {off:?}");
                let Some(mut bench) = changed_with_prefix(strategy, lines) else {
                    assert!(lines > 20, "{what}");
                    break;
                };
                match resume_prefix(&mut bench, strategy, off, &what) {
                    true => there += 1,
                    false => back += 1,
                }
                let mut bench = changed_with_prefix(strategy, lines).unwrap();
                roll_prefix_back(&mut bench, off, &what);
            }
            tell(&format!(
                "journal prefixes on another machine, {strategy:?}, clock off: {off:?}: {} resumed, \
                 {there} there, {back} back; {} rolled back, 0 unsafe",
                there + back,
                there + back
            ));
            // Only a clock that is wrong leads back, never a line that was lost.
            assert_eq!(
                back == 0,
                off != Off::Ahead,
                "{strategy:?} {off:?}: {back} back"
            );
        }
    }
}
