//! Objects as the charger's HTTPS API spells them: JSON in both directions.

pub(crate) mod hex_list;
mod page;
mod scalar;
mod write;

pub use page::{Property, PropertyError, PropertyPage};
pub use write::{MAX_WRITES_PER_REQUEST, PostedProperty, encode_writes, parse_writes};
