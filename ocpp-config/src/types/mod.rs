//! The values of a document, each of which cannot be wrong once it exists.

#[macro_use]
mod macros;

mod apn;
mod authorization;
mod authorization_key;
mod certificate;
mod charge_box_identity;
mod connection_attempts;
mod cpo_name;
mod csms_url;
mod file_path;
mod interface;
mod mobile_network;
mod ocpp_version;
mod plug_and_charge_id;
mod preset;
mod priority;
mod proxy;
mod seconds;
mod secret_reference;
mod security_profile;
mod serde_text;
mod sim_pin;
mod slot;
mod value_error;

pub use apn::{ApnAuthentication, ApnName, ApnUser};
pub use authorization::{AuthorizationMode, OfflineAction, OnlineAction};
pub use authorization_key::{AuthorizationKey, AuthorizationKeyReference, KeyEncoding};
pub use certificate::{ClientCertificateReference, RootCertificateReference};
pub use charge_box_identity::ChargeBoxIdentity;
pub use connection_attempts::ConnectionAttempts;
pub use cpo_name::CpoName;
pub use csms_url::{CsmsUrl, UrlHost};
pub use file_path::FilePath;
pub use interface::Interface;
pub use mobile_network::{NetworkPreference, NetworkSelection, PreferredNetwork};
pub use ocpp_version::OcppVersion;
pub use plug_and_charge_id::PlugAndChargeId;
pub use preset::{Preset, PresetName};
pub use priority::Priority;
pub use proxy::{ProxyAddress, ProxyUser};
pub use seconds::Seconds;
pub use secret_reference::{EnvironmentName, SecretReference};
pub use security_profile::SecurityProfile;
pub use sim_pin::SimPin;
pub use slot::Slot;
pub use value_error::ValueError;
