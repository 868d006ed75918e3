use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::ser::{self, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::FilePath;
use crate::{Secret, ValueError};

/// Where a secret comes from.
///
/// In a document: `{ env = "NAME" }`, `{ file = "path" }` or, if the caller allows it
/// when the document is resolved, `{ value = "..." }` or the bare text.
///
/// `Debug` redacts an inline value and serializing one is an error, so that a document
/// cannot carry it into a log by accident.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretReference {
    /// The environment variable of this name.
    Env(EnvironmentName),
    /// The contents of this file.
    File(FilePath),
    /// The secret itself.
    Inline(Secret),
}

text_value! {
    /// The name of an environment variable: letters, digits and underscores.
    EnvironmentName,
    expecting "the name of an environment variable",
    check check_name,
    schema { "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" }
}

impl SecretReference {
    /// Whether the document carries the secret itself.
    pub fn is_inline(&self) -> bool {
        matches!(self, Self::Inline(_))
    }
}

/// What the reference points at, never the secret.
impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "environment variable {name}"),
            Self::File(path) => write!(f, "file {path}"),
            Self::Inline(_) => f.write_str("value in the document"),
        }
    }
}

fn check_name(name: &str) -> Result<(), ValueError> {
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain && !name.is_empty() && !name.starts_with(|first: char| first.is_ascii_digit()) {
        Ok(())
    } else {
        Err(ValueError::new(
            "SECRET-ENV-NAME",
            "the name of the environment variable is not letters, digits and underscores",
        ))
    }
}

/// The keys of the table spelling, shared with the authorization key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "SecretTable", extend("minProperties" = 1, "maxProperties" = 1)))]
struct Keys {
    env: Option<EnvironmentName>,
    file: Option<FilePath>,
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    value: Option<InlineText>,
}

/// The one source that is given.
pub(super) fn exactly_one(
    env: Option<EnvironmentName>,
    file: Option<FilePath>,
    value: Option<InlineText>,
) -> Result<SecretReference, ValueError> {
    match (env, file, value) {
        (Some(name), None, None) => Ok(SecretReference::Env(name)),
        (None, Some(path), None) => Ok(SecretReference::File(path)),
        (None, None, Some(InlineText(secret))) => Ok(SecretReference::Inline(secret)),
        _ => Err(ValueError::new(
            "SECRET-SOURCE",
            "a secret has exactly one of \"env\", \"file\" and \"value\"",
        )),
    }
}

/// A text that goes straight into a [`Secret`].
pub(super) struct InlineText(pub(super) Secret);

impl<'de> Deserialize<'de> for InlineText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl Visitor<'_> for TextVisitor {
            type Value = InlineText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a secret as text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<InlineText, E> {
                Ok(InlineText(Secret::from(text)))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

impl<'de> Deserialize<'de> for SecretReference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReferenceVisitor)
    }
}

struct ReferenceVisitor;

impl<'de> Visitor<'de> for ReferenceVisitor {
    type Value = SecretReference;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret: a table with \"env\" or \"file\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<SecretReference, E> {
        Ok(SecretReference::Inline(Secret::from(text)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SecretReference, A::Error> {
        let Keys { env, file, value } = Keys::deserialize(MapAccessDeserializer::new(map))?;
        exactly_one(env, file, value).map_err(ValueError::for_serde)
    }
}

impl Serialize for SecretReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        self.serialize_entry(&mut map)?;
        map.end()
    }
}

impl SecretReference {
    pub(super) fn serialize_entry<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::Env(name) => map.serialize_entry("env", name),
            Self::File(path) => map.serialize_entry("file", path),
            Self::Inline(_) => Err(ser::Error::custom(
                "a secret in the document itself is not written out; put a reference in its place",
            )),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SecretReference {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretReference".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let table = generator.subschema_for::<Keys>();
        schemars::json_schema!({ "anyOf": [table, { "type": "string" }] })
    }
}
