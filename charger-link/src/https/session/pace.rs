use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use crate::LinkErrorKind;

const MINUTE: Duration = Duration::from_secs(60);

/// At most so many events in any minute.
#[derive(Debug)]
pub(super) struct PerMinute {
    most: usize,
    past: VecDeque<Instant>,
}

impl PerMinute {
    pub(super) fn new(most: NonZeroU32) -> Self {
        Self {
            most: usize::try_from(most.get()).unwrap_or(usize::MAX),
            past: VecDeque::new(),
        }
    }

    /// Whether there is room for one more event; if not, when there is.
    pub(super) fn room(&mut self, now: Instant) -> Result<(), Instant> {
        while self.past.front().is_some_and(|past| *past + MINUTE <= now) {
            self.past.pop_front();
        }
        match self.past.front() {
            Some(oldest) if self.past.len() >= self.most => Err(*oldest + MINUTE),
            _ => Ok(()),
        }
    }

    /// Notes an event that there was room for.
    pub(super) fn note(&mut self, now: Instant) {
        self.past.push_back(now);
    }
}

/// Ever longer pauses while the charger asks to be left alone.
#[derive(Debug, Default)]
pub(super) struct BackOff {
    level: u32,
    until: Option<(Instant, LinkErrorKind)>,
}

impl BackOff {
    /// The charger refused to answer now, for this reason; it may have named a time.
    pub(super) fn refused(
        &mut self,
        now: Instant,
        asked_for: Option<Duration>,
        reason: LinkErrorKind,
    ) {
        let usual = FIRST_PAUSE * 2_u32.pow(self.level.min(MOST_DOUBLINGS));
        self.level += 1;
        self.until = Some((now + asked_for.unwrap_or(usual), reason));
    }

    /// The charger answered again.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Until when it is to be left alone, and why.
    pub(super) fn until(&self, now: Instant) -> Option<(Instant, LinkErrorKind)> {
        self.until.clone().filter(|(until, _)| *until > now)
    }
}

const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// 32 s at most.
const MOST_DOUBLINGS: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_sees_more_than_its_share() {
        let mut now = Instant::now();
        let mut budget = PerMinute::new(NonZeroU32::new(3).unwrap());
        let mut admitted = Vec::new();
        while admitted.len() < 10 {
            match budget.room(now) {
                Ok(()) => {
                    budget.note(now);
                    admitted.push(now);
                }
                Err(at) => now = at,
            }
        }
        for (earlier, later) in admitted.iter().zip(admitted.iter().skip(3)) {
            assert!(*later - *earlier >= MINUTE);
        }
    }

    #[test]
    fn pauses_double_and_end_with_an_answer() {
        let now = Instant::now();
        let mut back_off = BackOff::default();
        let mut pauses = Vec::new();
        for _ in 0..8 {
            back_off.refused(now, None, LinkErrorKind::RateLimited);
            pauses.push((back_off.until(now).unwrap().0 - now).as_secs());
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 32, 32]);
        back_off.reset();
        assert_eq!(back_off.until(now), None);
        let busy = LinkErrorKind::Refused { status: 503 };
        back_off.refused(now, Some(Duration::from_secs(7)), busy.clone());
        let until = now + Duration::from_secs(7);
        assert_eq!(back_off.until(now), Some((until, busy)));
    }
}
