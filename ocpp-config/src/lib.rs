#![doc = include_str!("../README.md")]

mod object;
mod secret;
mod snapshot;

pub use object::{
    Access, DataType, Object, ObjectId, ObjectIdError, ObjectWrite, Value, WriteOnlyItem,
};
pub use secret::Secret;
pub use snapshot::Snapshot;
