//! A document without any finding, and what it refers to; the other tests change single
//! lines of it.

use ocpp_config::{
    Access, CheckedDocument, DataType, DocumentSource, Object, ObjectId, Report, ResolvedDocument,
    SecretMap, Snapshot, Value, validate,
};

/// One setting a line. Lines without `=` are kept as they are.
const LINES: &[&str] = &[
    "preset = 'manual'",
    "connection-attempts = 3",
    "identity = 'ACE0999001'",
    "cpo-name = 'Example Charging'",
    "network-profile.1.priority = 1",
    "network-profile.1.ocpp-version = '1.6'",
    "network-profile.1.csms-url = 'wss://csms.example/ocpp'",
    "network-profile.1.interface = 'wired'",
    "network-profile.1.security-profile = 2",
    "network-profile.1.message-timeout = 30",
    "network-profile.2.priority = 2",
    "network-profile.2.ocpp-version = '1.6'",
    "network-profile.2.csms-url = 'wss://csms.example/ocpp'",
    "network-profile.2.interface = 'mobile'",
    "network-profile.2.security-profile = 2",
    "network-profile.2.apn.name = 'internet.example'",
    "network-profile.2.apn.user = 'charger'",
    "network-profile.2.apn.password = { env = 'APN_PASSWORD' }",
    "network-profile.2.preferred-network = '20404'",
    "network-profile.2.sim-pin = { env = 'SIM_PIN' }",
    "network-profile.3.priority = 'not-used'",
    "mobile.selection = 'automatic'",
    "mobile.preference = '4g'",
    "authorization.mode = 'rfid'",
    "authorization.offline-action = 'accept-known'",
    "authorization.online-action = 'wait-for-back-office'",
    "authorization.white-list = false",
    "authorization.local-list = true",
    "security.authorization-key = { env = 'CSMS_KEY', encoding = 'text' }",
    "security.root-certificate = { package = 'Rootcertificate.fwi', file = 'root.pem' }",
    "timing.heartbeat-interval = 900",
    "timing.websocket-ping-interval = 60",
    "proxy.enabled = false",
];

/// The sound document with some settings changed: `key = value` replaces or adds a line,
/// `!key` removes it and all below it. A number in front stands for a network profile.
pub(crate) fn sound_with(changes: &[&str]) -> String {
    let mut lines: Vec<String> = LINES.iter().map(|line| (*line).to_owned()).collect();
    for change in changes {
        let removes = change.starts_with('!');
        let change = change.trim_start_matches('!');
        let change = if change.starts_with(|first: char| first.is_ascii_digit()) {
            format!("network-profile.{change}")
        } else {
            change.to_owned()
        };
        let key = change.split(" = ").next().unwrap_or(&change).to_owned();
        let below = format!("{key}.");
        let is_same = |line: &String| {
            let own = line.split(" = ").next().unwrap_or(line);
            own == key || own.starts_with(&below)
        };
        let place = lines.iter().position(is_same).unwrap_or(lines.len());
        lines.retain(|line| !is_same(line));
        if !removes {
            lines.insert(place.min(lines.len()), change);
        }
    }
    lines.join("\n")
}

/// A certificate as far as this crate looks into one.
pub(crate) const PEM: &str = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";

/// What the sound document refers to.
pub(crate) fn secrets() -> SecretMap {
    SecretMap::new()
        .with_env("CSMS_KEY", "Xq4rT8vLm2Zp7WcKd9Hn")
        .with_env("APN_PASSWORD", "guest")
        .with_env("SIM_PIN", "0042")
        .with_file("root.pem", PEM.into())
        .with_file("Rootcertificate.fwi", b"opaque".to_vec())
}

pub(crate) fn checked(toml: &str) -> CheckedDocument {
    let source = DocumentSource::from_toml("test.toml", toml).expect("readable");
    let validation = validate(&source);
    let report = validation.report.to_text();
    validation
        .checked
        .unwrap_or_else(|| panic!("{toml}\n{report}"))
}

pub(crate) fn resolved(toml: &str, secrets: &SecretMap) -> Result<ResolvedDocument, Report> {
    checked(toml).resolve(secrets)
}

/// A charger on firmware 7.0, accepted by an old back office at security profile 2.
pub(crate) fn charger() -> Snapshot {
    let mut snapshot = Snapshot::new();
    for (id, value) in [
        ("100A_0", text("7.0.0-4318")),
        ("2051_0", text("ACE0999001")),
        ("2053_0", text("ACE0999001")),
        ("2059_0", Value::Unsigned(1_790_000_000_000)),
        ("2076_0", text("")),
        ("2722_0", text("Old Operator")),
        ("2723_0", Value::Unsigned(2)),
        ("20F4_0", Value::Unsigned(3)),
        ("3553_0", Value::Unsigned(4)),
        ("3600_1", Value::Signed(3)),
        ("3272_0", Value::Unsigned(1)),
        ("2104_0", text("204040000000001")),
        ("2105_0", text("8931000000000000001")),
        ("2110_0", Value::Signed(-70)),
        ("2111_0", Value::Signed(-100)),
        ("209E_0", Value::Unsigned(0b101)),
        ("2113_0", Value::Unsigned(0)),
        ("2114_0", Value::Unsigned(1)),
        ("2126_0", Value::Signed(1)),
        ("2127_0", Value::Signed(0)),
        ("213E_0", Value::Signed(1)),
        ("213B_0", Value::Signed(0)),
        ("213C_0", Value::Signed(1)),
        ("213D_0", Value::Signed(1)),
        ("2063_0", text("")),
        ("2085_0", Value::Unsigned(900)),
        ("208A_0", Value::Unsigned(60)),
        ("2115_0", text("")),
        ("2116_0", text("")),
        ("2117_0", Value::Signed(0)),
    ] {
        snapshot.insert(object(id, value));
    }
    for index in 0x20F0..=0x20F3 {
        for (sub, value) in [
            (0x1, Value::Unsigned(3)),
            (0x3, text("wss://old.example/ocpp")),
            (0x4, Value::Unsigned(10)),
            (0x5, Value::Unsigned(2)),
            (0x6, Value::Unsigned(1)),
            (0x7, text("")),
            (0x8, text("")),
            (0x9, text("")),
            (0xA, text("")),
            (0xB, text("")),
            (0xC, Value::Unsigned(0)),
            (0xD, Value::Unsigned(0)),
            (0xE, Value::Unsigned(0)),
            (0xF, text("")),
            (0x10, text("")),
        ] {
            snapshot.insert(object(&ObjectId::new(index, sub).to_string(), value));
        }
    }
    snapshot
}

/// An object with room for anything.
pub(crate) fn object(id: &str, value: Value) -> Object {
    let (data_type, length) = match value {
        Value::Text(_) => (DataType::new(9), 513),
        Value::Signed(_) => (DataType::new(2), 0),
        _ => (DataType::new(7), 0),
    };
    Object::new(
        id.parse().expect("an id"),
        Access::READ_WRITE,
        data_type,
        length,
        value,
    )
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
