use serde::{Deserialize, Serialize};

use crate::{
    ApnAuthentication, ApnName, ApnUser, CsmsUrl, Interface, OcppVersion, PreferredNetwork,
    Priority, Seconds, SecretReference, SecurityProfile, Slot,
};

/// The network profiles of a document, at most one for each [`Slot`].
///
/// In TOML `[network-profile.1]` to `[network-profile.4]`, so that a layer overrides by
/// slot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NetworkProfiles {
    #[serde(rename = "1", skip_serializing_if = "Option::is_none")]
    first: Option<Box<NetworkProfile>>,
    #[serde(rename = "2", skip_serializing_if = "Option::is_none")]
    second: Option<Box<NetworkProfile>>,
    #[serde(rename = "3", skip_serializing_if = "Option::is_none")]
    third: Option<Box<NetworkProfile>>,
    #[serde(rename = "4", skip_serializing_if = "Option::is_none")]
    fourth: Option<Box<NetworkProfile>>,
}

impl NetworkProfiles {
    /// What the document says about a slot, if anything.
    pub fn get(&self, slot: Slot) -> Option<&NetworkProfile> {
        match slot.number() {
            1 => self.first.as_deref(),
            2 => self.second.as_deref(),
            3 => self.third.as_deref(),
            _ => self.fourth.as_deref(),
        }
    }

    /// Says something about a slot, or (`None`) nothing any more.
    pub fn set(&mut self, slot: Slot, profile: impl Into<Option<NetworkProfile>>) {
        *self.place(slot) = profile.into().map(Box::new);
    }

    /// The slots that the document speaks of, first to last.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, &NetworkProfile)> {
        Slot::ALL
            .into_iter()
            .filter_map(|slot| Some((slot, self.get(slot)?)))
    }

    /// Whether the document speaks of no slot.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    fn place(&mut self, slot: Slot) -> &mut Option<Box<NetworkProfile>> {
        match slot.number() {
            1 => &mut self.first,
            2 => &mut self.second,
            3 => &mut self.third,
            _ => &mut self.fourth,
        }
    }

    pub(super) fn over(&self, base: &Self) -> Self {
        let mut merged = Self::default();
        for slot in Slot::ALL {
            let profile = match (self.get(slot), base.get(slot)) {
                (Some(over), Some(base)) => Some(over.over(base)),
                (over, base) => over.or(base).cloned(),
            };
            merged.set(slot, profile);
        }
        merged
    }
}

/// One network profile: which back office, reached how.
///
/// Every field is optional so that a document can be layered, and a field left out is a
/// setting left alone; validation demands what a profile in use cannot do without.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NetworkProfile {
    /// When the profile is tried, or that it is not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// The OCPP version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ocpp_version: Option<OcppVersion>,
    /// The back office's URL, without the identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csms_url: Option<CsmsUrl>,
    /// The way out of the charger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<Interface>,
    /// The OCPP security profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_profile: Option<SecurityProfile>,
    /// How long the charger waits for an answer of the back office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_timeout: Option<Seconds>,
    /// The access point of the mobile network.
    #[serde(default, skip_serializing_if = "AccessPoint::is_empty")]
    pub apn: AccessPoint,
    /// The mobile network to prefer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_network: Option<PreferredNetwork>,
    /// Whether no other mobile network may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_only_preferred_network: Option<bool>,
    /// The PIN of the SIM card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sim_pin: Option<SecretReference>,
}

impl NetworkProfile {
    /// Whether the document says that the charger uses this profile.
    pub fn is_used(&self) -> bool {
        self.priority.is_some_and(Priority::is_used)
    }

    /// Whether the profile says anything that only a modem needs.
    pub(crate) fn is_mobile(&self) -> bool {
        self.interface == Some(Interface::MOBILE)
    }

    fn over(&self, base: &Self) -> Self {
        let (over, base) = (self.clone(), base.clone());
        Self {
            priority: over.priority.or(base.priority),
            ocpp_version: over.ocpp_version.or(base.ocpp_version),
            csms_url: over.csms_url.or(base.csms_url),
            interface: over.interface.or(base.interface),
            security_profile: over.security_profile.or(base.security_profile),
            message_timeout: over.message_timeout.or(base.message_timeout),
            apn: over.apn.over(base.apn),
            preferred_network: over.preferred_network.or(base.preferred_network),
            use_only_preferred_network: over
                .use_only_preferred_network
                .or(base.use_only_preferred_network),
            sim_pin: over.sim_pin.or(base.sim_pin),
        }
    }
}

/// The access point of a mobile network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AccessPoint {
    /// The access point name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<ApnName>,
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<ApnUser>,
    /// The password, up to 20 bytes (object `20Fx_9`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretReference>,
    /// How the charger proves itself to the access point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication: Option<ApnAuthentication>,
}

impl AccessPoint {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn over(self, base: Self) -> Self {
        Self {
            name: self.name.or(base.name),
            user: self.user.or(base.user),
            password: self.password.or(base.password),
            authentication: self.authentication.or(base.authentication),
        }
    }
}
