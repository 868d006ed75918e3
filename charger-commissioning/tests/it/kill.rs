//! The program dies at every line of the journal: before the line is durable, half-way,
//! and after it. What is left is resumed, or rolled back.

use std::io;

use charger_commissioning::{
    ChangeBackOffice, Driver, End, Journal, JournalStore, MemoryJournal, Outcome, RollBack,
    RunError, Strategy,
};

use crate::bench::{Bench, DOCUMENT, NEW, OLD, WorldClock, policy, resolve};

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
    println!("documented: {resumed} resumed, {rolled_back} rolled back, 0 unsafe");
    assert!(resumed >= 60 && rolled_back >= 60);
}

#[test]
fn staged_a_program_killed_at_any_journal_line_is_resumed_or_rolled_back() {
    let (resumed, rolled_back) = sweep(Strategy::Staged);
    println!("staged: {resumed} resumed, {rolled_back} rolled back, 0 unsafe");
    assert!(resumed >= 60 && rolled_back >= 60);
}
