use std::time::Duration;

use crate::Request;

/// How long a [`Charger`](super::Charger) waits for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    request: Duration,
    poll: Duration,
    interval: Duration,
    restart: Duration,
}

impl Patience {
    /// The defaults, each named at its setter.
    pub const fn new() -> Self {
        Self {
            request: Duration::from_secs(60),
            poll: Duration::from_secs(4),
            interval: Duration::from_secs(5),
            restart: Duration::from_secs(15 * 60),
        }
    }

    /// How long a usual request may take, reconnecting and repeating included. Long
    /// ones get more: reading everything ten times as long, a write as long for every
    /// 15 objects, an upload one second more for every 8 KB (the slowest charger seen
    /// takes 18). Defaults to 60 s.
    #[must_use]
    pub const fn with_request_timeout(mut self, time: Duration) -> Self {
        self.request = time;
        self
    }

    /// How long one look at a charger that may be restarting takes: it does not refuse
    /// connections then, it just does not answer. Defaults to 4 s.
    #[must_use]
    pub const fn with_poll_timeout(mut self, time: Duration) -> Self {
        self.poll = time;
        self
    }

    /// How long between two such looks. Defaults to 5 s.
    #[must_use]
    pub const fn with_poll_interval(mut self, time: Duration) -> Self {
        self.interval = time;
        self
    }

    /// How long a restart, or the processing of an upload, may take. Defaults to 15
    /// minutes; two to three are usual.
    #[must_use]
    pub const fn with_restart_timeout(mut self, time: Duration) -> Self {
        self.restart = time;
        self
    }

    /// How long a usual request may take.
    pub const fn request_timeout(&self) -> Duration {
        self.request
    }

    /// How long one look at a charger that may be restarting takes.
    pub const fn poll_timeout(&self) -> Duration {
        self.poll
    }

    /// How long between two such looks.
    pub const fn poll_interval(&self) -> Duration {
        self.interval
    }

    /// How long a restart, or the processing of an upload, may take.
    pub const fn restart_timeout(&self) -> Duration {
        self.restart
    }

    /// How long `request` may take.
    pub(super) fn of(&self, request: &Request) -> Duration {
        let times = |count: usize| {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            self.request.saturating_mul(count.max(1))
        };
        match request {
            Request::ReadAll => times(10),
            Request::ReadCategory(_) => times(2),
            Request::Read(ids) => times(ids.len().div_ceil(32)),
            Request::Write(writes) => times(writes.len().div_ceil(15)),
            Request::Upload(upload) => {
                times(2).saturating_add(Duration::from_secs(upload.len() / SLOWEST))
            }
            _ => self.request,
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self::new()
    }
}

/// Bytes in a second.
const SLOWEST: u64 = 8_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_work_gets_more_time() {
        let patience = Patience::new().with_request_timeout(Duration::from_secs(10));
        let upload = crate::Upload::new(bytes::Bytes::from(vec![0; 800_000]));
        assert_eq!(patience.of(&Request::Restart), Duration::from_secs(10));
        assert_eq!(patience.of(&Request::ReadAll), Duration::from_secs(100));
        assert_eq!(
            patience.of(&Request::Upload(upload.clone())),
            Duration::from_secs(120)
        );
        let endless = patience.with_request_timeout(Duration::MAX);
        assert_eq!(endless.of(&Request::Upload(upload)), Duration::MAX);
    }
}
