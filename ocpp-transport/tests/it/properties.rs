//! What holds for any input.

use std::time::SystemTime;

use ocpp_config::Secret;
use ocpp_transport::{
    CallErrorCode, CallRefusal, CallSession, Certificate, ChargerDescription, Endpoint, Frame,
    SessionEvent, Subprotocol, TlsIdentity, TrustRoots, check_chain, encode_identity,
    format_timestamp, parse_timestamp,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::pki::{Authority, server};

fn payload() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    prop::collection::btree_map("[a-zA-Z]{1,8}", leaf, 0..5)
        .prop_map(|map| Value::Object(map.into_iter().collect()))
}

proptest! {
    #[test]
    fn every_call_and_answer_is_read_back(id in ".{0,36}", action in ".*", payload in payload()) {
        let session = CallSession::new("p");
        let call = format!("[2,{},{},{payload}]", json!(id), json!(action));
        let SessionEvent::Called(call) = session.clone().handle(&call) else {
            return Err(TestCaseError::fail("a call"));
        };
        prop_assert_eq!(&call.action, &action);
        prop_assert_eq!(&call.payload, &payload);
        let answer = Frame::parse(&call.answer(Ok(payload.clone())));
        prop_assert_eq!(answer, Ok(Frame::Result { id: id.clone(), payload }));
        let refusal = CallRefusal::new(CallErrorCode::new(action.clone()), id.clone());
        let answer = Frame::parse(&call.answer(Err(refusal.clone())));
        prop_assert_eq!(answer, Ok(Frame::Error { id, refusal }));
    }

    #[test]
    fn no_text_upsets_a_session(text in ".*", json in payload()) {
        let mut session = CallSession::new("p");
        session.start_call("A", json!({}));
        for text in [text.clone(), json.to_string(), format!("[3,\"p-1\",{text}]"), format!("[{text}]")] {
            session.handle(&text);
        }
        // Whatever came, the session can go on.
        session.give_up();
        let next = session.start_call("B", json!({}));
        prop_assert!(next.is_some());
    }

    #[test]
    fn an_encoded_identity_is_plain_and_decodes_to_itself(identity in "\\PC{1,48}") {
        prop_assume!(identity != "." && identity != "..");
        let encoded = encode_identity(&identity).expect("encodable");
        prop_assert!(encoded.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._~%".contains(&it)));
        let endpoint = Endpoint::new("ws://h/ocpp/", &identity, Subprotocol::OCPP16).expect("endpoint");
        let url = url::Url::parse(&endpoint.url()).expect("a URL still");
        let last = url.path_segments().and_then(|mut it| it.next_back()).expect("segment");
        let decoded = percent_encoding::percent_decode_str(last).decode_utf8().expect("UTF-8");
        prop_assert_eq!(decoded.as_ref(), identity.as_str());
    }

    #[test]
    fn any_time_survives_the_wire_to_the_millisecond(millis in 0_u64..253_402_300_799_000) {
        let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(millis);
        prop_assert_eq!(parse_timestamp(&format_timestamp(time)), Some(time));
    }

    #[test]
    fn any_bytes_are_refused_or_read_as_certificates(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let roots = TrustRoots::parse(&bytes).unwrap_or_default();
        prop_assert!(roots.is_empty());
        prop_assert!(Certificate::from_der(&bytes).is_err());
        prop_assert!(TlsIdentity::from_pem(&bytes, &Secret::new(bytes.clone())).is_err());
    }
}

/// Certificates with a few bytes changed: never a panic, and never trusted.
#[test]
fn damaged_certificates_are_never_trusted() {
    let root = Authority::root("Root");
    let host = "csms.example.com";
    let der = root.leaf(&server(host)).0.der().to_vec();
    let charger = ChargerDescription::conservative();
    let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_893_456_000);
    let mut read = 0;
    for position in 0..der.len() {
        for change in [0x01, 0x80, 0xFF] {
            let mut damaged = der.clone();
            damaged[position] ^= change;
            if let Ok(certificate) = Certificate::from_der(&damaged) {
                read += 1;
                let report = check_chain(&[certificate], &root.roots(), host, now, &charger);
                assert!(
                    !report.charger_accepts(),
                    "byte {position} changed by {change:#x}"
                );
            }
        }
    }
    assert!(
        read > der.len(),
        "most changes leave a certificate that can be read"
    );
}
