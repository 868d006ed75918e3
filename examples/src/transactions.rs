use std::io;
use std::path::{Path, PathBuf};

use charger_commissioning::TransactionExport;

/// Stores the raw records of a charger's transactions beside its journal, in a file of their
/// own; never over those of an earlier time.
///
/// # Errors
/// What the file system reports.
pub fn store_transactions(journal: &Path, export: &TransactionExport) -> io::Result<PathBuf> {
    for number in 1..=MOST {
        let extension = match number {
            1 => "transactions".to_owned(),
            number => format!("transactions-{number}"),
        };
        let path = journal.with_extension(extension);
        match export.save(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// More attempts on one charger than anybody makes.
const MOST: u32 = 100;
