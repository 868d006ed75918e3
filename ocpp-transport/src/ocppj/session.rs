use serde_json::Value;

use super::frame::{CallErrorCode, CallRefusal, Frame, FrameError};
use crate::endpoint::Subprotocol;

/// One side's view of the calls on one connection. Pure: text goes in and comes out.
///
/// Invariant: at most one call of this side is unanswered at a time, which both OCPP
/// versions demand. Calls of the other side are independent of that.
///
/// ```
/// use ocpp_transport::{CallSession, SessionEvent};
/// use serde_json::json;
///
/// let mut session = CallSession::new("demo");
/// let text = session.start_call("Heartbeat", json!({})).expect("nothing is pending");
/// assert_eq!(text, r#"[2,"demo-1","Heartbeat",{}]"#);
/// let event = session.handle(r#"[3,"demo-1",{"currentTime":"2026-01-01T00:00:00Z"}]"#);
/// assert!(matches!(event, SessionEvent::Answered(Ok(_))));
/// ```
#[derive(Debug, Clone)]
pub struct CallSession {
    prefix: String,
    calls: u64,
    pending: Option<String>,
    version: Subprotocol,
}

impl CallSession {
    /// A fresh session of OCPP 1.6. Message ids are `prefix-1`, `prefix-2`, …; the prefix should be
    /// unique to the connection and of at most 24 characters.
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            calls: 0,
            pending: None,
            version: Subprotocol::OCPP16,
        }
    }

    /// Speaks another version, which matters for the answer to messages that are none.
    #[must_use]
    pub fn with_version(mut self, version: &Subprotocol) -> Self {
        self.version = version.clone();
        self
    }

    /// Begins a call: the text to send, or `None` while another call is unanswered.
    pub fn start_call(&mut self, action: &str, payload: Value) -> Option<String> {
        match self.pending {
            Some(_) => None,
            None => Some(self.start_anew(action, payload)),
        }
    }

    /// Begins a call in place of one that is unanswered, if there is one.
    pub(crate) fn start_anew(&mut self, action: &str, payload: Value) -> String {
        self.calls += 1;
        let id = format!("{}-{}", self.prefix, self.calls);
        self.pending = Some(id.clone());
        let call = Frame::Call {
            id,
            action: action.to_owned(),
            payload,
        };
        call.to_text()
    }

    /// Gives the unanswered call up, after a timeout; a late answer is then stray.
    pub fn give_up(&mut self) {
        self.pending = None;
    }

    /// Whether a call of this side is unanswered.
    pub const fn is_waiting(&self) -> bool {
        self.pending.is_some()
    }

    /// Takes a text that came in.
    pub fn handle(&mut self, text: &str) -> SessionEvent {
        match Frame::parse(text) {
            Ok(Frame::Call {
                id,
                action,
                payload,
            }) => SessionEvent::Called(IncomingCall {
                id,
                action,
                payload,
            }),
            Ok(Frame::Result { id, payload }) => self.answered(&id, Ok(payload)),
            Ok(Frame::Error { id, refusal }) => self.answered(&id, Err(refusal)),
            Err(error) => self.malformed(error),
        }
    }

    fn answered(&mut self, id: &str, answer: Result<Value, CallRefusal>) -> SessionEvent {
        if self.pending.as_deref() == Some(id) {
            self.pending = None;
            SessionEvent::Answered(answer)
        } else {
            SessionEvent::Stray(id.to_owned())
        }
    }

    /// A damaged answer to the pending call must not leave the caller waiting.
    fn malformed(&mut self, error: FrameError) -> SessionEvent {
        let (FrameError::Malformed(id) | FrameError::UnknownType(id)) = &error else {
            return SessionEvent::Malformed { error, reply: None };
        };
        if self.pending.as_ref() == Some(id) {
            self.pending = None;
            return SessionEvent::BrokenAnswer(error);
        }
        let Some(code) = self.complaint(&error) else {
            return SessionEvent::Malformed { error, reply: None };
        };
        let reply = Frame::Error {
            id: id.clone(),
            refusal: CallRefusal::new(code, error.to_string()),
        };
        SessionEvent::Malformed {
            reply: Some(reply.to_text()),
            error,
        }
    }

    /// OCPP-J 1.6 ignores messages of an unknown type (section 4.1.3) and has another
    /// spelling for malformed ones than 2.x.
    fn complaint(&self, error: &FrameError) -> Option<CallErrorCode> {
        let old = self.version == Subprotocol::OCPP16;
        match error {
            FrameError::UnknownType(_) if old => None,
            FrameError::UnknownType(_) => Some(CallErrorCode::MESSAGE_TYPE_NOT_SUPPORTED),
            _ if old => Some(CallErrorCode::FORMATION_VIOLATION),
            _ => Some(CallErrorCode::FORMAT_VIOLATION),
        }
    }
}

/// What a text that came in means.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SessionEvent {
    /// The other side calls; it waits for an answer.
    Called(IncomingCall),
    /// The pending call was answered.
    Answered(Result<Value, CallRefusal>),
    /// The pending call was answered, but not in OCPP-J.
    BrokenAnswer(FrameError),
    /// An answer to no call that is pending, with its id; it is to be ignored.
    Stray(String),
    /// No OCPP-J message.
    Malformed {
        /// Why not.
        error: FrameError,
        /// The CALLERROR to send back, where there is an id to answer.
        reply: Option<String>,
    },
}

/// A call of the other side.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IncomingCall {
    /// The message id, to be repeated in the answer.
    pub id: String,
    /// The name of the message.
    pub action: String,
    /// The payload, an object.
    pub payload: Value,
}

impl IncomingCall {
    /// The text that answers this call.
    pub fn answer(&self, answer: Result<Value, CallRefusal>) -> String {
        let id = self.id.clone();
        match answer {
            Ok(payload) => Frame::Result { id, payload },
            Err(refusal) => Frame::Error { id, refusal },
        }
        .to_text()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn waiting() -> CallSession {
        let mut session = CallSession::new("p");
        session.start_call("Heartbeat", json!({})).expect("free");
        session
    }

    #[test]
    fn only_one_call_is_out_at_a_time() {
        let mut session = waiting();
        assert_eq!(session.start_call("Heartbeat", json!({})), None);
        assert_eq!(
            session.handle(r#"[3,"p-1",{}]"#),
            SessionEvent::Answered(Ok(json!({})))
        );
        let second = session.start_call("Heartbeat", json!({}));
        assert_eq!(second.as_deref(), Some(r#"[2,"p-2","Heartbeat",{}]"#));
    }

    #[test]
    fn an_answer_after_the_timeout_is_stray() {
        let mut session = waiting();
        session.give_up();
        assert_eq!(
            session.handle(r#"[3,"p-1",{}]"#),
            SessionEvent::Stray("p-1".to_owned())
        );
    }

    #[test]
    fn the_other_side_may_call_while_it_owes_an_answer() {
        let mut session = waiting();
        let SessionEvent::Called(call) = session.handle(r#"[2,"x","Reset",{"type":"Soft"}]"#)
        else {
            panic!("a call");
        };
        let refusal = CallRefusal::new(CallErrorCode::NOT_SUPPORTED, "not here");
        assert_eq!(
            call.answer(Err(refusal)),
            r#"[4,"x","NotSupported","not here",{}]"#
        );
        assert!(session.is_waiting());
    }

    #[test]
    fn a_damaged_answer_ends_the_wait_and_a_damaged_call_is_answered() {
        let mut session = waiting();
        let damaged = FrameError::Malformed("p-1".to_owned());
        assert_eq!(
            session.handle(r#"[3,"p-1"]"#),
            SessionEvent::BrokenAnswer(damaged)
        );
        assert!(!session.is_waiting());
        let SessionEvent::Malformed {
            reply: Some(reply), ..
        } = session.handle(r#"[2,"y","A"]"#)
        else {
            panic!("a damaged call");
        };
        assert!(
            reply.starts_with(r#"[4,"y","FormationViolation""#),
            "{reply}"
        );
    }

    #[test]
    fn each_version_complains_in_its_own_words() {
        let complaint = |version: &Subprotocol, text: &str| match CallSession::new("p")
            .with_version(version)
            .handle(text)
        {
            SessionEvent::Malformed { reply, .. } => reply.map(|it| Frame::parse(&it)),
            event => panic!("{event:?}"),
        };
        let code = |version: &Subprotocol, text: &str| match complaint(version, text) {
            Some(Ok(Frame::Error { refusal, .. })) => Some(refusal.code),
            None => None,
            other => panic!("{other:?}"),
        };
        let (old, new) = (Subprotocol::OCPP16, Subprotocol::OCPP201);
        assert_eq!(code(&old, r#"[9,"x",{}]"#), None);
        assert_eq!(
            code(&new, r#"[9,"x",{}]"#),
            Some(CallErrorCode::MESSAGE_TYPE_NOT_SUPPORTED)
        );
        assert_eq!(
            code(&old, r#"[2,"x","A"]"#),
            Some(CallErrorCode::FORMATION_VIOLATION)
        );
        assert_eq!(
            code(&new, r#"[2,"x","A"]"#),
            Some(CallErrorCode::FORMAT_VIOLATION)
        );
    }
}
