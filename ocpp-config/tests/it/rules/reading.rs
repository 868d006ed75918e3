//! The text and its keys.

use ocpp_config::DocumentFormat;

use super::{Case, case, json, line, sound, toml};

pub(super) fn cases() -> Vec<Case> {
    let large = format!(
        "identity = 'CP1'\n#{}",
        "x".repeat(DocumentFormat::MAX_BYTES)
    );
    let many: String = (0..300).map(|index| format!("x{index} = 1\n")).collect();
    vec![
        case(
            "DOC-SYNTAX",
            "",
            toml("identity = CP1"),
            toml("identity = 'CP1'"),
        ),
        case(
            "DOC-SYNTAX",
            "",
            json("{\"identity\": \"CP1\",}"),
            json("{\"identity\": \"CP1\"}"),
        ),
        case("DOC-TOO-LARGE", "", toml(&large), sound(&[])),
        case("DOC-TOO-MANY", "", toml(&many), toml(&many[..50])),
        case(
            "DOC-UNKNOWN-KEY",
            "identitty",
            toml("identitty = 'CP1'"),
            toml("identity = 'CP1'"),
        ),
        case(
            "DOC-UNKNOWN-KEY",
            "network-profile.5",
            toml("network-profile.5.priority = 1"),
            toml("network-profile.4.priority = 1"),
        ),
        case(
            "DOC-DUPLICATE-KEY",
            "identity",
            json("{\"identity\": \"CP1\", \"identity\": \"CP2\"}"),
            json("{\"identity\": \"CP1\"}"),
        ),
        line(
            "DOC-MISSING-KEY",
            "security.authorization-key",
            &["security.authorization-key = { env = 'CSMS_KEY' }"],
            &[],
        ),
        line(
            "DOC-TYPE",
            "network-profile.1.ocpp-version",
            &["1.ocpp-version = 1.6"],
            &[],
        ),
        line(
            "DOC-TYPE",
            "network-profile.2.sim-pin",
            &["2.sim-pin = 42"],
            &[],
        ),
        case(
            "DOC-EMPTY",
            "",
            toml("# nothing"),
            toml("preset = 'manual'"),
        ),
    ]
}
