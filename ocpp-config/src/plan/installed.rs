use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::objects::ProfileField;
use crate::{DictionaryEntry, ObjectId, Secret, WriteOnlyItem};

/// What is known to be on a charger although it cannot be read back.
///
/// A write-only secret cannot be compared, so a plan would write it every time. Whoever
/// has written it before remembers it here; a plan then leaves it alone as long as the
/// document asks for the same bytes.
///
/// Only a fingerprint is kept: the first eight bytes of a SHA-256 over a salt, the place
/// and the secret. That hides a random key; a password of few characters could still be
/// guessed by trying, so keep what is serialized as private as the journal it belongs to.
///
/// ```
/// use ocpp_config::{Installed, InstalledPlace, Secret, WriteOnlyItem};
///
/// let mut installed = Installed::with_salt([7; 16]);
/// let place = InstalledPlace::Item(WriteOnlyItem::AUTHORIZATION_KEY);
/// installed.remember(place, &Secret::from("0123456789abcdef"));
/// assert!(installed.contains(place, &Secret::from("0123456789abcdef")));
/// assert!(!installed.contains(place, &Secret::from("another key     ")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    salt: [u8; 16],
    fingerprints: BTreeMap<InstalledPlace, [u8; 8]>,
}

impl Installed {
    /// Nothing is known.
    pub const fn nothing() -> Self {
        Self::with_salt([0; 16])
    }

    /// Nothing is known yet; fingerprints will use `salt`, which shall be random.
    pub const fn with_salt(salt: [u8; 16]) -> Self {
        Self {
            salt,
            fingerprints: BTreeMap::new(),
        }
    }

    /// `secret` is now at `place`; what was remembered of that place is forgotten.
    pub fn remember(&mut self, place: InstalledPlace, secret: &Secret) {
        self.remember_bytes(place, secret.expose());
    }

    /// Nobody knows any more what is at `place`, for example because a write failed
    /// half-way.
    pub fn forget(&mut self, place: InstalledPlace) {
        self.fingerprints.remove(&place);
    }

    /// Whether `secret` is known to be at `place`.
    pub fn contains(&self, place: InstalledPlace, secret: &Secret) -> bool {
        self.contains_bytes(place, secret.expose())
    }

    pub(super) fn remember_bytes(&mut self, place: InstalledPlace, bytes: &[u8]) {
        let fingerprint = self.fingerprint(place, bytes);
        self.fingerprints.insert(place, fingerprint);
    }

    pub(super) fn contains_bytes(&self, place: InstalledPlace, bytes: &[u8]) -> bool {
        self.fingerprints.get(&place) == Some(&self.fingerprint(place, bytes))
    }

    fn fingerprint(&self, place: InstalledPlace, bytes: &[u8]) -> [u8; 8] {
        let digest = Sha256::new()
            .chain_update(self.salt)
            .chain_update(place.to_string())
            .chain_update([0])
            .chain_update(bytes)
            .finalize();
        let mut fingerprint = [0; 8];
        for (target, byte) in fingerprint.iter_mut().zip(digest) {
            *target = byte;
        }
        fingerprint
    }
}

impl Default for Installed {
    fn default() -> Self {
        Self::nothing()
    }
}

/// A place on a charger that can be written but not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum InstalledPlace {
    /// A write-only item.
    Item(WriteOnlyItem),
    /// An object that reads back empty or masked.
    Object(ObjectId),
    /// The root certificate, as a container.
    RootPackage,
}

/// What is there, in words.
impl fmt::Display for InstalledPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Item(WriteOnlyItem::AUTHORIZATION_KEY) => f.write_str("authorization key"),
            Self::Item(WriteOnlyItem::PROXY_PASSWORD) => f.write_str("proxy password"),
            Self::Item(WriteOnlyItem::MANUFACTURER_ROOT) => {
                f.write_str("manufacturer root certificate")
            }
            Self::Item(WriteOnlyItem::CSMS_ROOT) => f.write_str("CSMS root certificate"),
            Self::Item(WriteOnlyItem::CLIENT_CERTIFICATE) => f.write_str("client certificate"),
            Self::Item(item) => write!(f, "write-only item {}", item.number()),
            Self::Object(id) => f.write_str(&object_name(id)),
            Self::RootPackage => f.write_str("root certificate container"),
        }
    }
}

/// What a person calls an object.
pub(super) fn object_name(id: ObjectId) -> String {
    let meaning = DictionaryEntry::of(id).map_or("object", |entry| entry.meaning());
    match ProfileField::from_id(id) {
        Some((profile, _)) => format!("{meaning} of network profile {profile}"),
        None => meaning.to_owned(),
    }
}

/// The spelling in a journal: `item-0`, `20F0_9`, `root-package`.
impl Serialize for InstalledPlace {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Item(item) => serializer.collect_str(&format_args!("item-{}", item.number())),
            Self::Object(id) => serializer.collect_str(id),
            Self::RootPackage => serializer.serialize_str("root-package"),
        }
    }
}

impl<'de> Deserialize<'de> for InstalledPlace {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let place = match text.strip_prefix("item-") {
            Some(number) => number
                .parse()
                .ok()
                .map(|number| Self::Item(WriteOnlyItem::new(number))),
            None if text == "root-package" => Some(Self::RootPackage),
            None => text.parse().ok().map(Self::Object),
        };
        place.ok_or_else(|| serde::de::Error::custom("not a place such as item-0 or 20F0_9"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_secret_elsewhere_or_with_another_salt_is_another() {
        let secret = Secret::from("secret");
        let here = InstalledPlace::Item(WriteOnlyItem::AUTHORIZATION_KEY);
        let there = InstalledPlace::Item(WriteOnlyItem::PROXY_PASSWORD);
        let mut one = Installed::with_salt([1; 16]);
        one.remember(here, &secret);
        assert!(one.contains(here, &secret));
        assert!(!one.contains(there, &secret));
        let mut two = Installed::with_salt([2; 16]);
        two.remember(here, &secret);
        assert_ne!(one.fingerprints, two.fingerprints);
        one.forget(here);
        assert!(!one.contains(here, &secret));
    }

    #[test]
    fn it_survives_a_journal_and_does_not_tell_the_secret() {
        let mut installed = Installed::with_salt([3; 16]);
        for place in [
            InstalledPlace::Item(WriteOnlyItem::new(48)),
            InstalledPlace::Object(ObjectId::new(0x20F0, 9)),
            InstalledPlace::RootPackage,
        ] {
            installed.remember(place, &Secret::from("hunter2"));
        }
        let json = serde_json::to_string(&installed).unwrap();
        assert!(
            json.contains("\"item-48\"") && json.contains("\"20F0_9\""),
            "{json}"
        );
        assert!(!json.contains("hunter2"));
        assert_eq!(serde_json::from_str::<Installed>(&json).unwrap(), installed);
        assert!(serde_json::from_str::<InstalledPlace>("\"item-300\"").is_err());
        assert!(serde_json::from_str::<InstalledPlace>("\"nowhere\"").is_err());
    }
}
