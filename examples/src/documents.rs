use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ocpp_config::{DocumentFormat, DocumentSource, Report};

/// Reads a document from a file whose name ends in `.toml` or `.json`.
///
/// # Errors
///
/// The file cannot be read, or holds neither TOML nor JSON.
pub fn read_document(path: &Path) -> Result<DocumentSource, DocumentError> {
    let format = format_of(path)?;
    let text = read_bounded(path).map_err(|source| DocumentError::Read {
        path: path.to_owned(),
        source,
    })?;
    DocumentSource::read(format, path.display().to_string(), text).map_err(DocumentError::Syntax)
}

/// A file that is no document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The name does not tell what the file holds.
    #[error("{}: the name ends neither in .toml nor in .json", .0.display())]
    Name(PathBuf),
    /// The file cannot be read.
    #[error("{} cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds neither TOML nor JSON.
    #[error(transparent)]
    Syntax(Report),
}

fn format_of(path: &Path) -> Result<DocumentFormat, DocumentError> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension {
        Some("toml") => Ok(DocumentFormat::Toml),
        Some("json") => Ok(DocumentFormat::Json),
        _ => Err(DocumentError::Name(path.to_owned())),
    }
}

/// One byte more than a document may have is enough for it to be refused as too large.
fn read_bounded(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(DocumentFormat::MAX_BYTES as u64 + 1)
        .read_to_string(&mut text)?;
    Ok(text)
}
