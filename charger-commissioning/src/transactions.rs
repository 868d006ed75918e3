//! The raw records of a charger's transactions, read before it leaves their owner.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::io::{self, Write as _};
use std::path::Path;

use charger_link::{TransactionPage, TransactionRecord};
use sha2::{Digest, Sha256};

use crate::durable;
use crate::hex::hex;

/// The raw records of a charger's transaction database, for the old operator: what was not
/// delivered is marked in them. They name the cards of people; [`Debug`](fmt::Debug) shows
/// only how many they are.
#[derive(Clone, PartialEq, Eq)]
pub struct TransactionExport {
    numbered: BTreeMap<u32, TransactionRecord>,
    others: Vec<TransactionRecord>,
    /// The texts of the others, to know them again.
    known: HashSet<String>,
    bytes: usize,
    complete: bool,
}

/// The most that is kept of a charger's records, in bytes. A charger that goes on for
/// longer than this is lying, or not the one that this was written for.
const MAX_BYTES: usize = 16 << 20;

impl TransactionExport {
    pub(crate) fn new() -> Self {
        Self {
            numbered: BTreeMap::new(),
            others: Vec::new(),
            known: HashSet::new(),
            bytes: 0,
            complete: true,
        }
    }

    /// Takes a page; tells what to ask for next. `None` when it brought nothing new, or
    /// there is no room for more.
    pub(crate) fn take(&mut self, page: TransactionPage) -> Option<u32> {
        let before = self.len();
        let mut next = None;
        for record in page.records {
            next = record.number.or(next);
            let known = match record.number {
                Some(number) => self.numbered.contains_key(&number),
                None => self.known.contains(&record.text),
            };
            if !known && !self.keep(record) {
                return None;
            }
        }
        next.filter(|_| self.len() > before)
    }

    /// Whether there was room for it.
    fn keep(&mut self, record: TransactionRecord) -> bool {
        // What a line costs beside its text.
        self.bytes = self.bytes.saturating_add(record.text.len() + 16);
        if self.bytes > MAX_BYTES {
            self.complete = false;
            return false;
        }
        match record.number {
            Some(number) => {
                self.numbered.insert(number, record);
            }
            None => {
                self.known.insert(record.text.clone());
                self.others.push(record);
            }
        }
        true
    }

    /// The charger was asked often enough.
    pub(crate) const fn cut_short(&mut self) {
        self.complete = false;
    }

    /// The records, by their numbers; lines without one behind them.
    pub fn records(&self) -> impl Iterator<Item = &TransactionRecord> {
        self.numbered.values().chain(&self.others)
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.numbered.len() + self.others.len()
    }

    /// Whether the charger has no records.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many of them the charger marks as not delivered.
    pub fn unsent(&self) -> usize {
        self.records().filter(|record| record.is_unsent()).count()
    }

    /// Whether the database was read to its end. It is not if the charger had more than
    /// 16 MiB, or more than 2,000 pages of records.
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    /// One record a line, as the charger words them: `<number>_<text>`.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.bytes);
        for record in self.records() {
            if let Some(number) = record.number {
                text.push_str(&number.to_string());
                text.push('_');
            }
            text.push_str(&record.text);
            text.push('\n');
        }
        text
    }

    /// SHA-256 of [`to_text`](Self::to_text), in hexadecimal: what the journal keeps.
    pub fn sha256(&self) -> String {
        hex(Sha256::digest(self.to_text()))
    }

    /// Writes [`to_text`](Self::to_text) into a new file, readable by its owner only where
    /// the platform knows such a thing. It is there whole, and durable, when this returns
    /// without an error; otherwise there is none.
    ///
    /// # Errors
    /// What the file system reports; [`io::ErrorKind::AlreadyExists`] if there is such a
    /// file, which is left as it is.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let text = self.to_text();
        durable::create(path.as_ref(), |file| file.write_all(text.as_bytes()))
    }
}

impl fmt::Debug for TransactionExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionExport")
            .field("records", &self.len())
            .field("unsent", &self.unsent())
            .field("complete", &self.complete)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(numbers: impl IntoIterator<Item = u32>) -> TransactionPage {
        let record = |number: u32| {
            let mark = if number.is_multiple_of(2) { "Y" } else { "N" };
            TransactionRecord::new(Some(number), format!("tx: card {mark}"))
        };
        TransactionPage::new(numbers.into_iter().map(record).collect())
    }

    #[test]
    fn pages_that_overlap_are_put_together_in_order() {
        let mut export = TransactionExport::new();
        assert_eq!(export.take(page([9, 8, 7])), Some(7));
        assert_eq!(export.take(page([7, 6, 5])), Some(5));
        assert_eq!(export.take(page([5])), None, "nothing new");
        assert_eq!(export.take(page([])), None);
        assert_eq!((export.len(), export.unsent()), (5, 2));
        assert!(export.is_complete() && !export.is_empty());
        assert_eq!(
            export.to_text(),
            "5_tx: card N\n6_tx: card Y\n7_tx: card N\n8_tx: card Y\n9_tx: card N\n"
        );
        assert_eq!(
            export.sha256(),
            format!("{:x}", Sha256::digest(export.to_text()))
        );
    }

    #[test]
    fn a_line_without_a_number_is_kept_once() {
        let mut export = TransactionExport::new();
        let odd = || TransactionRecord::new(None, "who knows");
        for _ in 0..2 {
            export.take(TransactionPage::new(vec![odd()]));
        }
        assert_eq!(export.to_text(), "who knows\n");
    }

    /// As many as there is room for: looked up one by one in a list, they would take hours.
    #[test]
    fn very_many_lines_without_a_number_are_kept_once_each() {
        let mut export = TransactionExport::new();
        let page = || {
            let record = |line| TransactionRecord::new(None, format!("line {line}"));
            TransactionPage::new((0..200_000).map(record).collect())
        };
        for _ in 0..2 {
            export.take(page());
        }
        assert_eq!(export.len(), 200_000);
        assert!(export.is_complete());
    }

    #[test]
    fn a_charger_that_never_ends_is_cut_short() {
        let mut export = TransactionExport::new();
        let text = "x".repeat(1 << 20);
        for number in (0..16).rev() {
            let record = TransactionRecord::new(Some(number), text.clone());
            let more = export.take(TransactionPage::new(vec![record]));
            assert_eq!(more.is_some(), number > 0);
            assert_eq!(export.is_complete(), number > 0);
        }
    }

    #[test]
    fn a_file_is_never_written_over_and_nothing_personal_is_shown() {
        let mut export = TransactionExport::new();
        export.take(page([4]));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("transactions");
        export.save(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), export.to_text());
        let again = export.save(&path).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert!(!format!("{export:?}").contains("card"));
    }
}
