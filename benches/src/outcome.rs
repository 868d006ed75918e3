//! What a family of benches found.

use crate::Figure;

/// The figures of one family, and how they stand against its goals.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Outcome {
    /// `F1`, `L1`, …
    pub id: &'static str,
    /// What is done.
    pub work: &'static str,
    /// Contenders in turns, ours first.
    pub cases: Vec<Case>,
    /// The goals and what was measured.
    pub targets: Vec<Target>,
    /// Cost as the work grows.
    pub growth: Vec<Growth>,
    /// What a reader has to know to understand the figures.
    pub notes: Vec<String>,
}

/// One input, and what each contender took for it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Case {
    /// Which input.
    pub name: String,
    /// Ours first, then the others.
    pub figures: Vec<Figure>,
}

/// A goal, what was measured, and whether it is met.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Target {
    /// What is wanted.
    pub goal: String,
    /// What was measured.
    pub measured: String,
    /// The verdict; `None` where the goal is only to have measured it.
    pub met: Option<bool>,
    /// Why, should it be missed.
    pub reason: Option<String>,
    /// A test holds it, in CI, rather than this run.
    pub is_tested: bool,
}

impl Target {
    /// Says more about what was measured.
    pub fn in_detail(&mut self, detail: Option<String>) -> &mut Self {
        if let Some(detail) = detail {
            self.measured = format!("{} ({detail})", self.measured);
        }
        self
    }

    /// Says why the goal is missed, should it be: shown only then.
    pub fn because(&mut self, reason: impl Into<String>) {
        self.reason = Some(reason.into());
    }

    /// Whether it was measured and is not met.
    pub fn is_missed(&self) -> bool {
        self.met == Some(false)
    }
}

/// What a [`Growth`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cost {
    /// Thread CPU time, in nanoseconds.
    Time,
    /// Memory, in bytes.
    Memory,
}

/// Cost as the work grows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Growth {
    /// What grows, for example `properties in a page`.
    pub of: &'static str,
    /// What it takes of.
    pub cost: Cost,
    /// Size, and the cost of all of it.
    pub points: Vec<(u64, f64)>,
}

impl Growth {
    /// What the largest work costs for one, in terms of what the second largest does: 1
    /// where cost is linear, less where it grows more slowly.
    pub fn last_step(&self) -> f64 {
        match self.points.as_slice() {
            [.., smaller, largest] => {
                (largest.1 / largest.0 as f64) / (smaller.1 / smaller.0 as f64)
            }
            _ => f64::NAN,
        }
    }
}

impl Outcome {
    /// Nothing found yet.
    pub fn new(id: &'static str, work: &'static str) -> Self {
        Self {
            id,
            work,
            ..Self::default()
        }
    }

    /// Adds a case and gives the ratio of its first figure (ours) to its second.
    pub fn case(&mut self, name: impl Into<String>, figures: Vec<Figure>) -> f64 {
        let case = Case {
            name: name.into(),
            figures,
        };
        let ratio = case.ratio_to(1);
        self.cases.push(case);
        ratio
    }

    /// A ratio that must not be above `limit`.
    pub fn at_most(&mut self, what: impl Into<String>, ratio: f64, limit: f64) -> &mut Target {
        self.target(
            format!("{}: at most {limit} times", what.into()),
            format!("{ratio:.2}"),
            Some(ratio <= limit),
        )
    }

    /// Any other goal.
    pub fn target(
        &mut self,
        goal: impl Into<String>,
        measured: impl Into<String>,
        met: Option<bool>,
    ) -> &mut Target {
        let at = self.targets.len();
        self.targets.push(Target {
            goal: goal.into(),
            measured: measured.into(),
            met,
            reason: None,
            is_tested: false,
        });
        &mut self.targets[at]
    }

    /// A goal that is the same in every run, so that a test holds it.
    pub fn held_by(&mut self, test: &str, goal: impl Into<String>) {
        let measured = format!("held by the test `{test}`");
        self.target(goal, measured, None).is_tested = true;
    }

    /// Adds a remark.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Adds a curve of CPU time, which must not be steeper than linear.
    pub fn grows(&mut self, of: &'static str, points: Vec<(u64, f64)>) {
        self.curve(Growth {
            of,
            cost: Cost::Time,
            points,
        });
    }

    /// Adds a curve, which must not be steeper than linear.
    pub fn curve(&mut self, growth: Growth) {
        let step = growth.last_step();
        self.target(
            format!("{}: linear or less", growth.of),
            format!("{step:.2} times as much for one at the end of the curve"),
            Some(step <= STEEPEST),
        );
        self.growth.push(growth);
    }
}

/// What caches and the clock may add to a linear curve.
const STEEPEST: f64 = 1.3;

impl Case {
    /// Our time, divided by that of the contender at `index`.
    pub fn ratio_to(&self, index: usize) -> f64 {
        match (self.figures.first(), self.figures.get(index)) {
            (Some(ours), Some(other)) => ours.nanoseconds / other.nanoseconds,
            _ => f64::NAN,
        }
    }
}
