use std::collections::BTreeMap;
use std::env;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use ocpp_config::{FilePath, Secret, SecretError, SecretErrorKind, SecretReference, SecretSource};

/// Loads what a document refers to from this machine: environment variables, and files in
/// the document's folder.
///
/// A file is never read beyond a bound, and what is read is overwritten when it is dropped.
/// On Unix a file with a secret is refused when its group or others may read or write it, as
/// SSH does with private keys; packages and certificates may be read by anybody. A document
/// may name any variable and any file that this program may read: check documents of
/// strangers with a [`SecretMap`](ocpp_config::SecretMap) instead.
///
/// ```
/// use charger_commissioning::LocalSecrets;
/// use ocpp_config::{DocumentSource, validate};
///
/// let text = "preset = 'stand-alone'\n[authorization]\nmode = 'rfid'\noffline-action = 'accept-all'\n";
/// let source = DocumentSource::from_toml("chargers/ACE0999001.toml", text)?;
/// let checked = validate(&source).checked.ok_or("errors")?;
/// // What the document calls `csms.key` is in `chargers/csms.key`.
/// let document = checked.resolve(&LocalSecrets::new("chargers"))?;
/// assert!(!document.report().has_errors());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct LocalSecrets {
    folder: PathBuf,
    elsewhere: BTreeMap<String, PathBuf>,
    inline: bool,
    shared: bool,
}

impl LocalSecrets {
    /// The largest secret that is loaded from a file, 64 KiB: a private key with room to spare.
    pub const MAX_SECRET_BYTES: u64 = 64 << 10;

    /// The largest file that is loaded at all, 16 MiB: a package with room to spare.
    pub const MAX_FILE_BYTES: u64 = 16 << 20;

    /// Paths that are not absolute are looked for in this folder, usually the document's;
    /// an empty path is the working folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            ..Self::default()
        }
    }

    /// What a document calls `name` is in the file at `path`, wherever the document is.
    #[must_use]
    pub fn with_file(mut self, name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.elsewhere.insert(name.into(), path.into());
        self
    }

    /// Whether secrets may stand in the document itself. Defaults to no.
    #[must_use]
    pub const fn with_inline_secrets(mut self, allowed: bool) -> Self {
        self.inline = allowed;
        self
    }

    /// Whether files with secrets may be readable by others than their owner, as where an
    /// orchestrator mounts them for a container. Defaults to no.
    #[must_use]
    pub const fn with_shared_files(mut self, allowed: bool) -> Self {
        self.shared = allowed;
        self
    }

    fn path_of(&self, name: &str) -> PathBuf {
        match self.elsewhere.get(name) {
            Some(path) => path.clone(),
            None => self.folder.join(name),
        }
    }
}

impl SecretSource for LocalSecrets {
    fn resolve(&self, reference: &SecretReference) -> Result<Secret, SecretError> {
        match reference {
            SecretReference::Env(name) => variable(name.as_str()),
            SecretReference::File(name) => {
                let path = self.path_of(name.as_str());
                let file = open(&path)?;
                if !self.shared {
                    check_owner_only(&file)?;
                }
                read(file, Self::MAX_SECRET_BYTES)
            }
            // Never asked for: the caller has it already.
            _ => Err(SecretError::new(SecretErrorKind::Other)),
        }
    }

    fn public_file(&self, file: &FilePath) -> Result<Secret, SecretError> {
        read(open(&self.path_of(file.as_str()))?, Self::MAX_FILE_BYTES)
    }

    fn allows_inline(&self) -> bool {
        self.inline
    }
}

fn variable(name: &str) -> Result<Secret, SecretError> {
    let value = env::var_os(name).ok_or(SecretError::new(SecretErrorKind::NotFound))?;
    let value = Secret::new(value.into_encoded_bytes());
    match value.expose_str() {
        Some(_) => Ok(value),
        None => Err(SecretError::new(SecretErrorKind::Unusable).with_source("not UTF-8")),
    }
}

fn open(path: &Path) -> Result<File, SecretError> {
    File::open(path).map_err(unread)
}

/// Everything that is in the file, if that is at most `most` bytes.
fn read(file: File, most: u64) -> Result<Secret, SecretError> {
    let too_large = || {
        let why = format!("larger than {most} bytes");
        SecretError::new(SecretErrorKind::Unusable).with_source(why)
    };
    let length = file.metadata().map_err(unread)?.len();
    if length > most {
        return Err(too_large());
    }
    // Room for all of it and for the end: a vector that grows leaves copies behind.
    let room = usize::try_from(length).unwrap_or_default();
    let mut bytes = Vec::with_capacity(room + ROOM_TO_SEE_THE_END);
    let outcome = file.take(most + 1).read_to_end(&mut bytes);
    // Overwritten on every way out from here on.
    let secret = Secret::new(bytes);
    outcome.map_err(unread)?;
    match secret.len() as u64 > most {
        true => Err(too_large()),
        false => Ok(secret),
    }
}

/// The standard library reads the end of a file through a buffer of its own where there is
/// less room than this.
const ROOM_TO_SEE_THE_END: usize = 64;

fn unread(error: io::Error) -> SecretError {
    let kind = match error.kind() {
        ErrorKind::NotFound => SecretErrorKind::NotFound,
        ErrorKind::PermissionDenied => SecretErrorKind::NotAllowed,
        _ => SecretErrorKind::Other,
    };
    SecretError::new(kind).with_source(error)
}

/// A secret that a group or everybody can read is none; one that they can write is not the
/// one that was meant.
#[cfg(unix)]
fn check_owner_only(file: &File) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt;

    let mode = file.metadata().map_err(unread)?.permissions().mode() & 0o777;
    match mode & 0o066 {
        0 => Ok(()),
        _ => {
            let cure = format!("its mode is {mode:o}; `chmod 600` leaves it to its owner");
            Err(SecretError::new(SecretErrorKind::Exposed).with_source(cure))
        }
    }
}

/// Elsewhere the folder decides.
#[cfg(not(unix))]
const fn check_owner_only(_: &File) -> Result<(), SecretError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::fs;

    use super::*;

    /// A file that its owner alone can read.
    fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        allow(&path, 0o600);
        path
    }

    #[cfg(unix)]
    fn allow(path: &Path, mode: u32) {
        use std::os::unix::fs::PermissionsExt;

        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[cfg(not(unix))]
    fn allow(_: &Path, _: u32) {}

    fn file(name: &str) -> SecretReference {
        SecretReference::File(name.parse().unwrap())
    }

    fn kind(result: Result<Secret, SecretError>) -> SecretErrorKind {
        result.unwrap_err().kind()
    }

    #[test]
    fn files_are_found_beside_the_document_and_where_the_caller_says() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        put(folder.path(), "key", b"beside");
        let path = put(other.path(), "anything", b"elsewhere");
        let secrets = LocalSecrets::new(folder.path()).with_file("package", &path);
        assert_eq!(secrets.resolve(&file("key")).unwrap().expose(), b"beside");
        let package = secrets.public_file(&"package".parse().unwrap());
        assert_eq!(package.unwrap().expose(), b"elsewhere");
        let absolute = secrets.resolve(&file(path.to_str().unwrap()));
        assert_eq!(absolute.unwrap().expose(), b"elsewhere");
    }

    #[test]
    fn variables_are_text() {
        let variable = |name: &str| {
            LocalSecrets::new("").resolve(&SecretReference::Env(name.parse().unwrap()))
        };
        // Cargo sets it for every test.
        let name = variable("CARGO_PKG_NAME").unwrap();
        assert_eq!(name.expose(), env!("CARGO_PKG_NAME").as_bytes());
        assert_eq!(
            kind(variable("NO_SUCH_VARIABLE")),
            SecretErrorKind::NotFound
        );
    }

    #[test]
    fn what_is_too_large_is_not_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = LocalSecrets::new(folder.path());
        let most = usize::try_from(LocalSecrets::MAX_SECRET_BYTES).unwrap();
        put(folder.path(), "largest", &vec![b'x'; most]);
        assert_eq!(secrets.resolve(&file("largest")).unwrap().len(), most);
        put(folder.path(), "larger", &vec![b'x'; most + 1]);
        let refused = secrets.resolve(&file("larger"));
        assert_eq!(kind(refused), SecretErrorKind::Unusable);
        let package = secrets.public_file(&"larger".parse().unwrap());
        assert_eq!(package.unwrap().len(), most + 1);
    }

    /// A length of 0 is what the platform says of files that it makes up while they are read.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_does_not_tell_its_length_is_bounded_too() {
        let endless = open(Path::new("/dev/zero")).unwrap();
        assert_eq!(kind(read(endless, 1000)), SecretErrorKind::Unusable);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = LocalSecrets::new(folder.path());
        assert_eq!(
            kind(secrets.resolve(&file("key"))),
            SecretErrorKind::NotFound
        );
        let folder_itself = secrets.public_file(&".".parse().unwrap());
        assert_eq!(kind(folder_itself), SecretErrorKind::Other);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_or_write_is_refused_with_the_cure() {
        let folder = tempfile::tempdir().unwrap();
        let path = put(folder.path(), "key", b"key");
        let secrets = LocalSecrets::new(folder.path());
        for (mode, is_private) in [
            (0o600, true),
            (0o400, true),
            (0o700, true),
            (0o640, false),
            (0o604, false),
            (0o620, false),
            (0o602, false),
        ] {
            allow(&path, mode);
            let loaded = secrets.resolve(&file("key"));
            assert_eq!(loaded.is_ok(), is_private, "{mode:o}");
            if let Err(error) = loaded {
                assert_eq!(error.kind(), SecretErrorKind::Exposed);
                let cure = error.source().unwrap().to_string();
                assert!(cure.contains("chmod 600"), "{cure}");
            }
            // Certificates and packages are public.
            assert!(secrets.public_file(&"key".parse().unwrap()).is_ok());
            let shared = secrets.clone().with_shared_files(true);
            assert!(shared.resolve(&file("key")).is_ok());
        }
    }

    #[test]
    fn secrets_in_the_document_are_the_callers_choice() {
        assert!(!LocalSecrets::new("").allows_inline());
        assert!(
            LocalSecrets::new("")
                .with_inline_secrets(true)
                .allows_inline()
        );
    }
}
