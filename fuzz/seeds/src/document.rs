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
    let urls = URLS.iter().enumerate();
    let urls = urls.map(|(number, (url, identity))| (number.to_string(), pair(url, identity)));
    vec![
        ("document", vec![seed("toml", TOML), seed("json", JSON)]),
        ("csms_url", urls.collect()),
    ]
}

/// Two texts as the fuzzer takes them apart: the length of the first one stands at the end.
fn pair(first: &str, second: &str) -> Vec<u8> {
    let length = u8::try_from(first.len()).unwrap_or(u8::MAX);
    [first.as_bytes(), second.as_bytes(), &[length]].concat()
}

/// What is configured, and the identity that the charger appends.
const URLS: [(&str, &str); 6] = [
    ("ws://csms.example", "ACE0999001"),
    ("wss://csms.example:443/ocpp", "CP1"),
    ("wss://csms.example/ocpp/", "a b|c"),
    ("wss://csms.example/ocpp?tenant=1", "ACE0999001"),
    ("ws://[2001:db8::1]:8080/x/y", "ACE0999001"),
    ("wss://10.1.2.3/%41/ü", "ACE0999001"),
];
