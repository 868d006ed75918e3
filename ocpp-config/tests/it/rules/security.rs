//! Identity, keys and certificates.

use super::{Case, line};

pub(super) fn cases() -> Vec<Case> {
    let key = "security.authorization-key";
    let root = "security.root-certificate";
    let client = "security.client-certificate";
    let profile_0 = ["1.security-profile = 0", "!2"];
    let profile_3 = ["1.security-profile = 3", "!2"];
    let with_client = "security.client-certificate = { chain = 'c.pem', key = { file = 'k.pem' } }";
    vec![
        line(
            "ID-MISSING",
            "identity",
            &["!identity"],
            &["!identity", "!1", "!2"],
        ),
        line(
            "ID-ESCAPED",
            "identity",
            &["identity = 'CP 1'"],
            &["identity = 'CP_1.~-'"],
        ),
        line(
            "ID-201-CHARACTERS",
            "identity",
            &["identity = 'CP/1'", "1.ocpp-version = '2.0.1'"],
            &["identity = 'CP|1'", "1.ocpp-version = '2.0.1'"],
        ),
        line(
            "CPO-MISSING",
            "cpo-name",
            &["!cpo-name"],
            &["!cpo-name", "1.security-profile = 1", "!2"],
        ),
        line(
            "KEY-MISSING",
            key,
            &["!security.authorization-key"],
            &[
                "!security.authorization-key",
                "1.security-profile = 3",
                "!2",
            ],
        ),
        line("KEY-UNUSED", key, &profile_3, &[]),
        line(
            "ROOT-MISSING",
            root,
            &["!security.root-certificate"],
            &["!security.root-certificate", "1.security-profile = 0", "!2"],
        ),
        line("ROOT-UNUSED", root, &profile_0, &[]),
        line(
            "ROOT-SOURCE",
            root,
            &["security.root-certificate = {}"],
            &[],
        ),
        line(
            "ROOT-NO-FILE",
            root,
            &["security.root-certificate = { package = 'R.fwi' }"],
            &[],
        ),
        line(
            "ROOT-NO-PACKAGE",
            root,
            &["security.root-certificate = { file = 'root.pem' }"],
            &[],
        ),
        line(
            "ROOT-PACKAGE-NAME",
            "security.root-certificate.package",
            &["security.root-certificate = { package = 'root.pem' }"],
            &["security.root-certificate = { package = 'ROOT.FWI' }"],
        ),
        line(
            "CLIENT-MISSING",
            client,
            &profile_3,
            &["1.security-profile = 3", "!2", with_client],
        ),
        line(
            "CLIENT-UNUSED",
            client,
            &[with_client],
            &["1.security-profile = 3", "!2", with_client],
        ),
        line(
            "CLIENT-NO-KEY",
            client,
            &["security.client-certificate = { chain = 'c.pem' }"],
            &[with_client],
        ),
        line(
            "SECRET-INLINE",
            "network-profile.2.sim-pin",
            &["2.sim-pin = '0042'"],
            &[],
        ),
        line(
            "SECRET-INLINE",
            "network-profile.2.apn.password",
            &["2.apn.password = { value = 'x' }"],
            &[],
        ),
        line(
            "SECRET-INLINE",
            "proxy.password",
            &["proxy.password = 'x'"],
            &[],
        ),
        line(
            "SECRET-INLINE",
            key,
            &["security.authorization-key = { value = 'x', encoding = 'text' }"],
            &[],
        ),
    ]
}
