//! Where exactly a rule begins and ends to speak: edges that one document for and one
//! against each rule do not show. Each was found by a mutant of the rule that no other
//! test noticed.

use ocpp_config::{ObjectId, Stage, Value};

use super::{Input, file, on, sound, toml, without};
use crate::sound::{PEM, secrets, text};

/// Whether the rule has a finding about this document and charger.
fn speaks(code: &str, stage: Stage, input: &Input) -> bool {
    let report = input.report(stage);
    report
        .findings()
        .iter()
        .any(|finding| finding.code().as_str() == code)
}

/// A charger of old firmware gets one finding about that, not one for each object that
/// its firmware does not have yet.
#[test]
fn a_charger_without_profiles_is_too_old_and_nothing_else() {
    let profiles: Vec<String> = (0x20F0..=0x20F3)
        .map(|index| ObjectId::new(index, 3).to_string())
        .collect();
    let mut gone: Vec<&str> = profiles.iter().map(String::as_str).collect();
    gone.push("20F4_0");
    let old = without(&[], &gone);
    assert!(speaks("MOVE-FIRMWARE-OLD", Stage::Move, &old));
    for code in ["MOVE-SLOT-ABSENT", "MOVE-OBJECT-ABSENT"] {
        assert!(!speaks(code, Stage::Move, &old), "{code}");
    }
}

#[test]
fn an_identity_is_a_serial_number_only_if_it_is_written_as_one() {
    let speaks = |identity: &str| {
        let input = sound(&[&format!("identity = '{identity}'")]);
        speaks("MOVE-IDENTITY-OF-ANOTHER", Stage::Move, &input)
    };
    assert!(speaks("ACE0999002"), "the serial number of another charger");
    for not_a_serial in [
        "ACE0999001",
        "ace0999001",
        "ACE099900",
        "ACE09990021",
        "ACEpark12",
        "SITE-7",
    ] {
        assert!(!speaks(not_a_serial), "{not_a_serial}");
    }
}

#[test]
fn only_a_negative_number_is_a_signal_strength() {
    let speaks = |signal: i64, threshold: i64| {
        let charger = on(
            &[],
            &[
                ("2110_0", Value::Signed(signal)),
                ("2111_0", Value::Signed(threshold)),
            ],
        );
        speaks("MOVE-SIGNAL-WEAK", Stage::Move, &charger)
    };
    assert!(speaks(-1, 5));
    assert!(!speaks(0, 5), "0 is no measurement");
    assert!(!speaks(-1, -1));
}

/// Some firmware answers a switch as a number, some as true and false.
#[test]
fn a_number_may_be_told_as_a_truth_value() {
    let accepted = |value| {
        speaks(
            "MOVE-CERTIFICATE-FIRST",
            Stage::Move,
            &on(&["!security.root-certificate"], &[("3272_0", value)]),
        )
    };
    assert!(accepted(Value::Unsigned(0)) && accepted(Value::Boolean(false)));
    assert!(!accepted(Value::Unsigned(1)) && !accepted(Value::Boolean(true)));
    assert!(!accepted(text("none")), "no number at all");
}

#[test]
fn a_file_of_exactly_the_size_that_the_charger_takes_is_not_too_long() {
    let padded = |length: usize| format!("{PEM}{}", "\n".repeat(length - PEM.len())).into_bytes();
    let root = |length| {
        let input = file(&[], "root.pem", &padded(length));
        speaks("ROOT-SIZE", Stage::Contents, &input)
    };
    assert!(!root(5500) && root(5501));

    let key = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
    let client =
        "security.client-certificate = { chain = 'chain.pem', key = { file = 'key.pem' } }";
    let chain = |length| {
        let input = Input {
            secrets: secrets()
                .with_file("chain.pem", padded(length))
                .with_file("key.pem", key.into()),
            ..sound(&[client])
        };
        speaks("CLIENT-CHAIN-SIZE", Stage::Contents, &input)
    };
    assert!(!chain(10_000) && chain(10_001));
}

#[test]
fn a_manual_preset_needs_a_profile_even_where_none_is_spoken_of() {
    let speaks = |text| speaks("NP-NONE-USED", Stage::Document, &toml(text));
    assert!(speaks("preset = 'manual'"));
    assert!(speaks("[network-profile.1]\npriority = 'not-used'"));
    assert!(!speaks("preset = 'stand-alone'"));
    assert!(
        !speaks("identity = 'ACE0999001'"),
        "says nothing about back offices"
    );
}

/// One typing mistake has one finding: it is no reason to take secrets out.
#[test]
fn what_a_profile_of_unreadable_security_needs_is_not_called_unused() {
    for level in ["1.security-profile = '2'", "!1.security-profile"] {
        let input = sound(&[level, "!2"]);
        for code in ["KEY-UNUSED", "ROOT-UNUSED"] {
            assert!(!speaks(code, Stage::Document, &input), "{code}, {level}");
        }
    }
    let plain = sound(&["1.security-profile = 0", "!2"]);
    assert!(speaks("KEY-UNUSED", Stage::Document, &plain));
    assert!(speaks("ROOT-UNUSED", Stage::Document, &plain));
}
