use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{JournalError, JournalStore, MAX_JOURNAL_BYTES};
use crate::durable::{private, sync_directory};

/// A journal in a file, synced to disk after every line.
///
/// Two procedures must not share one file: it is locked as long as this lives, against
/// other processes and against other handles in this one. The operating system frees the
/// lock of a process that died. File systems without locks are refused.
#[derive(Debug)]
pub struct FileJournal {
    file: File,
    path: PathBuf,
}

impl FileJournal {
    /// Opens the file, or creates it, readable by its owner only where the platform
    /// knows such a thing.
    ///
    /// # Errors
    /// [`JournalError::InUse`] if another procedure has it, and
    /// [`JournalError::Storage`] with what the file system reports.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, JournalError> {
        Self::open_with(path.into(), true)
    }

    /// Opens the file that is there: for a resume or a roll-back, where a mistyped name
    /// must not begin a new journal.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`JournalError::Missing`] if there is no such file.
    pub fn open_existing(path: impl Into<PathBuf>) -> Result<Self, JournalError> {
        Self::open_with(path.into(), false)
    }

    fn open_with(path: PathBuf, create: bool) -> Result<Self, JournalError> {
        let mut options = private();
        options
            .read(true)
            .write(true)
            .create(create)
            .truncate(false);
        let file = options.open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if !create => JournalError::Missing { path: path.clone() },
            _ => JournalError::storage("opening", error),
        })?;
        lock(&file, &path)?;
        sync_directory(&path).map_err(|error| JournalError::storage("opening", error))?;
        Ok(Self { file, path })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl JournalStore for FileJournal {
    fn load(&mut self) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut bytes = Vec::new();
        (&self.file)
            .take(MAX_JOURNAL_BYTES + 1)
            .read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_JOURNAL_BYTES {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        Ok(bytes)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::End(0))?;
        self.file.write_all(bytes)?;
        self.file.sync_data()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.file.sync_all()
    }
}

fn lock(file: &File, path: &Path) -> Result<(), JournalError> {
    match fs4::FileExt::try_lock(file) {
        Ok(()) => Ok(()),
        Err(fs4::TryLockError::WouldBlock) => Err(JournalError::InUse {
            path: path.to_owned(),
        }),
        Err(fs4::TryLockError::Error(error)) => Err(JournalError::storage("locking", error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, Journal, Moment};

    #[test]
    fn a_second_handle_is_turned_away_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ACE0999001.journal");
        let mut journal = Journal::open(FileJournal::open(&path).unwrap()).unwrap();
        for second in [FileJournal::open(&path), FileJournal::open_existing(&path)] {
            assert!(
                matches!(&second, Err(JournalError::InUse { path: place }) if *place == path),
                "{second:?}"
            );
        }
        let at = Moment::from_millis(1);
        journal.append(at, Event::Resumed).unwrap();
        drop(journal);
        let again = FileJournal::open_existing(&path).unwrap();
        assert_eq!(again.path(), path);
        assert_eq!(Journal::open(again).unwrap().entries().len(), 1);
    }

    #[test]
    fn a_mistyped_name_begins_no_journal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ACE0999002.journal");
        let opened = FileJournal::open_existing(&path);
        assert!(
            matches!(&opened, Err(JournalError::Missing { path: place }) if *place == path),
            "{opened:?}"
        );
        assert!(!path.exists());
    }

    #[test]
    fn a_file_beyond_the_limit_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.journal");
        let file = File::create(&path).unwrap();
        for (length, kind) in [
            (MAX_JOURNAL_BYTES, None),
            (MAX_JOURNAL_BYTES + 1, Some(io::ErrorKind::FileTooLarge)),
        ] {
            file.set_len(length).unwrap();
            let loaded = FileJournal::open(&path).unwrap().load();
            assert_eq!(loaded.as_ref().err().map(io::Error::kind), kind);
            assert!(kind.is_some() || loaded.unwrap().len() as u64 == length);
        }
    }
}
