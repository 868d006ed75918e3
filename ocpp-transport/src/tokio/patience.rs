use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::connect_error::Stopped;
use crate::timeouts::StopCheck;

/// Waits for `work` until its time is over or it is stopped.
///
/// # Errors
/// Those of the work; `TimedOut` when the time is over, [`Stopped`] inside when stopped.
pub(crate) async fn patiently<T>(
    limit: Duration,
    stop: Option<&StopCheck>,
    work: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    let Some(stop) = stop else {
        return timeout(limit, work)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
    };
    let mut work = pin!(work);
    let started = Instant::now();
    loop {
        if stop() {
            return Err(io::Error::other(Stopped));
        }
        let left = limit.saturating_sub(started.elapsed());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if let Ok(result) = timeout(left.min(SLICE), work.as_mut()).await {
            return result;
        }
    }
}

/// How often the stop check is asked.
const SLICE: Duration = Duration::from_millis(100);
