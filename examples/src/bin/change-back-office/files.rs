use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ocpp_config::{Secret, SecretError, SecretErrorKind, SecretReference, SecretSource};

/// Nothing that a document refers to is larger; a preset has about a kilobyte.
const LARGEST: u64 = 4 << 20;

/// Resolves what a document refers to: environment variables, and files next to it.
#[derive(Debug)]
pub(crate) struct Files {
    folder: PathBuf,
}

impl Files {
    /// Relative paths start at the folder of `document`.
    pub(crate) fn beside(document: &Path) -> Self {
        Self {
            folder: document.parent().map(Path::to_path_buf).unwrap_or_default(),
        }
    }
}

impl SecretSource for Files {
    fn resolve(&self, reference: &SecretReference) -> Result<Secret, SecretError> {
        match reference {
            SecretReference::Env(name) => std::env::var(name.as_str())
                .map(Secret::from)
                .map_err(|_| SecretError::new(SecretErrorKind::NotFound)),
            SecretReference::File(path) => {
                read(&self.folder.join(path.as_str())).map_err(|error| unreadable(&error))
            }
            _ => Err(SecretError::new(SecretErrorKind::Other)),
        }
    }
}

fn read(path: &Path) -> io::Result<Secret> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(Secret::new(bytes))
}

fn unreadable(error: &io::Error) -> SecretError {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => SecretErrorKind::NotFound,
        io::ErrorKind::PermissionDenied => SecretErrorKind::NotAllowed,
        io::ErrorKind::FileTooLarge => SecretErrorKind::Unusable,
        _ => SecretErrorKind::Other,
    };
    SecretError::new(kind).with_source(error.to_string())
}
