use std::time::{Duration, SystemTime, UNIX_EPOCH};

use charger_link::Cancel;

use crate::Moment;

/// How often a waiting thread looks whether it was cancelled.
const TICK: Duration = Duration::from_millis(200);

/// Where a driver gets the time from, and how it waits.
pub trait Clock {
    /// Now. Never goes backwards.
    fn now(&mut self) -> Moment;

    /// Waits this long, or until `cancel` is thrown.
    fn sleep(&mut self, pause: Duration, cancel: &Cancel);
}

/// [`Clock`] for asynchronous code.
#[cfg(feature = "tokio")]
pub trait AsyncClock: Send {
    /// Now. Never goes backwards.
    fn now(&mut self) -> Moment;

    /// Waits this long, or until `cancel` is thrown.
    fn sleep(
        &mut self,
        pause: Duration,
        cancel: &Cancel,
    ) -> impl std::future::Future<Output = ()> + Send;
}

/// The system's clock. A step backwards is held still until it is made up for.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock {
    latest: Moment,
}

impl SystemClock {
    /// The system's clock.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Clock for SystemClock {
    fn now(&mut self) -> Moment {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = Moment::from_epoch(elapsed.unwrap_or_default());
        self.latest = self.latest.max(now);
        self.latest
    }

    fn sleep(&mut self, pause: Duration, cancel: &Cancel) {
        let mut left = pause;
        while !left.is_zero() && !cancel.is_cancelled() {
            let piece = left.min(TICK);
            std::thread::sleep(piece);
            left = left.saturating_sub(piece);
        }
    }
}

#[cfg(feature = "tokio")]
impl AsyncClock for SystemClock {
    fn now(&mut self) -> Moment {
        Clock::now(self)
    }

    async fn sleep(&mut self, pause: Duration, cancel: &Cancel) {
        let mut left = pause;
        while !left.is_zero() && !cancel.is_cancelled() {
            let piece = left.min(TICK);
            tokio::time::sleep(piece).await;
            left = left.saturating_sub(piece);
        }
    }
}
