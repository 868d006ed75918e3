//! The object dictionary as data. Types, lengths and access of the observed rows were
//! read off a dump of a single-socket NG910 with firmware 7.0 (see `testdata/`).

use std::ops::RangeInclusive;

use super::dictionary::{DictionaryEntry, Evidence, InForce, Visibility};
use super::{Access, DataType, ObjectId};
use crate::objects;

const TEXT: DataType = DataType::VISIBLE_STRING;
const U8: DataType = DataType::UNSIGNED8;
const U32: DataType = DataType::UNSIGNED32;
const U64: DataType = DataType::UNSIGNED64;
const I8: DataType = DataType::INTEGER8;
const I16: DataType = DataType::INTEGER16;

/// An observed row, readable and writable, in force at once.
const fn row(
    id: ObjectId,
    data_type: DataType,
    length: u32,
    category: &'static str,
    meaning: &'static str,
) -> DictionaryEntry {
    DictionaryEntry {
        id,
        data_type,
        length: Some(length),
        access: Access::READ_WRITE,
        category,
        meaning,
        in_force: InForce::AtOnce,
        visibility: Visibility::Open,
        evidence: Evidence::Observed,
    }
}

/// A row known from notes only: its type is assumed, its length unknown unless given.
const fn noted(
    id: ObjectId,
    data_type: DataType,
    length: Option<u32>,
    meaning: &'static str,
) -> DictionaryEntry {
    DictionaryEntry {
        length,
        evidence: Evidence::Assumed,
        ..row(id, data_type, 0, "", meaning)
    }
}

impl DictionaryEntry {
    const fn read_only(self) -> Self {
        Self {
            access: Access::READ_ONLY,
            ..self
        }
    }

    const fn after_restart(self) -> Self {
        Self {
            in_force: InForce::AfterRestart,
            ..self
        }
    }

    const fn secret(self) -> Self {
        Self {
            visibility: Visibility::Secret,
            ..self
        }
    }

    const fn write_only(self) -> Self {
        Self {
            visibility: Visibility::WriteOnly,
            ..self
        }
    }
}

const fn field(
    sub: u8,
    data_type: DataType,
    length: u32,
    meaning: &'static str,
) -> DictionaryEntry {
    row(
        ObjectId::new(0x20F0, sub),
        data_type,
        length,
        "ocpp",
        meaning,
    )
    .after_restart()
}

/// Network profile 1; profiles 2 to 4 differ in the index only.
pub(super) static PROFILE_ENTRIES: &[DictionaryEntry] = &[
    field(0x1, U8, 0, "OCPP version"),
    field(0x3, TEXT, 513, "CSMS URL"),
    field(0x4, U32, 0, "message timeout in seconds"),
    field(0x5, U8, 0, "security profile"),
    field(0x6, U8, 0, "interface"),
    field(0x7, TEXT, 513, "APN"),
    field(0x8, TEXT, 21, "APN user, short slot"),
    field(0x9, TEXT, 21, "APN password").write_only(),
    field(0xA, TEXT, 5, "SIM PIN, short slot").secret(),
    field(0xB, TEXT, 7, "preferred network (MCC and MNC)"),
    field(0xC, U8, 0, "use only the preferred network"),
    field(0xD, U8, 0, "APN authentication"),
    field(0xE, U8, 0, "priority"),
    field(0xF, TEXT, 41, "APN user"),
    field(0x10, TEXT, 9, "SIM PIN").secret(),
];

pub(super) static ENTRIES: &[DictionaryEntry] = &[
    row(objects::PLATFORM, TEXT, 33, "generic", "platform").read_only(),
    row(objects::FIRMWARE, TEXT, 33, "generic", "firmware version").read_only(),
    row(objects::MODEL, TEXT, 21, "generic", "model"),
    row(
        objects::SERIAL_NUMBER,
        TEXT,
        26,
        "generic",
        "serial number (object id)",
    ),
    row(
        objects::CHARGE_BOX_IDENTITY,
        TEXT,
        21,
        "generic",
        "charge box identity",
    )
    .after_restart(),
    row(objects::BOOT_COUNT, U32, 0, "generic", "boot count").read_only(),
    row(objects::BOOT_REASON, TEXT, 51, "generic", "boot reason").read_only(),
    row(objects::CLOCK, U64, 0, "generic", "clock in ms since 1970"),
    row(objects::SOCKETS, U8, 0, "generic", "number of sockets").read_only(),
    row(objects::UPTIME, U64, 0, "generic", "uptime in ms").read_only(),
    row(
        objects::PLUG_AND_CHARGE_ID,
        TEXT,
        21,
        "generic",
        "Plug & Charge ID",
    ),
    noted(
        objects::LEGACY_WIRED_HOST,
        TEXT,
        Some(64),
        "wired back office, host and port (below 6.0)",
    ),
    noted(
        objects::LEGACY_WIRED_PATH,
        TEXT,
        None,
        "wired back office, path (below 6.0)",
    ),
    row(
        objects::MODEM_ADDRESS,
        TEXT,
        16,
        "generic",
        "IP address of the modem",
    ),
    row(objects::PRESET, TEXT, 51, "generic", "back office preset").after_restart(),
    noted(
        objects::LEGACY_CONNECT_METHOD,
        U8,
        None,
        "connect method (below 6.0)",
    ),
    noted(
        objects::LEGACY_MOBILE_HOST,
        TEXT,
        Some(64),
        "mobile back office, host and port (below 6.0)",
    ),
    noted(
        objects::LEGACY_MOBILE_PATH,
        TEXT,
        None,
        "mobile back office, path (below 6.0)",
    ),
    noted(objects::LEGACY_PROTOCOL, TEXT, None, "protocol (below 6.0)"),
    noted(
        objects::HEARTBEAT_WANTED,
        U32,
        None,
        "heartbeat interval wanted in seconds",
    ),
    row(
        objects::HEARTBEAT_AGREED,
        U32,
        0,
        "generic",
        "heartbeat interval agreed in seconds",
    ),
    noted(
        objects::PING_INTERVAL,
        U32,
        None,
        "WebSocket ping interval in seconds",
    ),
    row(
        objects::RADIO_SUPPORTED,
        U8,
        0,
        "generic2",
        "radio technologies supported",
    )
    .read_only(),
    row(
        objects::RADIO_IN_USE,
        U8,
        0,
        "generic2",
        "radio technology in use",
    )
    .read_only(),
    row(
        objects::CONNECTION_ATTEMPTS,
        U8,
        0,
        "ocpp",
        "network profile connection attempts",
    )
    .after_restart(),
    noted(objects::LEGACY_APN, TEXT, None, "APN (below 6.0)"),
    noted(objects::LEGACY_APN_USER, TEXT, None, "APN user (below 6.0)"),
    noted(
        objects::LEGACY_APN_PASSWORD,
        TEXT,
        None,
        "APN password (below 6.0)",
    )
    .write_only(),
    noted(objects::LEGACY_SIM_PIN, TEXT, None, "SIM PIN (below 6.0)").secret(),
    row(objects::IMSI, TEXT, 21, "generic", "IMSI").read_only(),
    row(objects::ICCID, TEXT, 21, "generic", "ICCID").read_only(),
    row(
        objects::SIGNAL_STRENGTH,
        I16,
        0,
        "generic",
        "signal strength in dBm",
    )
    .read_only(),
    row(
        objects::WEAK_SIGNAL,
        I16,
        0,
        "generic",
        "weak-signal threshold in dBm",
    ),
    row(objects::OPERATOR, TEXT, 33, "generic", "mobile operator").read_only(),
    row(
        objects::NETWORK_SELECTION,
        U8,
        2,
        "generic",
        "mobile network selection",
    )
    .after_restart(),
    row(
        objects::NETWORK_PREFERENCE,
        U8,
        3,
        "generic",
        "mobile network preference",
    )
    .after_restart(),
    row(
        objects::PROXY_ADDRESS,
        TEXT,
        64,
        "generic2",
        "proxy (host:port)",
    ),
    row(objects::PROXY_USER, TEXT, 32, "generic2", "proxy user"),
    row(objects::PROXY_ENABLED, I8, 2, "generic2", "proxy on").after_restart(),
    row(objects::MODEM_MAKER, TEXT, 33, "comm", "modem maker").read_only(),
    row(objects::MODEM_MODEL, TEXT, 33, "comm", "modem model").read_only(),
    row(objects::MODEM_REVISION, TEXT, 33, "comm", "modem revision").read_only(),
    row(objects::MODEM_IMEI, TEXT, 33, "comm", "IMEI").read_only(),
    row(
        objects::AUTHORIZATION_MODE,
        I8,
        3,
        "generic",
        "authorization mode",
    )
    .after_restart(),
    row(
        objects::OFFLINE_ACTION_HIGH,
        I8,
        1,
        "generic",
        "offline action, upper half",
    ),
    row(objects::WHITE_LIST, I8, 2, "generic", "white list used"),
    row(objects::ONLINE_ACTION, I8, 2, "generic", "online action"),
    row(
        objects::LOCAL_LIST,
        I8,
        2,
        "generic",
        "OCPP local list used",
    ),
    row(
        objects::OFFLINE_ACTION_LOW,
        I8,
        2,
        "generic",
        "offline action, lower half",
    ),
    noted(objects::RESTART, U8, None, "restart request"),
    noted(
        objects::CONFIGURATION_CHANGED,
        U64,
        None,
        "last configuration change in ms since 1970",
    )
    .read_only(),
    // An installed root is used from the next restart on; the key is taken to be no better.
    noted(
        objects::CSMS_ROOT,
        DataType::DOMAIN,
        None,
        "CSMS root certificate",
    )
    .write_only()
    .after_restart(),
    noted(objects::CPO_NAME, TEXT, None, "CPO name").after_restart(),
    noted(
        objects::SECURITY_PROFILE,
        U8,
        None,
        "security profile of the whole charger",
    )
    .after_restart(),
    noted(
        objects::AUTHORIZATION_KEY,
        DataType::DOMAIN,
        None,
        "back office authorization key",
    )
    .write_only()
    .after_restart(),
    noted(objects::UPLOAD_COMMAND, U8, None, "upload command"),
    row(objects::UPLOAD_STATUS, I8, 12, "generic", "upload status"),
    noted(objects::UPLOAD_DATA, DataType::DOMAIN, None, "upload data").write_only(),
    noted(
        objects::UPLOAD_CHECKSUM,
        U32,
        None,
        "checksum of the upload buffer",
    )
    .read_only(),
    row(
        objects::CERTIFICATES_STORED,
        U8,
        0,
        "ocpp",
        "number of certificates stored",
    )
    .read_only(),
    noted(objects::ACTIVE_PROFILE, U8, None, "active network profile").read_only(),
    row(
        objects::BOOT_NOTIFICATION_STATE,
        I8,
        4,
        "states",
        "OCPP boot notification state",
    )
    .read_only(),
    row(
        objects::BOOT_NOTIFICATION_SENT,
        U64,
        0,
        "states",
        "boot notification last sent, ms of uptime",
    )
    .read_only(),
    row(
        objects::BOOT_NOTIFICATION_ACCEPTED,
        U64,
        0,
        "states",
        "boot notification accepted, ms of uptime",
    )
    .read_only(),
    row(
        objects::BOOT_NOTIFICATION_DELAY,
        U64,
        0,
        "states",
        "boot notification delay in ms",
    )
    .read_only(),
    row(
        objects::OCPP_CONNECTED,
        I8,
        2,
        "states",
        "OCPP connection up",
    )
    .read_only(),
    row(
        objects::HEARTBEAT_RECEIVED,
        U64,
        0,
        "states",
        "heartbeat last received, ms of uptime",
    )
    .read_only(),
    row(
        objects::HEARTBEAT_FAILED,
        U64,
        0,
        "states",
        "heartbeat last failed, ms of uptime",
    )
    .read_only(),
    row(
        objects::HEARTBEAT_SENT,
        U64,
        0,
        "states",
        "heartbeat last sent, ms of uptime",
    )
    .read_only(),
];

/// Indices whose values belong to one charger.
pub(super) static CHARGER_BOUND: &[RangeInclusive<u16>] = &[
    0x204F..=0x204F,
    0x2051..=0x2053,
    0x2055..=0x2055,
    0x2059..=0x2059,
    0x205F..=0x205F,
    0x2075..=0x2075,
    0x207D..=0x207D,
    0x2103..=0x2103,
    0x2165..=0x2167,
    0x2180..=0x2180,
    0x2187..=0x2187,
    0x21A1..=0x21A1,
    0x2218..=0x2219,
    0x2522..=0x2523,
    0x2530..=0x2530,
    0x2560..=0x2565,
    0x2570..=0x2575,
    0x3218..=0x3218,
    0x4217..=0x4218,
    0x5217..=0x5218,
];

/// Sub-indices of a network profile whose values belong to one charger: the SIM PINs.
pub(super) static CHARGER_BOUND_FIELDS: &[u8] = &[0xA, 0x10];
