use charger_link::{LinkError, LinkErrorKind};
use charger_sim::Fault;

use super::call::{Call, Class};
use super::site::TOO_LONG;

/// How a call may end.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expectation {
    /// With its result, as if nothing had happened.
    Result,
    /// With an error of this kind: the link cannot know better.
    Error(fn(&LinkErrorKind) -> bool),
    /// With either; which of them is a matter of moments.
    Either(fn(&LinkErrorKind) -> bool),
}

impl Expectation {
    /// What is right for a call of its class under this fault.
    pub(super) fn of(call: Call, fault: Fault) -> Self {
        match (call.class(), fault) {
            (_, Fault::SessionStolen) if call == Call::Identity => Self::Result,
            // Where the restart comes first, it throws the thief out.
            (_, Fault::SessionStolen) if call == Call::WaitUntilBack => Self::Either(is_silence),
            (_, Fault::SessionStolen) => Self::Error(is_taken),
            (Class::Once, fault) => Self::of_what_happens_once(call, fault),
            _ => Self::Result,
        }
    }

    fn of_what_happens_once(call: Call, fault: Fault) -> Self {
        match fault {
            // The whole container went out, and the charger restarts to apply it.
            Fault::ResetAfter
            | Fault::Truncated
            | Fault::ReplyLost
            | Fault::RestartAfter
            | Fault::PowerCutAfter(_)
                if call == Call::Upload =>
            {
                Self::Result
            }
            Fault::RequestLost
            | Fault::ReplyLost
            | Fault::Restart
            | Fault::RestartAfter
            | Fault::PowerCut(_)
            | Fault::PowerCutAfter(_) => Self::Error(is_gone),
            Fault::Slow(time) if time == TOO_LONG && call == Call::Restart => {
                Self::Error(is_silence)
            }
            Fault::Reset
            | Fault::ResetAfter
            | Fault::Truncated
            | Fault::LinkBounce(_)
            | Fault::PowerCutInUpload { .. } => Self::Error(is_broken),
            Fault::Refused(500 | 503) => Self::Error(is_refused),
            _ => Self::Result,
        }
    }

    pub(super) fn check(self, outcome: &Result<(), LinkError>) -> Result<(), String> {
        let fits = match (self, outcome) {
            (Self::Result | Self::Either(_), Ok(())) => true,
            (Self::Result, Err(_)) | (Self::Error(_), Ok(())) => false,
            (Self::Error(fits) | Self::Either(fits), Err(error)) => fits(error.kind()),
        };
        match fits {
            true => Ok(()),
            false => Err(format!("ended in {outcome:?}")),
        }
    }
}

/// A charger that does not answer hangs up when it is back.
fn is_gone(kind: &LinkErrorKind) -> bool {
    is_silence(kind) || is_broken(kind)
}

fn is_silence(kind: &LinkErrorKind) -> bool {
    matches!(
        kind,
        LinkErrorKind::Timeout { .. } | LinkErrorKind::Restarting
    )
}

fn is_broken(kind: &LinkErrorKind) -> bool {
    matches!(kind, LinkErrorKind::ConnectionLost { .. })
}

fn is_refused(kind: &LinkErrorKind) -> bool {
    matches!(kind, LinkErrorKind::Refused { status: 500 | 503 })
}

/// The charger says it in its own way: a login that is refused for now, or one that is
/// revoked at once.
fn is_taken(kind: &LinkErrorKind) -> bool {
    matches!(kind, LinkErrorKind::SessionTaken { .. })
}
