use std::sync::Arc;
use std::time::Duration;

use ocpp_config::{ObjectId, Secret, Value};

use super::ids::{self, profile};
use super::objects::Objects;

/// What a charger wants the world around it to do.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Effect {
    /// Open the connection; answer with
    /// [`handle_dial_outcome`](super::ChargerModel::handle_dial_outcome).
    Dial(Box<DialRequest>),
    /// Send a BootNotification; answer with
    /// [`handle_boot_answer`](super::ChargerModel::handle_boot_answer).
    SendBoot {
        /// The connection.
        connection: u64,
    },
    /// Send a StatusNotification for a connector. No answer is waited for.
    SendStatus {
        /// The connection.
        connection: u64,
        /// The connector, from 0 (the charger as a whole).
        connector: u8,
        /// Whether it is charging.
        charging: bool,
    },
    /// Send a Heartbeat; answer with
    /// [`handle_heartbeat`](super::ChargerModel::handle_heartbeat).
    SendHeartbeat {
        /// The connection.
        connection: u64,
    },
    /// Send the start and the stop of a transaction that is over; answer with
    /// [`handle_transaction_sent`](super::ChargerModel::handle_transaction_sent).
    SendTransaction {
        /// The connection.
        connection: u64,
    },
    /// Close the connection. No answer.
    HangUp {
        /// The connection.
        connection: u64,
    },
    /// The wired link went down and will be up again at this time: every connection of
    /// a client is dead.
    LinkDown {
        /// When it is up again.
        until: Duration,
    },
    /// The charger stopped answering: it restarts, or has no power.
    WentDown,
    /// The charger answers again.
    CameUp,
}

/// A connection that a charger wants to open.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DialRequest {
    /// Names the connection in everything that concerns it.
    pub connection: u64,
    /// The network profile, 1 to 4; 0 below firmware 6.0.
    pub slot: u8,
    /// How often this profile was tried before, plus one.
    pub attempt: u8,
    /// The CSMS URL, without the identity.
    pub url: String,
    /// The charge box identity.
    pub identity: String,
    /// The OCPP version as the charger numbers it: 2 = 1.5, 3 = 1.6, 4 = 2.0.1.
    pub ocpp_version: u8,
    /// The security profile, 0 to 3.
    pub security_profile: u8,
    /// The interface: 1 to 4 wired, 5 mobile, 6 Wi-Fi.
    pub interface: u8,
    /// The authorization key.
    pub key: Option<Secret>,
    /// The CSMS roots that the charger trusts, as DER.
    pub roots: Arc<Vec<Vec<u8>>>,
    /// The client certificate chain and its key, as they were installed (PEM).
    pub client_certificate: Option<Secret>,
    /// How long an answer may take.
    pub message_timeout: Duration,
    /// What the charger's clock says, since 1970.
    pub clock: Duration,
}

/// How dialling went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DialOutcome {
    /// The WebSocket is open.
    Connected,
    /// It is not.
    Failed(DialFailure),
}

/// Why a back office could not be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DialFailure {
    /// The mobile network did not let the charger in: no SIM card, an inactive one,
    /// or a wrong PIN or APN.
    NoCarrier,
    /// The host name does not exist, or the URL is not one.
    NameNotFound,
    /// Nobody answers there.
    Unreachable,
    /// The time was up.
    Timeout,
    /// The URL does not fit the security profile.
    Scheme,
    /// The certificate leads to no root that the charger trusts.
    UnknownIssuer,
    /// The certificate is for another name.
    CertificateName,
    /// The certificate is not valid yet, or not any more, by the charger's clock.
    CertificateDate,
    /// TLS failed for another reason.
    Tls,
    /// The back office wants a client certificate, or another one.
    ClientCertificate,
    /// The upgrade was refused with this HTTP status.
    HttpStatus(u16),
    /// The back office does not speak the OCPP version that was offered.
    Subprotocol,
    /// The connection was closed at once.
    Closed,
}

impl DialFailure {
    /// What the charger writes into its log. The wording of the first case is the one
    /// that the vendor's article quotes; the others are ours.
    pub(crate) fn log_text(self) -> String {
        match self {
            Self::NoCarrier => "mobile network: no registration".into(),
            Self::NameNotFound => "cannot resolve the host name".into(),
            Self::Unreachable => "connection refused or host unreachable".into(),
            Self::Timeout => "connection timed out".into(),
            Self::Scheme => "the URL does not fit the security profile".into(),
            Self::UnknownIssuer => "TLS error: Handshake missing".into(),
            Self::CertificateName => "TLS error: certificate name mismatch".into(),
            Self::CertificateDate => "TLS error: certificate not valid at this time".into(),
            Self::Tls => "TLS error: handshake failure".into(),
            Self::ClientCertificate => "TLS error: client certificate refused".into(),
            Self::HttpStatus(status) => format!("HTTP error {status}"),
            Self::Subprotocol => "HTTP error 103".into(),
            Self::Closed => "HTTP error 104".into(),
        }
    }

    /// Whether the charger takes its own wired link for the cause.
    pub(crate) const fn blames_the_link(self) -> bool {
        matches!(self, Self::NameNotFound | Self::Unreachable | Self::Timeout)
    }
}

/// The answer to a BootNotification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BootAnswer {
    /// The verdict.
    pub status: BootStatus,
    /// The heartbeat interval, or the time until the next attempt.
    pub interval: Duration,
    /// The back office's time since 1970, if it tells.
    pub current_time: Option<Duration>,
}

impl BootAnswer {
    /// An answer with this verdict, interval and time.
    pub const fn new(
        status: BootStatus,
        interval: Duration,
        current_time: Option<Duration>,
    ) -> Self {
        Self {
            status,
            interval,
            current_time,
        }
    }
}

/// A back office's verdict on a charger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BootStatus {
    /// It is registered.
    Accepted,
    /// It has to wait.
    Pending,
    /// It is not wanted.
    Rejected,
}

/// A network profile that can be dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) slot: u8,
    pub(crate) priority: u8,
    pub(crate) url: String,
    pub(crate) ocpp_version: u8,
    pub(crate) security_profile: u8,
    pub(crate) interface: u8,
    pub(crate) message_timeout: Duration,
}

/// The profiles that are in force, in the order in which they are tried.
pub(crate) fn candidates(objects: &Objects) -> Vec<Candidate> {
    if is_stand_alone(objects.text(ids::PRESET)) {
        return Vec::new();
    }
    if objects
        .value(ObjectId::new(ids::PROFILE_1, profile::URL))
        .is_none()
    {
        return before_profiles(objects).into_iter().collect();
    }
    let mut found: Vec<Candidate> = (1..=ids::PROFILES)
        .filter_map(|slot| candidate(objects, slot))
        .collect();
    found.sort_by_key(|candidate| (candidate.priority, candidate.slot));
    found
}

/// Whether a preset name means that the charger works without a back office.
fn is_stand_alone(preset: &str) -> bool {
    let name = preset.split(',').next().unwrap_or_default();
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters
        .flat_map(char::to_lowercase)
        .eq("standalone".chars())
}

fn candidate(objects: &Objects, slot: u8) -> Option<Candidate> {
    let id = |sub| ObjectId::new(ids::PROFILE_1 + u16::from(slot) - 1, sub);
    let small = |sub| u8::try_from(objects.number(id(sub))).unwrap_or(0);
    let (url, priority) = (objects.text(id(profile::URL)), small(profile::PRIORITY));
    let usable = !url.is_empty() && priority > 0;
    usable.then(|| Candidate {
        slot,
        priority,
        url: url.to_owned(),
        ocpp_version: small(profile::VERSION),
        security_profile: small(profile::SECURITY_PROFILE),
        interface: small(profile::INTERFACE),
        message_timeout: message_timeout(objects.number(id(profile::MESSAGE_TIMEOUT))),
    })
}

/// The one back office of firmware below 6.0, wired or mobile.
fn before_profiles(objects: &Objects) -> Option<Candidate> {
    let mobile = match objects.number(ObjectId::new(0x2077, 0)) {
        0 => return None,
        method => method == 2,
    };
    let index = if mobile { 0x2078 } else { 0x2071 };
    let host = objects.text(ObjectId::new(index, 1));
    let url = format!("ws://{host}{}", objects.text(ObjectId::new(index, 2)));
    (!host.is_empty()).then_some(Candidate {
        slot: 0,
        priority: 1,
        url,
        ocpp_version: if objects.text(ObjectId::new(0x2082, 0)) == "1.5" {
            2
        } else {
            3
        },
        security_profile: 0,
        interface: if mobile { 5 } else { 1 },
        message_timeout: message_timeout(0),
    })
}

fn message_timeout(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0).clamp(5, 600))
}

/// Empties the profiles below a security profile, as OCPP 2.0.1 A05.FR.06 asks.
pub(crate) fn delete_below(objects: &mut Objects, security_profile: u8) -> Vec<u8> {
    let mut deleted = Vec::new();
    for slot in 1..=ids::PROFILES {
        let id = |sub| ObjectId::new(ids::PROFILE_1 + u16::from(slot) - 1, sub);
        let lower = objects.number(id(profile::SECURITY_PROFILE)) < i64::from(security_profile);
        if lower && !objects.text(id(profile::URL)).is_empty() {
            objects.set(id(profile::URL), Value::Text(String::new()));
            objects.set_unsigned(id(profile::PRIORITY), 0);
            deleted.push(slot);
        }
    }
    deleted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_stand_alone_is_understood() {
        for name in [
            "Stand-alone",
            "STANDALONE",
            "stand alone",
            "Stand-alone,meter",
        ] {
            assert!(is_stand_alone(name), "{name}");
        }
        for name in ["", "Standing", "Essent"] {
            assert!(!is_stand_alone(name), "{name}");
        }
    }
}
