/// A page of the charger's log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogPage {
    /// The lines as the charger sent them, oldest first.
    pub lines: Vec<String>,
}

impl LogPage {
    /// A page of these lines, oldest first.
    pub const fn new(lines: Vec<String>) -> Self {
        Self { lines }
    }
}
