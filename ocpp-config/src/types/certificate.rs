use serde::{Deserialize, Serialize};

use super::{FilePath, SecretReference};

/// The root certificate of the back office, in up to two forms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RootCertificateReference {
    /// The container that is uploaded to the charger, usually `Rootcertificate.fwi`.
    /// What it holds cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<FilePath>,
    /// The same root as PEM: what a preflight trusts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FilePath>,
}

impl RootCertificateReference {
    /// A root in these forms.
    pub const fn new(package: Option<FilePath>, file: Option<FilePath>) -> Self {
        Self { package, file }
    }
}

/// The certificate with which the charger proves itself (security profile 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClientCertificateReference {
    /// The certificate and what issued it, as PEM, leaf first.
    pub chain: FilePath,
    /// The private key, as PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<SecretReference>,
}

impl ClientCertificateReference {
    /// This chain, with this key if it is known outside of the charger.
    pub const fn new(chain: FilePath, key: Option<SecretReference>) -> Self {
        Self { chain, key }
    }
}
