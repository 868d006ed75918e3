//! The addresses of every object that this crate knows, by name.
//!
//! The meanings come from public interoperability notes and from a property dump that
//! an owner published; no vendor document describes them. What is known about each one
//! is in its [`DictionaryEntry`](crate::DictionaryEntry).

use crate::ObjectId;

const fn at(index: u16) -> ObjectId {
    ObjectId::new(index, 0)
}

// Back office, whole charger.

/// Short name of the back office preset; empty = set by hand.
pub const PRESET: ObjectId = at(0x2076);
/// Charge box identity: the last path segment of the URL, and the basic-auth user.
pub const CHARGE_BOX_IDENTITY: ObjectId = at(0x2053);
/// CPO name, the `O=` of the client certificate.
pub const CPO_NAME: ObjectId = at(0x2722);
/// Security profile of the whole charger, 0 to 3; the firmware lets it rise only.
pub const SECURITY_PROFILE: ObjectId = at(0x2723);
/// Authorization key of the back office, write-only.
pub const AUTHORIZATION_KEY: ObjectId = ObjectId::new(0x2723, 1);
/// CSMS root certificate, write-only.
pub const CSMS_ROOT: ObjectId = at(0x2700);
/// Heartbeat interval wanted, in seconds.
pub const HEARTBEAT_WANTED: ObjectId = at(0x2085);
/// Heartbeat interval agreed with the back office, in seconds.
pub const HEARTBEAT_AGREED: ObjectId = at(0x2086);
/// WebSocket ping interval, in seconds.
pub const PING_INTERVAL: ObjectId = at(0x208A);
/// Proxy as `host:port`.
pub const PROXY_ADDRESS: ObjectId = at(0x2115);
/// User name at the proxy.
pub const PROXY_USER: ObjectId = at(0x2116);
/// Whether the proxy is used.
pub const PROXY_ENABLED: ObjectId = at(0x2117);
/// Number of certificates stored.
pub const CERTIFICATES_STORED: ObjectId = at(0x3272);
/// How often one network profile is tried before the next.
pub const CONNECTION_ATTEMPTS: ObjectId = at(0x20F4);
/// Which network profile is in use: 0 none, 1 to 4.
pub const ACTIVE_PROFILE: ObjectId = at(0x3553);

// Mobile.

/// Mobile network selection: 0 automatic, 1 manual.
pub const NETWORK_SELECTION: ObjectId = at(0x2113);
/// Mobile network preference: 0 2G, 1 4G; larger values depend on the firmware.
pub const NETWORK_PREFERENCE: ObjectId = at(0x2114);
/// IMSI of the SIM.
pub const IMSI: ObjectId = at(0x2104);
/// ICCID of the SIM.
pub const ICCID: ObjectId = at(0x2105);
/// Signal strength in dBm.
pub const SIGNAL_STRENGTH: ObjectId = at(0x2110);
/// Threshold below which the signal counts as weak, in dBm.
pub const WEAK_SIGNAL: ObjectId = at(0x2111);
/// Operator of the mobile network, as the modem words it.
pub const OPERATOR: ObjectId = at(0x2112);
/// Radio technologies supported: bits 1 GPRS, 2 UMTS, 4 LTE.
pub const RADIO_SUPPORTED: ObjectId = at(0x209E);
/// Radio technology in use: 0 2G, 1 3G, 2 4G.
pub const RADIO_IN_USE: ObjectId = at(0x209F);
/// Maker of the modem.
pub const MODEM_MAKER: ObjectId = at(0x2118);
/// Model of the modem.
pub const MODEM_MODEL: ObjectId = at(0x2119);
/// Firmware revision of the modem.
pub const MODEM_REVISION: ObjectId = at(0x2120);
/// IMEI of the modem.
pub const MODEM_IMEI: ObjectId = at(0x2121);
/// IP address of the modem.
pub const MODEM_ADDRESS: ObjectId = ObjectId::new(0x2075, 1);

// Authorization.

/// Authorization mode: 0 Plug & Charge, 1 RFID, 2 back office, 3 button.
pub const AUTHORIZATION_MODE: ObjectId = at(0x2126);
/// Upper half of the offline action; see [`OFFLINE_ACTION_LOW`].
pub const OFFLINE_ACTION_HIGH: ObjectId = at(0x2127);
/// Lower half of the offline action, which is `(high << 1) | low`: 0 refuse all,
/// 1 accept known, 3 accept all. 2 is undefined and must never be written, so both
/// halves travel in one request.
pub const OFFLINE_ACTION_LOW: ObjectId = at(0x213E);
/// Online action: 0 local lists first, 1 wait for the back office.
pub const ONLINE_ACTION: ObjectId = at(0x213C);
/// Whether the white list is used.
pub const WHITE_LIST: ObjectId = at(0x213B);
/// Whether the OCPP local list is used.
pub const LOCAL_LIST: ObjectId = at(0x213D);
/// Plug & Charge ID, 8 to 20 characters.
pub const PLUG_AND_CHARGE_ID: ObjectId = at(0x2063);

// Identity and state.

/// Platform, for example `NG910`.
pub const PLATFORM: ObjectId = at(0x1008);
/// Firmware version, for example `7.0.0-4318`.
pub const FIRMWARE: ObjectId = at(0x100A);
/// Model, for example `NG910-60023`.
pub const MODEL: ObjectId = at(0x2050);
/// Object id, which is the serial number (`ACE0…`).
pub const SERIAL_NUMBER: ObjectId = at(0x2051);
/// Number of sockets.
pub const SOCKETS: ObjectId = at(0x205E);
/// Boot count: the proof that a restart happened.
pub const BOOT_COUNT: ObjectId = at(0x2056);
/// Why the charger booted last, for example `Software reset`.
pub const BOOT_REASON: ObjectId = at(0x2057);
/// Clock, in milliseconds since 1970-01-01T00:00:00Z; written to set it.
pub const CLOCK: ObjectId = at(0x2059);
/// Uptime in milliseconds.
pub const UPTIME: ObjectId = at(0x2060);
/// Last configuration change, in milliseconds since 1970-01-01T00:00:00Z.
pub const CONFIGURATION_CHANGED: ObjectId = at(0x2187);
/// State of the OCPP boot notification: 0 not sent, 1 awaiting reply, 2 rejected,
/// 3 accepted, 4 pending.
pub const BOOT_NOTIFICATION_STATE: ObjectId = ObjectId::new(0x3600, 1);
/// When the boot notification was last sent, in milliseconds of uptime.
pub const BOOT_NOTIFICATION_SENT: ObjectId = ObjectId::new(0x3600, 2);
/// When the boot notification was accepted, in milliseconds of uptime.
pub const BOOT_NOTIFICATION_ACCEPTED: ObjectId = ObjectId::new(0x3600, 3);
/// For how long the boot notification is held back, in milliseconds.
pub const BOOT_NOTIFICATION_DELAY: ObjectId = ObjectId::new(0x3600, 4);
/// Whether the OCPP connection is up.
pub const OCPP_CONNECTED: ObjectId = ObjectId::new(0x3600, 5);
/// When a heartbeat was last answered, in milliseconds of uptime.
pub const HEARTBEAT_RECEIVED: ObjectId = ObjectId::new(0x3600, 6);
/// When a heartbeat last failed, in milliseconds of uptime.
pub const HEARTBEAT_FAILED: ObjectId = ObjectId::new(0x3600, 7);
/// When a heartbeat was last sent, in milliseconds of uptime.
pub const HEARTBEAT_SENT: ObjectId = ObjectId::new(0x3600, 8);

// Uploads and restart, for links without HTTP.

/// Upload and update status, -4 to 12.
pub const UPLOAD_STATUS: ObjectId = at(0x2911);
/// Upload command.
pub const UPLOAD_COMMAND: ObjectId = at(0x2910);
/// Upload data, write-only.
pub const UPLOAD_DATA: ObjectId = at(0x2912);
/// Checksum of the upload buffer.
pub const UPLOAD_CHECKSUM: ObjectId = at(0x2915);
/// Restart request: write 2 to reboot.
pub const RESTART: ObjectId = ObjectId::new(0x2170, 4);

// Firmware below 6.0, which has no network profiles.

/// Wired back office as host and port (firmware below 6.0).
pub const LEGACY_WIRED_HOST: ObjectId = ObjectId::new(0x2071, 1);
/// Wired back office path (firmware below 6.0).
pub const LEGACY_WIRED_PATH: ObjectId = ObjectId::new(0x2071, 2);
/// Connect method: 0 none, 1 wired, 2 mobile, 3 or 99 automatic (firmware below 6.0).
pub const LEGACY_CONNECT_METHOD: ObjectId = at(0x2077);
/// Mobile back office as host and port (firmware below 6.0).
pub const LEGACY_MOBILE_HOST: ObjectId = ObjectId::new(0x2078, 1);
/// Mobile back office path (firmware below 6.0).
pub const LEGACY_MOBILE_PATH: ObjectId = ObjectId::new(0x2078, 2);
/// Protocol as text, `1.5` or `1.6` (firmware below 6.0).
pub const LEGACY_PROTOCOL: ObjectId = at(0x2082);
/// APN (firmware below 6.0).
pub const LEGACY_APN: ObjectId = at(0x2100);
/// APN user (firmware below 6.0).
pub const LEGACY_APN_USER: ObjectId = at(0x2101);
/// APN password (firmware below 6.0).
pub const LEGACY_APN_PASSWORD: ObjectId = at(0x2102);
/// SIM PIN (firmware below 6.0).
pub const LEGACY_SIM_PIN: ObjectId = at(0x2103);

/// One field of a network profile (firmware 6.0 and up): a sub-index of `20F0` to
/// `20F3`, laid out as OCPP 2.0.1's `NetworkConnectionProfileType`.
///
/// ```
/// use ocpp_config::{ObjectId, objects::ProfileField};
///
/// assert_eq!(ProfileField::PRIORITY.of_profile(1), Some(ObjectId::new(0x20F0, 0x0E)));
/// assert_eq!(ProfileField::PRIORITY.of_profile(5), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProfileField(u8);

impl ProfileField {
    /// OCPP version: 0 none, 1 OCPP 1.2, 2 OCPP 1.5, 3 OCPP 1.6, 4 OCPP 2.0.1.
    pub const OCPP_VERSION: Self = Self(0x1);
    /// CSMS URL without the identity; empty = profile unused.
    pub const URL: Self = Self(0x3);
    /// Message timeout in seconds.
    pub const MESSAGE_TIMEOUT: Self = Self(0x4);
    /// Security profile, 0 to 3.
    pub const SECURITY_PROFILE: Self = Self(0x5);
    /// Interface: 0 none, 1 to 4 wired, 5 mobile, 6 Wi-Fi.
    pub const INTERFACE: Self = Self(0x6);
    /// APN.
    pub const APN: Self = Self(0x7);
    /// APN user, the short slot: superseded by [`APN_USER_LONG`](Self::APN_USER_LONG)
    /// where the charger has it.
    pub const APN_USER: Self = Self(0x8);
    /// APN password, write-only in effect.
    pub const APN_PASSWORD: Self = Self(0x9);
    /// SIM PIN, the short slot: superseded by [`SIM_PIN_LONG`](Self::SIM_PIN_LONG)
    /// where the charger has it.
    pub const SIM_PIN: Self = Self(0xA);
    /// Preferred network as MCC and MNC.
    pub const PREFERRED_NETWORK: Self = Self(0xB);
    /// Whether only the preferred network is used.
    pub const ONLY_PREFERRED_NETWORK: Self = Self(0xC);
    /// APN authentication. Its numbers are not known for certain.
    pub const APN_AUTHENTICATION: Self = Self(0xD);
    /// Priority: 0 not used, 1 tried first, up to 4.
    pub const PRIORITY: Self = Self(0xE);
    /// APN user, the long slot; absent on older 6.x firmware.
    pub const APN_USER_LONG: Self = Self(0xF);
    /// SIM PIN, the long slot; absent on older 6.x firmware.
    pub const SIM_PIN_LONG: Self = Self(0x10);

    /// The index of profile 1; profiles 2 to 4 follow it.
    const FIRST_PROFILE: u16 = 0x20F0;

    /// The object that holds this field of network profile 1 to 4, or `None` for any
    /// other number.
    pub const fn of_profile(self, profile: u8) -> Option<ObjectId> {
        match profile {
            1..=4 => Some(ObjectId::new(
                Self::FIRST_PROFILE + profile as u16 - 1,
                self.0,
            )),
            _ => None,
        }
    }

    /// The network profile, 1 to 4, and the field that this object is, or `None` if it
    /// belongs to no network profile.
    pub const fn from_id(id: ObjectId) -> Option<(u8, Self)> {
        match id.index() {
            0x20F0 => Some((1, Self(id.sub()))),
            0x20F1 => Some((2, Self(id.sub()))),
            0x20F2 => Some((3, Self(id.sub()))),
            0x20F3 => Some((4, Self(id.sub()))),
            _ => None,
        }
    }

    /// The sub-index.
    pub const fn sub(self) -> u8 {
        self.0
    }
}
