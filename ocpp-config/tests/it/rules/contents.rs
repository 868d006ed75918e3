//! Secrets and files, once they are loaded.

use super::{Case, Input, case, env, file, sound};
use crate::sound::{PEM, secrets};

pub(super) fn cases() -> Vec<Case> {
    let key = "security.authorization-key";
    let v201 = ["1.ocpp-version = '2.0.1'", "2.ocpp-version = '2.0.1'"];
    let hex = ["security.authorization-key = { env = 'CSMS_KEY', encoding = 'hex' }"];
    let two = format!("{PEM}{PEM}");
    let private = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
    let long = |size: usize| {
        let body = "MAAA".repeat(size / 4);
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    };
    let client = ["security.client-certificate = { chain = 'c.pem', key = { env = 'K' } }"];
    let with_client = |chain: &str, key: &str| Input {
        secrets: secrets()
            .with_file("c.pem", chain.into())
            .with_env("K", key),
        ..sound(&client)
    };
    let preset = ["preset = { name = 'p', package = 'p.fwi' }"];
    vec![
        case(
            "SECRET-UNAVAILABLE",
            key,
            sound(&["security.authorization-key = { env = 'NO', encoding = 'text' }"]),
            sound(&[]),
        ),
        case(
            "SECRET-UNAVAILABLE",
            "preset.package",
            sound(&preset),
            file(&preset, "p.fwi", b"x"),
        ),
        case(
            "SECRET-INLINE-REFUSED",
            "network-profile.2.sim-pin",
            sound(&["2.sim-pin = '0042'"]),
            Input {
                secrets: secrets().with_inline_secrets(true),
                ..sound(&["2.sim-pin = '0042'"])
            },
        ),
        case(
            "SIM-PIN-VALUE",
            "network-profile.2.sim-pin",
            env(&[], "SIM_PIN", "004"),
            env(&[], "SIM_PIN", "00420042"),
        ),
        case(
            "KEY-HEX",
            key,
            env(&hex, "CSMS_KEY", "0G"),
            env(&hex, "CSMS_KEY", &"0A".repeat(16)),
        ),
        case(
            "KEY-LENGTH",
            key,
            env(&[], "CSMS_KEY", &"xy".repeat(33)),
            env(&[], "CSMS_KEY", &"xy".repeat(32)),
        ),
        case(
            "KEY-LENGTH-16",
            key,
            env(&[], "CSMS_KEY", "fifteen letters"),
            env(&[], "CSMS_KEY", "sixteen letters."),
        ),
        case(
            "KEY-LENGTH-16",
            key,
            env(&[], "CSMS_KEY", "twenty-one characters"),
            env(&v201, "CSMS_KEY", "twenty-one-characters"),
        ),
        case(
            "KEY-LENGTH-201",
            key,
            env(&v201, "CSMS_KEY", "fifteen-letters"),
            env(&v201, "CSMS_KEY", "sixteen-letters."),
        ),
        case(
            "KEY-LENGTH-201-LONG",
            key,
            env(&v201, "CSMS_KEY", &"x1".repeat(21)),
            env(&v201, "CSMS_KEY", &"x1".repeat(20)),
        ),
        case(
            "KEY-CHARACTERS-201",
            key,
            env(&v201, "CSMS_KEY", "sixteen letters!"),
            env(&[], "CSMS_KEY", "sixteen letters!"),
        ),
        case(
            "KEY-LOOKS-HEX",
            key,
            env(&[], "CSMS_KEY", &"0A".repeat(16)),
            env(&[], "CSMS_KEY", &"0X".repeat(16)),
        ),
        case(
            "KEY-BLANK",
            key,
            env(&[], "CSMS_KEY", "sixteen letters \n"),
            sound(&[]),
        ),
        case(
            "KEY-WEAK",
            key,
            env(&[], "CSMS_KEY", "0000000000000000"),
            sound(&[]),
        ),
        case(
            "KEY-WEAK",
            key,
            env(&[], "CSMS_KEY", "ace0999001"),
            sound(&[]),
        ),
        case(
            "APN-PASSWORD-VALUE",
            "network-profile.2.apn.password",
            env(&[], "APN_PASSWORD", "123456789012345678901"),
            env(&[], "APN_PASSWORD", "12345678901234567890"),
        ),
        case(
            "PACKAGE-EMPTY",
            "security.root-certificate.package",
            file(&[], "Rootcertificate.fwi", b""),
            sound(&[]),
        ),
        case(
            "PACKAGE-EMPTY",
            "preset.package",
            file(&preset, "p.fwi", b""),
            file(&preset, "p.fwi", b"x"),
        ),
        case(
            "PACKAGE-PEM",
            "security.root-certificate.package",
            file(&[], "Rootcertificate.fwi", PEM.as_bytes()),
            sound(&[]),
        ),
        case(
            "ROOT-PEM",
            "security.root-certificate.file",
            file(&[], "root.pem", b"\x30\x00"),
            sound(&[]),
        ),
        case(
            "ROOT-SEVERAL",
            "security.root-certificate.file",
            file(&[], "root.pem", two.as_bytes()),
            sound(&[]),
        ),
        case(
            "ROOT-PRIVATE-KEY",
            "security.root-certificate.file",
            file(&[], "root.pem", private.as_bytes()),
            sound(&[]),
        ),
        case(
            "ROOT-SIZE",
            "security.root-certificate.file",
            file(&[], "root.pem", long(5500).as_bytes()),
            file(&[], "root.pem", long(5000).as_bytes()),
        ),
        case(
            "CLIENT-CHAIN-PEM",
            "security.client-certificate.chain",
            with_client("", private),
            with_client(PEM, private),
        ),
        case(
            "CLIENT-CHAIN-SIZE",
            "security.client-certificate.chain",
            with_client(&long(10_000), private),
            with_client(PEM, private),
        ),
        case(
            "CLIENT-KEY-PEM",
            "security.client-certificate.key",
            with_client(PEM, PEM),
            with_client(PEM, private),
        ),
    ]
}
