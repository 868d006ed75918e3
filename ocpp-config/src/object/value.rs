use serde::{Deserialize, Serialize};

/// What an object holds.
///
/// Integers of every width share two variants: the width belongs to the object's
/// [`DataType`](crate::DataType), not to the number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Value {
    /// BOOLEAN.
    Boolean(bool),
    /// UNSIGNED8 to UNSIGNED64.
    Unsigned(u64),
    /// INTEGER8 to INTEGER64.
    Signed(i64),
    /// REAL32 and REAL64.
    Real(f64),
    /// VISIBLE_STRING and UNICODE_STRING.
    Text(String),
    /// OCTET_STRING, DOMAIN and the vendor's byte array.
    Bytes(Vec<u8>),
    /// The vendor's array of 16-bit words.
    Words(Vec<u16>),
    /// The JSON text of a value whose type has no meaning here.
    Unknown(String),
}
