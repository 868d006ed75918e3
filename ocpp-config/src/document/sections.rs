use serde::{Deserialize, Serialize};

use super::NetworkProfiles;
use crate::{
    AuthorizationKeyReference, AuthorizationMode, ChargeBoxIdentity, ClientCertificateReference,
    ConnectionAttempts, CpoName, NetworkPreference, NetworkSelection, OfflineAction, OnlineAction,
    PlugAndChargeId, Preset, ProxyAddress, ProxyUser, RootCertificateReference, Seconds,
    SecretReference,
};

/// What a charger shall be: the back office part of its configuration.
///
/// A document says *what*, never *how*. Every field is optional: what is left out is left
/// alone on the charger, and comes from the layer below when documents are layered. Each
/// value that is there is well-formed, because its type admits no other; whether the
/// values make sense together is what [`validate`](crate::validate) finds out.
///
/// ```
/// use ocpp_config::{Document, Preset};
///
/// let mut document = Document::default();
/// document.preset = Some(Preset::Manual);
/// document.identity = Some("ACE0999001".parse()?);
/// assert_eq!(document.to_toml()?, "preset = \"manual\"\nidentity = \"ACE0999001\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Document {
    /// The back office preset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// How often one network profile is tried before the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_attempts: Option<ConnectionAttempts>,
    /// The charger's name at the back office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<ChargeBoxIdentity>,
    /// The charge point operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpo_name: Option<CpoName>,
    /// The network profiles, by slot.
    #[serde(
        default,
        rename = "network-profile",
        skip_serializing_if = "NetworkProfiles::is_empty"
    )]
    pub network_profiles: NetworkProfiles,
    /// The modem.
    #[serde(default, skip_serializing_if = "Mobile::is_empty")]
    pub mobile: Mobile,
    /// Who may charge.
    #[serde(default, skip_serializing_if = "Authorization::is_empty")]
    pub authorization: Authorization,
    /// Keys and certificates.
    #[serde(default, skip_serializing_if = "Security::is_empty")]
    pub security: Security,
    /// Intervals.
    #[serde(default, skip_serializing_if = "Timing::is_empty")]
    pub timing: Timing,
    /// The proxy.
    #[serde(default, skip_serializing_if = "Proxy::is_empty")]
    pub proxy: Proxy,
}

impl Document {
    /// The document as TOML.
    ///
    /// # Errors
    ///
    /// A secret stands in the document itself.
    pub fn to_toml(&self) -> Result<String, DocumentWriteError> {
        toml::to_string(self).map_err(|error| DocumentWriteError(Box::new(error)))
    }

    /// The document as JSON.
    ///
    /// # Errors
    ///
    /// A secret stands in the document itself.
    pub fn to_json(&self) -> Result<String, DocumentWriteError> {
        serde_json::to_string_pretty(self).map_err(|error| DocumentWriteError(Box::new(error)))
    }

    /// This document over another: what this one says wins, field by field.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let (over, base) = (self.clone(), base.clone());
        Self {
            preset: over.preset.or(base.preset),
            connection_attempts: over.connection_attempts.or(base.connection_attempts),
            identity: over.identity.or(base.identity),
            cpo_name: over.cpo_name.or(base.cpo_name),
            network_profiles: over.network_profiles.over(&base.network_profiles),
            mobile: over.mobile.over(base.mobile),
            authorization: over.authorization.over(base.authorization),
            security: over.security.over(base.security),
            timing: over.timing.over(base.timing),
            proxy: over.proxy.over(base.proxy),
        }
    }
}

/// The document cannot be written: a secret stands in the document itself.
#[derive(Debug, thiserror::Error)]
#[error("the document cannot be written out")]
#[non_exhaustive]
pub struct DocumentWriteError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// A table of the document: settings that are each there or not, and the rule by which
/// one layer goes over another.
macro_rules! section {
    (
        $(#[$meta:meta])*
        $name:ident { $($(#[$field_meta:meta])* $field:ident: $value:ty,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_meta])*
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $field: Option<$value>,)+
        }

        impl $name {
            /// Whether nothing is said.
            pub fn is_empty(&self) -> bool {
                $(self.$field.is_none())&&+
            }

            fn over(self, base: Self) -> Self {
                Self { $($field: self.$field.or(base.$field),)+ }
            }
        }
    };
}

section! {
    /// The modem, whichever network profile uses it.
    Mobile {
        /// How the network is picked.
        selection: NetworkSelection,
        /// The radio technology to prefer.
        preference: NetworkPreference,
    }
}

section! {
    /// Who may charge.
    Authorization {
        /// Who lets a driver charge.
        mode: AuthorizationMode,
        /// What happens with a card while no back office answers.
        offline_action: OfflineAction,
        /// What happens with a card while the back office answers.
        online_action: OnlineAction,
        /// Whether the white list is used (object `213B_0`).
        white_list: bool,
        /// Whether the OCPP local list is used (object `213D_0`).
        local_list: bool,
        /// The card number of Plug & Charge sessions.
        plug_and_charge_id: PlugAndChargeId,
    }
}

section! {
    /// Keys and certificates, all by reference.
    Security {
        /// The charger's password at the back office.
        authorization_key: AuthorizationKeyReference,
        /// The root certificate of the back office.
        root_certificate: RootCertificateReference,
        /// The charger's own certificate.
        client_certificate: ClientCertificateReference,
    }
}

section! {
    /// Intervals.
    Timing {
        /// The heartbeat interval to ask for (object `2085_0`).
        heartbeat_interval: Seconds,
        /// The interval of WebSocket pings, 0 for none (object `208A_0`).
        websocket_ping_interval: Seconds,
    }
}

section! {
    /// The proxy between charger and back office.
    Proxy {
        /// Its host and port.
        address: ProxyAddress,
        /// Its user.
        user: ProxyUser,
        /// Its password (write-only item 2).
        password: SecretReference,
        /// Whether it is used.
        enabled: bool,
    }
}
