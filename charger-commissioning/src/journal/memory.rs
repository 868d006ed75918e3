use std::io;

use super::JournalStore;

/// A journal in memory, for tests and for procedures that nobody will resume.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryJournal(Vec<u8>);

impl MemoryJournal {
    /// An empty journal.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The lines as they would be in a file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The lines as they would be in a file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for MemoryJournal {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl JournalStore for MemoryJournal {
    fn load(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.0.clone())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0
            .truncate(usize::try_from(length).unwrap_or(usize::MAX));
        Ok(())
    }
}
