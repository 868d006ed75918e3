use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::scalar::Scalar;
use crate::{Access, DataType, DictionaryEntry, Object, ObjectId, Value};

/// What `GET prop` answers: a page of objects, borrowed from the JSON text.
///
/// Both shapes are read: the page with `properties`, `offset` and `total`, and the flat
/// map of ids to values with which some firmware answers `GET prop?ids=…`; there the
/// types come from the [dictionary](DictionaryEntry).
///
/// ```
/// use ocpp_config::{ObjectId, PropertyPage, Value};
///
/// let json = br#"{"version":2,"properties":[
///     {"id":"20F0_E","access":0,"type":5,"len":0,"cat":"ocpp","value":1}
/// ],"offset":0,"total":1}"#;
/// let page = PropertyPage::parse(json)?;
/// let priority = &page.properties()[0];
/// assert_eq!(priority.id(), ObjectId::new(0x20F0, 0x0E));
/// assert_eq!(priority.value(), Value::Unsigned(1));
/// assert_eq!(page.total(), Some(1));
/// # Ok::<(), ocpp_config::PropertyError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PropertyPage<'a> {
    properties: Vec<Property<'a>>,
    offset: u32,
    total: Option<u32>,
}

impl<'a> PropertyPage<'a> {
    /// A page of `properties`, the first of which is number `offset` of `total`.
    pub const fn new(properties: Vec<Property<'a>>, offset: u32, total: u32) -> Self {
        Self {
            properties,
            offset,
            total: Some(total),
        }
    }

    /// Reads a page.
    ///
    /// No input panics; memory is bounded by a small multiple of the input's length,
    /// which is the caller's to bound. Unknown keys are skipped, unknown types survive
    /// as [`Value::Unknown`].
    ///
    /// # Errors
    /// If the text is not UTF-8, not JSON, or an entry has no id or a malformed field.
    pub fn parse(json: &'a [u8]) -> Result<Self, PropertyError> {
        let text = std::str::from_utf8(json).map_err(PropertyError::new)?;
        let visitor = PageVisitor {
            likely_entries: text.len() / USUAL_ENTRY,
        };
        let mut deserializer = serde_json::Deserializer::from_str(text);
        deserializer
            .deserialize_map(visitor)
            .and_then(|page| deserializer.end().map(|()| page))
            .map_err(PropertyError::new)
    }

    /// The page as the charger would send it.
    ///
    /// # Errors
    /// If a value cannot be said in JSON: a real that is not finite, or a
    /// [`Value::Unknown`] that holds no JSON.
    pub fn to_json(&self) -> Result<String, PropertyError> {
        serde_json::to_string(self).map_err(PropertyError::new)
    }

    /// The objects, in the charger's order.
    pub fn properties(&self) -> &[Property<'a>] {
        &self.properties
    }

    /// The number of the first object among all.
    pub const fn offset(&self) -> u32 {
        self.offset
    }

    /// How many objects there are in all, if the charger said so.
    pub const fn total(&self) -> Option<u32> {
        self.total
    }

    /// The objects as owned values.
    pub fn to_objects(&self) -> Vec<Object> {
        self.properties.iter().map(Property::to_object).collect()
    }
}

/// One object of a [`PropertyPage`], borrowed from the JSON text.
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
    /// As [`PropertyPage::parse`].
    pub fn parse(json: &'a [u8]) -> Result<Self, PropertyError> {
        let text = std::str::from_utf8(json).map_err(PropertyError::new)?;
        serde_json::from_str(text).map_err(PropertyError::new)
    }

    /// The entry as the charger would send it.
    ///
    /// # Errors
    /// As [`PropertyPage::to_json`].
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
        .in_category(self.category.as_ref())
    }

    /// An object of which the charger told nothing but the value.
    fn from_dictionary(id: ObjectId, value: Scalar<'a>) -> Self {
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

/// The text is no property, no page of them, or no set of writes; or a value cannot be
/// said in JSON.
#[derive(Debug, thiserror::Error)]
#[error("malformed property")]
pub struct PropertyError {
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl PropertyError {
    pub(super) fn new(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self {
            source: Box::new(source),
        }
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

impl Serialize for PropertyPage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut page = serializer.serialize_struct("PropertyPage", 4)?;
        page.serialize_field("version", &PAGE_VERSION)?;
        page.serialize_field("properties", &self.properties)?;
        page.serialize_field("offset", &self.offset)?;
        match self.total {
            Some(total) => page.serialize_field("total", &total)?,
            None => page.skip_field("total")?,
        }
        page.end()
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

/// What the charger sends for [`PropertyPage`]'s own `version`.
const PAGE_VERSION: u32 = 2;

/// How many bytes an entry of a page takes at least, in most pages. The list of entries is
/// reserved for as many as the text may hold, so that it hardly ever grows.
const USUAL_ENTRY: usize = 64;

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

struct PageVisitor {
    likely_entries: usize,
}

impl<'de> Visitor<'de> for PageVisitor {
    type Value = PropertyPage<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page of properties, or a map of ids to values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut page = PropertyPage {
            properties: Vec::new(),
            offset: 0,
            total: None,
        };
        while let Some(key) = map.next_key()? {
            match key {
                PageKey::Properties => {
                    let list = List {
                        likely_entries: self.likely_entries,
                    };
                    page.properties = map.next_value_seed(list)?;
                }
                PageKey::Offset => page.offset = map.next_value()?,
                PageKey::Total => page.total = map.next_value()?,
                PageKey::Object(id) => page
                    .properties
                    .push(Property::from_dictionary(id, map.next_value()?)),
                PageKey::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(page)
    }
}

enum PageKey {
    Properties,
    Offset,
    Total,
    Object(ObjectId),
    Other,
}

impl<'de> Deserialize<'de> for PageKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl Visitor<'_> for KeyVisitor {
            type Value = PageKey;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, key: &str) -> Result<PageKey, E> {
                Ok(match key {
                    "properties" => PageKey::Properties,
                    "offset" => PageKey::Offset,
                    "total" => PageKey::Total,
                    _ => key.parse().map_or(PageKey::Other, PageKey::Object),
                })
            }
        }

        deserializer.deserialize_identifier(KeyVisitor)
    }
}

struct List {
    likely_entries: usize,
}

impl<'de> DeserializeSeed<'de> for List {
    type Value = Vec<Property<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List {
    type Value = Vec<Property<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of properties")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut properties = Vec::with_capacity(self.likely_entries);
        while let Some(property) = seq.next_element()? {
            properties.push(property);
        }
        Ok(properties)
    }
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
    fn a_flat_map_takes_its_types_from_the_dictionary() {
        let page = PropertyPage::parse(br#"{"2053_0":"CP1","2126_0":2,"9999_1":"x"}"#).unwrap();
        let objects = page.to_objects();
        assert_eq!(objects.len(), 3);
        assert_eq!(objects[0].value, Value::from("CP1"));
        assert_eq!(objects[0].length, 21);
        assert_eq!(objects[1].value, Value::Signed(2));
        assert_eq!(objects[2].value, Value::from("x"));
        assert_eq!(page.total(), None);
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
    fn what_is_no_page_is_refused() {
        for json in [
            "",
            "[]",
            "1",
            "{",
            r#"{"properties":{}}"#,
            r#"{"properties":[{"id":"x"}]}"#,
        ] {
            assert!(PropertyPage::parse(json.as_bytes()).is_err(), "{json}");
        }
        assert!(PropertyPage::parse(b"{\"properties\":[\xFF]}").is_err());
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
