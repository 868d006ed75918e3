//! The ways into a value agree, whatever the text.

use std::fmt::Debug;
use std::str::FromStr;

use ocpp_config::*;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as SerdeError, StrDeserializer};

/// `FromStr` and `Deserialize` say the same, and what they take is written as it was.
fn ways_agree<T>(text: &str) -> Result<(), TestCaseError>
where
    T: FromStr<Err = ValueError> + DeserializeOwned + Debug + PartialEq + ToString,
{
    let deserializer: StrDeserializer<'_, SerdeError> = text.into_deserializer();
    match (text.parse::<T>(), T::deserialize(deserializer)) {
        (Ok(parsed), Ok(read)) => {
            prop_assert_eq!(&parsed, &read);
            let again = parsed.to_string().parse::<T>();
            prop_assert_eq!(again.as_ref(), Ok(&parsed));
        }
        (Err(error), Err(read)) => {
            let expected = format!("{}: {error}", error.code());
            prop_assert_eq!(read.to_string(), expected);
            prop_assert!(RULES.get(error.code().as_str()).is_some());
        }
        (parsed, read) => prop_assert!(false, "{text:?}: {parsed:?} but {read:?}"),
    }
    Ok(())
}

/// Odd text, and text that is nearly right.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,30}",
        "[ -~]{0,45}",
        "wss?://[ -~]{0,20}",
        "wss?://[a-z.]{1,12}(:[0-9]{0,6})?(/[!-~]{0,8}){0,3}",
        "#[0-9]{0,4}",
        "[0-9A-Fa-f]{0,22}",
        proptest::sample::select(vec![
            "1.6",
            "2.0.1",
            "none",
            "wired",
            "wired-1",
            "wired-4",
            "mobile",
            "wifi",
            "rfid",
            "accept-all",
            "accept-known",
            "automatic",
            "manual",
            "4g",
            "chap",
            "hex",
            "text",
            "local-lists-first",
            "proxy.example:3128",
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #[test]
    fn there_is_one_way_into_a_value(text in texts()) {
        ways_agree::<CsmsUrl>(&text)?;
        ways_agree::<ChargeBoxIdentity>(&text)?;
        ways_agree::<CpoName>(&text)?;
        ways_agree::<ApnName>(&text)?;
        ways_agree::<ApnUser>(&text)?;
        ways_agree::<ApnAuthentication>(&text)?;
        ways_agree::<PreferredNetwork>(&text)?;
        ways_agree::<NetworkSelection>(&text)?;
        ways_agree::<NetworkPreference>(&text)?;
        ways_agree::<OcppVersion>(&text)?;
        ways_agree::<Interface>(&text)?;
        ways_agree::<AuthorizationMode>(&text)?;
        ways_agree::<OfflineAction>(&text)?;
        ways_agree::<OnlineAction>(&text)?;
        ways_agree::<PlugAndChargeId>(&text)?;
        ways_agree::<PresetName>(&text)?;
        ways_agree::<ProxyAddress>(&text)?;
        ways_agree::<ProxyUser>(&text)?;
        ways_agree::<KeyEncoding>(&text)?;
        ways_agree::<EnvironmentName>(&text)?;
        ways_agree::<FilePath>(&text)?;
    }

    #[test]
    fn every_number_of_the_charger_survives_as_text(number in any::<u8>()) {
        prop_assert_eq!(OcppVersion::new(number).to_string().parse(), Ok(OcppVersion::new(number)));
        prop_assert_eq!(Interface::new(number).to_string().parse(), Ok(Interface::new(number)));
        let mode = AuthorizationMode::new(number);
        prop_assert_eq!(mode.to_string().parse(), Ok(mode));
        let preference = NetworkPreference::new(number);
        prop_assert_eq!(preference.to_string().parse(), Ok(preference));
        if let Some(action) = OfflineAction::new(number) {
            prop_assert_eq!(action.number(), number);
            prop_assert_ne!(number, 2);
        }
    }

    #[test]
    fn a_key_survives_its_hexadecimal_spelling(bytes in proptest::collection::vec(any::<u8>(), 1..=64)) {
        let key = AuthorizationKey::new(&Secret::new(bytes.clone()), KeyEncoding::Text).expect("a key");
        let again = AuthorizationKey::new(&key.hex(), KeyEncoding::Hex).expect("its spelling");
        prop_assert_eq!(again.bytes().expose(), bytes.as_slice());
    }
}

#[test]
fn a_sim_pin_keeps_its_zeros_and_its_secret() {
    for (text, code) in [
        ("123", "SIM-PIN-VALUE"),
        ("123456789", "SIM-PIN-VALUE"),
        ("12 4", "SIM-PIN-VALUE"),
    ] {
        let error = text.parse::<SimPin>().unwrap_err();
        assert_eq!(error.code(), code);
        assert!(!error.to_string().contains(text));
    }
    let pin: SimPin = "0000".parse().unwrap();
    assert_eq!(pin.expose(), "0000");
    assert!(!pin.is_long());
}
