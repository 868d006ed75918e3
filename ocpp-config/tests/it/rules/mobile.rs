//! The modem, its SIM card and the access point.

use super::{Case, line};

pub(super) fn cases() -> Vec<Case> {
    let pin = "network-profile.2.sim-pin";
    vec![
        line(
            "APN-MISSING",
            "network-profile.2.apn.name",
            &["!2.apn"],
            &["!2.apn", "2.interface = 'wired'"],
        ),
        line(
            "APN-NOT-MOBILE",
            "network-profile.1.apn",
            &["1.apn.name = 'a'"],
            &[],
        ),
        line(
            "APN-PASSWORD-NO-USER",
            "network-profile.2.apn.password",
            &["!2.apn.user"],
            &[],
        ),
        line(
            "APN-USER-NO-PASSWORD",
            "network-profile.2.apn.user",
            &["!2.apn.password"],
            &[],
        ),
        line(
            "APN-AUTH-NONE-USER",
            "network-profile.2.apn.authentication",
            &["2.apn.authentication = 'none'"],
            &["2.apn.authentication = 'auto'"],
        ),
        line(
            "APN-AUTH-UNVERIFIED",
            "network-profile.2.apn.authentication",
            &["2.apn.authentication = 'auto'"],
            &[],
        ),
        line(
            "SIM-PIN-VALUE",
            pin,
            &["2.sim-pin = '42'"],
            &["2.sim-pin = '0042'"],
        ),
        line(
            "SIM-NOT-MOBILE",
            "network-profile.1.sim-pin",
            &["1.sim-pin = '0042'"],
            &[],
        ),
        line(
            "SIM-PIN-DIFFERENT",
            "network-profile",
            &["1.interface = 'mobile'", "1.sim-pin = '0043'"],
            &["1.interface = 'mobile'", "1.sim-pin = { env = 'SIM_PIN' }"],
        ),
        line(
            "NP-NETWORK-ONLY",
            "network-profile.2.use-only-preferred-network",
            &[
                "!2.preferred-network",
                "2.use-only-preferred-network = true",
            ],
            &["2.use-only-preferred-network = true"],
        ),
        line(
            "NP-NETWORK-NOT-MOBILE",
            "network-profile.1.preferred-network",
            &["1.preferred-network = '20404'"],
            &[],
        ),
        line(
            "NP-NETWORK-LOCKED",
            "network-profile.2.use-only-preferred-network",
            &["2.use-only-preferred-network = true"],
            &["2.use-only-preferred-network = false"],
        ),
        line("MOBILE-UNUSED", "mobile", &["!2"], &["!2", "!mobile"]),
        line(
            "MOBILE-MANUAL",
            "mobile.selection",
            &["mobile.selection = 'manual'", "!2.preferred-network"],
            &["mobile.selection = 'manual'"],
        ),
        line(
            "MOBILE-2G",
            "mobile.preference",
            &["mobile.preference = '2g'"],
            &[],
        ),
        line(
            "MOBILE-PREFERENCE-UNKNOWN",
            "mobile.preference",
            &["mobile.preference = '#2'"],
            &[],
        ),
    ]
}
