use std::time::SystemTime;

use serde_json::{Value, json};

use super::PayloadError;
use super::timestamp::{format_timestamp, parse_timestamp};

/// The back office's answer to a Heartbeat, the same in 1.6 and 2.x.
pub fn heartbeat_answer(now: SystemTime) -> Value {
    json!({ "currentTime": format_timestamp(now) })
}

/// The time in the answer to a Heartbeat.
///
/// # Errors
/// When `currentTime` is missing or not RFC 3339.
pub fn heartbeat_time(answer: &Value) -> Result<SystemTime, PayloadError> {
    answer
        .get("currentTime")
        .and_then(Value::as_str)
        .and_then(parse_timestamp)
        .ok_or_else(|| PayloadError::new("Heartbeat", "currentTime is missing or no RFC 3339 time"))
}
