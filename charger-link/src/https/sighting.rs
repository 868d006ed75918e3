use std::time::{Duration, Instant};

use ocpp_config::Secret;
use serde::Serialize;

use super::blocking::HttpsLink;
use super::connect::SLICE;
use super::settings::{Address, Credentials, HttpsSettings};
use super::trust::{KeyFingerprint, MemoryPinStore, Trust};
use crate::deadline::deadline;
use crate::{Cancel, Context, Identity, Link, LinkError, LinkErrorKind, Request, Response};

/// A place where a charger may be: announced by mDNS, or named by somebody. Lists of
/// addresses always work; mDNS reaches no further than the network segment.
///
/// ```no_run
/// use std::time::Duration;
/// use charger_link::Cancel;
/// use charger_link::https::{self, Address, FilePinStore, Sighting, Trust};
///
/// let known = Trust::stored(FilePinStore::new("pins.json"));
/// for host in ["192.168.1.20", "192.168.1.21"] {
///     let sighting = Sighting::at(Address::new(host));
///     match https::ask(&sighting, &known, Duration::from_secs(10), &Cancel::new()) {
///         Ok(who) if who.key_is_confirmed => println!("{host}: {}", who.identity.serial_number),
///         Ok(who) => println!("{host}: unknown key {}", who.fingerprint),
///         Err(error) => println!("{host} does not answer `info`: {error}"),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sighting {
    /// Where.
    pub address: Address,
    /// The serial number in the announced host name (`alfen-ace0781464.local.`).
    pub serial_number: Option<String>,
    /// Whether the announcement is that of firmware below 5.0, which knows no TLS.
    pub unencrypted: bool,
}

/// What answered where a charger may be, and how far it can be believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Introduction {
    /// Who it says it is (`GET /api/info`).
    pub identity: Identity,
    /// The public key that it showed and proved to hold.
    pub fingerprint: KeyFingerprint,
    /// Whether that key is the pinned one. If not, anybody on the network may have
    /// answered: show the identity together with the fingerprint, and do not act on it.
    pub key_is_confirmed: bool,
}

impl Sighting {
    /// A charger may be at `address`.
    pub const fn at(address: Address) -> Self {
        Self {
            address,
            serial_number: None,
            unencrypted: false,
        }
    }

    /// The name under which the charger's key is pinned: its serial number, or its
    /// address as long as that is not known.
    pub fn pin_name(&self) -> String {
        self.serial_number
            .clone()
            .unwrap_or_else(|| self.address.to_string())
    }

    /// The key that is pinned for it.
    pub(super) fn known_key(&self, trust: &Trust) -> Result<Option<KeyFingerprint>, LinkError> {
        match self.unencrypted {
            true => Err(too_old()),
            false => trust.expected(&self.pin_name()),
        }
    }

    /// Settings with which nobody can log in.
    pub(super) fn settings(&self) -> HttpsSettings {
        let anonymous = Credentials::new("", Secret::from(""));
        HttpsSettings::new(self.address.clone(), anonymous).with_pin_name(self.pin_name())
    }
}

impl Introduction {
    pub(super) const fn new(
        identity: Identity,
        fingerprint: KeyFingerprint,
        key_is_confirmed: bool,
    ) -> Self {
        Self {
            identity,
            fingerprint,
            key_is_confirmed,
        }
    }
}

/// Asks for `info`, which needs no login, so that no password is needed either.
///
/// A charger whose key nobody confirmed yet is asked as well. That is sound, because
/// nothing is given away and nothing is gained by a lie: a first handshake shows the
/// key; a second one, which accepts this key and no other, carries the one question,
/// without user, password or token; the answer goes to the caller marked
/// [as what it is](Introduction::key_is_confirmed), nobody is asked for consent, and
/// nothing is pinned. The connection is closed before this returns, so that no login
/// can follow on it.
///
/// # Errors
/// [`LinkErrorKind::FirmwareTooOld`] if the firmware has no `info` or no TLS;
/// [`LinkErrorKind::KeyChanged`] if another key is pinned for it; and as
/// [`Link::exchange`].
pub fn ask(
    sighting: &Sighting,
    trust: &Trust,
    timeout: Duration,
    cancel: &Cancel,
) -> Result<Introduction, LinkError> {
    let began = Instant::now();
    let ask = |trust: Trust| {
        let mut link = HttpsLink::new(sighting.settings(), trust);
        let left = timeout.saturating_sub(began.elapsed());
        link.exchange(&QUESTION, &mut Context::new(left).with_cancel(cancel))
    };
    let known = sighting.known_key(trust)?;
    let fingerprint = match known {
        Some(fingerprint) => fingerprint,
        None => {
            let fingerprint = shown_key(ask(nobody()))?;
            pause(sighting.settings().reconnect_gap(), cancel);
            fingerprint
        }
    };
    let identity = identity_in(ask(Trust::pinned(fingerprint)))?;
    Ok(Introduction::new(identity, fingerprint, known.is_some()))
}

/// The one question that needs no login.
pub(super) const QUESTION: Request = Request::Identify;

/// Knows no key and agrees to none: the handshake tells the key and ends there.
pub(super) fn nobody() -> Trust {
    Trust::stored(MemoryPinStore::new())
}

/// The key in the error with which a handshake with a stranger ends.
pub(super) fn shown_key(outcome: Result<Response, LinkError>) -> Result<KeyFingerprint, LinkError> {
    let not_a_charger = || LinkError::without_effect(LinkErrorKind::NotACharger);
    let error = outcome.err().ok_or_else(not_a_charger)?;
    match error.kind() {
        LinkErrorKind::KeyNotConfirmed { fingerprint } => {
            fingerprint.parse().map_err(|_| not_a_charger())
        }
        _ => Err(error),
    }
}

pub(super) fn identity_in(outcome: Result<Response, LinkError>) -> Result<Identity, LinkError> {
    match outcome {
        Ok(Response::Identity(identity)) => Ok(identity),
        // The way around a missing `info` needs a login.
        Err(error) if *error.kind() == LinkErrorKind::UnknownUser => Err(too_old()),
        Err(error) => Err(error),
        Ok(_) => Err(LinkError::without_effect(LinkErrorKind::NotACharger)),
    }
}

const fn too_old() -> LinkError {
    LinkError::without_effect(LinkErrorKind::FirmwareTooOld)
}

/// The charger takes a moment to notice that the first connection is gone.
fn pause(time: Duration, cancel: &Cancel) {
    let end = deadline(Instant::now(), time);
    while !cancel.is_cancelled() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::sleep(left.min(SLICE));
    }
}
