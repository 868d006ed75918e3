//! The reliability suite: what the procedures promise, under everything that can go wrong
//! with a simulated charger, in virtual time.

mod bench;
mod bits;
mod containers;
mod faults;
mod figure;
mod leaks;
mod misconfigurations;
mod mistakes;
mod quiet;
mod replay;
mod run;
mod scenario;
mod seeds;
mod tally;

pub use figure::Figure;
pub use misconfigurations::{Injected, inject};
pub use replay::{NUMBERED, replay};

use scenario::Scenario;

/// Why a suite could not be run at all.
pub type Fallible<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extent {
    /// How many seeds of R4.
    pub seeds: u64,
    /// How many runs each of R5 and R6, where the new back office fails. The first 25,821
    /// ones of R6 are all that there are without further faults.
    pub failing: u64,
    /// How many seeds of R7 for each kind of changeover.
    pub repeated: u64,
    /// Every how manieth of the enumerated cases: 1 = all of them.
    pub every: usize,
}

impl Extent {
    /// A few seconds: for `cargo test`.
    pub const SHORT: Self = Self {
        seeds: 60,
        failing: 60,
        repeated: 2,
        every: 101,
    };

    /// Everything that can be enumerated, and so many seeds that their number is a claim.
    pub const FULL: Self = Self {
        seeds: 10_000,
        failing: 100_000,
        repeated: 200,
        every: 1,
    };

    /// The same with another number of seeds of R4.
    #[must_use]
    pub const fn with_seeds(mut self, seeds: u64) -> Self {
        self.seeds = seeds;
        self
    }

    /// The same with another number of seeds each of R5 and R6.
    #[must_use]
    pub const fn with_failing(mut self, failing: u64) -> Self {
        self.failing = failing;
        self
    }

    /// The same with every `every`th of the enumerated cases only.
    #[must_use]
    pub const fn with_every(mut self, every: usize) -> Self {
        self.every = every;
        self
    }

    fn thinned<C>(self, cases: Vec<C>) -> Vec<C> {
        cases.into_iter().step_by(self.every.max(1)).collect()
    }
}

/// Runs the suite, or only the figures with the names in `wanted` if there are any; `tell`
/// hears of each figure as it is measured.
///
/// # Errors
/// When a run could not even begin.
pub fn measure(
    extent: Extent,
    wanted: &[String],
    mut tell: impl FnMut(&Figure),
) -> Fallible<Vec<Figure>> {
    let (all, refusable) = (Scenario::all()?, Scenario::refusable()?);
    let wired = Scenario::wired()?;
    let suite: [(&str, &dyn Fn() -> Fallible<Figure>); 14] = [
        ("R1", &|| faults::kills(&all, extent)),
        ("R2", &|| faults::power_cuts(&all, extent)),
        ("R3", &|| faults::replies(&all, extent)),
        ("R3 (bits)", &|| bits::flips(extent)),
        ("R4", &|| Ok(seeds::random(&all, extent))),
        ("R5", &|| Ok(seeds::false_positives(&refusable, extent))),
        ("R6", &|| Ok(seeds::rollbacks(&refusable, extent))),
        ("R7", &|| Ok(quiet::second_runs(&all, extent))),
        ("R8", &|| faults::duplicates(&all, extent)),
        ("R10", &|| containers::gate(&wired, extent)),
        ("R10 (parser)", &|| containers::parser(extent)),
        ("R13", &|| leaks::secrets(&all, extent)),
        ("R14", &|| Ok(quiet::load(&all))),
        ("R15", &misconfigurations::figure),
    ];
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|it| it == name);
    let mut figures = Vec::new();
    for (_, run) in suite.iter().filter(|(name, _)| is_wanted(name)) {
        let figure = run()?;
        tell(&figure);
        figures.push(figure);
    }
    let armed = order_of_writes(&figures);
    if armed.runs > 0 {
        tell(&armed);
        figures.push(armed);
    }
    Ok(figures)
}

/// R9 is checked on every run of the families that go through a whole changeover.
fn order_of_writes(figures: &[Figure]) -> Figure {
    let checked = ["R1", "R2", "R3", "R3 (bits)", "R4", "R5", "R6", "R14"];
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
        "checked on every run of R1 to R6 and R14 by a journal store in memory that notes it; \
         that the store in a file waits for the disk (fsync) before it says so is read in its \
         code, not measured"
            .to_owned(),
    )
}
