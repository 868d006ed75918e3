//! The same document as OCPP 2.0.1 messages, for a charger that a back office already
//! reaches: `SetNetworkProfile` for each profile in use, and the `SetVariables` that puts
//! them in order.
//!
//! The messages follow the JSON schemas of OCPP 2.0.1 (Part 3). What those cannot carry
//! is an error, not a silent change: a SIM PIN that begins with 0 (the schema has an
//! integer), an access point user of more than 20 characters.
//!
//! ```
//! use ocpp_config::{DocumentSource, SecretMap, ocpp201, validate};
//!
//! let source = DocumentSource::from_toml("charger.toml", "
//!     identity = 'ACE0999001'
//!     cpo-name = 'New Operator'
//!     [network-profile.2]
//!     priority = 1
//!     ocpp-version = '2.0.1'
//!     csms-url = 'ws://csms.example.com:8080/ocpp'
//!     interface = 'wired'
//!     security-profile = 0
//! ")?;
//! let document = validate(&source).checked.unwrap().resolve(&SecretMap::new())?;
//! let messages = ocpp201::set_network_profiles(&document)?;
//! let json = serde_json::to_value(&messages[0])?;
//! assert_eq!(json["configurationSlot"], 2);
//! assert_eq!(json["connectionData"]["ocppInterface"], "Wired0");
//! assert_eq!(ocpp201::NetworkConfigurationPriority::of(&document).slots(), "2");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{
    ApnAuthentication, ApnUser, CheckedProfile, Concern, Interface, NetworkProfile, OcppVersion,
    ResolvedDocument, Secret, Slot,
};

/// The messages that set the profiles which the document puts to use, the one that is
/// tried first in front.
///
/// # Errors
/// Everything that OCPP 2.0.1 cannot say, at once.
pub fn set_network_profiles(
    document: &ResolvedDocument,
) -> Result<Vec<SetNetworkProfile>, Ocpp201Error> {
    let mut messages = Vec::new();
    let mut problems = Vec::new();
    for profile in document.checked().profiles() {
        match SetNetworkProfile::of(document, &profile) {
            Ok(message) => messages.push(message),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(messages)
    } else {
        Err(Ocpp201Error { problems })
    }
}

/// The payload of a `SetNetworkProfileRequest`.
///
/// Serializes to the payload itself, secrets included: the message exists to carry them.
/// `Debug` masks them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetNetworkProfile {
    #[serde(serialize_with = "slot_number")]
    configuration_slot: Slot,
    connection_data: ConnectionData,
}

impl SetNetworkProfile {
    /// The action of the OCPP call.
    pub const ACTION: &'static str = "SetNetworkProfile";

    /// The slot on the charger.
    pub const fn slot(&self) -> Slot {
        self.configuration_slot
    }

    fn of(document: &ResolvedDocument, profile: &CheckedProfile<'_>) -> Result<Self, Problem> {
        let slot = profile.slot();
        let details = document.document().network_profiles.get(slot);
        Ok(Self {
            configuration_slot: slot,
            connection_data: ConnectionData {
                ocpp_version: version(slot, profile.ocpp_version())?,
                ocpp_transport: "JSON",
                ocpp_csms_url: profile.url().as_str().to_owned(),
                message_timeout: details
                    .and_then(|details| details.message_timeout)
                    .map_or(DEFAULT_MESSAGE_TIMEOUT, |timeout| timeout.number()),
                security_profile: profile.security_profile().number(),
                ocpp_interface: interface(slot, profile.interface())?,
                apn: match details {
                    Some(details) => Apn::of(document, slot, details)?,
                    None => None,
                },
            },
        })
    }
}

/// The payload of the `SetVariablesRequest` that sets `NetworkConfigurationPriority`.
///
/// Send it after every [`SetNetworkProfile`] was accepted, then reset the charger
/// (OCPP 2.0.1 use case B10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkConfigurationPriority {
    set_variable_data: [SetVariableData; 1],
}

impl NetworkConfigurationPriority {
    /// The action of the OCPP call.
    pub const ACTION: &'static str = "SetVariables";

    /// The order of the profiles that the document puts to use.
    pub fn of(document: &ResolvedDocument) -> Self {
        Self::with_fallback(document, &[])
    }

    /// The order of the profiles that the document puts to use, and behind them those
    /// slots of `fallback` that the document does not use, in that order: the old back
    /// office stays within reach.
    pub fn with_fallback(document: &ResolvedDocument, fallback: &[Slot]) -> Self {
        let mut slots: Vec<Slot> = Vec::new();
        let new = document.checked().profiles().map(|profile| profile.slot());
        for slot in new.chain(fallback.iter().copied()) {
            if !slots.contains(&slot) {
                slots.push(slot);
            }
        }
        let slots: Vec<_> = slots.iter().map(Slot::to_string).collect();
        Self {
            set_variable_data: [SetVariableData {
                attribute_value: slots.join(","),
                component: Named {
                    name: "OCPPCommCtrlr",
                },
                variable: Named {
                    name: "NetworkConfigurationPriority",
                },
            }],
        }
    }

    /// The slots, joined by commas, first tried first.
    pub fn slots(&self) -> &str {
        let [data] = &self.set_variable_data;
        &data.attribute_value
    }
}

fn slot_number<S: Serializer>(slot: &Slot, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(slot.number())
}

/// What OCPP 2.0.1 cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ocpp201Error {
    problems: Vec<Problem>,
}

impl Ocpp201Error {
    /// Whom it concerns: the document, which wants what cannot be said.
    pub const fn concerns(&self) -> Concern {
        Concern::Document
    }

    /// Every problem, in the order of the profiles.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for Ocpp201Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the document cannot be said in OCPP 2.0.1: ")?;
        for (position, problem) in self.problems.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Ocpp201Error {}

/// One thing that OCPP 2.0.1 cannot say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// `OCPPVersionEnumType` has no such version.
    #[error("network profile {slot} has an OCPP version that OCPP 2.0.1 does not name")]
    Version {
        /// The slot.
        slot: Slot,
    },
    /// `OCPPInterfaceEnumType` has no such interface.
    #[error("network profile {slot} has an interface that OCPP 2.0.1 does not name")]
    Interface {
        /// The slot.
        slot: Slot,
    },
    /// `APNAuthenticationEnumType` has no such authentication.
    #[error("network profile {slot} has an APN authentication that OCPP 2.0.1 does not name")]
    ApnAuthentication {
        /// The slot.
        slot: Slot,
    },
    /// `APNType` holds 20 characters of user and of password.
    #[error("network profile {slot} has an APN {field} of more than 20 characters")]
    ApnTooLong {
        /// The slot.
        slot: Slot,
        /// `user` or `password`.
        field: &'static str,
    },
    /// The password is no text.
    #[error("network profile {slot} has an APN password that is no text")]
    ApnPasswordNotText {
        /// The slot.
        slot: Slot,
    },
    /// `APNType.simPin` is an integer: a leading zero would be lost.
    #[error("network profile {slot} has a SIM PIN that begins with 0, which an integer loses")]
    SimPinLeadingZero {
        /// The slot.
        slot: Slot,
    },
}

/// The start value that OCPP 2.0.1 suggests, in seconds, where the document has none.
const DEFAULT_MESSAGE_TIMEOUT: u32 = 30;

/// The most characters of an APN user and of an APN password.
const APN_CREDENTIAL: usize = 20;

/// `NetworkConnectionProfileType`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConnectionData {
    #[serde(skip_serializing_if = "Option::is_none")]
    apn: Option<Apn>,
    ocpp_version: &'static str,
    ocpp_transport: &'static str,
    ocpp_csms_url: String,
    message_timeout: u32,
    security_profile: u8,
    ocpp_interface: &'static str,
}

/// `APNType`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Apn {
    apn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    apn_user_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "exposed")]
    apn_password: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sim_pin: Option<Pin>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_network: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    use_only_preferred_network: Option<bool>,
    apn_authentication: &'static str,
}

impl Apn {
    /// The access point, or `None` where the document names none.
    fn of(
        document: &ResolvedDocument,
        slot: Slot,
        profile: &NetworkProfile,
    ) -> Result<Option<Self>, Problem> {
        let Some(name) = &profile.apn.name else {
            return Ok(None);
        };
        let pin = document.sim_pin(slot).map(|pin| pin.expose());
        Ok(Some(Self {
            apn: name.as_str().to_owned(),
            apn_user_name: user(slot, profile.apn.user.as_ref())?,
            apn_password: password(slot, document.apn_password(slot))?,
            sim_pin: pin.map(|digits| Pin::new(slot, digits)).transpose()?,
            preferred_network: profile
                .preferred_network
                .as_ref()
                .map(|network| network.as_str().to_owned()),
            use_only_preferred_network: profile.use_only_preferred_network,
            apn_authentication: authentication(slot, profile.apn.authentication)?,
        }))
    }
}

/// A SIM PIN as the schema wants it: an integer.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
struct Pin(u32);

impl Pin {
    fn new(slot: Slot, digits: &str) -> Result<Self, Problem> {
        let number = (!digits.starts_with('0')).then(|| digits.parse().ok());
        number
            .flatten()
            .map(Self)
            .ok_or(Problem::SimPinLeadingZero { slot })
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct SetVariableData {
    attribute_value: String,
    component: Named,
    variable: Named,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Named {
    name: &'static str,
}

fn version(slot: Slot, version: OcppVersion) -> Result<&'static str, Problem> {
    match version {
        OcppVersion::V1_2 => Ok("OCPP12"),
        OcppVersion::V1_5 => Ok("OCPP15"),
        OcppVersion::V1_6 => Ok("OCPP16"),
        OcppVersion::V2_0_1 => Ok("OCPP20"),
        _ => Err(Problem::Version { slot }),
    }
}

/// The charger's numbers stand in the order of `OCPPInterfaceEnumType`; that 5 and 6 are
/// its first two wireless interfaces is inferred from that order, and not verified.
fn interface(slot: Slot, interface: Interface) -> Result<&'static str, Problem> {
    match interface.number() {
        1 => Ok("Wired0"),
        2 => Ok("Wired1"),
        3 => Ok("Wired2"),
        4 => Ok("Wired3"),
        5 => Ok("Wireless0"),
        6 => Ok("Wireless1"),
        _ => Err(Problem::Interface { slot }),
    }
}

fn authentication(
    slot: Slot,
    authentication: Option<ApnAuthentication>,
) -> Result<&'static str, Problem> {
    match authentication.unwrap_or(ApnAuthentication::AUTO) {
        ApnAuthentication::CHAP => Ok("CHAP"),
        ApnAuthentication::NONE => Ok("NONE"),
        ApnAuthentication::PAP => Ok("PAP"),
        ApnAuthentication::AUTO => Ok("AUTO"),
        _ => Err(Problem::ApnAuthentication { slot }),
    }
}

fn user(slot: Slot, user: Option<&ApnUser>) -> Result<Option<String>, Problem> {
    let user = user.map(ApnUser::as_str);
    match user {
        Some(user) if user.len() > APN_CREDENTIAL => Err(Problem::ApnTooLong {
            slot,
            field: "user",
        }),
        _ => Ok(user.map(str::to_owned)),
    }
}

fn password(slot: Slot, password: Option<&Secret>) -> Result<Option<Secret>, Problem> {
    let Some(password) = password else {
        return Ok(None);
    };
    let text = password
        .expose_str()
        .ok_or(Problem::ApnPasswordNotText { slot })?;
    if text.chars().count() > APN_CREDENTIAL {
        return Err(Problem::ApnTooLong {
            slot,
            field: "password",
        });
    }
    Ok(Some(password.clone()))
}

fn exposed<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret.as_ref().and_then(Secret::expose_str) {
        Some(text) => serializer.serialize_str(text),
        None => serializer.serialize_none(),
    }
}
