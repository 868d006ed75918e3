use super::compare::Comparison;
use super::settings::{Wanted, field};
use super::{Installed, OneWayDoor, Plan, PlanStage, slots};
use crate::objects::{self, ProfileField};
use crate::{Slot, Snapshot, Value};

impl Plan {
    /// What takes a charger off its back office (stand-alone): no preset, and no network
    /// profile in use. The profiles keep what they hold, so the way back is short.
    ///
    /// Empty for a charger that is stand-alone already.
    pub fn detach(snapshot: &Snapshot) -> Self {
        let installed = Installed::nothing();
        let mut comparison = Comparison::new(snapshot, &installed);
        let old = snapshot.value(objects::PRESET).and_then(Value::as_text);
        if let Some(old) = old.filter(|old| !old.is_empty()) {
            comparison.door(OneWayDoor::PresetReplaced {
                old: old.to_owned(),
            });
            comparison.want(&Wanted::new(PlanStage::Preset, objects::PRESET, ""));
        }
        for slot in slots::in_use(snapshot) {
            comparison.want(&Wanted::priority(slot, 0));
        }
        comparison.finish_what_can_be()
    }

    /// What takes every network profile but those in `keep` out of use and empties their
    /// URL, user and password: the end of a staged move, once the new back office is
    /// proven.
    ///
    /// Empty if no other profile is in use.
    pub fn retire_all_but(keep: &[Slot], snapshot: &Snapshot) -> Self {
        let installed = Installed::nothing();
        let mut comparison = Comparison::new(snapshot, &installed);
        for slot in slots::in_use(snapshot) {
            if keep.contains(&slot) {
                continue;
            }
            comparison.want(&Wanted::priority(slot, 0));
            for name in [
                ProfileField::URL,
                ProfileField::APN_USER_LONG,
                ProfileField::APN_PASSWORD,
            ] {
                comparison.want(&Wanted::new(PlanStage::Profile, field(name, slot), ""));
            }
        }
        comparison.finish_what_can_be()
    }
}
