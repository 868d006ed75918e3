#![doc = include_str!("../README.md")]

mod document;
mod object;
pub mod objects;
mod property;
mod report;
mod secret;
mod snapshot;
mod types;
mod validate;

#[cfg(feature = "schema")]
pub use document::document_schema;
pub use document::{
    AccessPoint, Authorization, Document, DocumentFormat, DocumentPath, DocumentSource, Mobile,
    NetworkProfile, NetworkProfiles, Proxy, Security, Timing, WriteError,
};
pub use object::{
    Access, DataType, DictionaryEntry, InForce, Object, ObjectId, ObjectIdError, ObjectWrite,
    RawBytesError, Value, ValueTypeError, WriteOnlyItem, decode_bytes, encode_bytes,
    is_charger_bound,
};
pub use property::{
    MAX_WRITES_PER_REQUEST, PostedProperty, Property, PropertyError, PropertyPage, encode_writes,
    parse_writes,
};
pub use report::{Finding, Place, Report};
pub use secret::Secret;
pub use snapshot::Snapshot;
pub use types::{
    ApnAuthentication, ApnName, ApnUser, AuthorizationKey, AuthorizationKeyReference,
    AuthorizationMode, ChargeBoxIdentity, ClientCertificateReference, ConnectionAttempts, CpoName,
    CsmsUrl, EnvironmentName, FilePath, Interface, KeyEncoding, NetworkPreference,
    NetworkSelection, OcppVersion, OfflineAction, OnlineAction, PlugAndChargeId, PreferredNetwork,
    Preset, PresetName, Priority, ProxyAddress, ProxyUser, RootCertificateReference, Seconds,
    SecretReference, SecurityProfile, SimPin, Slot, UrlHost, ValueError,
};
pub use validate::{
    CheckedDocument, CheckedProfile, Code, RULES, ResolvedDocument, Rule, Rules, SecretError,
    SecretErrorKind, SecretMap, SecretSource, Severity, Stage, Validation, validate, validate_move,
};
