use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use crate::{Concern, FilePath, Secret, SecretReference};

/// Loads what a document refers to: secrets, certificates and packages.
///
/// This crate opens no file and reads no environment; the caller does, in one method.
/// [`SecretMap`] is an implementation for tests and for callers that hold everything in
/// memory. One that reads variables and files of this machine is
/// [`LocalSecrets`](https://docs.rs/charger-commissioning/latest/charger_commissioning/struct.LocalSecrets.html)
/// in `charger-commissioning`.
pub trait SecretSource {
    /// The bytes behind a reference.
    ///
    /// An implementation bounds the size of what it reads, and is never asked for an
    /// inline value.
    ///
    /// # Errors
    ///
    /// They cannot be loaded.
    fn resolve(&self, reference: &SecretReference) -> Result<Secret, SecretError>;

    /// The contents of a file that is no secret: a package, or certificates without a key.
    /// Defaults to [`resolve`](Self::resolve); an implementation that is strict about who
    /// else may read a secret is not strict here.
    ///
    /// # Errors
    ///
    /// They cannot be loaded.
    fn public_file(&self, file: &FilePath) -> Result<Secret, SecretError> {
        self.resolve(&SecretReference::File(file.clone()))
    }

    /// Whether a secret may stand in the document itself. Defaults to no.
    fn allows_inline(&self) -> bool {
        false
    }
}

impl<S: SecretSource + ?Sized> SecretSource for &S {
    fn resolve(&self, reference: &SecretReference) -> Result<Secret, SecretError> {
        (**self).resolve(reference)
    }

    fn public_file(&self, file: &FilePath) -> Result<Secret, SecretError> {
        (**self).public_file(file)
    }

    fn allows_inline(&self) -> bool {
        (**self).allows_inline()
    }
}

impl<S: SecretSource + ?Sized> SecretSource for Box<S> {
    fn resolve(&self, reference: &SecretReference) -> Result<Secret, SecretError> {
        (**self).resolve(reference)
    }

    fn public_file(&self, file: &FilePath) -> Result<Secret, SecretError> {
        (**self).public_file(file)
    }

    fn allows_inline(&self) -> bool {
        (**self).allows_inline()
    }
}

/// A reference that could not be resolved.
#[derive(Debug)]
pub struct SecretError {
    kind: SecretErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// Why a reference could not be resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretErrorKind {
    /// There is no such variable or file.
    NotFound,
    /// It may not be read.
    NotAllowed,
    /// Others than its owner may read it.
    Exposed,
    /// It is too large, or not text where text is needed.
    Unusable,
    /// Anything else; the source says what.
    Other,
}

impl SecretError {
    /// An error of this kind.
    pub const fn new(kind: SecretErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Adds what caused it.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// Whom it concerns: whoever wrote the reference, or keeps what it refers to.
    pub const fn concerns(&self) -> Concern {
        Concern::Document
    }

    /// Why the reference could not be resolved.
    pub const fn kind(&self) -> SecretErrorKind {
        self.kind
    }
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            SecretErrorKind::NotFound => "not found",
            SecretErrorKind::NotAllowed => "may not be read",
            SecretErrorKind::Exposed => "others may read it",
            SecretErrorKind::Unusable => "cannot be used",
            SecretErrorKind::Other => "cannot be loaded",
        })
    }
}

impl Error for SecretError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Secrets and files held in memory.
///
/// ```
/// use ocpp_config::{SecretMap, SecretSource, SecretReference};
///
/// let secrets = SecretMap::new().with_env("CSMS_KEY", "sixteen letters.").with_inline_secrets(true);
/// let reference = SecretReference::Env("CSMS_KEY".parse()?);
/// assert_eq!(secrets.resolve(&reference)?.expose(), b"sixteen letters.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct SecretMap {
    env: BTreeMap<String, Secret>,
    files: BTreeMap<String, Secret>,
    inline: bool,
}

impl SecretMap {
    /// Nothing at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn with_env(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Adds a file.
    #[must_use]
    pub fn with_file(mut self, path: impl Into<String>, contents: Vec<u8>) -> Self {
        self.files.insert(path.into(), Secret::new(contents));
        self
    }

    /// Whether secrets may stand in the document itself. Defaults to no.
    #[must_use]
    pub fn with_inline_secrets(mut self, allowed: bool) -> Self {
        self.inline = allowed;
        self
    }
}

impl SecretSource for SecretMap {
    fn resolve(&self, reference: &SecretReference) -> Result<Secret, SecretError> {
        match reference {
            SecretReference::Env(name) => self.env.get(name.as_str()),
            SecretReference::File(path) => self.files.get(path.as_str()),
            SecretReference::Inline(secret) => Some(secret),
        }
        .cloned()
        .ok_or(SecretError::new(SecretErrorKind::NotFound))
    }

    fn allows_inline(&self) -> bool {
        self.inline
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers each question differently from what the trait defaults to.
    struct Particular;

    impl SecretSource for Particular {
        fn resolve(&self, _: &SecretReference) -> Result<Secret, SecretError> {
            Ok(Secret::from("secret"))
        }

        fn public_file(&self, _: &FilePath) -> Result<Secret, SecretError> {
            Ok(Secret::from("public"))
        }

        fn allows_inline(&self) -> bool {
            true
        }
    }

    #[test]
    fn what_is_borrowed_or_boxed_answers_every_question_itself() {
        let boxed: Box<dyn SecretSource> = Box::new(Particular);
        answers_itself(&Particular);
        answers_itself(boxed);
        assert!(!Box::new(SecretMap::new()).allows_inline());
    }

    #[track_caller]
    fn answers_itself(source: impl SecretSource) {
        let file: FilePath = "root.pem".parse().expect("a path");
        let secret = SecretReference::File(file.clone());
        assert_eq!(source.resolve(&secret).expect("it").expose(), b"secret");
        assert_eq!(source.public_file(&file).expect("it").expose(), b"public");
        assert!(source.allows_inline());
    }
}
