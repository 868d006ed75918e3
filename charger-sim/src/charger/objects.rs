//! What one charger's objects hold: the shared table, and the differences from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ocpp_config::{Object, ObjectId, Value};

use super::ids;
use super::range;
use super::table::Table;

/// A charger's objects. Only what differs from the table takes memory.
#[derive(Debug, Clone)]
pub(crate) struct Objects {
    table: Arc<Table>,
    in_force: BTreeMap<ObjectId, Value>,
    pending: BTreeMap<ObjectId, Value>,
}

/// Why a write had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no such object.
    Missing,
    /// It is read-only.
    ReadOnly,
    /// The text is too long.
    TooLong,
    /// The value is out of the object's range, or of another type.
    OutOfRange,
}

impl Objects {
    pub(crate) const fn new(table: Arc<Table>) -> Self {
        Self {
            table,
            in_force: BTreeMap::new(),
            pending: BTreeMap::new(),
        }
    }

    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// What is in force.
    pub(crate) fn value(&self, id: ObjectId) -> Option<&Value> {
        self.in_force
            .get(&id)
            .or_else(|| self.table.get(id).map(|object| &object.value))
    }

    /// What waits for a restart, if anything does.
    pub(crate) fn pending(&self, id: ObjectId) -> Option<&Value> {
        self.pending.get(&id)
    }

    /// What is in force of an entry of the table.
    pub(crate) fn in_force<'a>(&'a self, entry: &'a Object) -> &'a Value {
        self.in_force.get(&entry.id).unwrap_or(&entry.value)
    }

    pub(crate) fn text(&self, id: ObjectId) -> &str {
        match self.value(id) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// A number that is in force; 0 if there is none.
    pub(crate) fn number(&self, id: ObjectId) -> i64 {
        match self.value(id) {
            Some(Value::Unsigned(number)) => i64::try_from(*number).unwrap_or(i64::MAX),
            Some(Value::Signed(number)) => *number,
            _ => 0,
        }
    }

    /// Sets what the firmware itself knows; at once, and whatever the access.
    pub(crate) fn set(&mut self, id: ObjectId, value: Value) {
        match self.table.get(id) {
            Some(object) if object.value == value => self.in_force.remove(&id),
            Some(_) => self.in_force.insert(id, value),
            None => None,
        };
    }

    pub(crate) fn set_unsigned(&mut self, id: ObjectId, number: u64) {
        self.set(id, Value::Unsigned(number));
    }

    pub(crate) fn set_signed(&mut self, id: ObjectId, number: i64) {
        self.set(id, Value::Signed(number));
    }

    /// What a client writes: checked, and in force at once or after a restart.
    pub(crate) fn write(&mut self, id: ObjectId, value: Value) -> Result<(), Refusal> {
        let object = self.table.get(id).ok_or(Refusal::Missing)?;
        if object.access.is_read_only() {
            return Err(Refusal::ReadOnly);
        }
        let value = range::fitting(object, value)?;
        if ids::waits_for_restart(id) {
            if self.value(id) == Some(&value) {
                self.pending.remove(&id);
            } else {
                self.pending.insert(id, value);
            }
        } else {
            self.set(id, value);
        }
        Ok(())
    }

    /// A restart: what was pending comes into force.
    pub(crate) fn apply_pending(&mut self) {
        for (id, value) in std::mem::take(&mut self.pending) {
            self.set(id, value);
        }
    }

    /// Every object with what `value` says it holds.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Object> {
        self.table.iter()
    }
}
