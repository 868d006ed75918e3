//! The journal: what was about to be done and what was done, durable, and damage is
//! noticed.

mod event;
mod file;
mod history;
mod line;
mod memory;

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

pub use event::{Armed, ChargerName, Ending, Event, Leg};
pub use file::FileJournal;
pub use history::{Begun, History, LegHistory, Opened};
pub use memory::MemoryJournal;

use ocpp_config::Concern;

use crate::Moment;

/// The largest journal that is read, in bytes. A changeover writes about 60 KB.
pub const MAX_JOURNAL_BYTES: u64 = 16 << 20;

/// Where a journal's lines live: append-only and durable.
///
/// # Contract
/// When `append` returns, the bytes survive a crash and a power cut (a file is synced).
/// After an error, nothing or any prefix of them may be there; the journal then cuts
/// the store back when it is opened again.
pub trait JournalStore {
    /// All bytes, at most [`MAX_JOURNAL_BYTES`] of them.
    ///
    /// # Errors
    /// What the medium reports, or [`io::ErrorKind::FileTooLarge`].
    fn load(&mut self) -> io::Result<Vec<u8>>;

    /// Adds `bytes` at the end and makes them durable.
    ///
    /// # Errors
    /// What the medium reports.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts everything after the first `length` bytes off, durably.
    ///
    /// # Errors
    /// What the medium reports.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
}

impl<S: JournalStore + ?Sized> JournalStore for &mut S {
    fn load(&mut self) -> io::Result<Vec<u8>> {
        (**self).load()
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        (**self).append(bytes)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        (**self).truncate(length)
    }
}

impl<S: JournalStore + ?Sized> JournalStore for Box<S> {
    fn load(&mut self) -> io::Result<Vec<u8>> {
        (**self).load()
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        (**self).append(bytes)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        (**self).truncate(length)
    }
}

/// One event and when it was recorded.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// Its number in the journal, from 1.
    pub number: u64,
    /// When it was recorded.
    pub at: Moment,
    /// What happened, or is about to.
    pub event: Event,
}

/// The journal of one charger: one JSON line per event, each with a SHA-256 over the
/// lines before and itself, so that a changed, swapped or lost line among others is noticed.
///
/// That is against damage, not against forgery: no key is in it, so anybody can make up a
/// journal, or cut its last lines off, and nobody notices. Keep it where only those can write
/// who may change the charger.
///
/// It holds no secret, so it may be copied and mailed. Everything a procedure needs to
/// go on or to go back after a crash is in it; another machine may do that.
///
/// ```
/// use charger_commissioning::{Event, Journal, MemoryJournal, Moment};
///
/// let mut journal = Journal::open(MemoryJournal::new())?;
/// journal.append(Moment::from_millis(1), Event::Resumed)?;
/// let again = Journal::open(journal.into_store())?;
/// assert_eq!(again.entries().len(), 1);
/// # Ok::<(), charger_commissioning::JournalError>(())
/// ```
#[derive(Debug)]
pub struct Journal<S> {
    store: S,
    entries: Vec<Entry>,
    chain: line::Chain,
    /// Bytes of complete lines in the store.
    length: u64,
    /// A write failed and its remains could not be cut off.
    torn: bool,
}

impl<S: JournalStore> Journal<S> {
    /// Reads a journal and checks its chain, which tells damage, not forgery. A last line that was not written
    /// completely is cut off: what it announced was never done.
    ///
    /// # Errors
    /// The store's error, or that the journal is damaged.
    pub fn open(mut store: S) -> Result<Self, JournalError> {
        let bytes = store
            .load()
            .map_err(|error| JournalError::storage("reading", error))?;
        let read = line::read_all(&bytes)?;
        if read.intact < bytes.len() {
            store
                .truncate(read.intact as u64)
                .map_err(|error| JournalError::storage("repairing", error))?;
        }
        Ok(Self {
            store,
            entries: read.entries,
            chain: read.chain,
            length: read.intact as u64,
            torn: false,
        })
    }

    /// Adds an event; it is durable when this returns.
    ///
    /// # Errors
    /// The store's error. Then the event does not count, and what it announces must not
    /// be done.
    pub fn append(&mut self, at: Moment, event: Event) -> Result<&Entry, JournalError> {
        let number = self.entries.len() as u64 + 1;
        let entry = Entry { number, at, event };
        let (line, chain) = line::write(&self.chain, &entry)?;
        self.write(&line)?;
        self.length += line.len() as u64;
        self.chain = chain;
        self.entries.push(entry);
        self.entries.last().ok_or(JournalError::Broken {
            line: number,
            what: "an entry vanished",
        })
    }

    /// What a failed write left behind must go before the next line, or the journal
    /// could not be read again.
    fn write(&mut self, line: &[u8]) -> Result<(), JournalError> {
        if self.torn {
            self.store
                .truncate(self.length)
                .map_err(|error| JournalError::storage("repairing", error))?;
            self.torn = false;
        }
        self.store.append(line).map_err(|error| {
            self.torn = true;
            JournalError::storage("writing", error)
        })
    }

    /// All entries, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What the entries of the last procedure amount to.
    pub fn history(&self) -> History {
        History::of(&self.entries)
    }

    /// Gives the store back.
    pub fn into_store(self) -> S {
        self.store
    }
}

/// Why a journal cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The medium failed.
    #[error("the journal's storage failed while {during}")]
    Storage {
        /// What was under way.
        during: &'static str,
        /// What the medium reported.
        #[source]
        source: Arc<dyn Error + Send + Sync>,
    },
    /// Another procedure has the file, in this process or in another one.
    #[error("the journal {} is in use by another procedure", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// There is no such file.
    #[error("there is no journal {}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The journal is not what was once written.
    #[error("the journal is damaged or was changed in line {line}: {what}")]
    Broken {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl JournalError {
    /// Whom it concerns: the caller, who keeps the journal.
    pub const fn concerns(&self) -> Concern {
        Concern::Caller
    }

    fn storage(during: &'static str, error: io::Error) -> Self {
        Self::Storage {
            during,
            source: Arc::new(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Vec<u8> {
        let mut journal = Journal::open(MemoryJournal::new()).unwrap();
        for at in 1..=3 {
            journal
                .append(Moment::from_millis(at), Event::Resumed)
                .unwrap();
        }
        journal.into_store().into_bytes()
    }

    #[test]
    fn a_journal_is_read_back_as_it_was_written() {
        let journal = Journal::open(MemoryJournal::from(written())).unwrap();
        let moments: Vec<u64> = journal.entries().iter().map(|e| e.at.as_millis()).collect();
        assert_eq!(moments, [1, 2, 3]);
    }

    #[test]
    fn every_torn_end_is_cut_off_and_the_journal_goes_on() {
        let bytes = written();
        for length in 0..bytes.len() {
            let torn = MemoryJournal::from(bytes.get(..length).unwrap().to_vec());
            let mut journal = Journal::open(torn).unwrap();
            let whole = bytes
                .get(..length)
                .unwrap()
                .iter()
                .filter(|b| **b == b'\n')
                .count();
            assert_eq!(journal.entries().len(), whole, "cut at {length}");
            journal
                .append(Moment::from_millis(9), Event::Resumed)
                .unwrap();
            let again = Journal::open(journal.into_store()).unwrap();
            assert_eq!(again.entries().len(), whole + 1, "cut at {length}");
        }
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let bytes = written();
        let last_line = bytes.len() - 1;
        for place in 0..last_line {
            let mut changed = bytes.clone();
            if let Some(byte) = changed.get_mut(place) {
                *byte ^= 1;
            }
            let opened = Journal::open(MemoryJournal::from(changed));
            assert!(
                matches!(opened, Err(JournalError::Broken { .. })),
                "byte {place} changed unnoticed"
            );
        }
    }

    /// The chain is no seal: what is written last may be gone, and nobody notices.
    #[test]
    fn lines_cut_off_at_the_end_are_not_noticed() {
        let bytes = written();
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let cut = MemoryJournal::from(bytes.get(..end).unwrap().to_vec());
        assert_eq!(Journal::open(cut).unwrap().entries().len(), 1);
    }

    #[test]
    fn swapped_and_missing_lines_are_noticed() {
        let bytes = written();
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let orders: [&[usize]; 3] = [&[1, 0, 2], &[0, 2], &[1, 2]];
        for order in orders {
            let mixed: Vec<u8> = order.iter().flat_map(|i| lines[*i].to_vec()).collect();
            assert!(Journal::open(MemoryJournal::from(mixed)).is_err());
        }
    }
}
