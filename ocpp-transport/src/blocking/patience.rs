use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::connect_error::Stopped;
use crate::timeouts::StopCheck;

/// Until when to wait, and what ends the wait early.
#[derive(Clone)]
pub(crate) struct Patience {
    deadline: Instant,
    stop: Option<StopCheck>,
}

impl Patience {
    pub(crate) fn for_at_most(timeout: Duration, stop: Option<StopCheck>) -> Self {
        let now = Instant::now();
        let deadline = now.checked_add(timeout).unwrap_or(now + A_YEAR);
        Self { deadline, stop }
    }

    /// Whether there is no time left.
    pub(crate) fn is_over(&self) -> bool {
        self.deadline <= Instant::now()
    }

    /// How long to wait before asking again.
    ///
    /// # Errors
    /// `TimedOut` when the deadline has passed, [`Stopped`] inside when it was stopped.
    pub(crate) fn slice(&self) -> io::Result<Duration> {
        if self.stop.as_ref().is_some_and(|stop| stop()) {
            return Err(io::Error::other(Stopped));
        }
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(match self.stop {
            Some(_) => left.min(SLICE),
            None => left,
        })
    }

    /// Runs what cannot be interrupted on a thread of its own, which is left behind when
    /// patience ends first.
    pub(crate) fn wait_for<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<T> {
        let (sender, receiver) = mpsc::sync_channel(1);
        thread::Builder::new()
            .name("ocpp-transport wait".to_owned())
            .spawn(move || {
                // Nobody listens any more when patience ended first.
                let _ = sender.send(work());
            })?;
        loop {
            match receiver.recv_timeout(self.slice()?) {
                Ok(result) => return Ok(result),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    return Err(io::Error::other("the waiting thread ended early"));
                }
            }
        }
    }
}

/// How often the stop check is asked.
const SLICE: Duration = Duration::from_millis(100);
/// Stands for a deadline beyond what the clock can count.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
