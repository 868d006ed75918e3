use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::PropertyError;
use super::scalar::Scalar;
use crate::{DataType, ObjectId, ObjectWrite, Secret, Value};

/// The most objects that one `POST prop` may carry; the vendor's client was never seen
/// sending more.
pub const MAX_WRITES_PER_REQUEST: usize = 15;

/// The body of `POST prop` that makes these writes, in this order.
///
/// Texts, booleans (`"True"`, `"False"`) and arrays (`"0A,FF"`) are spelled as JSON
/// strings, numbers as JSON numbers. How many writes fit one request is the caller's to
/// mind ([`MAX_WRITES_PER_REQUEST`]). The body is a [`Secret`], since a password may be
/// among the values.
///
/// ```
/// use ocpp_config::{DataType, ObjectWrite, Value, encode_writes, objects};
///
/// let write = ObjectWrite::new(
///     objects::CHARGE_BOX_IDENTITY,
///     DataType::VISIBLE_STRING,
///     Value::from("CP1"),
/// );
/// let body = encode_writes(&[write])?;
/// assert_eq!(body.expose(), br#"{"2053_0":{"id":"2053_0","value":"CP1"}}"#);
/// # Ok::<(), ocpp_config::PropertyError>(())
/// ```
///
/// # Errors
/// If a value does not fit its type, or JSON cannot say it.
pub fn encode_writes(writes: &[ObjectWrite]) -> Result<Secret, PropertyError> {
    // A first pass that only counts keeps the body from growing, and so from leaving
    // copies of its beginning behind.
    let mut length = Counter(0);
    serde_json::to_writer(&mut length, &Body(writes)).map_err(PropertyError::new)?;
    let mut body = Vec::with_capacity(length.0);
    serde_json::to_writer(&mut body, &Body(writes)).map_err(PropertyError::new)?;
    Ok(Secret::new(body))
}

/// Reads the body of a `POST prop`, as a charger would.
///
/// # Errors
/// If it is not UTF-8, not JSON, or an entry has no id, no value, or an id that is not
/// the one it stands under.
pub fn parse_writes(json: &[u8]) -> Result<Vec<PostedProperty<'_>>, PropertyError> {
    let text = std::str::from_utf8(json).map_err(PropertyError::new)?;
    serde_json::from_str::<Posted<'_>>(text)
        .map(|posted| posted.0)
        .map_err(PropertyError::new)
}

/// One object of a `POST prop`, before the charger's own type gives its value a meaning.
#[derive(Clone, PartialEq)]
pub struct PostedProperty<'a> {
    id: ObjectId,
    value: Scalar<'a>,
}

impl PostedProperty<'_> {
    /// Its address.
    pub const fn id(&self) -> ObjectId {
        self.id
    }

    /// What is written into an object of type `data_type`. What no value of that type
    /// looks like comes out as [`Value::Unknown`].
    pub fn value(&self, data_type: DataType) -> Value {
        self.value.typed(data_type)
    }
}

impl fmt::Debug for PostedProperty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostedProperty")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

struct Body<'a>(&'a [ObjectWrite]);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for write in self.0 {
            write
                .value
                .check_type(write.data_type)
                .map_err(serde::ser::Error::custom)?;
            let entry = Entry {
                id: write.id,
                value: Scalar::posted(&write.value),
            };
            map.serialize_entry(&write.id, &entry)?;
        }
        map.end()
    }
}

#[derive(Serialize, Deserialize)]
struct Entry<'a> {
    id: ObjectId,
    #[serde(borrow)]
    value: Scalar<'a>,
}

struct Posted<'a>(Vec<PostedProperty<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Posted<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PostedVisitor;

        impl<'de> Visitor<'de> for PostedVisitor {
            type Value = Posted<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of ids to properties")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Posted<'de>, A::Error> {
                let mut posted = Vec::new();
                while let Some((key, entry)) = map.next_entry::<ObjectId, Entry<'de>>()? {
                    if key != entry.id {
                        return Err(serde::de::Error::custom("an id differs from its key"));
                    }
                    posted.push(PostedProperty {
                        id: entry.id,
                        value: entry.value,
                    });
                }
                Ok(Posted(posted))
            }
        }

        deserializer.deserialize_map(PostedVisitor)
    }
}

struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_value_has_its_spelling() {
        let id = ObjectId::new(0x2000, 0x1F);
        let cases = [
            (DataType::BOOLEAN, Value::Boolean(true), r#""True""#),
            (DataType::UNSIGNED8, Value::Unsigned(7), "7"),
            (DataType::INTEGER8, Value::Signed(-7), "-7"),
            (DataType::REAL32, Value::Real(16.5), "16.5"),
            (DataType::VISIBLE_STRING, Value::from("a\"b"), r#""a\"b""#),
            (
                DataType::BYTE_ARRAY,
                Value::Bytes(vec![10, 255]),
                r#""0A,FF""#,
            ),
            (DataType::WORD_ARRAY, Value::Words(vec![1]), r#""0001""#),
            (DataType::new(99), Value::Unknown("[1]".to_owned()), "[1]"),
        ];
        for (data_type, value, json) in cases {
            let body = encode_writes(&[ObjectWrite::new(id, data_type, value.clone())]).unwrap();
            let expected = format!(r#"{{"2000_1F":{{"id":"2000_1F","value":{json}}}}}"#);
            assert_eq!(body.expose_str(), Some(expected.as_str()));
            let posted = parse_writes(body.expose()).unwrap();
            assert_eq!(posted[0].id(), id);
            assert_eq!(posted[0].value(data_type), value);
        }
    }

    #[test]
    fn the_order_of_the_writes_is_kept() {
        let writes: Vec<_> = [3u8, 1, 2]
            .map(|sub| {
                let id = ObjectId::new(0x2000, sub);
                ObjectWrite::new(id, DataType::UNSIGNED8, Value::Unsigned(0))
            })
            .into();
        let body = encode_writes(&writes).unwrap();
        let ids: Vec<_> = parse_writes(body.expose())
            .unwrap()
            .iter()
            .map(|posted| posted.id().sub())
            .collect();
        assert_eq!(ids, [3, 1, 2]);
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_not_sent() {
        let write = ObjectWrite::new(
            ObjectId::new(0x20F0, 3),
            DataType::VISIBLE_STRING,
            Value::Unsigned(1),
        );
        assert!(encode_writes(&[write]).is_err());
    }

    #[test]
    fn an_id_under_another_key_is_refused() {
        assert!(parse_writes(br#"{"2053_0":{"id":"2054_0","value":"x"}}"#).is_err());
        assert!(parse_writes(br#"{"2053_0":{"id":"2053_0"}}"#).is_err());
        assert!(parse_writes(br#"{"2053_0":"x"}"#).is_err());
    }
}
