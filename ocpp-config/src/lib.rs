#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod advice;
mod concern;
mod decode;
mod document;
mod object;
pub mod objects;
pub mod ocpp201;
mod plan;
mod property;
mod report;
mod secret;
#[cfg(feature = "settings-xml")]
pub mod settings_xml;
mod snapshot;
mod types;
mod validate;

pub use advice::Advice;
pub use concern::Concern;
pub use decode::{Decoded, decode};
#[cfg(feature = "schema")]
pub use document::document_schema;
pub use document::{
    AccessPoint, Authorization, Document, DocumentFormat, DocumentPath, DocumentSource,
    DocumentWriteError, Mobile, NetworkProfile, NetworkProfiles, Proxy, Security, Timing,
};
pub use object::{
    Access, DataType, DictionaryEntry, InForce, Object, ObjectId, ObjectIdError, ObjectWrite,
    RawBytesError, Value, ValueTypeError, WriteOnlyItem, decode_bytes, encode_bytes,
    is_charger_bound,
};
pub use plan::{
    AssignedSlot, FallbackRisk, Installed, InstalledPlace, LeftOut, LeftOutReason, OneWayDoor,
    Plan, PlanError, PlanOptions, PlanProblem, PlanStage, PlannedInstall, PlannedUpload,
    PlannedWrite, RestoreError, StagedPlan, UploadPurpose, plan, plan_staged,
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
    CheckedDocument, CheckedProfile, Code, CodeError, RULES, ResolvedDocument, Rule, Rules,
    SecretError, SecretErrorKind, SecretMap, SecretSource, Severity, Stage, Validation, validate,
    validate_move, validate_tolerating,
};
