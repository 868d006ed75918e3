use super::installed::object_name;
use super::settings::{Wanted, WantedValue};
use super::{
    Installed, InstalledPlace, LeftOut, LeftOutReason, OneWayDoor, Plan, PlanError, PlanProblem,
    PlanStage, PlannedInstall, PlannedUpload, PlannedWrite, UploadPurpose,
};
use crate::objects::{self, ProfileField};
use crate::{
    DictionaryEntry, FilePath, InForce, Object, ObjectId, ObjectWrite, Secret, Snapshot, Value,
    WriteOnlyItem,
};

/// A plan under construction: takes one wanted setting after the other and keeps those
/// that differ from the snapshot.
pub(crate) struct Comparison<'a> {
    snapshot: &'a Snapshot,
    installed: &'a Installed,
    pub(super) plan: Plan,
    problems: Vec<PlanProblem>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot, installed: &'a Installed) -> Self {
        Self {
            snapshot,
            installed,
            plan: Plan::default(),
            problems: Vec::new(),
        }
    }

    /// The plan in its final order, or everything that stood in the way.
    pub(super) fn finish(mut self) -> Result<Plan, PlanError> {
        PlanError::check(std::mem::take(&mut self.problems))?;
        Ok(self.finish_what_can_be())
    }

    /// The plan in its final order; an object that cannot be written is left out.
    pub(crate) fn finish_what_can_be(mut self) -> Plan {
        for problem in &self.problems {
            let (id, reason) = match problem {
                PlanProblem::Missing { id, .. } => (*id, LeftOutReason::NotOnCharger),
                PlanProblem::ReadOnly { id, .. } => (*id, LeftOutReason::ReadOnly),
                PlanProblem::TooLong { id, .. } | PlanProblem::WrongType { id, .. } => {
                    (*id, LeftOutReason::Unreadable)
                }
                _ => continue,
            };
            self.plan.left_out.push(LeftOut { id, reason });
        }
        self.plan.writes.sort_by_key(|write| write.stage);
        order_offline_action(&mut self.plan.writes, self.snapshot);
        self.plan
    }

    pub(super) fn problem(&mut self, problem: PlanProblem) {
        self.problems.push(problem);
    }

    pub(super) fn door(&mut self, door: OneWayDoor) {
        self.plan.one_way_doors.push(door);
    }

    pub(super) fn want_all(&mut self, wanted: impl IntoIterator<Item = Wanted>) {
        for wanted in wanted {
            self.want(&wanted);
        }
    }

    pub(super) fn want(&mut self, wanted: &Wanted) {
        let id = slot_on(self.snapshot, wanted.id);
        let Some(object) = self.snapshot.get(id) else {
            return self.missing(id);
        };
        let Some(value) = wanted.value.typed(object.data_type) else {
            return self.problem(PlanProblem::WrongType {
                id,
                what: object_name(id),
            });
        };
        if shows(object, &value) || self.is_installed(id, &wanted.value) {
            return;
        }
        if object.access.is_read_only() {
            return self.problem(PlanProblem::ReadOnly {
                id,
                what: object_name(id),
            });
        }
        if let Some(problem) = too_long(object, &wanted.value) {
            return self.problem(problem);
        }
        self.write(object, value, wanted.stage);
    }

    /// Installs what cannot be compared, unless it is known to be there.
    pub(super) fn install(&mut self, item: WriteOnlyItem, data: Secret) {
        let place = InstalledPlace::Item(item);
        if self.installed.contains(place, &data) {
            return;
        }
        self.door(if item == WriteOnlyItem::CSMS_ROOT {
            OneWayDoor::RootInstalled
        } else {
            OneWayDoor::SecretOverwritten { place }
        });
        self.plan.installs.push(PlannedInstall { item, data });
    }

    pub(super) fn upload(&mut self, purpose: UploadPurpose, file: &FilePath, data: &[u8]) {
        self.plan.uploads.push(PlannedUpload {
            purpose,
            file_name: file.as_str().to_owned(),
            data: data.to_vec(),
        });
    }

    pub(crate) fn write(&mut self, object: &Object, value: Value, stage: PlanStage) {
        let entry = DictionaryEntry::of(object.id);
        let is_readable = !entry.is_some_and(|entry| entry.is_write_only());
        if !is_readable {
            self.door(OneWayDoor::SecretOverwritten {
                place: InstalledPlace::Object(object.id),
            });
        }
        self.plan.writes.push(PlannedWrite {
            write: ObjectWrite::new(object.id, object.data_type, value),
            old: is_readable.then(|| object.value.clone()),
            in_force: entry.map_or(InForce::AfterRestart, |entry| entry.in_force()),
            stage,
            is_secret: entry.is_some_and(|entry| entry.is_secret()),
            is_readable,
        });
    }

    fn is_installed(&self, id: ObjectId, value: &WantedValue) -> bool {
        let place = InstalledPlace::Object(id);
        match value {
            WantedValue::Secret(secret) => self.installed.contains(place, secret),
            WantedValue::Text(text) => self.installed.contains_bytes(place, text.as_bytes()),
            WantedValue::Number(_) => false,
        }
    }

    fn missing(&mut self, id: ObjectId) {
        if is_indispensable(id) {
            self.problem(PlanProblem::Missing {
                id,
                what: object_name(id),
            });
        } else {
            self.plan.left_out.push(LeftOut {
                id,
                reason: LeftOutReason::NotOnCharger,
            });
        }
    }
}

/// Whether the object is seen to hold the value. That a write-only one reads back empty
/// says nothing.
fn shows(object: &Object, value: &Value) -> bool {
    let is_write_only =
        || DictionaryEntry::of(object.id).is_some_and(|entry| entry.is_write_only());
    object.value == *value && !(value.is_blank() && is_write_only())
}

/// The object that a charger has for this setting: the short slot of an APN user or a
/// SIM PIN where there is no long one.
pub(super) fn slot_on(snapshot: &Snapshot, id: ObjectId) -> ObjectId {
    let short = match ProfileField::from_id(id) {
        Some((_, ProfileField::APN_USER_LONG)) => ProfileField::APN_USER,
        Some((_, ProfileField::SIM_PIN_LONG)) => ProfileField::SIM_PIN,
        _ => return id,
    };
    if snapshot.get(id).is_some() {
        id
    } else {
        ObjectId::new(id.index(), short.sub())
    }
}

/// Without these a network profile or the charger's name is not what was asked for.
fn is_indispensable(id: ObjectId) -> bool {
    id == objects::CHARGE_BOX_IDENTITY
        || ProfileField::from_id(id).is_some_and(|(_, field)| {
            [
                ProfileField::OCPP_VERSION,
                ProfileField::URL,
                ProfileField::SECURITY_PROFILE,
                ProfileField::INTERFACE,
                ProfileField::PRIORITY,
            ]
            .contains(&field)
        })
}

fn too_long(object: &Object, value: &WantedValue) -> Option<PlanProblem> {
    let found = value.text_bytes()?;
    let entry = DictionaryEntry::of(object.id);
    let reported = usize::try_from(object.length).unwrap_or(usize::MAX);
    let most = match reported.checked_sub(1) {
        Some(most) => most,
        None => entry?.max_text_bytes()?,
    };
    (found > most).then(|| PlanProblem::TooLong {
        id: object.id,
        what: object_name(object.id),
        most,
        found,
    })
}

/// Even between the two writes the pair must not be the undefined one: on the way up the
/// lower half goes first, on the way down the upper one.
fn order_offline_action(writes: &mut [PlannedWrite], snapshot: &Snapshot) {
    let place = |id| writes.iter().position(|write| write.id() == id);
    let (Some(high), Some(low)) = (
        place(objects::OFFLINE_ACTION_HIGH),
        place(objects::OFFLINE_ACTION_LOW),
    ) else {
        return;
    };
    let old_low = snapshot.value(objects::OFFLINE_ACTION_LOW);
    let low_rises = old_low.and_then(Value::as_u8) == Some(0);
    if low_rises == (high < low) {
        writes.swap(high, low);
    }
}
