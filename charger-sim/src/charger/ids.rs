//! The objects that a simulated charger gives a meaning to. Numbers only.

use ocpp_config::ObjectId;

pub(crate) const FIRMWARE: ObjectId = ObjectId::new(0x100A, 0);
pub(crate) const MODEL: ObjectId = ObjectId::new(0x2050, 0);
pub(crate) const OBJECT_ID: ObjectId = ObjectId::new(0x2051, 0);
pub(crate) const IDENTITY: ObjectId = ObjectId::new(0x2053, 0);
pub(crate) const FIRMWARE_SHOWN: ObjectId = ObjectId::new(0x2054, 0);
pub(crate) const BOOT_COUNT: ObjectId = ObjectId::new(0x2056, 0);
pub(crate) const BOOT_REASON: ObjectId = ObjectId::new(0x2057, 0);
pub(crate) const CLOCK: ObjectId = ObjectId::new(0x2059, 0);
pub(crate) const SOCKETS: ObjectId = ObjectId::new(0x205E, 0);
pub(crate) const UPTIME: ObjectId = ObjectId::new(0x2060, 0);
pub(crate) const PRESET: ObjectId = ObjectId::new(0x2076, 0);
pub(crate) const HEARTBEAT_WANTED: ObjectId = ObjectId::new(0x2085, 0);
pub(crate) const HEARTBEAT_AGREED: ObjectId = ObjectId::new(0x2086, 0);
pub(crate) const PING_INTERVAL: ObjectId = ObjectId::new(0x208A, 0);
pub(crate) const IMSI: ObjectId = ObjectId::new(0x2104, 0);
pub(crate) const ICCID: ObjectId = ObjectId::new(0x2105, 0);
pub(crate) const ATTEMPTS: ObjectId = ObjectId::new(0x20F4, 0);
pub(crate) const RESTART: ObjectId = ObjectId::new(0x2170, 4);
pub(crate) const LAST_CHANGE: ObjectId = ObjectId::new(0x2187, 0);
pub(crate) const SOCKET_STATE: ObjectId = ObjectId::new(0x2501, 2);
pub(crate) const CSMS_ROOT: ObjectId = ObjectId::new(0x2700, 0);
pub(crate) const CPO_NAME: ObjectId = ObjectId::new(0x2722, 0);
pub(crate) const SECURITY_PROFILE: ObjectId = ObjectId::new(0x2723, 0);
pub(crate) const AUTHORIZATION_KEY: ObjectId = ObjectId::new(0x2723, 1);
pub(crate) const UPLOAD_COMMAND: ObjectId = ObjectId::new(0x2910, 0);
pub(crate) const UPLOAD_STATE: ObjectId = ObjectId::new(0x2911, 0);
pub(crate) const UPLOAD_DATA: ObjectId = ObjectId::new(0x2912, 0);
pub(crate) const UPLOAD_CHECKSUM: ObjectId = ObjectId::new(0x2915, 0);
pub(crate) const CERTIFICATES: ObjectId = ObjectId::new(0x3272, 0);
pub(crate) const ACTIVE_PROFILE: ObjectId = ObjectId::new(0x3553, 0);
pub(crate) const BOOT_STATE: ObjectId = ObjectId::new(0x3600, 1);
pub(crate) const BOOT_SENT: ObjectId = ObjectId::new(0x3600, 2);
pub(crate) const BOOT_ACCEPTED: ObjectId = ObjectId::new(0x3600, 3);
pub(crate) const BOOT_DELAY: ObjectId = ObjectId::new(0x3600, 4);
pub(crate) const CONNECTED: ObjectId = ObjectId::new(0x3600, 5);
pub(crate) const HEARTBEAT_RECEIVED: ObjectId = ObjectId::new(0x3600, 6);
pub(crate) const HEARTBEAT_FAILED: ObjectId = ObjectId::new(0x3600, 7);
pub(crate) const HEARTBEAT_SENT: ObjectId = ObjectId::new(0x3600, 8);

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
            // the settings of firmware below 6.0 that name the back office
            | (0x2071 | 0x2077 | 0x2078 | 0x2082 | 0x2100..=0x2103, _)
    )
}

/// Whether reading gives an empty string whatever was written.
pub(crate) fn reads_back_empty(id: ObjectId) -> bool {
    (PROFILE_1..=0x20F3).contains(&id.index()) && id.sub() == profile::APN_PASSWORD
}
