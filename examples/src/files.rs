use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Reads a file of at most `most` bytes.
///
/// # Errors
/// [`ReadError`], of the kind [`ErrorKind::FileTooLarge`] if there is more of it.
pub fn read_bounded(path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
    read(path, most).map_err(|source| ReadError {
        path: path.to_owned(),
        source,
    })
}

/// Reads a text of at most `most` bytes.
///
/// # Errors
/// As [`read_bounded`]; [`ErrorKind::InvalidData`] if it is not UTF-8.
pub fn read_text(path: &Path, most: u64) -> Result<String, ReadError> {
    let bytes = read_bounded(path, most)?;
    String::from_utf8(bytes).map_err(|error| ReadError {
        path: path.to_owned(),
        source: io::Error::new(ErrorKind::InvalidData, error),
    })
}

fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let text = format!("larger than {most} bytes");
        return Err(io::Error::new(ErrorKind::FileTooLarge, text));
    }
    Ok(bytes)
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read", path.display())]
pub struct ReadError {
    path: PathBuf,
    source: io::Error,
}

impl ReadError {
    /// That the file at `path` cannot be read for this reason.
    pub fn new(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self {
            path: path.into(),
            source,
        }
    }

    /// Why.
    pub fn kind(&self) -> ErrorKind {
        self.source.kind()
    }

    /// Why, for those who name the file themselves.
    pub fn into_source(self) -> io::Error {
        self.source
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self.kind() {
            ErrorKind::NotFound => "check the name; it is looked for from the working folder on",
            ErrorKind::PermissionDenied => "let this user read it",
            ErrorKind::IsADirectory => "name a file; this is a folder",
            ErrorKind::FileTooLarge => "check the name: a file of this kind is never so large",
            ErrorKind::InvalidData => "save it as UTF-8",
            _ => "copy it to a disk of this machine and name that copy",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bytes");
        std::fs::write(&path, [0xFF; 9]).unwrap();
        let kind = |result: Result<usize, ReadError>| result.map_err(|error| error.kind());
        let bytes = |path: &Path, most| kind(read_bounded(path, most).map(|it| it.len()));
        let text = |path: &Path, most| kind(read_text(path, most).map(|it| it.len()));
        assert_eq!(bytes(&path, 9), Ok(9));
        assert_eq!(bytes(&path, 8), Err(ErrorKind::FileTooLarge));
        assert_eq!(text(&path, 9), Err(ErrorKind::InvalidData));
        let missing = folder.path().join("missing");
        assert_eq!(bytes(&missing, 9), Err(ErrorKind::NotFound));
    }
}
