use super::table::{CHARGER_BOUND, CHARGER_BOUND_FIELDS, ENTRIES, PROFILE_ENTRIES};
use super::{Access, DataType, ObjectId};
use crate::objects::ProfileField;

/// What is known about one object before any charger was asked.
///
/// A charger's own word on type, length and access goes first: it is in every
/// [`Object`](crate::Object) that it reports.
///
/// ```
/// use ocpp_config::{DictionaryEntry, InForce, objects};
///
/// let identity = DictionaryEntry::of(objects::CHARGE_BOX_IDENTITY).unwrap();
/// assert_eq!(identity.max_text_bytes(), Some(20));
/// assert_eq!(identity.in_force(), InForce::AfterRestart);
/// assert!(identity.is_charger_bound());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DictionaryEntry {
    pub(super) id: ObjectId,
    pub(super) data_type: DataType,
    pub(super) length: Option<u32>,
    pub(super) access: Access,
    pub(super) category: &'static str,
    pub(super) meaning: &'static str,
    pub(super) in_force: InForce,
    pub(super) visibility: Visibility,
    pub(super) evidence: Evidence,
}

impl DictionaryEntry {
    /// The entry of this object, or `None` if nothing is known about it.
    pub fn of(id: ObjectId) -> Option<Self> {
        if let Some((_, field)) = ProfileField::from_id(id) {
            let entry = PROFILE_ENTRIES
                .iter()
                .find(|entry| entry.id.sub() == field.sub())?;
            return Some(Self { id, ..*entry });
        }
        ENTRIES.iter().find(|entry| entry.id == id).copied()
    }

    /// Every entry: the four network profiles, then the rest by id.
    pub fn all() -> impl Iterator<Item = Self> {
        let profiles = (1..=4u16).flat_map(|profile| {
            PROFILE_ENTRIES.iter().map(move |entry| Self {
                id: ObjectId::new(0x20EF + profile, entry.id.sub()),
                ..*entry
            })
        });
        profiles.chain(ENTRIES.iter().copied())
    }

    /// Its address.
    pub const fn id(&self) -> ObjectId {
        self.id
    }

    /// Its type.
    pub const fn data_type(&self) -> DataType {
        self.data_type
    }

    /// The length as a charger reports it, for strings with the NUL; `None` where it is
    /// not known.
    pub const fn length(&self) -> Option<u32> {
        self.length
    }

    /// The longest text in bytes, or `None` for what is no text or of unknown length.
    pub fn max_text_bytes(&self) -> Option<usize> {
        let length = self.length.filter(|_| self.data_type.is_text())?;
        usize::try_from(length).ok()?.checked_sub(1)
    }

    /// Whether it can be written.
    pub const fn access(&self) -> Access {
        self.access
    }

    /// The category that it is listed under, empty where that is not known.
    pub const fn category(&self) -> &'static str {
        self.category
    }

    /// What it means, in a few words.
    pub const fn meaning(&self) -> &'static str {
        self.meaning
    }

    /// When a written value counts.
    pub const fn in_force(&self) -> InForce {
        self.in_force
    }

    /// Whether what was written can never be read back.
    pub const fn is_write_only(&self) -> bool {
        matches!(self.visibility, Visibility::WriteOnly)
    }

    /// Whether what it holds must not be shown, logged or stored in clear.
    pub const fn is_secret(&self) -> bool {
        matches!(self.visibility, Visibility::WriteOnly | Visibility::Secret)
    }

    /// Whether its value belongs to one charger and must never be copied to another;
    /// the same as [`is_charger_bound`].
    pub fn is_charger_bound(&self) -> bool {
        is_charger_bound(self.id)
    }

    /// Whether type and length were read off a charger. Otherwise the type is an
    /// assumption, which matters on a serial gateway only: JSON has one kind of number.
    pub const fn is_observed(&self) -> bool {
        matches!(self.evidence, Evidence::Observed)
    }
}

/// When a value that was written counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InForce {
    /// At once, as far as is known.
    AtOnce,
    /// After the next restart: until then the write is answered as done and ignored.
    AfterRestart,
}

/// Whether a value belongs to one charger (serial number, addresses, meters, SIM PIN, …)
/// and must never be copied from one charger to another.
///
/// Also knows objects that have no [`DictionaryEntry`].
pub fn is_charger_bound(id: ObjectId) -> bool {
    match ProfileField::from_id(id) {
        Some((_, field)) => CHARGER_BOUND_FIELDS.contains(&field.sub()),
        None => CHARGER_BOUND
            .iter()
            .any(|indices| indices.contains(&id.index())),
    }
}

/// Whether what an object holds must not be shown. Also true for every sub-index of a
/// write-only object.
pub(crate) fn is_secret(id: ObjectId) -> bool {
    DictionaryEntry::of(id).is_some_and(|entry| entry.is_secret())
}

/// Who may see what an object holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visibility {
    Open,
    /// Readable on some firmware, but nobody's business.
    Secret,
    /// Never readable, or reads back empty or masked.
    WriteOnly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    Observed,
    Assumed,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::objects;

    #[test]
    fn no_object_is_listed_twice_and_each_is_found_by_its_id() {
        let mut seen = BTreeSet::new();
        for entry in DictionaryEntry::all() {
            assert!(seen.insert(entry.id()), "{} is listed twice", entry.id());
            assert_eq!(DictionaryEntry::of(entry.id()), Some(entry));
            assert!(!entry.meaning().is_empty(), "{}", entry.id());
        }
        assert_eq!(DictionaryEntry::of(ObjectId::new(0x20F0, 2)), None);
        assert_eq!(DictionaryEntry::of(ObjectId::new(0x9999, 0)), None);
    }

    #[test]
    fn the_fields_of_all_profiles_share_one_layout() {
        for profile in 1..=4 {
            let url = ProfileField::URL.of_profile(profile).unwrap();
            let entry = DictionaryEntry::of(url).unwrap();
            assert_eq!(entry.max_text_bytes(), Some(512));
            assert_eq!(entry.in_force(), InForce::AfterRestart);
            assert_eq!(
                ProfileField::from_id(url),
                Some((profile, ProfileField::URL))
            );
        }
    }

    #[test]
    fn what_the_firmware_ignores_until_a_restart_is_marked() {
        let after_restart = [
            objects::CHARGE_BOX_IDENTITY,
            objects::NETWORK_SELECTION,
            objects::NETWORK_PREFERENCE,
            objects::PROXY_ENABLED,
            objects::AUTHORIZATION_MODE,
            objects::CPO_NAME,
            objects::SECURITY_PROFILE,
            objects::CONNECTION_ATTEMPTS,
            objects::PRESET,
        ];
        for id in after_restart {
            let entry = DictionaryEntry::of(id).unwrap();
            assert_eq!(entry.in_force(), InForce::AfterRestart, "{id}");
        }
        for id in [
            objects::OFFLINE_ACTION_LOW,
            objects::CLOCK,
            objects::PROXY_USER,
        ] {
            let entry = DictionaryEntry::of(id).unwrap();
            assert_eq!(entry.in_force(), InForce::AtOnce, "{id}");
        }
    }

    #[test]
    fn what_is_bound_to_one_charger_is_known_even_without_an_entry() {
        for text in [
            "2051_0", "2053_0", "2166_3", "2574_0", "21A1_0", "20F2_A", "20F0_10",
        ] {
            assert!(is_charger_bound(text.parse().unwrap()), "{text}");
        }
        for text in ["20F0_3", "2076_0", "2168_0", "2576_0"] {
            assert!(!is_charger_bound(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn secrets_are_marked() {
        for text in [
            "20F0_9", "20F3_A", "20F1_10", "2723_1", "2700_0", "2103_0", "2102_0",
        ] {
            assert!(is_secret(text.parse().unwrap()), "{text}");
        }
        assert!(!is_secret(objects::CHARGE_BOX_IDENTITY));
    }
}
