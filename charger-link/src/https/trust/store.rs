use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use ocpp_config::Concern;

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

/// A store that is shared: by the [`Trust`](super::Trust) of several links, or with a tool
/// that shows or forgets pins.
impl<P: PinStore + ?Sized> PinStore for Arc<P> {
    fn pin(&self, charger: &str) -> Result<Option<KeyFingerprint>, PinStoreError> {
        (**self).pin(charger)
    }

    fn keep(&self, charger: &str, fingerprint: KeyFingerprint) -> Result<(), PinStoreError> {
        (**self).keep(charger, fingerprint)
    }
}

impl<P: PinStore + ?Sized> PinStore for Box<P> {
    fn pin(&self, charger: &str) -> Result<Option<KeyFingerprint>, PinStoreError> {
        (**self).pin(charger)
    }

    fn keep(&self, charger: &str, fingerprint: KeyFingerprint) -> Result<(), PinStoreError> {
        (**self).keep(charger, fingerprint)
    }
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
    /// An error of a store: what it could not do.
    pub const fn new(what: &'static str) -> Self {
        Self { what, source: None }
    }

    /// Adds what caused it.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
        }
    }

    /// Whom it concerns: the caller, whose store it is.
    pub const fn concerns(&self) -> Concern {
        Concern::Caller
    }
}
