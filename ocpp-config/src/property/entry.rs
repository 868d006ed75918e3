use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::PropertyError;
use super::scalar::Scalar;
use crate::{Access, DataType, DictionaryEntry, Object, ObjectId, Value};

/// One object of a [`PropertyPage`](crate::PropertyPage), borrowed from the JSON text.
#[derive(Clone, PartialEq)]
pub struct Property<'a> {
    id: ObjectId,
    access: Access,
    data_type: DataType,
    length: u32,
    category: Cow<'a, str>,
    value: Scalar<'a>,
}

impl<'a> Property<'a> {
    /// Reads one entry of a page.
    ///
    /// # Errors
    /// As [`PropertyPage::parse`](crate::PropertyPage::parse).
    pub fn parse(json: &'a [u8]) -> Result<Self, PropertyError> {
        let text = std::str::from_utf8(json).map_err(PropertyError::new)?;
        serde_json::from_str(text).map_err(PropertyError::new)
    }

    /// The entry as the charger would send it.
    ///
    /// # Errors
    /// As [`PropertyPage::to_json`](crate::PropertyPage::to_json).
    pub fn to_json(&self) -> Result<String, PropertyError> {
        serde_json::to_string(self).map_err(PropertyError::new)
    }

    /// Its address.
    pub const fn id(&self) -> ObjectId {
        self.id
    }

    /// Whether it can be written.
    pub const fn access(&self) -> Access {
        self.access
    }

    /// Its type.
    pub const fn data_type(&self) -> DataType {
        self.data_type
    }

    /// Its length as the charger gives it; see [`Object::length`].
    pub const fn length(&self) -> u32 {
        self.length
    }

    /// The category that it is listed under.
    pub fn category(&self) -> &str {
        &self.category
    }

    /// What it holds, as its type has it.
    pub fn value(&self) -> Value {
        self.value.typed(self.data_type)
    }

    /// The text that it holds, without a copy, or `None` if the JSON value is no string.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The object as an owned value.
    pub fn to_object(&self) -> Object {
        Object::new(
            self.id,
            self.access,
            self.data_type,
            self.length,
            self.value(),
        )
        .with_category(self.category.as_ref())
    }

    /// An object of which the charger told nothing but the value.
    pub(super) fn from_dictionary(id: ObjectId, value: Scalar<'a>) -> Self {
        let entry = DictionaryEntry::of(id);
        let data_type = entry.map_or_else(|| value.likely_type(), |entry| entry.data_type());
        Self {
            id,
            access: entry.map_or(Access::READ_WRITE, |entry| entry.access()),
            data_type,
            length: entry.and_then(|entry| entry.length()).unwrap_or(0),
            category: Cow::Borrowed(entry.map_or("", |entry| entry.category())),
            value,
        }
    }
}

impl<'a> From<&'a Object> for Property<'a> {
    fn from(object: &'a Object) -> Self {
        Self {
            id: object.id,
            access: object.access,
            data_type: object.data_type,
            length: object.length,
            category: Cow::Borrowed(&object.category),
            value: Scalar::listed(&object.value),
        }
    }
}

/// Masks secrets, as [`Object`] does.
impl fmt::Debug for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_object().fmt(f)
    }
}

impl Scalar<'_> {
    /// The type of an object that neither the charger nor the dictionary tells about.
    const fn likely_type(&self) -> DataType {
        match self {
            Self::Text(_) => DataType::VISIBLE_STRING,
            Self::Boolean(_) => DataType::BOOLEAN,
            Self::Unsigned(_) => DataType::UNSIGNED64,
            Self::Signed(_) => DataType::INTEGER64,
            Self::Real(_) => DataType::REAL64,
            Self::Null | Self::Other(_) => DataType::new(0),
        }
    }
}

impl Serialize for Property<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entry = serializer.serialize_struct("Property", 6)?;
        entry.serialize_field("id", &self.id)?;
        entry.serialize_field("access", &self.access)?;
        entry.serialize_field("type", &self.data_type)?;
        entry.serialize_field("len", &self.length)?;
        entry.serialize_field("cat", &self.category)?;
        entry.serialize_field("value", &self.value)?;
        entry.end()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Property<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entry = PropertyFields::deserialize(deserializer)?;
        Ok(Self {
            id: entry.id,
            access: entry.access,
            data_type: entry.data_type,
            length: entry.length,
            category: entry.category,
            value: entry.value,
        })
    }
}

/// The keys of an entry. `Cow<'a, str>` must be spelled out: behind an alias, serde's
/// `borrow` copies without a word.
#[derive(Deserialize)]
struct PropertyFields<'a> {
    id: ObjectId,
    access: Access,
    #[serde(rename = "type")]
    data_type: DataType,
    #[serde(rename = "len", default)]
    length: u32,
    #[serde(borrow, rename = "cat", default)]
    category: Cow<'a, str>,
    #[serde(borrow)]
    value: Scalar<'a>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_without_escapes_are_borrowed() {
        let json =
            br#"{"id":"2050_0","access":1,"type":9,"len":21,"cat":"generic","value":"NG910"}"#;
        let property = Property::parse(json).unwrap();
        assert!(matches!(property.category, Cow::Borrowed("generic")));
        assert_eq!(property.value, Scalar::Text(Cow::Borrowed("NG910")));
        assert!(matches!(property.value, Scalar::Text(Cow::Borrowed(_))));
    }

    #[test]
    fn what_is_not_understood_survives() {
        for (entry, json) in [
            (
                r#""type":99,"len":0,"cat":"x","value":[1,{"a":null}]"#,
                r#"[1,{"a":null}]"#,
            ),
            (r#""type":5,"len":0,"cat":"x","value":"5""#, r#""5""#),
            (
                r#""type":64,"len":0,"cat":"x","value":"no hex""#,
                r#""no hex""#,
            ),
            (r#""type":7,"len":0,"cat":"x","value":null"#, "null"),
            (r#""type":7,"len":0,"cat":"x","value":-1"#, "-1"),
        ] {
            let text = format!(r#"{{"id":"9999_0","access":0,{entry}}}"#);
            let object = Property::parse(text.as_bytes()).unwrap().to_object();
            assert_eq!(object.value, Value::Unknown(json.to_owned()), "{text}");
            assert_eq!(Property::from(&object).to_json().unwrap(), text);
        }
    }

    #[test]
    fn what_json_cannot_say_is_an_error() {
        let id = ObjectId::new(0x9999, 0);
        for value in [Value::Real(f64::NAN), Value::Unknown("not json".to_owned())] {
            let object = Object::new(id, Access::READ_WRITE, DataType::REAL64, 0, value);
            assert!(Property::from(&object).to_json().is_err(), "{object:?}");
        }
    }
}
