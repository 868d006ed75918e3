//! The objects that a simulated charger gives a meaning to. Numbers only.

use ocpp_config::ObjectId;

pub(crate) use ocpp_config::objects::{
    ACTIVE_PROFILE, AUTHORIZATION_KEY, BOOT_COUNT, BOOT_NOTIFICATION_ACCEPTED as BOOT_ACCEPTED,
    BOOT_NOTIFICATION_DELAY as BOOT_DELAY, BOOT_NOTIFICATION_SENT as BOOT_SENT,
    BOOT_NOTIFICATION_STATE as BOOT_STATE, BOOT_REASON, CERTIFICATES_STORED as CERTIFICATES,
    CHARGE_BOX_IDENTITY as IDENTITY, CLOCK, CONFIGURATION_CHANGED as LAST_CHANGE,
    CONNECTION_ATTEMPTS as ATTEMPTS, CPO_NAME, CSMS_ROOT, FIRMWARE, HEARTBEAT_AGREED,
    HEARTBEAT_FAILED, HEARTBEAT_RECEIVED, HEARTBEAT_SENT, HEARTBEAT_WANTED, ICCID, IMSI, MODEL,
    OCPP_CONNECTED as CONNECTED, PING_INTERVAL, PRESET, RESTART, SECURITY_PROFILE, SERIAL_NUMBER,
    SOCKETS, UPLOAD_CHECKSUM, UPLOAD_COMMAND, UPLOAD_DATA, UPLOAD_STATUS as UPLOAD_STATE, UPTIME,
};

/// The firmware again, under another id.
pub(crate) const FIRMWARE_SHOWN: ObjectId = ObjectId::new(0x2054, 0);
/// What socket 1 does: 4 = available, 11 = charging (as interoperability notes have it).
pub(crate) const SOCKET_STATE: ObjectId = ObjectId::new(0x2501, 2);

/// The index of network profile 1; the others follow.
pub(crate) const PROFILE_1: u16 = 0x20F0;
/// The number of network profiles.
pub(crate) const PROFILES: u8 = 4;

/// The sub-indices within a network profile.
pub(crate) mod profile {
    pub(crate) const VERSION: u8 = 0x1;
    pub(crate) const URL: u8 = 0x3;
    pub(crate) const MESSAGE_TIMEOUT: u8 = 0x4;
    pub(crate) const SECURITY_PROFILE: u8 = 0x5;
    pub(crate) const INTERFACE: u8 = 0x6;
    pub(crate) const APN: u8 = 0x7;
    pub(crate) const APN_PASSWORD: u8 = 0x9;
    pub(crate) const SIM_PIN_SHORT: u8 = 0xA;
    pub(crate) const PRIORITY: u8 = 0xE;
    pub(crate) const APN_USER_LONG: u8 = 0xF;
    pub(crate) const SIM_PIN_LONG: u8 = 0x10;
}

/// Written, answered with 200, and in force only after a restart.
pub(crate) fn waits_for_restart(id: ObjectId) -> bool {
    matches!(
        (id.index(), id.sub()),
        (
            0x2053 | 0x2113 | 0x2114 | 0x2117 | 0x2126 | 0x2722 | 0x2723 | 0x2076 | 0x20F4,
            0
        ) | (PROFILE_1..=0x20F3, _)
            // The settings of firmware below 6.0 that name the back office.
            | (0x2071 | 0x2077 | 0x2078 | 0x2082 | 0x2100..=0x2103, _)
    )
}

/// Whether reading gives an empty string whatever was written.
pub(crate) fn reads_back_empty(id: ObjectId) -> bool {
    (PROFILE_1..=0x20F3).contains(&id.index()) && id.sub() == profile::APN_PASSWORD
}
