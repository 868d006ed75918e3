//! A message of a back office, written again, reads the same; whatever it says, a session
//! answers it or tells what is wrong.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocpp_transport::{
    BootAnswer, BootNotification, CallSession, Frame, Subprotocol, heartbeat_time,
};

fuzz_target!(|text: &str| {
    let mut session = CallSession::new("f");
    session.start_call("Heartbeat", serde_json::json!({}));
    let _ = session.handle(text);
    let Ok(frame) = Frame::parse(text) else {
        return;
    };
    assert_eq!(Frame::parse(&frame.to_text()).unwrap(), frame);
    match &frame {
        Frame::Call { payload, .. } => {
            for version in [Subprotocol::OCPP16, Subprotocol::OCPP201] {
                let _ = BootNotification::from_payload(&version, payload);
            }
        }
        Frame::Result { payload, .. } => {
            let _ = BootAnswer::from_payload(payload);
            let _ = heartbeat_time(payload);
        }
        _ => {}
    }
});
