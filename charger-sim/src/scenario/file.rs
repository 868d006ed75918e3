//! The scenario file.

use std::collections::BTreeMap;
use std::error::Error;

use ocpp_config::ObjectId;
use serde::Deserialize;

use crate::charger::{BootStatus, FirmwareLine, SimCard};

/// Chargers and back offices as a TOML file describes them.
///
/// [`Scenario::EXAMPLE`] shows every key that there is.
///
/// ```no_run
/// use charger_sim::Scenario;
///
/// let running = Scenario::from_toml(Scenario::EXAMPLE)?.start()?;
/// println!("{}", running.to_json());
/// # Ok::<(), charger_sim::ScenarioError>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    #[serde(default = "one")]
    pub(super) speed: u32,
    #[serde(default)]
    pub(super) announce: bool,
    #[serde(default, rename = "back-office")]
    pub(super) back_offices: Vec<OfficePart>,
    #[serde(default, rename = "charger")]
    pub(super) chargers: Vec<ChargerPart>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct OfficePart {
    pub(super) name: String,
    pub(super) listen: Option<String>,
    #[serde(default)]
    pub(super) tls: bool,
    #[serde(default)]
    pub(super) names: Vec<String>,
    #[serde(default)]
    pub(super) demands_client_certificate: bool,
    #[serde(default)]
    pub(super) identities: Vec<String>,
    pub(super) key: Option<String>,
    #[serde(default)]
    pub(super) security_profile: u8,
    #[serde(default)]
    pub(super) behaviour: BehaviourPart,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct BehaviourPart {
    pub(super) reachable: Option<bool>,
    pub(super) boot: Option<Verdict>,
    pub(super) delay_ms: Option<u64>,
    pub(super) interval_s: Option<u64>,
    pub(super) refuses_upgrade: Option<u16>,
    pub(super) wrong_subprotocol: Option<bool>,
    pub(super) closes_after_s: Option<u64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    Accepted,
    Pending,
    Rejected,
    Silent,
}

impl Verdict {
    pub(super) const fn status(self) -> Option<BootStatus> {
        match self {
            Self::Accepted => Some(BootStatus::Accepted),
            Self::Pending => Some(BootStatus::Pending),
            Self::Rejected => Some(BootStatus::Rejected),
            Self::Silent => None,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ChargerPart {
    pub(super) serial_number: String,
    pub(super) identity: Option<String>,
    pub(super) model: Option<String>,
    pub(super) firmware: Option<Firmware>,
    #[serde(default)]
    pub(super) ahp: bool,
    pub(super) sockets: Option<u8>,
    pub(super) listen: Option<String>,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) authorization_key: Option<String>,
    #[serde(default)]
    pub(super) white_list: Vec<String>,
    pub(super) unsent_transactions: Option<u32>,
    pub(super) sim: Option<SimPart>,
    #[serde(default)]
    pub(super) trusts: Vec<String>,
    #[serde(default)]
    pub(super) objects: BTreeMap<ObjectId, toml::Value>,
    #[serde(default, rename = "profile")]
    pub(super) profiles: Vec<ProfilePart>,
    #[serde(default, rename = "fault")]
    pub(super) faults: Vec<FaultPart>,
    pub(super) random_faults: Option<RandomFaults>,
    #[serde(default)]
    pub(super) habits: HabitsPart,
}

/// A SIM card; what is not said is as on the usual one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SimPart {
    inserted: Option<bool>,
    imsi: Option<String>,
    iccid: Option<String>,
    apn: Option<String>,
    pin: Option<String>,
    active: Option<bool>,
}

impl SimPart {
    /// The card, `None` = the slot is empty.
    pub(super) fn card(self) -> Option<SimCard> {
        let usual = SimCard::default();
        let card = SimCard {
            imsi: self.imsi.unwrap_or(usual.imsi),
            iccid: self.iccid.unwrap_or(usual.iccid),
            apn: self.apn,
            pin: self.pin,
            active: self.active.unwrap_or(usual.active),
        };
        self.inserted.unwrap_or(true).then_some(card)
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) enum Firmware {
    #[serde(rename = "5")]
    V5,
    #[serde(rename = "6.1")]
    V6Short,
    #[serde(rename = "6.6")]
    V6_6,
    #[serde(rename = "7")]
    V7,
}

impl Firmware {
    pub(super) const fn line(self) -> FirmwareLine {
        match self {
            Self::V5 => FirmwareLine::V5,
            Self::V6Short => FirmwareLine::V6Short,
            Self::V6_6 => FirmwareLine::V6_6,
            Self::V7 => FirmwareLine::V7,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ProfilePart {
    pub(super) slot: u8,
    pub(super) priority: u8,
    pub(super) back_office: Option<String>,
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) security_profile: u8,
    #[serde(default)]
    pub(super) ocpp_201: bool,
    #[serde(default)]
    pub(super) mobile: bool,
}

/// A fault and where it strikes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct FaultPart {
    pub(super) fault: String,
    pub(super) exchange: Option<u64>,
    pub(super) place: Option<String>,
    #[serde(default = "first")]
    pub(super) nth: u64,
}

/// Faults by seed.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RandomFaults {
    pub(super) seed: u64,
    pub(super) count: usize,
    pub(super) exchanges: u64,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct HabitsPart {
    pub(super) page_size: Option<usize>,
    pub(super) largest_record: Option<usize>,
    pub(super) pending_reads_back: Option<bool>,
    pub(super) reports_active_profile: Option<bool>,
    pub(super) deletes_lower_profiles: Option<bool>,
    pub(super) link_bounce_ms: Option<u64>,
    pub(super) second_client_takes_over: Option<bool>,
    pub(super) tokens: Option<bool>,
    pub(super) flat_id_reads: Option<bool>,
    pub(super) coloured_log: Option<bool>,
    pub(super) requests_per_minute: Option<u32>,
    pub(super) connection_gap_ms: Option<u64>,
    pub(super) session_idle_s: Option<u64>,
    pub(super) checks_container_dates: Option<bool>,
    pub(super) clock_from_back_office: Option<bool>,
    pub(super) trailing_comma: Option<bool>,
    pub(super) log_lines: Option<usize>,
    pub(super) restart_s: Option<u64>,
    pub(super) firmware_restart_s: Option<u64>,
    pub(super) upload_rate: Option<u32>,
}

impl Scenario {
    /// A scenario with a charger at an old back office, a new back office behind TLS,
    /// and a comment on every key.
    pub const EXAMPLE: &str = include_str!("../../data/scenario.toml");

    /// The same, with its chargers announced by mDNS even where it does not ask for it. Needs
    /// the feature `mdns`.
    #[must_use]
    pub const fn announced(mut self) -> Self {
        self.announce = true;
        self
    }

    /// Reads a scenario.
    ///
    /// # Errors
    /// When the text is no TOML, or a key or value is not known; the message tells where.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        toml::from_str(text)
            .map_err(|error| ScenarioError::new("the scenario cannot be read", error))
    }
}

/// Why a scenario cannot be read or started.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct ScenarioError {
    what: String,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ScenarioError {
    pub(super) fn new(what: impl Into<String>, source: impl Error + Send + Sync + 'static) -> Self {
        Self {
            what: what.into(),
            source: Some(Box::new(source)),
        }
    }

    pub(super) fn plain(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            source: None,
        }
    }
}

const fn one() -> u32 {
    1
}

const fn first() -> u64 {
    1
}
