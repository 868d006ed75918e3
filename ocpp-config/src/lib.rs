#![doc = include_str!("../README.md")]

mod object;
pub mod objects;
mod property;
mod secret;
mod snapshot;

pub use object::{
    Access, DataType, DictionaryEntry, InForce, Object, ObjectId, ObjectIdError, ObjectWrite,
    RawBytesError, Value, ValueTypeError, WriteOnlyItem, decode_bytes, encode_bytes,
    is_charger_bound,
};
pub use property::{
    MAX_WRITES_PER_REQUEST, PostedProperty, Property, PropertyError, PropertyPage, encode_writes,
    parse_writes,
};
pub use secret::Secret;
pub use snapshot::Snapshot;
