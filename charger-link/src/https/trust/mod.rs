//! Whom to trust: a charger's certificate is self-signed, so its public key is pinned.

mod file;
mod fingerprint;
mod policy;
mod store;

pub use file::FilePinStore;
pub(crate) use fingerprint::public_key;
pub use fingerprint::{KeyFingerprint, KeyFingerprintError};
pub(crate) use policy::PinError;
pub use policy::{FirstContact, Trust};
pub use store::{MemoryPinStore, PinStore, PinStoreError};
