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
}

/// Cost as the work grows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Growth {
    /// What grows, for example `properties in a page`.
    pub of: &'static str,
    /// Size, and nanoseconds for all of it.
    pub points: Vec<(u64, f64)>,
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
    pub fn at_most(&mut self, what: impl Into<String>, ratio: f64, limit: f64) {
        self.target(
            format!("{}: at most {limit} times", what.into()),
            format!("{ratio:.2}"),
            Some(ratio <= limit),
        );
    }

    /// Any other goal.
    pub fn target(
        &mut self,
        goal: impl Into<String>,
        measured: impl Into<String>,
        met: Option<bool>,
    ) {
        self.targets.push(Target {
            goal: goal.into(),
            measured: measured.into(),
            met,
        });
    }

    /// Adds a remark.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Adds a curve.
    pub fn grows(&mut self, of: &'static str, points: Vec<(u64, f64)>) {
        self.growth.push(Growth { of, points });
    }
}

impl Case {
    /// Our time, divided by that of the contender at `index`.
    pub fn ratio_to(&self, index: usize) -> f64 {
        match (self.figures.first(), self.figures.get(index)) {
            (Some(ours), Some(other)) => ours.nanoseconds / other.nanoseconds,
            _ => f64::NAN,
        }
    }
}
