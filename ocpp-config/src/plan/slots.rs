//! The charger's four network profiles as a snapshot shows them.

use super::settings::{Wanted, WantedValue, field};
use crate::objects::ProfileField;
use crate::{Slot, Snapshot, Value};

/// The priority of a slot, 0 where the charger reports none.
pub(super) fn priority(snapshot: &Snapshot, slot: Slot) -> u8 {
    number(snapshot, ProfileField::PRIORITY, slot)
}

/// The slots that the charger tries, in its order.
pub(super) fn in_use(snapshot: &Snapshot) -> Vec<Slot> {
    let mut slots: Vec<_> = Slot::ALL
        .into_iter()
        .filter(|slot| priority(snapshot, *slot) > 0)
        .collect();
    slots.sort_by_key(|slot| priority(snapshot, *slot));
    slots
}

/// The highest security profile among the slots in use.
pub(super) fn highest_security_profile(snapshot: &Snapshot) -> u8 {
    in_use(snapshot)
        .into_iter()
        .map(|slot| number(snapshot, ProfileField::SECURITY_PROFILE, slot))
        .max()
        .unwrap_or(0)
}

/// Whether the slot already holds all that can be read of what is wanted.
pub(super) fn holds(snapshot: &Snapshot, wanted: &[Wanted]) -> bool {
    wanted
        .iter()
        .filter(|wanted| !matches!(wanted.value, WantedValue::Secret(_)))
        .all(|wanted| {
            let object = snapshot.get(super::compare::slot_on(snapshot, wanted.id));
            object.is_some_and(|object| {
                wanted.value.typed(object.data_type).as_ref() == Some(&object.value)
            })
        })
}

fn number(snapshot: &Snapshot, name: ProfileField, slot: Slot) -> u8 {
    snapshot
        .value(field(name, slot))
        .and_then(Value::as_u8)
        .unwrap_or(0)
}
