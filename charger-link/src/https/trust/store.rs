use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Mutex, PoisonError};

use super::KeyFingerprint;

/// Where the fingerprints of known chargers are kept.
///
/// Whoever can change what is stored can impersonate a charger, so a store must be
/// writable by its owner only.
pub trait PinStore: Send + Sync {
    /// The fingerprint that was agreed to for `charger`, if any.
    ///
    /// # Errors
    /// If the store cannot be read. Then the charger is not trusted.
    fn pin(&self, charger: &str) -> Result<Option<KeyFingerprint>, PinStoreError>;

    /// Keeps the fingerprint that was agreed to for `charger`, in place of an earlier
    /// one.
    ///
    /// # Errors
    /// If the store cannot be written. Then the charger is not trusted.
    fn keep(&self, charger: &str, fingerprint: KeyFingerprint) -> Result<(), PinStoreError>;
}

/// A store that forgets everything when it is dropped.
#[derive(Debug, Default)]
pub struct MemoryPinStore {
    pins: Mutex<BTreeMap<String, KeyFingerprint>>,
}

impl MemoryPinStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

impl PinStore for MemoryPinStore {
    fn pin(&self, charger: &str) -> Result<Option<KeyFingerprint>, PinStoreError> {
        let pins = self.pins.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(pins.get(charger).copied())
    }

    fn keep(&self, charger: &str, fingerprint: KeyFingerprint) -> Result<(), PinStoreError> {
        let mut pins = self.pins.lock().unwrap_or_else(PoisonError::into_inner);
        pins.insert(charger.to_owned(), fingerprint);
        Ok(())
    }
}

/// A pin store cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct PinStoreError {
    what: &'static str,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl PinStoreError {
    /// An error of a store: what it could not do, and why.
    pub fn new(what: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            what,
            source: Some(source.into()),
        }
    }

    /// An error without a deeper cause.
    pub const fn bare(what: &'static str) -> Self {
        Self { what, source: None }
    }
}
