use std::fmt;

use serde::{Deserialize, Serialize};

use super::dictionary::is_secret;
use super::{Access, DataType, ObjectId, Value};

/// One object as a charger reported it.
///
/// Its `Debug` output masks what the dictionary calls a secret (a SIM PIN, for example);
/// its serialized form does not, since a snapshot exists to be restored.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
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
    pub fn with_category(mut self, category: impl Into<String>) -> Self {
        self.category = category.into();
        self
    }
}

/// One object to be written.
///
/// Its `Debug` output masks what the dictionary calls a secret; its serialized form does
/// not. Since any value may be a secret, it is overwritten when the write is dropped.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
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

impl Drop for ObjectWrite {
    fn drop(&mut self) {
        self.value.overwrite();
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object")
            .field("id", &self.id)
            .field("access", &self.access)
            .field("data_type", &self.data_type)
            .field("length", &self.length)
            .field("category", &self.category)
            .field("value", &Masked(self.id, &self.value))
            .finish()
    }
}

impl fmt::Debug for ObjectWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectWrite")
            .field("id", &self.id)
            .field("data_type", &self.data_type)
            .field("value", &Masked(self.id, &self.value))
            .finish()
    }
}

/// A value as `Debug` may show it.
struct Masked<'a>(ObjectId, &'a Value);

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_secret(self.0) && !self.1.is_blank() {
            f.write_str("***")
        } else {
            self.1.fmt(f)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::ProfileField;

    #[test]
    fn debug_output_hides_what_the_dictionary_calls_a_secret() {
        let pin = ProfileField::SIM_PIN_LONG.of_profile(1).unwrap();
        let write = ObjectWrite::new(pin, DataType::VISIBLE_STRING, Value::from("0815"));
        assert!(!format!("{write:?}").contains("0815"), "{write:?}");
        let object = Object::new(
            pin,
            Access::READ_WRITE,
            DataType::VISIBLE_STRING,
            9,
            Value::from("0815"),
        );
        assert!(!format!("{object:?}").contains("0815"), "{object:?}");
        let open = ObjectWrite::new(
            crate::objects::CHARGE_BOX_IDENTITY,
            DataType::VISIBLE_STRING,
            Value::from("0815"),
        );
        assert!(format!("{open:?}").contains("0815"), "{open:?}");
    }
}
