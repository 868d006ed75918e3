//! The charger's object dictionary as values: ids, types, access and contents.

mod access;
mod data_type;
mod entry;
mod id;
mod value;
mod write_only;

pub use access::Access;
pub use data_type::DataType;
pub use entry::{Object, ObjectWrite};
pub use id::{ObjectId, ObjectIdError};
pub use value::Value;
pub use write_only::WriteOnlyItem;
