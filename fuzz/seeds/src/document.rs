//! Documents that say something in every table.

use crate::Seeds;

const TOML: &str = r#"preset = "manual"
connection-attempts = 3
identity = "ACE0999001"
cpo-name = "Example Charging"
[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://csms.example/ocpp"
interface = "mobile"
security-profile = 2
message-timeout = 30
apn = { name = "internet", user = "u", password = { env = "P" }, authentication = "pap" }
preferred-network = "20404"
sim-pin = "0042"
[network-profile.2]
priority = "not-used"
[mobile]
selection = "automatic"
preference = "4g"
[authorization]
mode = "rfid"
offline-action = "accept-known"
white-list = true
[security]
authorization-key = { file = "key", encoding = "hex" }
root-certificate = { package = "R.fwi", file = "root.pem" }
[timing]
heartbeat-interval = 900
[proxy]
address = "proxy.example:3128"
enabled = true
"#;

const JSON: &str = r#"{"preset":{"name":"p","package":"p.fwi"},"identity":"CP|1","network-profile":
{"4":{"priority":"not-used"}},"authorization":{"mode":"plug-and-charge","plug-and-charge-id":
"ACE0999001"},"proxy":{"password":{"value":"secret"},"user":"u"}}"#;

pub(crate) fn seeds() -> Vec<Seeds> {
    let seed = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    vec![("document", vec![seed("toml", TOML), seed("json", JSON)])]
}
