//! What costs no memory. Alone in its program, because it replaces the allocator.

use ocpp_config::{DocumentSource, validate};

const SOUND: &str = r#"
preset = "manual"
connection-attempts = 3
identity = "ACE0999001"
cpo-name = "Example Charging"

[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://csms.example/ocpp"
interface = "wired"
security-profile = 2

[network-profile.2]
priority = 2
ocpp-version = "1.6"
csms-url = "wss://csms.example/ocpp"
interface = "mobile"
security-profile = 2
apn = { name = "internet.example", user = "charger", password = { env = "APN_PASSWORD" } }
sim-pin = { file = "pin.txt" }

[security]
authorization-key = { env = "CSMS_KEY", encoding = "hex" }
root-certificate = { package = "Rootcertificate.fwi", file = "root.pem" }
"#;

#[test]
fn a_sound_document_is_validated_without_an_allocation() {
    let source = DocumentSource::from_toml("sound.toml", SOUND).unwrap();
    let mut report = None;
    let counted = allocation_counter::measure(|| report = Some(validate(&source).report));
    let report = report.unwrap();
    assert!(report.is_empty(), "{}", report.to_text());
    assert_eq!(counted.count_total, 0);
}

#[test]
fn the_counter_counts() {
    let mut text = String::new();
    let counted = allocation_counter::measure(|| text = "a".repeat(100));
    assert_eq!(counted.count_total, 1);
    assert_eq!(text.len(), 100);
}
