use ocpp_config::Secret;

use crate::https::wire::Call;
use crate::{LinkErrorKind, Progress, Response};

/// The calls that one request takes, in turn.
///
/// The caller asks [`next`](Self::next), carries the call out, hands the answer to
/// exactly one of the other methods, and asks again. A call that failed on the way is
/// simply asked for again.
pub(crate) trait Conversation: Send {
    /// What is to be asked now.
    fn next(&mut self) -> Next;

    /// The charger answered the last call with success.
    ///
    /// An error [`LinkErrorKind::Malformed`] leaves the conversation where it was, so
    /// that the call can be repeated.
    fn answered(&mut self, body: &Secret) -> Result<(), LinkErrorKind>;

    /// The charger refused the last call; `Ok` if there is another way to ask.
    fn refused(&mut self, status: u16) -> Result<(), LinkErrorKind> {
        Err(LinkErrorKind::Refused { status })
    }

    /// Whether a connection that breaks after all of the last call was sent counts as
    /// the answer; if so, the call is done.
    fn broke_after_sending(&mut self) -> bool {
        false
    }

    /// How far the conversation is, if it is a long one.
    fn progress(&self) -> Option<Progress> {
        None
    }
}

/// What a conversation wants.
#[derive(Debug)]
pub(crate) enum Next {
    Call(Call),
    Finished(Response),
}
