//! The document: what a charger shall be, read from TOML or JSON.

mod layer;
#[cfg(feature = "excerpts")]
mod mask;
mod network_profiles;
mod path;
mod reading;
#[cfg(feature = "schema")]
mod schema;
mod sections;
mod source;
mod tree;
mod tree_deserializer;

pub use network_profiles::{AccessPoint, NetworkProfile, NetworkProfiles};
pub use path::DocumentPath;
#[cfg(feature = "schema")]
pub use schema::document_schema;
pub use sections::{Authorization, Document, DocumentWriteError, Mobile, Proxy, Security, Timing};
pub use source::{DocumentFormat, DocumentSource};

pub(crate) use layer::{Layer, Located, locate};
pub(crate) use path::Segment;
pub(crate) use reading::Problem;
