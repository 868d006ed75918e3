//! The document as one would write it down without thinking, strings and numbers, with
//! the annotations of both validation crates.

use std::collections::BTreeMap;

use serde::Deserialize;
use validator::Validate;

use super::{with_garde, with_validator};

/// The network profiles by slot.
pub type PlainProfiles = BTreeMap<String, PlainProfile>;

/// The document.
#[derive(Debug, Deserialize, garde::Validate, Validate)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[validate(schema(function = "with_validator::document"))]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct PlainDocument {
    #[garde(skip)]
    pub preset: Option<String>,
    #[garde(range(min = 1, max = 10))]
    #[validate(range(min = 1, max = 10))]
    pub connection_attempts: Option<u32>,
    #[garde(required, ascii, length(bytes, min = 1, max = 20))]
    #[validate(required, length(min = 1, max = 20))]
    pub identity: Option<String>,
    #[garde(length(bytes, min = 1, max = 64), custom(with_garde::document(self)))]
    #[validate(length(min = 1, max = 64))]
    pub cpo_name: Option<String>,
    #[garde(dive)]
    #[validate(nested)]
    pub network_profile: PlainProfiles,
    #[garde(skip)]
    pub mobile: Option<BTreeMap<String, String>>,
    #[garde(skip)]
    pub authorization: Option<PlainAuthorization>,
    #[garde(skip)]
    pub security: Option<PlainSecurity>,
    #[garde(skip)]
    pub timing: Option<BTreeMap<String, u32>>,
    #[garde(skip)]
    pub proxy: Option<PlainProxy>,
}

/// A network profile.
#[derive(Debug, Deserialize, garde::Validate, Validate)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[validate(schema(function = "with_validator::profile"))]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct PlainProfile {
    #[garde(required)]
    #[validate(required)]
    pub priority: Option<u8>,
    #[garde(required)]
    #[validate(required)]
    pub ocpp_version: Option<String>,
    #[garde(
        required,
        url,
        length(bytes, min = 1, max = 512),
        custom(with_garde::profile(self))
    )]
    #[validate(required, url, length(min = 1, max = 512))]
    pub csms_url: Option<String>,
    #[garde(required)]
    #[validate(required)]
    pub interface: Option<String>,
    #[garde(required, range(min = 0, max = 3))]
    #[validate(required, range(min = 0, max = 3))]
    pub security_profile: Option<u8>,
    #[garde(range(min = 10, max = 300))]
    #[validate(range(min = 10, max = 300))]
    pub message_timeout: Option<u32>,
    #[garde(dive)]
    #[validate(nested)]
    pub apn: Option<PlainApn>,
    #[garde(length(bytes, min = 5, max = 6))]
    #[validate(length(min = 5, max = 6))]
    pub preferred_network: Option<String>,
    #[garde(skip)]
    pub use_only_preferred_network: Option<bool>,
    #[garde(skip)]
    pub sim_pin: Option<PlainSecret>,
}

/// An access point.
#[derive(Debug, Deserialize, garde::Validate, Validate)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct PlainApn {
    #[garde(length(bytes, min = 1, max = 512), ascii)]
    #[validate(length(min = 1, max = 512))]
    pub name: Option<String>,
    #[garde(length(bytes, min = 1, max = 40), ascii)]
    #[validate(length(min = 1, max = 40))]
    pub user: Option<String>,
    #[garde(skip)]
    pub password: Option<PlainSecret>,
}

/// A reference to a secret.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct PlainSecret {
    pub env: Option<String>,
    pub file: Option<String>,
    pub encoding: Option<String>,
}

/// Who may charge.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct PlainAuthorization {
    pub mode: Option<String>,
    pub offline_action: Option<String>,
    pub online_action: Option<String>,
    pub white_list: Option<bool>,
    pub local_list: Option<bool>,
}

/// Keys and certificates.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct PlainSecurity {
    pub authorization_key: Option<PlainSecret>,
    pub root_certificate: Option<BTreeMap<String, String>>,
}

/// The proxy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct PlainProxy {
    pub enabled: Option<bool>,
    pub address: Option<String>,
    pub user: Option<String>,
    pub password: Option<PlainSecret>,
}
