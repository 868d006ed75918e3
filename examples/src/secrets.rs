use std::collections::BTreeMap;
use std::env::{self, VarError};
use std::io;
use std::path::PathBuf;

use ocpp_config::{Secret, SecretError, SecretErrorKind, SecretReference, SecretSource};

use crate::{ReadError, read_bounded};

/// Loads what a document refers to from this machine: environment variables, and files
/// beside the document.
#[derive(Debug, Clone)]
pub struct LocalSecrets {
    folder: PathBuf,
    elsewhere: BTreeMap<String, PathBuf>,
    inline: bool,
}

impl LocalSecrets {
    /// The largest file that is loaded, 16 MiB: a package with room to spare.
    pub const MAX_BYTES: u64 = 16 << 20;

    /// Paths that are not absolute are looked for in this folder. Secrets that stand in
    /// the document itself are used only if `inline`.
    pub fn new(folder: impl Into<PathBuf>, inline: bool) -> Self {
        Self {
            folder: folder.into(),
            elsewhere: BTreeMap::new(),
            inline,
        }
    }

    /// What a document calls `name` is in the file at `path`, wherever the document is.
    #[must_use]
    pub fn with_file(mut self, name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.elsewhere.insert(name.into(), path.into());
        self
    }

    fn read(&self, path: &str) -> Result<Secret, ReadError> {
        let place = match self.elsewhere.get(path) {
            Some(place) => place.clone(),
            None => self.folder.join(path),
        };
        read_bounded(&place, Self::MAX_BYTES).map(Secret::new)
    }
}

impl SecretSource for LocalSecrets {
    fn resolve(&self, reference: &SecretReference) -> Result<Secret, SecretError> {
        match reference {
            SecretReference::Env(name) => match env::var(name.as_str()) {
                Ok(value) => Ok(Secret::from(value)),
                Err(VarError::NotPresent) => Err(SecretError::new(SecretErrorKind::NotFound)),
                // The error would repeat the value.
                Err(VarError::NotUnicode(_)) => Err(SecretError::new(SecretErrorKind::Unusable)),
            },
            SecretReference::File(path) => self.read(path.as_str()).map_err(|error| {
                let kind = match error.kind() {
                    io::ErrorKind::NotFound => SecretErrorKind::NotFound,
                    io::ErrorKind::PermissionDenied => SecretErrorKind::NotAllowed,
                    io::ErrorKind::FileTooLarge => SecretErrorKind::Unusable,
                    _ => SecretErrorKind::Other,
                };
                SecretError::new(kind).with_source(error.into_source())
            }),
            _ => Err(SecretError::new(SecretErrorKind::Other)),
        }
    }

    fn allows_inline(&self) -> bool {
        self.inline
    }
}
