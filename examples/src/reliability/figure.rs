use super::tally::Tally;

/// One row of the reliability document.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Figure {
    /// Its name, for example `R4`.
    pub name: &'static str,
    /// What was done.
    pub what: &'static str,
    /// What is demanded.
    pub target: &'static str,
    /// How many runs.
    pub runs: u64,
    /// The runs that broke a promise, and how.
    pub failures: Vec<String>,
    /// What else was measured, and what it does not cover.
    pub note: String,
}

impl Figure {
    pub(super) fn new(
        name: &'static str,
        what: &'static str,
        target: &'static str,
        tally: &Tally,
    ) -> Self {
        Self {
            name,
            what,
            target,
            runs: tally.runs,
            failures: tally.failures.clone(),
            note: String::new(),
        }
    }

    pub(super) fn with_note(mut self, note: String) -> Self {
        self.note = note;
        self
    }
}
