use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{KeyFingerprint, PinStore, PinStoreError};

/// Fingerprints in a JSON file. It is created so that only its owner can read and write
/// it. On Unix, one that its group or everybody can write is not believed; who owns it is
/// not looked at, so keep it in a folder of your own.
///
/// Every change replaces the file in one step, so that a crash leaves the old or the
/// new one and never half of one. Changes by one process never get lost; of two
/// processes that add pins at the very same time, one may lose its addition and asks
/// again at the next contact.
#[derive(Debug)]
pub struct FilePinStore {
    path: PathBuf,
    writing: Mutex<()>,
}

impl FilePinStore {
    /// The store in the file at `path`, which need not exist yet; its folder must.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            writing: Mutex::new(()),
        }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Forgets the fingerprint of `charger`, so that the next contact is a first one.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub fn forget(&self, charger: &str) -> Result<(), PinStoreError> {
        self.change(|pins| {
            pins.remove(charger);
        })
    }

    fn change(&self, change: impl FnOnce(&mut Pins)) -> Result<(), PinStoreError> {
        let _guard = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut pins = self.read()?;
        change(&mut pins);
        self.replace(&pins)
    }

    fn read(&self) -> Result<Pins, PinStoreError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Pins::new()),
            Err(error) => {
                return Err(PinStoreError::new("the file cannot be opened").with_source(error));
            }
        };
        check_owner_only(&file)?;
        let mut text = Vec::new();
        file.take(LARGEST_FILE + 1)
            .read_to_end(&mut text)
            .map_err(|error| PinStoreError::new("the file cannot be read").with_source(error))?;
        if text.len() as u64 > LARGEST_FILE {
            return Err(PinStoreError::new("the file is too large for a pin store"));
        }
        serde_json::from_slice(&text)
            .map_err(|error| PinStoreError::new("the file is not a pin store").with_source(error))
    }

    /// Writes beside the file and renames over it.
    fn replace(&self, pins: &Pins) -> Result<(), PinStoreError> {
        let failed = |error: std::io::Error| {
            PinStoreError::new("the file cannot be written").with_source(error)
        };
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // Created readable and writable by the owner only.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        serde_json::to_writer_pretty(&mut file, pins).map_err(|error| failed(error.into()))?;
        file.write_all(b"\n").map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&self.path)
            .map_err(|error| failed(error.error))?;
        Ok(())
    }
}

impl PinStore for FilePinStore {
    fn pin(&self, charger: &str) -> Result<Option<KeyFingerprint>, PinStoreError> {
        Ok(self.read()?.get(charger).copied())
    }

    fn keep(&self, charger: &str, fingerprint: KeyFingerprint) -> Result<(), PinStoreError> {
        self.change(|pins| {
            pins.insert(charger.to_owned(), fingerprint);
        })
    }
}

/// Whoever can write the file can let another device pass for the charger.
#[cfg(unix)]
fn check_owner_only(file: &File) -> Result<(), PinStoreError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file
        .metadata()
        .map_err(|error| PinStoreError::new("the file cannot be read").with_source(error))?;
    match metadata.permissions().mode() & 0o022 {
        0 => Ok(()),
        _ => Err(PinStoreError::new(
            "others than its owner can write the file",
        )),
    }
}

/// Elsewhere the folder decides.
#[cfg(not(unix))]
const fn check_owner_only(_: &File) -> Result<(), PinStoreError> {
    Ok(())
}

type Pins = BTreeMap<String, KeyFingerprint>;

/// More than ten thousand chargers.
const LARGEST_FILE: u64 = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_survive_and_can_be_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = FilePinStore::new(folder.path().join("pins.json"));
        let pin = KeyFingerprint::of_public_key(b"key");
        assert_eq!(store.pin("ACE1").unwrap(), None);
        store.keep("ACE1", pin).unwrap();
        store.keep("ACE2", pin).unwrap();
        let again = FilePinStore::new(store.path());
        assert_eq!(again.pin("ACE1").unwrap(), Some(pin));
        again.forget("ACE1").unwrap();
        assert_eq!(store.pin("ACE1").unwrap(), None);
        assert_eq!(store.pin("ACE2").unwrap(), Some(pin));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let store = FilePinStore::new(folder.path().join("pins.json"));
        store
            .keep("ACE1", KeyFingerprint::of_public_key(b"key"))
            .unwrap();
        let mode = std::fs::metadata(store.path())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing but the store itself stays behind");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_write_trusts_nobody() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let store = FilePinStore::new(folder.path().join("pins.json"));
        store
            .keep("ACE1", KeyFingerprint::of_public_key(b"key"))
            .unwrap();
        let lax = std::fs::Permissions::from_mode(0o666);
        std::fs::set_permissions(store.path(), lax).unwrap();
        assert!(store.pin("ACE1").is_err());
    }

    #[test]
    fn a_damaged_file_trusts_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let store = FilePinStore::new(folder.path().join("pins.json"));
        for text in ["", "{", r#"{"ACE1":"12"}"#] {
            std::fs::write(store.path(), text).unwrap();
            assert!(store.pin("ACE1").is_err(), "{text}");
            assert!(
                store
                    .keep("ACE1", KeyFingerprint::of_public_key(b"key"))
                    .is_err(),
                "{text}"
            );
        }
    }
}
