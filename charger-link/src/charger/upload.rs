use std::time::Duration;

use super::answer::Look;
use crate::{LinkError, LinkErrorKind, UploadState, UploadStatus};

/// What a charger made of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadOutcome {
    /// Its last word: [`UploadState::DONE`] or [`UploadState::READY_TO_ROLL`].
    pub state: UploadState,
    /// How long it was waited for.
    pub waited: Duration,
}

/// Waits for a charger's word on what was uploaded.
///
/// The charger keeps its *last* word around, so that a good one only counts after it
/// was seen to change, or after the charger was seen to go away.
#[derive(Debug, Clone, Copy)]
pub(super) struct UploadWatch {
    before: UploadState,
    moved: bool,
    since: Duration,
    limit: Duration,
}

impl UploadWatch {
    pub(super) const fn new(before: UploadState, now: Duration, limit: Duration) -> Self {
        Self {
            before,
            moved: false,
            since: now,
            limit,
        }
    }

    /// What an answer to a question for the status means.
    pub(super) fn look(
        &mut self,
        now: Duration,
        answer: Result<UploadStatus, LinkError>,
    ) -> Look<UploadOutcome> {
        let waited = now.saturating_sub(self.since);
        let status = match answer {
            Ok(status) => status,
            Err(error) => return self.at_error(waited, error),
        };
        self.moved |= status.in_progress || status.state != self.before;
        let state = status.state;
        if self.moved && state.is_failure() {
            return Look::Failed(LinkError::without_effect(LinkErrorKind::UploadFailed {
                state,
            }));
        }
        if self.moved && !status.in_progress && is_final(state) {
            return Look::Done(UploadOutcome { state, waited });
        }
        self.again(waited)
    }

    fn at_error(&mut self, waited: Duration, error: LinkError) -> Look<UploadOutcome> {
        self.moved |= is_absence(error.kind());
        match Look::at_error(error) {
            Look::Again => self.again(waited),
            other => other,
        }
    }

    fn again(&self, waited: Duration) -> Look<UploadOutcome> {
        match waited >= self.limit {
            true => Look::Failed(LinkError::effect_unknown(LinkErrorKind::Timeout {
                during: "waiting for the charger to take the container",
            })),
            false => Look::Again,
        }
    }
}

/// Done, or done but for a restart, which for a preset and a root certificate is the
/// installer's to give.
fn is_final(state: UploadState) -> bool {
    state == UploadState::DONE || state == UploadState::READY_TO_ROLL
}

/// Whether the charger was not there.
const fn is_absence(kind: &LinkErrorKind) -> bool {
    matches!(
        kind,
        LinkErrorKind::Restarting
            | LinkErrorKind::Unreachable
            | LinkErrorKind::Timeout { .. }
            | LinkErrorKind::ConnectionLost { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn an_old_good_word_is_not_taken_for_a_new_one() {
        let mut watch = UploadWatch::new(UploadState::DONE, Duration::ZERO, 60 * SECOND);
        assert!(matches!(
            watch.look(SECOND, status(UploadState::DONE)),
            Look::Again
        ));
        assert!(matches!(
            watch.look(SECOND, status(UploadState::CHECKING)),
            Look::Again
        ));
        assert!(matches!(
            watch.look(SECOND, status(UploadState::DONE)),
            Look::Done(_)
        ));
    }

    #[test]
    fn a_charger_that_went_away_has_moved() {
        let mut watch = UploadWatch::new(UploadState::DONE, Duration::ZERO, 60 * SECOND);
        let gone = LinkError::without_effect(LinkErrorKind::Restarting);
        assert!(matches!(watch.look(SECOND, Err(gone)), Look::Again));
        assert!(matches!(
            watch.look(SECOND, status(UploadState::DONE)),
            Look::Done(_)
        ));
    }

    #[test]
    fn an_old_failure_is_not_taken_for_a_new_one() {
        let failed = UploadState::UPDATE_ERROR;
        let mut watch = UploadWatch::new(failed, Duration::ZERO, 60 * SECOND);
        assert!(matches!(watch.look(SECOND, status(failed)), Look::Again));
        assert!(matches!(
            watch.look(SECOND, status(UploadState::CHECKING)),
            Look::Again
        ));
        let Look::Failed(error) = watch.look(SECOND, status(failed)) else {
            panic!("not failed");
        };
        assert_eq!(*error.kind(), LinkErrorKind::UploadFailed { state: failed });
    }

    #[test]
    fn waiting_ends() {
        let mut watch = UploadWatch::new(UploadState::NONE, Duration::ZERO, 60 * SECOND);
        let outcome = watch.look(60 * SECOND, status(UploadState::CHECKING));
        let Look::Failed(error) = outcome else {
            panic!("{outcome:?}");
        };
        assert!(error.may_have_taken_effect());
    }

    fn status(state: UploadState) -> Result<UploadStatus, LinkError> {
        Ok(UploadStatus::new(false, state))
    }
}
