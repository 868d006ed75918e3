use serde_json::{Value, json};

use crate::wire_text::wire_text;

/// One OCPP-J message: a JSON array that begins with its type number (OCPP-J 1.6 section
/// 4.2, OCPP 2.0.1 part 4 section 4.2).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Frame {
    /// `[2, id, action, payload]`
    Call {
        /// The message id, answered by the same id.
        id: String,
        /// The name of the message.
        action: String,
        /// The payload, an object.
        payload: Value,
    },
    /// `[3, id, payload]`
    Result {
        /// The id of the call.
        id: String,
        /// The payload, an object.
        payload: Value,
    },
    /// `[4, id, code, description, details]`
    Error {
        /// The id of the call.
        id: String,
        /// What is wrong.
        refusal: CallRefusal,
    },
}

impl Frame {
    /// Reads a message. Total on any text; memory is bounded by a small multiple of its
    /// length, nesting by the JSON parser (128 levels).
    ///
    /// # Errors
    /// When the text is no OCPP-J message; the error keeps the id where there is one, so
    /// that the sender can be told.
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        let value: Value = serde_json::from_str(text).map_err(|_| FrameError::NotJson)?;
        let Value::Array(items) = value else {
            return Err(FrameError::NotAnArray);
        };
        let mut items = items.into_iter();
        let kind = items.next().as_ref().and_then(Value::as_u64);
        let Some(Value::String(id)) = items.next() else {
            return Err(FrameError::NoId);
        };
        if id.len() > MAX_ID {
            return Err(FrameError::NoId);
        }
        match kind {
            Some(2) => call(id, items),
            Some(3) => match items.next() {
                Some(payload @ Value::Object(_)) => Ok(Self::Result { id, payload }),
                _ => Err(FrameError::Malformed(id)),
            },
            Some(4) => error(id, items),
            _ => Err(FrameError::UnknownType(id)),
        }
    }

    /// The message as it is sent.
    pub fn to_text(&self) -> String {
        match self {
            Self::Call {
                id,
                action,
                payload,
            } => json!([2, id, action, payload]),
            Self::Result { id, payload } => json!([3, id, payload]),
            Self::Error { id, refusal } => {
                json!([4, id, refusal.code, refusal.description, refusal.details])
            }
        }
        .to_string()
    }
}

fn call(id: String, mut items: impl Iterator<Item = Value>) -> Result<Frame, FrameError> {
    match (items.next(), items.next()) {
        (Some(Value::String(action)), Some(payload @ Value::Object(_))) => Ok(Frame::Call {
            id,
            action,
            payload,
        }),
        _ => Err(FrameError::Malformed(id)),
    }
}

/// Description and details are mandatory, but are missing often enough in the field.
fn error(id: String, mut items: impl Iterator<Item = Value>) -> Result<Frame, FrameError> {
    let Some(Value::String(code)) = items.next() else {
        return Err(FrameError::Malformed(id));
    };
    let description = match items.next() {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let refusal = CallRefusal {
        code: CallErrorCode::new(code),
        description,
        details: items.next().unwrap_or_else(|| json!({})),
    };
    Ok(Frame::Error { id, refusal })
}

/// The answer of one who refuses a call: a CALLERROR.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CallRefusal {
    /// The error code.
    pub code: CallErrorCode,
    /// A sentence for a person, may be empty.
    pub description: String,
    /// Anything else, an object.
    pub details: Value,
}

impl CallRefusal {
    /// A refusal without details.
    pub fn new(code: CallErrorCode, description: impl Into<String>) -> Self {
        Self {
            code,
            description: description.into(),
            details: json!({}),
        }
    }
}

wire_text! {
    /// The error code of a CALLERROR (OCPP-J 1.6 section 4.2.3, OCPP 2.0.1 part 4
    /// section 4.3).
    CallErrorCode {
        /// The action is not known.
        NOT_IMPLEMENTED = "NotImplemented";
        /// The action is known but not supported.
        NOT_SUPPORTED = "NotSupported";
        /// An internal error.
        INTERNAL_ERROR = "InternalError";
        /// The payload is incomplete.
        PROTOCOL_ERROR = "ProtocolError";
        /// A security problem, such as a call before the boot notification was accepted.
        SECURITY_ERROR = "SecurityError";
        /// The payload is malformed, in the spelling of 1.6.
        FORMATION_VIOLATION = "FormationViolation";
        /// The payload is malformed, in the spelling of 2.x.
        FORMAT_VIOLATION = "FormatViolation";
        /// A field has an illegal value.
        PROPERTY_CONSTRAINT_VIOLATION = "PropertyConstraintViolation";
        /// A field has a value of another type.
        TYPE_CONSTRAINT_VIOLATION = "TypeConstraintViolation";
        /// Any other error.
        GENERIC_ERROR = "GenericError";
        /// The number of the message type is not known (2.x).
        MESSAGE_TYPE_NOT_SUPPORTED = "MessageTypeNotSupported";
        /// The message is no OCPP-J at all (2.x).
        RPC_FRAMEWORK_ERROR = "RpcFrameworkError";
    }
}

/// Why a text is no OCPP-J message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// Not JSON.
    #[error("the message is not JSON")]
    NotJson,
    /// JSON, but not an array.
    #[error("the message is not a JSON array")]
    NotAnArray,
    /// There is no message id, or it is longer than 255 bytes (OCPP allows 36).
    #[error("the message has no usable id")]
    NoId,
    /// The number at the beginning is none of 2, 3 and 4.
    #[error("message {0:?} has an unknown type number")]
    UnknownType(String),
    /// An element is missing or has another type.
    #[error("message {0:?} lacks an element, or one has the wrong type")]
    Malformed(String),
}

/// The longest id that is read; OCPP allows 36 characters.
const MAX_ID: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_written_and_read_back() {
        for text in [
            r#"[2,"19223201","BootNotification",{"chargePointVendor":"V"}]"#,
            r#"[3,"19223201",{"status":"Accepted"}]"#,
            r#"[4,"x","NotImplemented","why",{"a":1}]"#,
        ] {
            assert_eq!(Frame::parse(text).expect("message").to_text(), text);
        }
    }

    #[test]
    fn what_is_no_message_says_why_and_keeps_the_id() {
        let id = || "1".to_owned();
        for (text, expected) in [
            ("", FrameError::NotJson),
            ("{}", FrameError::NotAnArray),
            ("[]", FrameError::NoId),
            ("[2]", FrameError::NoId),
            ("[2,7,\"A\",{}]", FrameError::NoId),
            ("[9,\"1\",{}]", FrameError::UnknownType(id())),
            ("[\"2\",\"1\",\"A\",{}]", FrameError::UnknownType(id())),
            ("[2,\"1\",\"A\"]", FrameError::Malformed(id())),
            ("[2,\"1\",\"A\",[]]", FrameError::Malformed(id())),
            ("[3,\"1\"]", FrameError::Malformed(id())),
            ("[4,\"1\"]", FrameError::Malformed(id())),
        ] {
            assert_eq!(Frame::parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_short_error_of_the_field_is_understood() {
        let Ok(Frame::Error { refusal, .. }) = Frame::parse(r#"[4,"1","GenericError"]"#) else {
            panic!("a CALLERROR");
        };
        assert_eq!(refusal, CallRefusal::new(CallErrorCode::GENERIC_ERROR, ""));
    }
}
