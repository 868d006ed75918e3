use std::collections::BTreeSet;

use ocpp_config::Concern;
use serde::{Deserialize, Serialize};

/// The most chargers of one list.
pub const MAX_FLEET: usize = 100_000;

/// One charger of a fleet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FleetEntry {
    /// Its name in tables, reports and file names: letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// Where it is found, for example `192.168.1.107` or `/dev/ttyUSB0`; the caller's
    /// links read it.
    pub address: String,
    /// Its charge box identity, if the documents do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The layers of its document, the fleet's base first.
    #[serde(default)]
    pub documents: Vec<String>,
}

impl FleetEntry {
    /// A charger of this name at this address.
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            address: address.into(),
            ..Self::default()
        }
    }

    /// The file name of its journal.
    pub fn journal_name(&self) -> String {
        format!("{}.journal", self.name)
    }
}

/// A list of chargers, each name once.
///
/// As CSV: a line of headings, then one charger a line; several documents are separated
/// by `;`.
///
/// ```
/// use charger_commissioning::FleetList;
///
/// let list = FleetList::from_csv("\
/// name,address,identity,documents
/// garage-1,192.168.1.107,ACE0999001,fleet.toml;garage-1.toml
/// garage-2,192.168.1.108,,fleet.toml
/// ")?;
/// assert_eq!(list.entries().len(), 2);
/// assert_eq!(list.entries()[0].documents, ["fleet.toml", "garage-1.toml"]);
/// # Ok::<(), charger_commissioning::FleetListError>(())
/// ```
///
/// As TOML:
///
/// ```
/// use charger_commissioning::FleetList;
///
/// let list = FleetList::from_toml("
///     [[charger]]
///     name = 'garage-1'
///     address = '192.168.1.107'
///     documents = ['fleet.toml']
/// ")?;
/// assert_eq!(list.entries()[0].journal_name(), "garage-1.journal");
/// # Ok::<(), charger_commissioning::FleetListError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FleetList {
    entries: Vec<FleetEntry>,
}

impl FleetList {
    /// A list of these chargers.
    ///
    /// # Errors
    /// [`FleetListError`], if a name is missing, not a file name, or there twice.
    pub fn new(entries: Vec<FleetEntry>) -> Result<Self, FleetListError> {
        if entries.len() > MAX_FLEET {
            return Err(FleetListError::TooLong);
        }
        let mut names = BTreeSet::new();
        for entry in &entries {
            if !is_file_name(&entry.name) {
                let name = entry.name.clone();
                return Err(FleetListError::Name { name });
            }
            if entry.address.is_empty() {
                let name = entry.name.clone();
                return Err(FleetListError::NoAddress { name });
            }
            if !names.insert(entry.name.to_ascii_lowercase()) {
                let name = entry.name.clone();
                return Err(FleetListError::Twice { name });
            }
        }
        Ok(Self { entries })
    }

    /// Reads a list as CSV.
    ///
    /// # Errors
    /// [`FleetListError`], with the line.
    pub fn from_csv(text: &str) -> Result<Self, FleetListError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut entries = Vec::new();
        for row in reader.deserialize::<CsvRow>() {
            let row = row.map_err(|error| FleetListError::Syntax {
                line: error.position().map_or(0, csv::Position::line),
                what: error.to_string(),
            })?;
            if entries.len() >= MAX_FLEET {
                return Err(FleetListError::TooLong);
            }
            entries.push(row.into_entry());
        }
        Self::new(entries)
    }

    /// Reads a list as TOML.
    ///
    /// # Errors
    /// [`FleetListError`], with the line.
    pub fn from_toml(text: &str) -> Result<Self, FleetListError> {
        let file: TomlFile = toml::from_str(text).map_err(|error| FleetListError::Syntax {
            line: error.span().map_or(0, |span| line_of(text, span.start)),
            what: error.message().to_owned(),
        })?;
        Self::new(file.charger)
    }

    /// The chargers, in the order of the list.
    pub fn entries(&self) -> &[FleetEntry] {
        &self.entries
    }
}

/// Why a list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FleetListError {
    /// The text is not a list.
    #[error("line {line}: {what}")]
    Syntax {
        /// The line, from 1; 0 if it is not known.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A name is not made of letters, digits, `.`, `_` and `-`.
    #[error("{name:?} cannot name a charger: letters, digits, '.', '_' and '-' can")]
    Name {
        /// The name.
        name: String,
    },
    /// A charger has no address.
    #[error("charger {name} has no address")]
    NoAddress {
        /// Its name.
        name: String,
    },
    /// Two chargers have one name.
    #[error("there are two chargers of the name {name}")]
    Twice {
        /// The name.
        name: String,
    },
    /// There are too many chargers.
    #[error("more than {MAX_FLEET} chargers")]
    TooLong,
}

impl FleetListError {
    /// Whom it concerns: the list, which is a document like those it names.
    pub const fn concerns(&self) -> Concern {
        Concern::Document
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CsvRow {
    name: String,
    address: String,
    #[serde(default)]
    identity: String,
    #[serde(default)]
    documents: String,
}

impl CsvRow {
    fn into_entry(self) -> FleetEntry {
        FleetEntry {
            name: self.name,
            address: self.address,
            identity: (!self.identity.is_empty()).then_some(self.identity),
            documents: self
                .documents
                .split(';')
                .map(str::trim)
                .filter(|document| !document.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TomlFile {
    charger: Vec<FleetEntry>,
}

fn is_file_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !name.is_empty() && name.len() <= 100 && !name.starts_with('.') && name.chars().all(plain)
}

fn line_of(text: &str, offset: usize) -> u64 {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() as u64 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_file_name_and_unique() {
        for name in ["", ".hidden", "../up", "a/b", "a b", "é"] {
            let list = FleetList::new(vec![FleetEntry::new(name, "x")]);
            assert!(matches!(list, Err(FleetListError::Name { .. })), "{name:?}");
        }
        let twice = vec![FleetEntry::new("a", "x"), FleetEntry::new("A", "y")];
        assert!(matches!(
            FleetList::new(twice),
            Err(FleetListError::Twice { .. })
        ));
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let csv = FleetList::from_csv("name,address\na,b\nc,d,e\n");
        assert!(
            matches!(csv, Err(FleetListError::Syntax { line: 3, .. })),
            "{csv:?}"
        );
        let toml = FleetList::from_toml("[[charger]]\nname = 'a'\naddress = 'b'\nport = 1\n");
        assert!(
            matches!(toml, Err(FleetListError::Syntax { line: 4, .. })),
            "{toml:?}"
        );
    }
}
