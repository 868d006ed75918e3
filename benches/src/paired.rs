//! Measures several implementations of the same work against each other.
//!
//! On a shared machine absolute times wander by a factor of two and more. What stays is
//! the *ratio* of two pieces of code that took turns in the same process a few
//! microseconds apart. So all contenders of a family run interleaved, in thread CPU
//! time, and of several rounds the quietest counts.

use std::time::Duration;

use cpu_time::ThreadTime;

use crate::Error;

/// One way of doing the work of a family.
pub struct Contender<'a> {
    name: &'static str,
    work: Box<dyn FnMut() + 'a>,
}

impl<'a> Contender<'a> {
    /// A contender. Its `work` must keep the optimizer from removing it
    /// ([`std::hint::black_box`]).
    pub fn new(name: &'static str, work: impl FnMut() + 'a) -> Self {
        Self {
            name,
            work: Box::new(work),
        }
    }
}

impl std::fmt::Debug for Contender<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contender")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// How much is measured.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Effort {
    /// Rounds; the quietest counts.
    pub rounds: usize,
    /// Samples of each contender in a round; their median counts.
    pub samples: usize,
    /// What one sample should take at least, so that the clock's grain does not show.
    pub sample_time: Duration,
}

impl Effort {
    /// What published figures are made with.
    pub const FULL: Self = Self {
        rounds: 7,
        samples: 41,
        sample_time: Duration::from_micros(400),
    };
    /// Just enough to see that a bench runs; its figures mean nothing.
    pub const SMOKE: Self = Self {
        rounds: 1,
        samples: 1,
        sample_time: Duration::ZERO,
    };

    /// Enough for a curve, where the slope counts and no single figure.
    #[must_use]
    pub const fn for_curves(self) -> Self {
        if self.is_smoke() {
            return self;
        }
        Self {
            rounds: 2,
            samples: 5,
            ..self
        }
    }

    /// Enough for work that takes seconds.
    #[must_use]
    pub const fn for_long_work(self) -> Self {
        Self {
            rounds: 1,
            samples: if self.is_smoke() { 1 } else { 3 },
            ..self
        }
    }

    /// Whether only a sign of life is wanted, so that inputs may be small.
    pub const fn is_smoke(&self) -> bool {
        self.sample_time.is_zero()
    }
}

/// What a contender took for one unit of work.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Figure {
    /// Who.
    pub name: &'static str,
    /// Median thread CPU time for one unit of work, in nanoseconds.
    pub nanoseconds: f64,
}

/// Runs the contenders in turns and gives one figure each, in their order.
pub fn measure(mut contenders: Vec<Contender<'_>>, effort: Effort) -> Vec<Figure> {
    let repeats: Vec<u32> = contenders
        .iter_mut()
        .map(|contender| repeats_for(contender, effort.sample_time))
        .collect();
    let rounds = (0..effort.rounds.max(1))
        .map(|_| round(&mut contenders, &repeats, effort))
        .collect();
    contenders
        .iter()
        .zip(quietest(rounds))
        .map(|(contender, nanoseconds)| Figure {
            name: contender.name,
            nanoseconds,
        })
        .collect()
}

/// Noise only ever adds time: the quietest round is the one in which the contenders,
/// each against its own best, took least.
fn quietest(rounds: Vec<Vec<f64>>) -> Vec<f64> {
    let best = rounds.iter().cloned().reduce(|mut best, round| {
        for (best, time) in best.iter_mut().zip(round) {
            *best = best.min(time);
        }
        best
    });
    let best = best.unwrap_or_default();
    let noise = |round: &Vec<f64>| -> f64 {
        let each = round.iter().zip(&best);
        each.map(|(time, best)| time / best).sum()
    };
    rounds
        .into_iter()
        .min_by(|one, other| noise(one).total_cmp(&noise(other)))
        .unwrap_or_default()
}

/// What the work takes at each of these sizes. In a smoke test only the first two run.
///
/// # Errors
/// The work cannot be made ready.
pub fn curve<'a>(
    sizes: &[usize],
    effort: Effort,
    mut make: impl FnMut(usize) -> Result<Box<dyn FnMut() + 'a>, Error>,
) -> Result<Vec<(u64, f64)>, Error> {
    let mut points = Vec::new();
    let count = if effort.is_smoke() { 2 } else { sizes.len() };
    for &size in sizes.iter().take(count) {
        let contender = Contender {
            name: "",
            work: make(size)?,
        };
        for figure in measure(vec![contender], effort) {
            points.push((size as u64, figure.nanoseconds));
        }
    }
    Ok(points)
}

/// How often the work must be repeated to fill a sample.
fn repeats_for(contender: &mut Contender<'_>, sample_time: Duration) -> u32 {
    let mut repeats = 1_u32;
    while sample(contender, repeats) * f64::from(repeats) < nanoseconds(sample_time) {
        repeats = repeats.saturating_mul(2);
    }
    repeats
}

/// The median of each contender.
fn round(contenders: &mut [Contender<'_>], repeats: &[u32], effort: Effort) -> Vec<f64> {
    let samples = effort.samples.max(1);
    let mut all = vec![Vec::with_capacity(samples); contenders.len()];
    for turn in 0..samples {
        // The order changes from turn to turn, so that nobody always follows the same one.
        for place in 0..contenders.len() {
            let place = if turn % 2 == 0 {
                place
            } else {
                contenders.len() - 1 - place
            };
            let who = (place + turn) % contenders.len();
            // Once for the caches, which hold what the one before worked on.
            if effort.rounds > 1 {
                (contenders[who].work)();
            }
            all[who].push(sample(&mut contenders[who], repeats[who]));
        }
    }
    all.iter().map(|samples| median(samples)).collect()
}

/// Nanoseconds for one unit of work.
fn sample(contender: &mut Contender<'_>, repeats: u32) -> f64 {
    let start = ThreadTime::now();
    for _ in 0..repeats {
        (contender.work)();
    }
    nanoseconds(start.elapsed()) / f64::from(repeats)
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() - 1) / 2]
}

fn nanoseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    #[test]
    fn each_contender_gets_a_figure_in_order() {
        let work = |size: u64| {
            move || {
                black_box((0..size).map(black_box).sum::<u64>());
            }
        };
        let contenders = vec![
            Contender::new("short", work(10)),
            Contender::new("long", work(10_000)),
        ];
        let figures = measure(contenders, Effort::SMOKE);
        assert_eq!(
            figures.iter().map(|figure| figure.name).collect::<Vec<_>>(),
            ["short", "long"]
        );
        assert!(figures.iter().all(|figure| figure.nanoseconds.is_finite()));
    }

    #[test]
    fn the_median_is_taken_from_the_sorted_samples() {
        assert_eq!(median(&[5.0, 1.0, 4.0, 2.0, 3.0]), 3.0);
        assert_eq!(median(&[7.0]), 7.0);
    }

    #[test]
    fn a_round_that_was_disturbed_as_a_whole_is_not_the_quietest() {
        let rounds = vec![vec![40.0, 4.0], vec![11.0, 1.0], vec![10.0, 1.3]];
        assert_eq!(quietest(rounds), [11.0, 1.0]);
    }
}
