use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use charger_commissioning::{FleetReport, FleetRow, FleetRowState};
use examples::Console;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::json;

/// Shows a fleet at work: on a terminal a table of the chargers under way and a line for
/// every one that is begun or finished, for programs an event for every change, otherwise a
/// line for every beginning, step and end. All but the events go to stderr.
pub(crate) struct Watch {
    console: Console,
    table: Mutex<Table>,
}

/// What is shown at the moment.
struct Table {
    /// Draws on stderr, and nothing where that is no terminal.
    lines: MultiProgress,
    total: ProgressBar,
    running: BTreeMap<usize, ProgressBar>,
    told: BTreeMap<usize, FleetRowState>,
}

impl Watch {
    /// A table of `chargers`, none of which is begun.
    pub(crate) fn new(console: Console, chargers: usize) -> Self {
        let lines = MultiProgress::new();
        if console.is_json() {
            lines.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        }
        let total = lines.add(ProgressBar::new(chargers as u64));
        if let Ok(style) = ProgressStyle::with_template("[{bar:32}] {pos} of {len} finished") {
            total.set_style(style);
        }
        Self {
            console,
            table: Mutex::new(Table {
                lines,
                total,
                running: BTreeMap::new(),
                told: BTreeMap::new(),
            }),
        }
    }

    /// Shows what has changed since the last time.
    pub(crate) fn show(&self, report: &FleetReport) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let changed: Vec<(usize, &FleetRow)> = report
            .rows
            .iter()
            .enumerate()
            .filter(|(index, row)| table.is_news(*index, &row.state))
            .collect();
        for (index, row) in changed {
            self.console.event("charger", json!({ "charger": row }));
            if let Some(line) = table.take(index, row) {
                let console = self.console;
                table.lines.suspend(|| console.progress(line));
            }
        }
    }

    /// Clears the table away.
    pub(crate) fn end(&self) {
        let table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        // Where it cannot be cleared there is no terminal.
        let _ = table.lines.clear();
    }
}

impl Table {
    fn is_news(&self, index: usize, state: &FleetRowState) -> bool {
        match self.told.get(&index) {
            // A late thread may bring an old table.
            Some(FleetRowState::Finished { .. }) => false,
            Some(told) => told != state && *state != FleetRowState::Waiting,
            None => *state != FleetRowState::Waiting,
        }
    }

    /// Draws a row anew; a line for good when the charger is begun or finished.
    fn take(&mut self, index: usize, row: &FleetRow) -> Option<String> {
        let first = self.told.insert(index, row.state.clone()).is_none();
        match &row.state {
            FleetRowState::Running { status } => {
                self.line_of(index)
                    .set_message(format!("{}: {status}", row.name));
                let is_told = self.lines.is_hidden() && status.starts_with("step ");
                match first {
                    true => Some(format!("{}: begun", row.name)),
                    false => is_told.then(|| format!("{}: {status}", row.name)),
                }
            }
            FleetRowState::Finished { verdict, why } => {
                if let Some(line) = self.running.remove(&index) {
                    line.finish_and_clear();
                    self.lines.remove(&line);
                }
                self.total.inc(1);
                let why = match why.as_str() {
                    "" => String::new(),
                    why => format!(", {why}"),
                };
                Some(format!("{}: {}{why}", row.name, verdict.name()))
            }
            _ => None,
        }
    }

    /// The line of a charger that is under way, above the total.
    fn line_of(&mut self, index: usize) -> &ProgressBar {
        let Self {
            lines,
            total,
            running,
            ..
        } = self;
        running
            .entry(index)
            .or_insert_with(|| lines.insert_before(total, ProgressBar::new_spinner()))
    }
}
