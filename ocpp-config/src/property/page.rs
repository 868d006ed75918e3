use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Property, PropertyError};
use crate::{Object, ObjectId};

/// What `GET prop` answers: a page of objects, borrowed from the JSON text.
///
/// Both shapes are read: the page with `properties`, `offset` and `total`, and the flat
/// map of ids to values with which some firmware answers `GET prop?ids=…`; there the
/// types come from the [dictionary](crate::DictionaryEntry).
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
    /// as [`Value::Unknown`](crate::Value::Unknown).
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
    /// [`Value::Unknown`](crate::Value::Unknown) that holds no JSON.
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

/// What the charger sends for [`PropertyPage`]'s own `version`.
const PAGE_VERSION: u32 = 2;

/// How many bytes an entry of a page takes at least, in most pages. The list of entries is
/// reserved for as many as the text may hold, so that it hardly ever grows.
const USUAL_ENTRY: usize = 64;

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
    use crate::Value;

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
}
