//! Faults as words, for scenario files and the control API.

use std::str::FromStr;
use std::time::Duration;

use crate::world::Fault;

/// The text names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no fault; known are {KNOWN}")]
#[non_exhaustive]
pub struct FaultTextError {
    text: String,
}

/// Reads a fault as scenario files spell it: a name, and behind it a number where the
/// fault has one (a status, or seconds).
///
/// ```
/// use charger_sim::Fault;
///
/// assert_eq!("refused 503".parse(), Ok(Fault::Refused(503)));
/// assert_eq!("reply-lost".parse(), Ok(Fault::ReplyLost));
/// ```
impl FromStr for Fault {
    type Err = FaultTextError;

    fn from_str(text: &str) -> Result<Self, FaultTextError> {
        let mut words = text.split_whitespace();
        let name = words.next().unwrap_or_default();
        let numbers: Option<Vec<u64>> = words.map(|word| word.parse().ok()).collect();
        numbers
            .and_then(|numbers| fault(name, &numbers))
            .ok_or_else(|| FaultTextError {
                text: text.to_owned(),
            })
    }
}

fn fault(name: &str, numbers: &[u64]) -> Option<Fault> {
    let seconds = Duration::from_secs;
    Some(match (name, numbers) {
        ("request-lost", []) => Fault::RequestLost,
        ("reply-lost", []) => Fault::ReplyLost,
        ("reset", []) => Fault::Reset,
        ("reset-after", []) => Fault::ResetAfter,
        ("duplicated", []) => Fault::Duplicated,
        ("refused", [status]) => Fault::Refused(u16::try_from(*status).ok()?),
        ("garbled", []) => Fault::Garbled,
        ("truncated", []) => Fault::Truncated,
        ("reply-twice", []) => Fault::ReplyTwice,
        ("slow", [by]) => Fault::Slow(seconds(*by)),
        ("session-lapsed", []) => Fault::SessionLapsed,
        ("session-stolen", []) => Fault::SessionStolen,
        ("restart", []) => Fault::Restart,
        ("restart-after", []) => Fault::RestartAfter,
        ("power-cut", [off]) => Fault::PowerCut(seconds(*off)),
        ("power-cut-after", [off]) => Fault::PowerCutAfter(seconds(*off)),
        ("power-cut-in-upload", [record, off]) => Fault::PowerCutInUpload {
            record: *record,
            off: seconds(*off),
        },
        ("link-bounce", [down]) => Fault::LinkBounce(seconds(*down)),
        ("clock-lost", []) => Fault::ClockLost,
        _ => return None,
    })
}

const KNOWN: &str = "request-lost, reply-lost, reset, reset-after, duplicated, refused STATUS, \
    garbled, truncated, reply-twice, slow SECONDS, session-lapsed, session-stolen, restart, \
    restart-after, \
    power-cut SECONDS, power-cut-after SECONDS, power-cut-in-upload RECORD SECONDS, \
    link-bounce SECONDS, clock-lost";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_word_is_a_fault() {
        for words in KNOWN.split(", ") {
            let text = words
                .replace("STATUS", "503")
                .replace("SECONDS", "2")
                .replace("RECORD", "1");
            assert!(text.parse::<Fault>().is_ok(), "{text}");
        }
    }

    #[test]
    fn anything_else_says_what_is_known() {
        for text in ["", "refused", "refused many", "slow", "reset 3"] {
            let error = text.parse::<Fault>().unwrap_err();
            assert!(error.to_string().contains("power-cut"), "{text}");
        }
    }
}
