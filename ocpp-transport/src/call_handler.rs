use serde_json::Value;

use crate::ocppj::{CallErrorCode, CallRefusal, IncomingCall};

/// Answers the calls of the other side that come in while a call of ours waits.
///
/// Closures do: `|call: &IncomingCall| Ok(json!({}))`.
pub trait CallHandler: Send {
    /// The payload of the answer, or the refusal.
    ///
    /// # Errors
    /// The refusal is sent as a CALLERROR.
    fn handle(&mut self, call: &IncomingCall) -> Result<Value, CallRefusal>;
}

impl<F> CallHandler for F
where
    F: FnMut(&IncomingCall) -> Result<Value, CallRefusal> + Send,
{
    fn handle(&mut self, call: &IncomingCall) -> Result<Value, CallRefusal> {
        self(call)
    }
}

/// Refuses every call with `NotSupported`: the default, so that nothing a back office
/// sends changes anything by accident.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct RefuseAll;

impl CallHandler for RefuseAll {
    fn handle(&mut self, _call: &IncomingCall) -> Result<Value, CallRefusal> {
        Err(CallRefusal::new(CallErrorCode::NOT_SUPPORTED, ""))
    }
}
