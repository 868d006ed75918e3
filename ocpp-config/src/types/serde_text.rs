//! Deserialization through `FromStr`, so that no value has two ways in.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserializer;
use serde::de::{self, Visitor};

use super::ValueError;

pub(super) fn text<'de, D, T>(deserializer: D, expecting: &'static str) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err = ValueError>,
{
    deserializer.deserialize_str(Text(expecting, PhantomData))
}

/// Reads a whole number. What does not fit in 64 bits unsigned (a negative number)
/// reaches `convert` as `None`.
pub(super) fn number<'de, D, T>(
    deserializer: D,
    expecting: &'static str,
    convert: fn(Option<u64>) -> Result<T, ValueError>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_u64(Number(expecting, convert))
}

struct Text<T>(&'static str, PhantomData<T>);

impl<T: FromStr<Err = ValueError>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(ValueError::for_serde)
    }
}

struct Number<T>(&'static str, fn(Option<u64>) -> Result<T, ValueError>);

impl<T> Visitor<'_> for Number<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        (self.1)(Some(number)).map_err(ValueError::for_serde)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        (self.1)(u64::try_from(number).ok()).map_err(ValueError::for_serde)
    }
}
