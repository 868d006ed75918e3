//! Single values.

use super::{Case, line};

pub(super) fn cases() -> Vec<Case> {
    let url = "network-profile.1.csms-url";
    let long_url = format!("1.csms-url = 'wss://csms.example/{}'", "a".repeat(500));
    let long_apn = format!("2.apn.name = '{}'", "a".repeat(513));
    let long_cpo = format!("cpo-name = '{}'", "a".repeat(65));
    let long_preset = format!("preset = {{ name = '{}' }}", "a".repeat(51));
    let just_preset = format!("preset = {{ name = '{}' }}", "a".repeat(50));
    vec![
        line(
            "NP-URL-SCHEME",
            url,
            &["1.csms-url = 'https://csms.example/'"],
            &[],
        ),
        line(
            "NP-URL-SYNTAX",
            url,
            &["1.csms-url = 'wss://csms.example/a b'"],
            &[],
        ),
        line("NP-URL-HOST", url, &["1.csms-url = 'wss:///ocpp'"], &[]),
        line(
            "NP-URL-PORT",
            url,
            &["1.csms-url = 'wss://csms.example:70000/'"],
            &["1.csms-url = 'wss://csms.example:65535/'"],
        ),
        line(
            "NP-URL-USERINFO",
            url,
            &["1.csms-url = 'wss://u:p@csms.example/'"],
            &[],
        ),
        line(
            "NP-URL-FRAGMENT",
            url,
            &["1.csms-url = 'wss://csms.example/#a'"],
            &[],
        ),
        line("NP-URL-LENGTH", url, &[&long_url], &[]),
        line(
            "NP-URL-DOTS",
            url,
            &["1.csms-url = 'wss://csms.example/../ocpp'"],
            &["1.csms-url = 'wss://csms.example/..ocpp'"],
        ),
        line(
            "ID-LENGTH",
            "identity",
            &["identity = '123456789012345678901'"],
            &["identity = '12345678901234567890'"],
        ),
        line(
            "ID-COLON",
            "identity",
            &["identity = 'a:b'"],
            &["identity = 'a-b'"],
        ),
        line(
            "ID-DOTS",
            "identity",
            &["identity = '..'"],
            &["identity = '...'"],
        ),
        line(
            "ID-CHARACTERS",
            "identity",
            &["identity = 'caf\u{e9}'"],
            &["identity = 'cafe'"],
        ),
        line("CPO-LENGTH", "cpo-name", &[&long_cpo], &[]),
        line(
            "CPO-CHARACTERS",
            "cpo-name",
            &["cpo-name = ' Operator'"],
            &["cpo-name = 'Op\u{e9}rateur'"],
        ),
        line(
            "NP-PRIORITY-VALUE",
            "network-profile.1.priority",
            &["1.priority = 0"],
            &[],
        ),
        line(
            "NP-PRIORITY-VALUE",
            "network-profile.1.priority",
            &["1.priority = 'first'"],
            &[],
        ),
        line(
            "NP-VERSION-VALUE",
            "network-profile.1.ocpp-version",
            &["1.ocpp-version = '1.7'"],
            &[],
        ),
        line(
            "NP-INTERFACE-VALUE",
            "network-profile.1.interface",
            &["1.interface = 'lan'"],
            &[],
        ),
        line(
            "NP-SECURITY-VALUE",
            "network-profile.1.security-profile",
            &["1.security-profile = 4"],
            &["1.security-profile = 3"],
        ),
        line(
            "NP-ATTEMPTS-VALUE",
            "connection-attempts",
            &["connection-attempts = 0"],
            &["connection-attempts = 1"],
        ),
        line(
            "NP-NETWORK-VALUE",
            "network-profile.2.preferred-network",
            &["2.preferred-network = '204-04'"],
            &["2.preferred-network = '310410'"],
        ),
        line(
            "TIME-VALUE",
            "timing.heartbeat-interval",
            &["timing.heartbeat-interval = -1"],
            &["timing.heartbeat-interval = 60"],
        ),
        line(
            "APN-NAME-LENGTH",
            "network-profile.2.apn.name",
            &[&long_apn],
            &[],
        ),
        line(
            "APN-NAME-CHARACTERS",
            "network-profile.2.apn.name",
            &["2.apn.name = 'a b'"],
            &[],
        ),
        line(
            "APN-USER-LENGTH",
            "network-profile.2.apn.user",
            &["2.apn.user = '12345678901234567890123456789012345678901'"],
            &["2.apn.user = '1234567890123456789012345678901234567890'"],
        ),
        line(
            "APN-USER-CHARACTERS",
            "network-profile.2.apn.user",
            &["2.apn.user = 'caf\u{e9}'"],
            &["2.apn.user = 'a user'"],
        ),
        line(
            "APN-AUTH-VALUE",
            "network-profile.2.apn.authentication",
            &["2.apn.authentication = 'PAP'"],
            &["2.apn.authentication = 'pap'"],
        ),
        line(
            "MOBILE-SELECTION-VALUE",
            "mobile.selection",
            &["mobile.selection = 'auto'"],
            &[],
        ),
        line(
            "MOBILE-PREFERENCE-VALUE",
            "mobile.preference",
            &["mobile.preference = '5g'"],
            &[],
        ),
        line(
            "AUTH-MODE-VALUE",
            "authorization.mode",
            &["authorization.mode = 'card'"],
            &[],
        ),
        line(
            "AUTH-OFFLINE-VALUE",
            "authorization.offline-action",
            &["authorization.offline-action = '#2'"],
            &["authorization.offline-action = 'refuse-all'"],
        ),
        line(
            "AUTH-ONLINE-VALUE",
            "authorization.online-action",
            &["authorization.online-action = 'local'"],
            &[],
        ),
        line(
            "PNC-LENGTH",
            "authorization.plug-and-charge-id",
            &["authorization.plug-and-charge-id = 'ACE0999'"],
            &["authorization.plug-and-charge-id = 'ACE09990'"],
        ),
        line(
            "PNC-HEX",
            "authorization.plug-and-charge-id",
            &["authorization.plug-and-charge-id = 'R123456789'"],
            &["authorization.plug-and-charge-id = 'A123456789'"],
        ),
        line(
            "PRESET-VALUE",
            "preset",
            &["preset = 'standalone'"],
            &["preset = 'manual'"],
        ),
        line(
            "PRESET-NAME",
            "preset.name",
            &[&long_preset],
            &[&just_preset],
        ),
        line(
            "PROXY-ADDRESS-VALUE",
            "proxy.address",
            &["proxy.address = 'http://proxy.example'"],
            &["proxy.address = 'proxy.example:3128'"],
        ),
        line(
            "PROXY-USER-VALUE",
            "proxy.user",
            &["proxy.user = '12345678901234567890123456789012'"],
            &["proxy.user = '1234567890123456789012345678901'"],
        ),
        line(
            "FILE-PATH",
            "security.root-certificate.file",
            &["security.root-certificate = { file = '' }"],
            &[],
        ),
        line(
            "SECRET-ENV-NAME",
            "security.authorization-key.env",
            &["security.authorization-key = { env = '$KEY', encoding = 'text' }"],
            &[],
        ),
        line(
            "SECRET-SOURCE",
            "security.authorization-key",
            &["security.authorization-key = { env = 'K', file = 'k', encoding = 'text' }"],
            &[],
        ),
        line(
            "KEY-ENCODING",
            "security.authorization-key.encoding",
            &["security.authorization-key = { env = 'K', encoding = 'base64' }"],
            &["security.authorization-key = { env = 'K', encoding = 'hex' }"],
        ),
    ]
}
