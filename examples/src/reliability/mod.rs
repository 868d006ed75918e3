//! The reliability suite: what the procedures promise, under everything that can go wrong
//! with a simulated charger, in virtual time.

mod bench;
mod containers;
mod faults;
mod figure;
mod leaks;
mod misconfigurations;
mod mistakes;
mod quiet;
mod run;
mod scenario;
mod seeds;
mod tally;

pub use figure::Figure;
pub use misconfigurations::{Injected, inject};

use scenario::Scenario;

/// Why a suite could not be run at all.
pub type Fallible<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extent {
    /// How many seeds of each random family.
    pub seeds: u64,
    /// Every how manieth of the enumerated cases: 1 = all of them.
    pub every: usize,
}

impl Extent {
    /// A few seconds: for `cargo test`.
    pub const SHORT: Self = Self {
        seeds: 60,
        every: 101,
    };

    /// Everything that can be enumerated, and 10,000 seeds.
    pub const FULL: Self = Self {
        seeds: 10_000,
        every: 1,
    };

    /// The same with another number of seeds.
    #[must_use]
    pub const fn with_seeds(mut self, seeds: u64) -> Self {
        self.seeds = seeds;
        self
    }

    fn thinned<C>(self, cases: Vec<C>) -> Vec<C> {
        cases.into_iter().step_by(self.every.max(1)).collect()
    }
}

/// Runs the suite; `tell` hears of each figure as it is measured.
///
/// # Errors
/// When a run could not even begin.
pub fn measure(extent: Extent, mut tell: impl FnMut(&Figure)) -> Fallible<Vec<Figure>> {
    let all = Scenario::all()?;
    let mut figures = Vec::new();
    let mut add = |figure: Figure| {
        tell(&figure);
        figures.push(figure);
    };
    add(faults::kills(&all, extent)?);
    add(faults::power_cuts(&all, extent)?);
    add(faults::replies(&all, extent)?);
    add(seeds::random(&all, extent));
    add(seeds::false_positives(&all, extent));
    add(seeds::rollbacks(&all, extent));
    add(quiet::second_runs(&all, extent));
    add(faults::duplicates(&all, extent)?);
    add(containers::gate(&Scenario::wired()?, extent)?);
    add(leaks::secrets(&all, extent)?);
    add(quiet::load(&all));
    add(misconfigurations::figure()?);
    let armed = order_of_writes(&figures);
    tell(&armed);
    figures.push(armed);
    Ok(figures)
}

/// The run of one seed of R4, with all its events.
///
/// # Errors
/// When the run could not even begin.
pub fn replay(seed: u64) -> Fallible<String> {
    seeds::replay(&Scenario::all()?, seed)
}

/// R9 is checked on every run of the families that go through a whole changeover.
fn order_of_writes(figures: &[Figure]) -> Figure {
    let checked = ["R1", "R2", "R3", "R4", "R5", "R6", "R14"];
    let mut tally = tally::Tally::default();
    for figure in figures {
        if checked.contains(&figure.name) {
            tally.runs += figure.runs;
            let broken = figure.failures.iter().filter(|why| why.contains("R9:"));
            tally.failures.extend(broken.cloned());
        }
    }
    Figure::new(
        "R9",
        "nothing is written, installed, uploaded or restarted before the snapshot and the \
         deadline are durable in the journal",
        "0 breaks",
        &tally,
    )
    .with_note(
        "checked on every run of R1 to R6 and R14 by a journal store that notes it".to_owned(),
    )
}
