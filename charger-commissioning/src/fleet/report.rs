use std::fmt;

use serde::Serialize;

use super::{FleetAbort, FleetEntry, FleetRowState, FleetVerdict};

/// Where every charger of a fleet is. [`Display`](fmt::Display) prints it as a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FleetReport {
    /// One row a charger, in the order of the list.
    pub rows: Vec<FleetRow>,
    /// Why not all were begun, if so.
    pub abort: Option<FleetAbort>,
}

/// One charger of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FleetRow {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Where it is.
    #[serde(flatten)]
    pub state: FleetRowState,
}

impl FleetRow {
    pub(super) fn new(entry: &FleetEntry, state: FleetRowState) -> Self {
        Self {
            name: entry.name.clone(),
            address: entry.address.clone(),
            state,
        }
    }

    fn columns(&self) -> [&str; 4] {
        let (state, why) = match &self.state {
            FleetRowState::Waiting => ("waiting", ""),
            FleetRowState::Running { status } => ("running", status.as_str()),
            FleetRowState::Finished { verdict, why } => (verdict.name(), why.as_str()),
        };
        [&self.name, &self.address, state, why]
    }
}

impl FleetVerdict {
    /// The word for tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::AlreadyInForce => "already in force",
            Self::WouldChange => "would be changed",
            Self::Refused => "refused",
            Self::RolledBack => "rolled back",
            Self::NeedsPerson => "NEEDS A PERSON",
            Self::Interrupted => "interrupted",
            Self::JournalUnusable => "JOURNAL UNUSABLE",
        }
    }
}

impl FleetReport {
    pub(super) const fn new(rows: Vec<FleetRow>, abort: Option<FleetAbort>) -> Self {
        Self { rows, abort }
    }

    /// How many chargers ended with this verdict.
    pub fn count(&self, verdict: FleetVerdict) -> usize {
        self.rows
            .iter()
            .filter(
                |row| matches!(row.state, FleetRowState::Finished { verdict: v, .. } if v == verdict),
            )
            .count()
    }

    /// Whether every charger is finished, with a [success](FleetVerdict::is_success).
    pub fn is_success(&self) -> bool {
        let is_success = |row: &FleetRow| match &row.state {
            FleetRowState::Finished { verdict, .. } => verdict.is_success(),
            _ => false,
        };
        self.rows.iter().all(is_success)
    }

    /// As JSON.
    pub fn to_json(&self) -> String {
        // A report holds nothing that JSON cannot spell.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// As CSV, with a line of headings.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing into memory cannot fail.
        let _ = writer.write_record(["name", "address", "state", "why"]);
        for row in &self.rows {
            let _ = writer.write_record(row.columns());
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }
}

impl fmt::Display for FleetReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| {
            let texts = self.rows.iter().filter_map(|row| {
                let columns = row.columns();
                columns.get(column).map(|text| text.chars().count())
            });
            texts.max().unwrap_or(0)
        };
        let (name, address, state) = (width(0), width(1), width(2));
        for row in &self.rows {
            let [n, a, s, why] = row.columns();
            let line = format!("{n:name$}  {a:address$}  {s:state$}  {why}");
            writeln!(f, "{}", line.trim_end())?;
        }
        if let Some(abort) = self.abort {
            writeln!(f, "{abort}")?;
        }
        let done = self
            .rows
            .iter()
            .filter(|row| matches!(row.state, FleetRowState::Finished { verdict, .. } if verdict.is_final()));
        write!(f, "{} of {} finished", done.count(), self.rows.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> FleetReport {
        let row = |name: &str, state| FleetRow::new(&FleetEntry::new(name, "10.0.0.1"), state);
        FleetReport::new(
            vec![
                row(
                    "garage-1",
                    FleetRowState::Finished {
                        verdict: FleetVerdict::Changed,
                        why: String::new(),
                    },
                ),
                row(
                    "g2",
                    FleetRowState::Finished {
                        verdict: FleetVerdict::RolledBack,
                        why: "not proven, \"late\"".to_owned(),
                    },
                ),
                row(
                    "g3",
                    FleetRowState::Finished {
                        verdict: FleetVerdict::Interrupted,
                        why: String::new(),
                    },
                ),
                row("g4", FleetRowState::Waiting),
            ],
            Some(FleetAbort::TooManyFailures {
                wave: 2,
                failed: 1,
                finished: 2,
            }),
        )
    }

    #[test]
    fn the_table_lines_up() {
        assert_eq!(
            report().to_string(),
            "garage-1  10.0.0.1  changed\n\
             g2        10.0.0.1  rolled back  not proven, \"late\"\n\
             g3        10.0.0.1  interrupted\n\
             g4        10.0.0.1  waiting\n\
             stopped in wave 2: 1 of 2 chargers failed\n\
             2 of 4 finished"
        );
    }

    #[test]
    fn csv_and_json_hold_the_same() {
        assert_eq!(
            report().to_csv(),
            "name,address,state,why\n\
             garage-1,10.0.0.1,changed,\n\
             g2,10.0.0.1,rolled back,\"not proven, \"\"late\"\"\"\n\
             g3,10.0.0.1,interrupted,\n\
             g4,10.0.0.1,waiting,\n"
        );
        let json: serde_json::Value = serde_json::from_str(&report().to_json()).unwrap();
        assert_eq!(json["rows"][1]["verdict"], "rolled-back");
        assert_eq!(json["rows"][2]["verdict"], "interrupted");
        assert_eq!(json["rows"][3]["state"], "waiting");
        assert_eq!(json["abort"]["failed"], 1);
    }

    #[test]
    fn it_is_a_success_only_if_everybody_is_there() {
        assert!(!report().is_success());
        assert_eq!(report().count(FleetVerdict::Changed), 1);
    }
}
