//! Reads a document out of its tree with the same `Deserialize` that serde's formats
//! use, but with an error that knows the path and the rule.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use super::Segment;
use super::tree::{Entry, Kind, Node};
use crate::validate::Code;
use crate::validate::RULES;

/// What is wrong at one path.
#[derive(Debug)]
pub(crate) struct TreeError {
    pub(crate) code: Code,
    pub(crate) message: Cow<'static, str>,
    /// Innermost key first, while it travels outwards.
    pub(crate) path: Vec<Segment>,
    /// The key itself is at fault, not its value.
    pub(crate) at_key: bool,
    /// This key is not there.
    pub(crate) missing: Option<&'static str>,
}

impl TreeError {
    fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: Code::new(code),
            message: message.into(),
            path: Vec::new(),
            at_key: false,
            missing: None,
        }
    }

    fn below(mut self, key: &str) -> Self {
        self.path.push(Cow::Owned(key.to_owned()));
        self
    }

    fn at_key(mut self) -> Self {
        self.at_key = true;
        self
    }
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TreeError {}

/// serde's ways to complain. None of them repeats a value of the document, which could
/// be a secret.
impl de::Error for TreeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let text = message.to_string();
        let rule = text
            .split_once(": ")
            .and_then(|(code, message)| Some((RULES.get(code)?, message)));
        match rule {
            Some((rule, message)) => Self {
                message: Cow::Owned(message.to_owned()),
                ..Self::new(rule.code().as_str(), "")
            },
            None => Self::new("DOC-TYPE", text),
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(
            "DOC-TYPE",
            format!("expected {expected}, found {}", kind_of(found)),
        )
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let nearest = expected
            .iter()
            .map(|known| (strsim::damerau_levenshtein(field, known), known))
            .filter(|(distance, _)| *distance <= 3)
            .min_by_key(|(distance, _)| *distance);
        let message = match nearest {
            Some((_, known)) => format!("unknown key; did you mean \"{known}\"?"),
            None => format!("unknown key; known here: {}", expected.join(", ")),
        };
        Self::new("DOC-UNKNOWN-KEY", message).at_key()
    }

    /// Raised by the table that holds the key, so the key has to be added here.
    fn duplicate_field(field: &'static str) -> Self {
        Self::new("DOC-DUPLICATE-KEY", "the key stands here a second time")
            .at_key()
            .below(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            missing: Some(field),
            ..Self::new("DOC-MISSING-KEY", format!("the key \"{field}\" is missing"))
        }
    }
}

fn kind_of(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a number",
        Unexpected::Str(_) => "text",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Map => "a table",
        Unexpected::Seq => "a list",
        Unexpected::Other("a date or time") => "a date or time",
        Unexpected::Other("a number with a fraction") => "a number with a fraction",
        Unexpected::Other("a number out of range") => "a number out of range",
        _ => "something else",
    }
}

impl<'de> Deserializer<'de> for &'de Node<'de> {
    type Error = TreeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
        match &self.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Boolean(value) => visitor.visit_bool(*value),
            Kind::Integer(number) => match (u64::try_from(*number), i64::try_from(*number)) {
                (Ok(number), _) => visitor.visit_u64(number),
                (_, Ok(number)) => visitor.visit_i64(number),
                _ => Err(refuse("a number out of range", &visitor)),
            },
            Kind::Other(name) => Err(refuse(name, &visitor)),
            Kind::Text(text) => visitor.visit_borrowed_str(text),
            Kind::Array => Err(de::Error::invalid_type(Unexpected::Seq, &visitor)),
            Kind::Table(entries) => visitor.visit_map(Entries {
                rest: entries.iter(),
                current: None,
            }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TreeError> {
        match self.kind {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, TreeError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

fn refuse<'de>(found: &'static str, visitor: &impl Visitor<'de>) -> TreeError {
    de::Error::invalid_type(Unexpected::Other(found), visitor)
}

struct Entries<'de> {
    rest: std::slice::Iter<'de, Entry<'de>>,
    current: Option<&'de Entry<'de>>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = TreeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, TreeError> {
        self.current = self.rest.next();
        let Some(entry) = self.current else {
            return Ok(None);
        };
        let key: StrDeserializer<'_, TreeError> = entry.key.as_ref().into_deserializer();
        seed.deserialize(key)
            .map(Some)
            .map_err(|error| error.below(&entry.key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, TreeError> {
        let Some(entry) = self.current.take() else {
            return Err(TreeError::new("DOC-TYPE", "a value without a key"));
        };
        seed.deserialize(&entry.value)
            .map_err(|error| error.below(&entry.key))
    }
}
