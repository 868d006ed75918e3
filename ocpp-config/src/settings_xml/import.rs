use super::spelling;
use super::{SettingsFile, SettingsProperty};
use crate::objects::{self, OFFLINE_ACTION_HIGH, OFFLINE_ACTION_LOW, ProfileField};
use crate::plan::{Comparison, PlanStage};
use crate::{Installed, Object, ObjectId, Plan, Snapshot, Value, is_charger_bound};

impl SettingsFile {
    /// What this file would change on the charger of `snapshot`.
    ///
    /// The charger's own word on types and lengths counts. What cannot or must not be
    /// written is [refused](Import::refused), the rest is planned: only what differs,
    /// priorities last.
    pub fn import(&self, snapshot: &Snapshot, charger_bound: ChargerBound) -> Import {
        let installed = Installed::nothing();
        let mut comparison = Comparison::new(snapshot, &installed);
        let mut refused = Vec::new();
        let pair_is_undefined = self.makes_offline_action_undefined(snapshot);
        for property in &self.properties {
            let id = property.id;
            let is_half = [OFFLINE_ACTION_HIGH, OFFLINE_ACTION_LOW].contains(&id);
            let checked = if is_half && pair_is_undefined {
                Err(Refusal::UndefinedOfflineAction)
            } else {
                check(property, snapshot, charger_bound)
            };
            match checked {
                Ok(Some((object, value))) => comparison.write(object, value, stage(id)),
                Ok(None) => {}
                Err(refusal) => refused.push(RefusedProperty { id, refusal }),
            }
        }
        Import {
            plan: comparison.finish_what_can_be(),
            refused,
        }
    }

    /// Whether the two halves, as they would be afterwards, are the pair without a
    /// meaning.
    fn makes_offline_action_undefined(&self, snapshot: &Snapshot) -> bool {
        let half = |id| {
            let here = self.properties.iter().rfind(|property| property.id == id);
            let here = here.and_then(|property| property.value.parse().ok());
            here.or_else(|| snapshot.value(id)?.as_u8())
        };
        half(OFFLINE_ACTION_HIGH) == Some(1) && half(OFFLINE_ACTION_LOW) == Some(0)
    }
}

/// What a settings file does to a charger.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    plan: Plan,
    refused: Vec<RefusedProperty>,
}

impl Import {
    /// What has to be written.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What is not written, and why.
    pub fn refused(&self) -> &[RefusedProperty] {
        &self.refused
    }
}

/// What an import does with settings that belong to one charger: serial number, identity,
/// addresses, meters, SIM PINs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ChargerBound {
    /// They are refused. The default.
    #[default]
    Refuse,
    /// They are written: the file was made from this very charger.
    Force,
}

/// A setting that is not imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedProperty {
    /// Its address.
    pub id: ObjectId,
    /// Why.
    pub refusal: Refusal,
}

/// Why a setting is not imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It belongs to the charger that the file was made from.
    ChargerBound,
    /// This charger does not have it.
    NotOnCharger,
    /// This charger does not let it be written.
    ReadOnly,
    /// It is no value of the type that this charger has for it.
    WrongValue,
    /// It is longer than this charger takes.
    TooLong,
    /// The offline action would be the combination without a meaning.
    UndefinedOfflineAction,
}

/// The write that makes the property true, `None` if it already is.
fn check<'a>(
    property: &SettingsProperty,
    snapshot: &'a Snapshot,
    charger_bound: ChargerBound,
) -> Result<Option<(&'a Object, Value)>, Refusal> {
    let object = snapshot.get(property.id).ok_or(Refusal::NotOnCharger)?;
    let value = spelling::read(&property.value, object.data_type).ok_or(Refusal::WrongValue)?;
    if value == object.value {
        return Ok(None);
    }
    if object.access.is_read_only() {
        return Err(Refusal::ReadOnly);
    }
    if is_charger_bound(property.id) && charger_bound == ChargerBound::Refuse {
        return Err(Refusal::ChargerBound);
    }
    let most = usize::try_from(object.length).unwrap_or(usize::MAX);
    let is_too_long = value.as_text().is_some_and(|text| text.len() >= most);
    if is_too_long && most > 0 {
        return Err(Refusal::TooLong);
    }
    Ok(Some((object, value)))
}

fn stage(id: ObjectId) -> PlanStage {
    match ProfileField::from_id(id) {
        Some((_, ProfileField::PRIORITY)) => PlanStage::Priority,
        Some(_) => PlanStage::Profile,
        None if id == objects::PRESET => PlanStage::Preset,
        None => PlanStage::Charger,
    }
}
