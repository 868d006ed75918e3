//! A property page as a good `serde_json` user would read it: typed ids, borrowed texts.

use std::borrow::Cow;
use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer};

/// A page.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are those of the page")]
pub struct Page<'a> {
    #[serde(borrow)]
    pub properties: Vec<Entry<'a>>,
    pub offset: u32,
    pub total: Option<u32>,
}

/// An entry.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are those of the page")]
pub struct Entry<'a> {
    pub id: Id,
    pub access: u8,
    #[serde(rename = "type")]
    pub data_type: u16,
    pub len: u32,
    #[serde(borrow)]
    pub cat: Cow<'a, str>,
    #[serde(borrow)]
    pub value: Scalar<'a>,
}

/// An id: index and subindex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Id(pub u16, pub u8);

/// A value.
#[derive(Debug)]
#[non_exhaustive]
#[expect(missing_docs, reason = "JSON's scalars")]
pub enum Scalar<'a> {
    Unsigned(u64),
    Signed(i64),
    Real(f64),
    Boolean(bool),
    Text(Cow<'a, str>),
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(IdVisitor)
    }
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Id, E> {
        let parse = || {
            let (index, sub) = text.split_once('_')?;
            let index = u16::from_str_radix(index, 16).ok()?;
            Some(Id(index, u8::from_str_radix(sub, 16).ok()?))
        };
        parse().ok_or_else(|| E::custom("no id"))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar")
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Unsigned(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Signed(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Real(number))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Boolean(flag))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Err(E::custom("null is no value"))
    }
}
