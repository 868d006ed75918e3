//! The charger's object dictionary as values: ids, types, access and contents.

mod access;
mod bytes;
mod data_type;
mod dictionary;
mod entry;
mod id;
mod table;
mod value;
mod write_only;

pub use access::Access;
pub use bytes::{RawBytesError, decode_bytes, encode_bytes};
pub use data_type::DataType;
pub use dictionary::{DictionaryEntry, InForce, is_charger_bound};

#[cfg(feature = "settings-xml")]
pub(crate) use dictionary::is_secret;
pub use entry::{Object, ObjectWrite};
pub use id::{ObjectId, ObjectIdError};
pub use value::{Value, ValueTypeError};
pub use write_only::WriteOnlyItem;
