//! Asking until there is an answer: patience, back-off and politeness in one place.

use std::time::Duration;

use charger_link::{LinkError, LinkErrorKind, Request, SessionSymptom};

use crate::{Action, Failure, Moment};

/// How often a charger may refuse the same request before that is its last word.
const REFUSALS: u8 = 3;
/// The first pause after an error, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// One question that is repeated until it is answered, refused for good, or out of time.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    not_before: Moment,
    give_up: Moment,
    refusals: u8,
    pause: Duration,
}

impl Asking {
    /// Asks at once, and gives up `patience` from now.
    pub(crate) fn new(now: Moment, patience: Duration) -> Self {
        Self {
            not_before: now,
            give_up: now + patience,
            refusals: 0,
            pause: FIRST_PAUSE,
        }
    }

    /// Waits before asking for the first time.
    pub(crate) fn starting_after(mut self, now: Moment, pause: Duration) -> Self {
        self.not_before = now + pause;
        self.pause = pause;
        self
    }

    /// The next action: wait, or ask.
    pub(crate) fn action(&self, now: Moment, request: Request, timeout: Duration) -> Action {
        if now < self.not_before {
            return Action::Wait {
                until: self.not_before,
            };
        }
        Action::Exchange { request, timeout }
    }

    /// Whether the time is up.
    pub(crate) fn is_over(&self, now: Moment) -> bool {
        now >= self.give_up
    }

    /// The answer was not the hoped for: asks again a while later, ever less often.
    pub(crate) fn later(mut self, now: Moment) -> Self {
        self.not_before = now + self.pause;
        self.pause = (self.pause * 4 / 3).min(LONGEST_PAUSE);
        self
    }

    /// Asks again after a fixed pause.
    pub(crate) fn after(mut self, now: Moment, pause: Duration) -> Self {
        self.not_before = now + pause;
        self
    }

    /// The question failed: asks again a while later.
    ///
    /// # Errors
    /// That asking again makes no sense.
    pub(crate) fn after_error(
        mut self,
        now: Moment,
        request: &'static str,
        error: &LinkError,
    ) -> Result<Self, Failure> {
        match weigh(error.kind()) {
            Weight::Final => return Err(refused(request, error)),
            Weight::Refusal => self.refusals = self.refusals.saturating_add(1),
            Weight::Passing => {}
        }
        if self.refusals >= REFUSALS {
            return Err(refused(request, error));
        }
        if self.is_over(now) {
            return Err(Failure::NoAnswer {
                last: error.to_string(),
            });
        }
        self.not_before = now + self.pause;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(self)
    }
}

/// The failure for a user or a password that the charger does not take, or for a user whom
/// it denies the request. Where it has never
/// taken them, asking again would only hammer at its login.
pub(crate) fn not_let_in(request: &'static str, error: &LinkError) -> Option<Failure> {
    let reason = error.to_string();
    match error.kind() {
        LinkErrorKind::UnknownUser | LinkErrorKind::WrongPassword => {
            Some(Failure::LoginRefused { reason })
        }
        LinkErrorKind::NotPermitted => Some(Failure::NotPermitted {
            request: request.to_owned(),
            reason,
        }),
        _ => None,
    }
}

/// The failure for an answer of the wrong kind; links promise that it cannot happen.
pub(crate) fn unexpected_answer(request: &'static str) -> Failure {
    Failure::Internal {
        what: format!("the link answered {request} with something else"),
    }
}

enum Weight {
    /// Nothing will change by asking again.
    Final,
    /// The charger said no; it may have been in the wrong moment.
    Refusal,
    /// The charger may not even have heard it.
    Passing,
}

fn weigh(kind: &LinkErrorKind) -> Weight {
    match kind {
        LinkErrorKind::KeyChanged { .. }
        | LinkErrorKind::KeyNotConfirmed { .. }
        | LinkErrorKind::FirmwareTooOld
        | LinkErrorKind::NotOnThisLink { .. }
        | LinkErrorKind::PasswordNotText
        | LinkErrorKind::ValueOutOfRange { .. }
        | LinkErrorKind::NoCommonCipherSuite
        | LinkErrorKind::UploadSource => Weight::Final,
        LinkErrorKind::UnknownUser
        | LinkErrorKind::WrongPassword
        | LinkErrorKind::NotPermitted
        | LinkErrorKind::SessionTaken {
            symptom: SessionSymptom::PasswordRefused,
        }
        | LinkErrorKind::NotACharger
        | LinkErrorKind::Refused { .. }
        | LinkErrorKind::Aborted { .. } => Weight::Refusal,
        _ => Weight::Passing,
    }
}

fn refused(request: &'static str, error: &LinkError) -> Failure {
    not_let_in(request, error).unwrap_or_else(|| Failure::Refused {
        request: request.to_owned(),
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use charger_link::LinkErrorKind as Kind;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(600);

    fn at(seconds: u64) -> Moment {
        Moment::from_millis(seconds * 1_000)
    }

    fn asking() -> Asking {
        Asking::new(at(0), PATIENCE)
    }

    /// How long it waits from `now` on.
    fn pause(asking: &Asking, now: Moment) -> Duration {
        match asking.action(now, Request::Close, Duration::ZERO) {
            Action::Wait { until } => until.since(now),
            _ => Duration::ZERO,
        }
    }

    fn passing() -> LinkError {
        LinkError::effect_unknown(Kind::Timeout { during: "a test" })
    }

    #[test]
    fn pauses_after_errors_double_up_to_half_a_minute() {
        let mut asking = asking();
        let mut pauses = Vec::new();
        for _ in 0..6 {
            asking = asking.after_error(at(1), "read", &passing()).unwrap();
            pauses.push(pause(&asking, at(1)).as_secs());
        }
        assert_eq!(pauses, [2, 4, 8, 16, 30, 30]);
    }

    #[test]
    fn pauses_after_disappointing_answers_grow_more_slowly() {
        let mut asking = asking();
        let mut pauses = Vec::new();
        for _ in 0..12 {
            asking = asking.later(at(0));
            pauses.push(pause(&asking, at(0)).as_millis());
        }
        assert_eq!(pauses.first(), Some(&2_000));
        assert_eq!(pauses.get(1), Some(&2_666));
        assert!(pauses.is_sorted());
        assert_eq!(pauses.last(), Some(&30_000));
    }

    #[test]
    fn silence_is_borne_until_patience_is_over() {
        let error = passing();
        assert!(asking().after_error(at(599), "read", &error).is_ok());
        let over = asking().after_error(at(600), "read", &error);
        assert!(matches!(over, Err(Failure::NoAnswer { .. })), "{over:?}");
    }

    #[test]
    fn a_charger_that_refuses_three_times_means_it() {
        let symptom = SessionSymptom::PasswordRefused;
        for (kind, request) in [
            (Kind::NotACharger, Some("read")),
            (Kind::SessionTaken { symptom }, Some("read")),
            (Kind::WrongPassword, None),
        ] {
            let refusal = LinkError::without_effect(kind);
            let mut asking = asking();
            for _ in 0..2 {
                asking = asking.after_error(at(1), "read", &refusal).unwrap();
                // What is only lost in between does not count.
                asking = asking.after_error(at(1), "read", &passing()).unwrap();
            }
            let reason = refusal.to_string();
            let failure = match request {
                Some(request) => Failure::Refused {
                    request: request.to_owned(),
                    reason,
                },
                None => Failure::LoginRefused { reason },
            };
            let third = asking.after_error(at(1), "read", &refusal);
            assert_eq!(third.unwrap_err(), failure);
        }
    }

    #[test]
    fn a_request_that_is_denied_to_the_user_is_named() {
        let denied = LinkError::without_effect(Kind::NotPermitted);
        let mut asking = asking();
        for _ in 0..2 {
            asking = asking.after_error(at(1), "write", &denied).unwrap();
        }
        let failure = asking.after_error(at(1), "write", &denied).unwrap_err();
        let named = Failure::NotPermitted {
            request: "write".to_owned(),
            reason: denied.to_string(),
        };
        assert_eq!(failure, named);
        assert_eq!(not_let_in("write", &denied), Some(named));
    }

    #[test]
    fn what_asking_again_cannot_change_ends_it_at_once() {
        for kind in [Kind::FirmwareTooOld, Kind::NoCommonCipherSuite] {
            let error = LinkError::without_effect(kind);
            let found = asking().after_error(at(1), "read", &error);
            assert!(matches!(found, Err(Failure::Refused { .. })), "{found:?}");
        }
    }

    #[test]
    fn a_fixed_pause_is_kept() {
        let asking = asking().after(at(5), Duration::from_secs(7));
        assert_eq!(pause(&asking, at(5)), Duration::from_secs(7));
        assert_eq!(pause(&asking, at(12)), Duration::ZERO);
        let asking = asking.starting_after(at(12), Duration::from_secs(10));
        assert_eq!(pause(&asking, at(12)), Duration::from_secs(10));
        assert_eq!(
            pause(&asking.later(at(22)), at(22)),
            Duration::from_secs(10)
        );
    }
}
