#[cfg(feature = "tokio")]
use std::future::Future;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Time for a [`Charger`](super::Charger): what it is, and how to let it pass. A
/// simulator brings its own, in which hours pass at once.
pub trait Clock: Send {
    /// Time since some fixed moment; never goes back.
    fn now(&self) -> Duration;

    /// Time since 1970-01-01T00:00:00Z, to set a charger's clock by.
    fn since_epoch(&self) -> Duration;

    /// Lets `time` pass.
    fn sleep(&mut self, time: Duration);
}

impl<K: Clock + ?Sized> Clock for &mut K {
    fn now(&self) -> Duration {
        (**self).now()
    }

    fn since_epoch(&self) -> Duration {
        (**self).since_epoch()
    }

    fn sleep(&mut self, time: Duration) {
        (**self).sleep(time);
    }
}

impl<K: Clock + ?Sized> Clock for Box<K> {
    fn now(&self) -> Duration {
        (**self).now()
    }

    fn since_epoch(&self) -> Duration {
        (**self).since_epoch()
    }

    fn sleep(&mut self, time: Duration) {
        (**self).sleep(time);
    }
}

/// [`Clock`] for asynchronous code.
#[cfg(feature = "tokio")]
pub trait AsyncClock: Send + Sync {
    /// As [`Clock::now`].
    fn now(&self) -> Duration;

    /// As [`Clock::since_epoch`].
    fn since_epoch(&self) -> Duration;

    /// Lets `time` pass. Dropping the future has no effect.
    fn sleep(&mut self, time: Duration) -> impl Future<Output = ()> + Send;
}

#[cfg(feature = "tokio")]
impl<K: AsyncClock + ?Sized> AsyncClock for &mut K {
    fn now(&self) -> Duration {
        (**self).now()
    }

    fn since_epoch(&self) -> Duration {
        (**self).since_epoch()
    }

    fn sleep(&mut self, time: Duration) -> impl Future<Output = ()> + Send {
        (**self).sleep(time)
    }
}

/// The computer's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock that starts now.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn since_epoch(&self) -> Duration {
        since_epoch()
    }

    fn sleep(&mut self, time: Duration) {
        std::thread::sleep(time);
    }
}

#[cfg(feature = "tokio")]
impl AsyncClock for SystemClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn since_epoch(&self) -> Duration {
        since_epoch()
    }

    async fn sleep(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// The clock of a tokio runtime, which its tests can stop.
#[cfg(feature = "tokio")]
#[derive(Debug, Clone, Copy)]
pub struct TokioClock {
    start: tokio::time::Instant,
}

#[cfg(feature = "tokio")]
impl TokioClock {
    /// A clock that starts now.
    pub fn new() -> Self {
        Self {
            start: tokio::time::Instant::now(),
        }
    }
}

#[cfg(feature = "tokio")]
impl Default for TokioClock {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "tokio")]
impl AsyncClock for TokioClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn since_epoch(&self) -> Duration {
        since_epoch()
    }

    async fn sleep(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// A computer whose clock is before 1970 counts as being there.
fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// A switch that is thrown must be seen within about 200 ms.
pub(super) const BETWEEN_LOOKS_AT_THE_SWITCH: Duration = Duration::from_millis(200);
