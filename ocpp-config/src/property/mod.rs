//! Objects as the charger's HTTPS API spells them: JSON in both directions.

mod entry;
mod error;
pub(crate) mod hex_list;
mod page;
mod scalar;
mod write;

pub use entry::Property;
pub use error::PropertyError;
pub use page::PropertyPage;
pub use write::{MAX_WRITES_PER_REQUEST, PostedProperty, encode_writes, parse_writes};
