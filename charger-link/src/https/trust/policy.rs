use std::fmt;
use std::sync::Arc;

use super::{KeyFingerprint, PinStore, PinStoreError};
use crate::https::settings::{Address, HttpsSettings};
use crate::{LinkError, LinkErrorKind};

/// Which public keys are accepted from chargers: those that were pinned, and at first
/// contact those that the caller agrees to. There is no way to accept any key.
///
/// ```
/// use charger_link::https::{FilePinStore, Trust};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("pins.json");
/// let trust = Trust::stored(FilePinStore::new(path)).with_consent(|contact| {
///     println!("{contact} shows {}", contact.fingerprint);
///     false // ask a person here
/// });
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct Trust {
    store: Arc<dyn PinStore>,
    ask: Option<Arc<Ask>>,
}

type Ask = dyn Fn(&FirstContact) -> bool + Send + Sync;

impl Trust {
    /// Accepts what is pinned in `store`. Unknown chargers are refused with
    /// [`LinkErrorKind::KeyNotConfirmed`], until somebody is [asked](Self::with_consent) or
    /// the fingerprint of that error is [kept](PinStore::keep).
    pub fn stored(store: impl PinStore + 'static) -> Self {
        Self {
            store: Arc::new(store),
            ask: None,
        }
    }

    /// Accepts this one key, whatever the charger's name.
    pub fn pinned(fingerprint: KeyFingerprint) -> Self {
        Self::stored(FixedPin(fingerprint))
    }

    /// Lets `ask` decide at first contact; if it agrees, the fingerprint is kept.
    ///
    /// It is called after the connection was closed again, so a person may take their
    /// time; but the request's deadline keeps running, and a request that runs out of
    /// it meanwhile has to be asked again. With a tokio link it must not block.
    #[must_use]
    pub fn with_consent(
        mut self,
        ask: impl Fn(&FirstContact) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.ask = Some(Arc::new(ask));
        self
    }

    /// What `charger` has to show.
    pub(crate) fn expected(&self, charger: &str) -> Result<Option<KeyFingerprint>, LinkError> {
        self.store.pin(charger).map_err(store_failed)
    }

    /// Asks for consent and keeps the fingerprint; else the error that names it.
    pub(crate) fn introduce(
        &self,
        settings: &HttpsSettings,
        fingerprint: KeyFingerprint,
    ) -> Result<(), LinkError> {
        let contact = FirstContact {
            charger: settings.pin_name(),
            address: settings.address().clone(),
            fingerprint,
        };
        if self.ask.as_ref().is_some_and(|ask| ask(&contact)) {
            let kept = self.store.keep(&contact.charger, fingerprint);
            return kept.map_err(store_failed);
        }
        Err(LinkError::without_effect(LinkErrorKind::KeyNotConfirmed {
            fingerprint: fingerprint.to_string(),
        }))
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("asks", &self.ask.is_some())
            .finish_non_exhaustive()
    }
}

/// A charger that was never met before, for the caller to agree to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FirstContact {
    /// The name under which it will be pinned.
    pub charger: String,
    /// Where it answered.
    pub address: Address,
    /// The key that it showed and proved to hold.
    pub fingerprint: KeyFingerprint,
}

/// The name, and where it answered if that is something else. Without the fingerprint,
/// which deserves a line of its own.
impl fmt::Display for FirstContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address.to_string();
        match self.charger == address {
            true => f.write_str(&address),
            false => write!(f, "{} at {address}", self.charger),
        }
    }
}

/// Why a certificate was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PinError {
    #[error("the public key is not known yet")]
    Unknown(KeyFingerprint),
    #[error("the public key is not the pinned one")]
    Changed {
        expected: KeyFingerprint,
        found: KeyFingerprint,
    },
    #[error("the certificate cannot be read")]
    Unreadable,
}

impl PinError {
    /// Compares what `certificate` holds with what was agreed to.
    pub(crate) fn check(certificate: &[u8], expected: Option<KeyFingerprint>) -> Result<(), Self> {
        let found = KeyFingerprint::of_certificate(certificate).ok_or(Self::Unreadable)?;
        match expected {
            Some(expected) if expected == found => Ok(()),
            Some(expected) => Err(Self::Changed { expected, found }),
            None => Err(Self::Unknown(found)),
        }
    }

    pub(crate) fn to_kind(self) -> LinkErrorKind {
        match self {
            Self::Unknown(fingerprint) => LinkErrorKind::KeyNotConfirmed {
                fingerprint: fingerprint.to_string(),
            },
            Self::Changed { expected, found } => LinkErrorKind::KeyChanged {
                expected: expected.to_string(),
                found: found.to_string(),
            },
            Self::Unreadable => LinkErrorKind::Tls,
        }
    }
}

#[derive(Debug)]
struct FixedPin(KeyFingerprint);

impl PinStore for FixedPin {
    fn pin(&self, _: &str) -> Result<Option<KeyFingerprint>, PinStoreError> {
        Ok(Some(self.0))
    }

    fn keep(&self, _: &str, _: KeyFingerprint) -> Result<(), PinStoreError> {
        Err(PinStoreError::new("a fixed pin cannot be replaced"))
    }
}

fn store_failed(error: PinStoreError) -> LinkError {
    LinkError::without_effect(LinkErrorKind::PinStore).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charger_without_a_name_is_named_once() {
        for (charger, text) in [
            ("ACE0999001", "ACE0999001 at 192.168.1.20:443"),
            ("192.168.1.20:443", "192.168.1.20:443"),
        ] {
            let contact = FirstContact {
                charger: charger.to_owned(),
                address: Address::new("192.168.1.20"),
                fingerprint: KeyFingerprint::of_public_key(b"a key"),
            };
            assert_eq!(contact.to_string(), text);
        }
    }
}
