use serde::{Deserialize, Serialize};

use super::{Access, DataType, ObjectId, Value};

/// One object as a charger reported it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Object {
    /// Its address.
    pub id: ObjectId,
    /// Whether it can be written.
    pub access: Access,
    /// Its type.
    pub data_type: DataType,
    /// What the charger gives as length: for strings the buffer *with* its NUL, so
    /// the longest string has one byte less. Meaningless for most numbers.
    pub length: u32,
    /// The category that it was listed under, empty where the link knows none.
    pub category: String,
    /// What it holds.
    pub value: Value,
}

impl Object {
    /// An object in no category.
    pub fn new(
        id: ObjectId,
        access: Access,
        data_type: DataType,
        length: u32,
        value: Value,
    ) -> Self {
        Self {
            id,
            access,
            data_type,
            length,
            category: String::new(),
            value,
        }
    }

    /// The same object, listed under `category`.
    #[must_use]
    pub fn in_category(mut self, category: impl Into<String>) -> Self {
        self.category = category.into();
        self
    }
}

/// One object to be written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ObjectWrite {
    /// Its address.
    pub id: ObjectId,
    /// Its type, which decides how the value is spelled on the wire.
    pub data_type: DataType,
    /// What it shall hold.
    pub value: Value,
}

impl ObjectWrite {
    /// Write `value` into the object `id` of type `data_type`.
    pub const fn new(id: ObjectId, data_type: DataType, value: Value) -> Self {
        Self {
            id,
            data_type,
            value,
        }
    }
}
