use std::fmt;

use ocpp_config::{
    Concern, DataType, DictionaryEntry, InForce, ObjectId, ObjectWrite, Snapshot, Value,
};

/// What a read-back found after a write: a charger answers "200" also to what it
/// ignores.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteReport {
    states: Vec<(ObjectId, WrittenState)>,
}

impl WriteReport {
    /// Compares what was written with what is there now.
    pub fn compare(writes: &[ObjectWrite], found: &Snapshot) -> Self {
        let state = |write: &ObjectWrite| (write.id, WrittenState::of(write, found));
        Self {
            states: writes.iter().map(state).collect(),
        }
    }

    /// Every object that was written, with what became of it.
    pub fn states(&self) -> impl ExactSizeIterator<Item = &(ObjectId, WrittenState)> {
        self.states.iter()
    }

    /// The objects that hold something else than was written.
    pub fn mismatches(&self) -> impl Iterator<Item = (ObjectId, &Mismatch)> {
        self.states.iter().filter_map(|(id, state)| match state {
            WrittenState::Differs(mismatch) => Some((*id, mismatch)),
            _ => None,
        })
    }

    /// Whether the charger must be restarted before all of it counts.
    pub fn needs_restart(&self) -> bool {
        let needs = |id: ObjectId| {
            DictionaryEntry::of(id).is_some_and(|entry| entry.in_force() == InForce::AfterRestart)
        };
        self.states.iter().any(|(id, _)| needs(*id))
    }

    /// # Errors
    /// [`WriteMismatch`] if any object holds something else than was written.
    pub fn into_result(self) -> Result<(), WriteMismatch> {
        let differs = self.mismatches().next().is_some();
        match differs {
            false => Ok(()),
            true => Err(WriteMismatch { report: self }),
        }
    }
}

/// What became of one object that was written.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum WrittenState {
    /// It holds what was written.
    Holds,
    /// It still holds something else, as objects do that only count after a restart.
    AfterRestart,
    /// It cannot be read back.
    CannotBeRead,
    /// It holds something else.
    Differs(Mismatch),
}

impl WrittenState {
    fn of(write: &ObjectWrite, found: &Snapshot) -> Self {
        let entry = DictionaryEntry::of(write.id);
        let value = found.value(write.id);
        if value.is_some_and(|value| is_same(write.data_type, &write.value, value)) {
            return Self::Holds;
        }
        match entry {
            // Masked or empty when it is read; and never to be shown.
            Some(entry) if entry.is_write_only() || entry.is_secret() => Self::CannotBeRead,
            Some(entry) if value.is_some() && entry.in_force() == InForce::AfterRestart => {
                Self::AfterRestart
            }
            _ => Self::Differs(Mismatch {
                wanted: write.value.clone(),
                found: value.cloned(),
            }),
        }
    }
}

/// What was written and what was found. Never of a secret.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Mismatch {
    /// What was written.
    pub wanted: Value,
    /// What was found, or `None` if the charger does not have the object.
    pub found: Option<Value>,
}

/// Some objects hold something else than was written.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteMismatch {
    report: WriteReport,
}

impl WriteMismatch {
    /// The whole report.
    pub const fn report(&self) -> &WriteReport {
        &self.report
    }

    /// Whom it concerns: the charger, which took the values and does not hold them.
    pub const fn concerns(&self) -> Concern {
        Concern::Charger
    }
}

impl fmt::Display for WriteMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the charger holds something else than was written in")?;
        let mut separator = " ";
        for (id, _) in self.report.mismatches() {
            write!(f, "{separator}{id}")?;
            separator = ", ";
        }
        Ok(())
    }
}

impl std::error::Error for WriteMismatch {}

/// Numbers count, not how they are said; a 32-bit real comes back as it was rounded.
fn is_same(data_type: DataType, wanted: &Value, found: &Value) -> bool {
    match (wanted.as_number(), found.as_number()) {
        (Some(wanted), Some(found)) => return wanted == found,
        (None, None) => {}
        _ => return false,
    }
    match (wanted, found) {
        (Value::Real(wanted), Value::Real(found)) if data_type == DataType::REAL32 => {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "this is what the charger keeps of it"
            )]
            let same = (*wanted as f32).to_bits() == (*found as f32).to_bits();
            same
        }
        (wanted, found) => wanted == found,
    }
}

#[cfg(test)]
mod tests {
    use ocpp_config::{Access, Object, objects};

    use super::*;

    const PLAIN: ObjectId = ObjectId::new(0x2062, 0);

    #[test]
    fn each_outcome_of_a_write_is_told_apart() {
        let text = DataType::VISIBLE_STRING;
        let profile_password = ObjectId::new(0x20F0, 0x09);
        for (id, found, state) in [
            (
                objects::PLUG_AND_CHARGE_ID,
                Some("new"),
                WrittenState::Holds,
            ),
            (
                objects::CHARGE_BOX_IDENTITY,
                Some("old"),
                WrittenState::AfterRestart,
            ),
            (profile_password, Some(""), WrittenState::CannotBeRead),
            (objects::AUTHORIZATION_KEY, None, WrittenState::CannotBeRead),
            (
                objects::PLUG_AND_CHARGE_ID,
                Some("old"),
                differs(Some("old")),
            ),
            (objects::PLUG_AND_CHARGE_ID, None, differs(None)),
        ] {
            let write = ObjectWrite::new(id, text, Value::from("new"));
            let found: Snapshot = found
                .map(|found| Object::new(id, Access::READ_WRITE, text, 21, Value::from(found)))
                .into_iter()
                .collect();
            let report = WriteReport::compare(&[write], &found);
            assert_eq!(report.states, [(id, state.clone())]);
            assert_eq!(
                report.into_result().is_err(),
                matches!(state, WrittenState::Differs(_))
            );
        }
    }

    #[test]
    fn numbers_are_compared_by_what_they_are() {
        for (data_type, wanted, found, same) in [
            (
                DataType::INTEGER8,
                Value::Signed(1),
                Value::Unsigned(1),
                true,
            ),
            (
                DataType::BOOLEAN,
                Value::Boolean(true),
                Value::Unsigned(1),
                true,
            ),
            (
                DataType::REAL32,
                Value::Real(0.1),
                Value::Real(f64::from(0.1_f32)),
                true,
            ),
            (
                DataType::REAL64,
                Value::Real(0.1),
                Value::Real(f64::from(0.1_f32)),
                false,
            ),
            (
                DataType::INTEGER8,
                Value::Signed(-1),
                Value::Unsigned(255),
                false,
            ),
        ] {
            assert_eq!(
                is_same(data_type, &wanted, &found),
                same,
                "{wanted:?} {found:?}"
            );
        }
    }

    #[test]
    fn the_error_names_the_objects() {
        let write = ObjectWrite::new(PLAIN, DataType::REAL32, Value::Real(16.0));
        let report = WriteReport::compare(&[write], &Snapshot::new());
        let text = report.into_result().unwrap_err().to_string();
        assert_eq!(
            text,
            "the charger holds something else than was written in 2062_0"
        );
    }

    fn differs(found: Option<&str>) -> WrittenState {
        WrittenState::Differs(Mismatch {
            wanted: Value::from("new"),
            found: found.map(Value::from),
        })
    }
}
