use std::collections::{BTreeMap, btree_map};

use serde::{Deserialize, Serialize};

use crate::{Object, ObjectId, Value};

/// What a charger's objects held at one moment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Snapshot {
    objects: BTreeMap<ObjectId, Object>,
}

impl Snapshot {
    /// A snapshot of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an object, or replaces the one with the same id.
    pub fn insert(&mut self, object: Object) {
        self.objects.insert(object.id, object);
    }

    /// The object with this id, if the charger has it.
    pub fn get(&self, id: ObjectId) -> Option<&Object> {
        self.objects.get(&id)
    }

    /// What the object with this id holds, if the charger has it.
    pub fn value(&self, id: ObjectId) -> Option<&Value> {
        self.get(id).map(|object| &object.value)
    }

    /// All objects, in the order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Object> {
        self.objects.values()
    }

    /// The number of objects.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there is no object.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }
}

impl<'a> IntoIterator for &'a Snapshot {
    type Item = &'a Object;
    type IntoIter = btree_map::Values<'a, ObjectId, Object>;

    fn into_iter(self) -> Self::IntoIter {
        self.objects.values()
    }
}

impl FromIterator<Object> for Snapshot {
    fn from_iter<T: IntoIterator<Item = Object>>(objects: T) -> Self {
        Self {
            objects: objects
                .into_iter()
                .map(|object| (object.id, object))
                .collect(),
        }
    }
}

impl Extend<Object> for Snapshot {
    fn extend<T: IntoIterator<Item = Object>>(&mut self, objects: T) {
        self.objects
            .extend(objects.into_iter().map(|object| (object.id, object)));
    }
}
