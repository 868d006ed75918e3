//! The move itself.

use ocpp_config::{Access, Value};

use super::{Case, case, on, sound, without};
use crate::sound::{object, text};

pub(super) fn cases() -> Vec<Case> {
    let read_only = |id: &str| {
        let mut input = sound(&[]);
        let mut object = object(id, text(""));
        object.access = Access::READ_ONLY;
        input.charger.insert(object);
        input
    };
    let short = |id: &str, length| {
        let mut input = sound(&[]);
        let mut object = object(id, text(""));
        object.length = length;
        input.charger.insert(object);
        input
    };
    let user = ["2.apn.user = '123456789012345678901'"];
    let pin = ["2.sim-pin = '00420042'"];
    let short_pin = ["2.sim-pin = '0042'"];
    vec![
        case(
            "MOVE-FIRMWARE-OLD",
            "",
            without(&[], &["20F0_3"]),
            sound(&[]),
        ),
        case(
            "MOVE-FIRMWARE-UNKNOWN",
            "",
            without(&[], &["100A_0"]),
            on(&[], &[("100A_0", text("6.6.2-4000"))]),
        ),
        case(
            "MOVE-SECURITY-LOWERED",
            "network-profile",
            on(&[], &[("2723_0", Value::Unsigned(3))]),
            sound(&[]),
        ),
        case(
            "MOVE-SECURITY-RAISED",
            "network-profile",
            on(&[], &[("2723_0", Value::Unsigned(1))]),
            sound(&[]),
        ),
        case(
            "MOVE-KEY-OVERWRITTEN",
            "security.authorization-key",
            sound(&[]),
            sound(&["!security.authorization-key"]),
        ),
        case(
            "MOVE-APN-PASSWORD-OVERWRITTEN",
            "network-profile.2.apn.password",
            sound(&[]),
            sound(&["!2.apn.password"]),
        ),
        case(
            "MOVE-PIN-OVERWRITTEN",
            "network-profile.2.sim-pin",
            sound(&[]),
            on(&[], &[("20F1_A", text("0042"))]),
        ),
        case(
            "MOVE-CERTIFICATES",
            "security.root-certificate",
            sound(&[]),
            sound(&["!security.root-certificate"]),
        ),
        case(
            "MOVE-IDENTITY-OF-ANOTHER",
            "identity",
            sound(&["identity = 'ACE0999002'"]),
            sound(&["identity = 'CP-2'"]),
        ),
        case(
            "MOVE-PRESET-ACTIVE",
            "preset",
            on(&[], &[("2076_0", text("provider"))]),
            sound(&[]),
        ),
        case(
            "MOVE-ACTIVE-PROFILE",
            "network-profile.1",
            on(&[], &[("3553_0", Value::Unsigned(1))]),
            sound(&[]),
        ),
        case(
            "MOVE-CLOCK",
            "",
            on(&[], &[("2059_0", Value::Unsigned(1_600_000_000_000))]),
            on(
                &["1.security-profile = 0", "!2"],
                &[("2059_0", Value::Unsigned(1_600_000_000_000))],
            ),
        ),
        case(
            "MOVE-NO-SIM",
            "network-profile.2.interface",
            on(&[], &[("2104_0", text("")), ("2105_0", text(""))]),
            on(&["!2"], &[("2104_0", text("")), ("2105_0", text(""))]),
        ),
        case(
            "MOVE-SIGNAL-WEAK",
            "network-profile.2.interface",
            on(&[], &[("2110_0", Value::Signed(-101))]),
            on(&[], &[("2110_0", Value::Signed(-100))]),
        ),
        case(
            "MOVE-NO-LTE",
            "mobile.preference",
            on(&[], &[("209E_0", Value::Unsigned(0b011))]),
            sound(&[]),
        ),
        case(
            "MOVE-NOT-ACCEPTED",
            "",
            on(&[], &[("3600_1", Value::Signed(2))]),
            sound(&[]),
        ),
        case(
            "MOVE-CERTIFICATE-FIRST",
            "security.root-certificate",
            on(
                &["!security.root-certificate"],
                &[("3272_0", Value::Unsigned(0))],
            ),
            on(&[], &[("3272_0", Value::Unsigned(0))]),
        ),
        case(
            "MOVE-SLOT-ABSENT",
            "network-profile.2",
            without(&[], &["20F1_3"]),
            sound(&[]),
        ),
        case(
            "MOVE-APN-USER-LONG",
            "network-profile.2.apn.user",
            without(&user, &["20F1_F"]),
            sound(&user),
        ),
        case(
            "MOVE-PIN-LONG",
            "network-profile.2.sim-pin",
            without(&pin, &["20F1_10"]),
            sound(&pin),
        ),
        case(
            "MOVE-PIN-LONG",
            "network-profile.2.sim-pin",
            without(&pin, &["20F1_10"]),
            without(&short_pin, &["20F1_10"]),
        ),
        case(
            "MOVE-LENGTH",
            "network-profile.1.csms-url",
            short("20F0_3", 23),
            short("20F0_3", 24),
        ),
        case(
            "MOVE-READ-ONLY",
            "network-profile.1.csms-url",
            read_only("20F0_3"),
            sound(&[]),
        ),
        case(
            "MOVE-OBJECT-ABSENT",
            "cpo-name",
            without(&[], &["2722_0"]),
            sound(&[]),
        ),
        case(
            "MOVE-CHARGER-BOUND",
            "identity",
            on(&[], &[("2053_0", text("CP-1"))]),
            sound(&[]),
        ),
        case(
            "MOVE-CHARGER-BOUND",
            "network-profile.2.sim-pin",
            on(&[], &[("20F1_A", text("1234"))]),
            sound(&[]),
        ),
    ]
}
