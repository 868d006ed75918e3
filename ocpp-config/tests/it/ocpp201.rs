//! The OCPP 2.0.1 messages, against the official schemas.

use jsonschema::Validator;
use ocpp_config::ocpp201::{
    NetworkConfigurationPriority, Problem, SetNetworkProfile, set_network_profiles,
};
use ocpp_config::{DocumentSource, ResolvedDocument, Slot, validate};
use proptest::prelude::*;
use serde_json::json;

use crate::setup::resolved;
use crate::strategies;

const WIRED_AND_MOBILE: &str = r#"
identity = "CP-42"
cpo-name = "New Operator"

[network-profile.2]
priority = 1
ocpp-version = "2.0.1"
csms-url = "wss://new.example.com/ocpp"
interface = "wired-2"
security-profile = 2

[network-profile.3]
priority = 2
ocpp-version = "1.6"
csms-url = "wss://new.example.com/ocpp"
interface = "mobile"
security-profile = 2
message-timeout = 45
apn.name = "iot.example.com"
apn.user = "charger"
apn.password = { env = "APN_PASSWORD" }
apn.authentication = "pap"
preferred-network = "20404"
use-only-preferred-network = true
sim-pin = { env = "SIM_PIN_7351" }

[security]
authorization-key = { env = "CSMS_KEY", encoding = "text" }
root-certificate = { package = "Rootcertificate.fwi" }
"#;

fn schema(text: &str) -> Validator {
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

fn set_network_profile_schema() -> Validator {
    schema(include_str!(
        "../../testdata/ocpp-2.0.1/SetNetworkProfileRequest.json"
    ))
}

fn assert_valid(validator: &Validator, message: &serde_json::Value) {
    let errors: Vec<_> = validator
        .iter_errors(message)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?} in {message}");
}

fn problems(document: &ResolvedDocument) -> Vec<Problem> {
    set_network_profiles(document)
        .unwrap_err()
        .problems()
        .to_vec()
}

#[test]
fn every_profile_is_a_message_that_the_schema_accepts() {
    let messages = set_network_profiles(&resolved(WIRED_AND_MOBILE)).unwrap();
    let validator = set_network_profile_schema();
    let messages: Vec<_> = messages
        .iter()
        .map(|message| serde_json::to_value(message).unwrap())
        .collect();
    for message in &messages {
        assert_valid(&validator, message);
    }
    assert_eq!(
        messages,
        [
            json!({
                "configurationSlot": 2,
                "connectionData": {
                    "ocppVersion": "OCPP20",
                    "ocppTransport": "JSON",
                    "ocppCsmsUrl": "wss://new.example.com/ocpp",
                    "messageTimeout": 30,
                    "securityProfile": 2,
                    "ocppInterface": "Wired1",
                },
            }),
            json!({
                "configurationSlot": 3,
                "connectionData": {
                    "apn": {
                        "apn": "iot.example.com",
                        "apnUserName": "charger",
                        "apnPassword": "apn-secret",
                        "simPin": 7351,
                        "preferredNetwork": "20404",
                        "useOnlyPreferredNetwork": true,
                        "apnAuthentication": "PAP",
                    },
                    "ocppVersion": "OCPP16",
                    "ocppTransport": "JSON",
                    "ocppCsmsUrl": "wss://new.example.com/ocpp",
                    "messageTimeout": 45,
                    "securityProfile": 2,
                    "ocppInterface": "Wireless0",
                },
            }),
        ]
    );
}

#[test]
fn the_schema_would_notice_a_wrong_message() {
    let validator = set_network_profile_schema();
    let messages = set_network_profiles(&resolved(WIRED_AND_MOBILE)).unwrap();
    let mut message = serde_json::to_value(&messages[0]).unwrap();
    message["connectionData"]["ocppVersion"] = json!("OCPP201");
    assert!(!validator.is_valid(&message));
}

#[test]
fn the_order_of_the_profiles_is_a_variable_that_the_schema_accepts() {
    let document = resolved(WIRED_AND_MOBILE);
    let validator = schema(include_str!(
        "../../testdata/ocpp-2.0.1/SetVariablesRequest.json"
    ));
    let slot = |number| Slot::new(number).unwrap();
    let alone = NetworkConfigurationPriority::of(&document);
    assert_eq!(alone.slots(), "2,3");
    let behind = NetworkConfigurationPriority::with_fallback(&document, &[slot(3), slot(1)]);
    assert_eq!(behind.slots(), "2,3,1");
    let message = serde_json::to_value(&behind).unwrap();
    assert_valid(&validator, &message);
    let data = &message["setVariableData"][0];
    assert_eq!(data["component"]["name"], "OCPPCommCtrlr");
    assert_eq!(data["variable"]["name"], "NetworkConfigurationPriority");
}

#[test]
fn what_the_schema_cannot_carry_is_an_error_and_no_silent_change() {
    let slot = Slot::new(3).unwrap();
    let zero = resolved(&WIRED_AND_MOBILE.replace("SIM_PIN_7351", "SIM_PIN"));
    assert_eq!(problems(&zero), [Problem::SimPinLeadingZero { slot }]);
    let long =
        resolved(&WIRED_AND_MOBILE.replace("\"charger\"", "\"a-user-of-more-than-20-bytes\""));
    assert_eq!(
        problems(&long),
        [Problem::ApnTooLong {
            slot,
            field: "user"
        }]
    );
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let messages = set_network_profiles(&resolved(WIRED_AND_MOBILE)).unwrap();
    let text = format!("{messages:?}");
    assert!(
        !text.contains("apn-secret") && !text.contains("7351"),
        "{text}"
    );
    assert_eq!(SetNetworkProfile::ACTION, "SetNetworkProfile");
    assert_eq!(messages[1].slot().number(), 3);
}

proptest! {
    #[test]
    fn whatever_validates_is_a_message_that_the_schema_accepts_or_an_error(
        document in strategies::document().boxed(),
    ) {
        let source = DocumentSource::from_document("generated", document);
        let checked = validate(&source).checked.unwrap();
        let resolved = checked.resolve(&strategies::secrets()).unwrap();
        if let Ok(messages) = set_network_profiles(&resolved) {
            prop_assert_eq!(messages.len(), resolved.checked().profiles().count());
            let validator = set_network_profile_schema();
            for message in &messages {
                let message = serde_json::to_value(message).unwrap();
                prop_assert!(validator.is_valid(&message), "{message}");
            }
        }
    }
}
