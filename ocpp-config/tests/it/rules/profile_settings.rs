//! The other settings of a profile.

use super::{Case, line};

pub(super) fn cases() -> Vec<Case> {
    let security = "network-profile.1.security-profile";
    let timeout = "network-profile.1.message-timeout";
    vec![
        line(
            "NP-VERSION-OLD",
            "network-profile.1.ocpp-version",
            &["1.ocpp-version = '1.5'"],
            &[],
        ),
        line(
            "NP-VERSION-UNKNOWN",
            "network-profile.1.ocpp-version",
            &["1.ocpp-version = '#5'"],
            &[],
        ),
        line(
            "NP-VERSION-201-PROFILE-0",
            security,
            &["1.ocpp-version = '2.0.1'", "1.security-profile = 0"],
            &["1.security-profile = 0"],
        ),
        line(
            "NP-INTERFACE-UNKNOWN",
            "network-profile.1.interface",
            &["1.interface = '#7'"],
            &["1.interface = 'wired-2'"],
        ),
        line(
            "NP-INTERFACE-WIFI",
            "network-profile.1.interface",
            &["1.interface = 'wifi'"],
            &[],
        ),
        line(
            "NP-SECURITY-NONE",
            security,
            &["1.security-profile = 0"],
            &["1.security-profile = 1"],
        ),
        line(
            "NP-SECURITY-BASIC",
            security,
            &["1.security-profile = 1"],
            &["1.security-profile = 3"],
        ),
        line(
            "NP-SECURITY-MIXED",
            "network-profile",
            &["1.security-profile = 3"],
            &["1.security-profile = 3", "2.security-profile = 3"],
        ),
        line(
            "NP-SAME-TARGET",
            "network-profile.2.csms-url",
            &["2.interface = 'wired'"],
            &[],
        ),
        line(
            "NP-UNUSED-DETAILS",
            "network-profile.3",
            &["3.interface = 'wired'"],
            &[],
        ),
        line(
            "NP-TIMEOUT-ZERO",
            timeout,
            &["1.message-timeout = 0"],
            &["1.message-timeout = 1"],
        ),
        line(
            "NP-TIMEOUT-SHORT",
            timeout,
            &["1.message-timeout = 9"],
            &["1.message-timeout = 10"],
        ),
        line(
            "NP-TIMEOUT-LONG",
            timeout,
            &["1.message-timeout = 301"],
            &["1.message-timeout = 300"],
        ),
        line(
            "NP-ATTEMPTS-UNSET",
            "connection-attempts",
            &["!connection-attempts"],
            &["!connection-attempts", "!2"],
        ),
        line(
            "NP-ATTEMPTS-HIGH",
            "connection-attempts",
            &["connection-attempts = 11"],
            &["connection-attempts = 10"],
        ),
    ]
}
