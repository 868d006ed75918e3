//! Time for drivers: it never goes back, and a wait can be cut short.

use std::time::Duration;

use charger_link::Cancel;

use crate::Moment;

/// How often a wait is interrupted to look whether it was cancelled.
const TICK: Duration = Duration::from_millis(200);

/// Moments that never go back, although the computer's clock may be set meanwhile: a step
/// forward is believed, since a deadline may have passed while the computer slept; after a
/// step back the moments go on as fast as time passes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Steady {
    latest: Moment,
    /// What the clock showed at the latest moment; `None` before it was first looked at.
    elapsed: Option<Duration>,
}

impl Steady {
    /// Goes on from `latest`, which an earlier driver reached.
    pub(super) const fn from(latest: Moment) -> Self {
        Self {
            latest,
            elapsed: None,
        }
    }

    /// The moment at which a clock shows `elapsed`, which never goes back, and
    /// `since_epoch`, which may.
    pub(crate) fn moment(&mut self, elapsed: Duration, since_epoch: Duration) -> Moment {
        let before = self.elapsed.replace(elapsed).unwrap_or(elapsed);
        let passed = elapsed.saturating_sub(before);
        self.latest = (self.latest + passed).max(Moment::from_epoch(since_epoch));
        self.latest
    }
}

/// Cuts a wait into pieces that are short enough to notice that `cancel` was thrown.
pub(crate) fn pieces(pause: Duration, cancel: &Cancel) -> impl Iterator<Item = Duration> {
    let mut left = pause;
    std::iter::from_fn(move || {
        let piece = left.min(TICK);
        left = left.saturating_sub(piece);
        (!piece.is_zero() && !cancel.is_cancelled()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_clock_that_is_set_back_goes_on_and_one_that_is_set_forward_is_believed() {
        let mut steady = Steady::default();
        let mut at = |elapsed, epoch| steady.moment(seconds(elapsed), seconds(epoch)).as_millis();
        assert_eq!(at(7, 1_000), 1_000_000);
        assert_eq!(at(8, 1_001), 1_001_000);
        assert_eq!(at(9, 400), 1_002_000);
        assert_eq!(at(10, 401), 1_003_000);
        assert_eq!(at(11, 2_000), 2_000_000);
        assert_eq!(at(11, 2_000), 2_000_000);
    }

    #[test]
    fn a_driver_that_takes_over_goes_on_from_where_the_last_one_was() {
        let mut steady = Steady::from(Moment::from_millis(5_000_000));
        let mut at = |elapsed, epoch| steady.moment(seconds(elapsed), seconds(epoch)).as_millis();
        assert_eq!(at(70, 1_000), 5_000_000);
        assert_eq!(at(72, 1_002), 5_002_000);
        assert_eq!(at(73, 6_000), 6_000_000);
    }

    #[test]
    fn a_wait_is_as_long_as_asked_for_and_ends_when_it_is_cancelled() {
        let cancel = Cancel::new();
        let whole: Duration = pieces(Duration::from_millis(450), &cancel).sum();
        assert_eq!(whole, Duration::from_millis(450));
        let mut waiting = pieces(seconds(3600), &cancel);
        assert_eq!(waiting.next(), Some(TICK));
        cancel.cancel();
        assert_eq!(waiting.next(), None);
        assert_eq!(pieces(Duration::ZERO, &Cancel::new()).next(), None);
    }
}
