//! Network profiles: completeness, priorities and URLs.

use super::{Case, line};

pub(super) fn cases() -> Vec<Case> {
    let url = "network-profile.1.csms-url";
    vec![
        line("NP-URL-MISSING", url, &["!1.csms-url"], &["!1"]),
        line(
            "NP-VERSION-MISSING",
            "network-profile.1.ocpp-version",
            &["!1.ocpp-version"],
            &[],
        ),
        line(
            "NP-VERSION-MISSING",
            "network-profile.1.ocpp-version",
            &["1.ocpp-version = 'none'"],
            &["1.ocpp-version = '1.5'"],
        ),
        line(
            "NP-INTERFACE-MISSING",
            "network-profile.1.interface",
            &["!1.interface"],
            &[],
        ),
        line(
            "NP-SECURITY-MISSING",
            "network-profile.1.security-profile",
            &["!1.security-profile"],
            &["1.security-profile = 0"],
        ),
        line(
            "NP-NONE-USED",
            "network-profile",
            &["1.priority = 'not-used'", "2.priority = 'not-used'"],
            &["1.priority = 'not-used'", "2.priority = 1"],
        ),
        line(
            "NP-PRIORITY-MISSING",
            "network-profile.3.priority",
            &["!3", "3.interface = 'wired'"],
            &["!3"],
        ),
        line(
            "NP-PRIORITY-DUPLICATE",
            "network-profile.2.priority",
            &["2.priority = 1"],
            &[],
        ),
        line(
            "NP-PRIORITY-GAP",
            "network-profile",
            &["2.priority = 3"],
            &[],
        ),
        line(
            "NP-URL-TLS",
            url,
            &["1.csms-url = 'ws://csms.example/ocpp'"],
            &[],
        ),
        line("NP-URL-PLAIN", url, &["1.security-profile = 1"], &[]),
        line(
            "NP-URL-ID-DOUBLE",
            url,
            &["1.csms-url = 'wss://csms.example/ocpp/ACE0999001/'"],
            &["1.csms-url = 'wss://csms.example/ACE0999001/ocpp'"],
        ),
        line(
            "NP-URL-PORT-SCHEME",
            url,
            &["1.csms-url = 'wss://csms.example:80/ocpp'"],
            &["1.csms-url = 'wss://csms.example:8080/ocpp'"],
        ),
        line(
            "NP-URL-DEFAULT-PORT",
            url,
            &["1.csms-url = 'wss://csms.example:443/ocpp'"],
            &["1.csms-url = 'wss://csms.example:8443/ocpp'"],
        ),
        line(
            "NP-URL-TRAILING-SLASH",
            url,
            &["1.csms-url = 'wss://csms.example/ocpp/'"],
            &["1.csms-url = 'wss://csms.example/'"],
        ),
        line(
            "NP-URL-EMPTY-SEGMENT",
            url,
            &["1.csms-url = 'wss://csms.example//ocpp'"],
            &[],
        ),
        line(
            "NP-URL-QUERY",
            url,
            &["1.csms-url = 'wss://csms.example/ocpp?a=b'"],
            &[],
        ),
        line(
            "NP-URL-LOCAL-NAME",
            url,
            &["1.csms-url = 'wss://csms.local/'"],
            &[],
        ),
        line(
            "NP-URL-SINGLE-LABEL",
            url,
            &["1.csms-url = 'wss://csms/'"],
            &[],
        ),
        line(
            "NP-URL-LOOPBACK",
            url,
            &["1.csms-url = 'wss://localhost/'"],
            &["1.csms-url = 'wss://localhost.example/'"],
        ),
        line(
            "NP-URL-LOOPBACK",
            url,
            &["1.csms-url = 'wss://127.1.2.3/'"],
            &["1.csms-url = 'wss://128.1.2.3/'"],
        ),
        line(
            "NP-URL-UNSPECIFIED",
            url,
            &["1.csms-url = 'wss://0.0.0.0/'"],
            &[],
        ),
        line(
            "NP-URL-UNSPECIFIED",
            url,
            &["1.csms-url = 'wss://255.255.255.255/'"],
            &[],
        ),
        line(
            "NP-URL-LINK-LOCAL",
            url,
            &["1.csms-url = 'wss://169.254.1.1/'"],
            &["1.csms-url = 'wss://169.253.1.1/'"],
        ),
        line(
            "NP-URL-PRIVATE-MOBILE",
            "network-profile.2.csms-url",
            &["2.csms-url = 'wss://10.1.2.3/'"],
            &["1.csms-url = 'wss://10.1.2.3/'"],
        ),
        line(
            "NP-URL-IPV6",
            url,
            &["1.csms-url = 'wss://[2001:db8::1]/'"],
            &[],
        ),
        line(
            "NP-URL-IP-CERTIFICATE",
            url,
            &["1.csms-url = 'wss://192.0.2.1/'"],
            &["1.csms-url = 'ws://192.0.2.1/'", "1.security-profile = 1"],
        ),
        line(
            "NP-URL-TRAILING-DOT",
            url,
            &["1.csms-url = 'wss://csms.example./'"],
            &[],
        ),
        line(
            "NP-URL-UPPER-CASE",
            url,
            &["1.csms-url = 'wss://CSMS.example/'"],
            &["1.csms-url = 'wss://csms.example/OCPP'"],
        ),
    ]
}
