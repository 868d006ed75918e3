//! The WebSocket opening handshake (RFC 6455 section 4) as pure functions over bytes.
//!
//! Frames are tungstenite's business. Its handshake is not used for three reasons: it
//! writes the request with the password to the log at trace level, it refuses
//! `Connection: keep-alive, Upgrade`, which proxies send, and it drops the connection
//! when the server picks no subprotocol, although how the server goes on then tells a
//! charger's installer what is wrong.

mod request;
mod response;

pub use request::{Decision, UpgradeRequest};
pub use response::{HttpAnswer, UpgradeFault};

pub(crate) use request::{BAD_REQUEST, answer_bytes, read_request};
pub(crate) use response::{ClientUpgrade, judge_answer};

/// The largest request or answer head that is read, bytes.
const MAX_HEAD: usize = 16 * 1024;
/// How much of the body of a refusal is kept, bytes.
const MAX_BODY: usize = 4 * 1024;
/// How long the body of a refusal is waited for.
pub(crate) const BODY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(2);
/// The largest OCPP message that is taken, bytes: a local list of 10,000 cards fits.
const MAX_MESSAGE: usize = 1 << 20;

/// The settings of the frame layer.
pub(crate) fn frame_config() -> tungstenite::protocol::WebSocketConfig {
    tungstenite::protocol::WebSocketConfig::default()
        .read_buffer_size(8 * 1024)
        .write_buffer_size(0)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE))
}
