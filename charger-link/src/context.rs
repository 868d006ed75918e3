use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What surrounds one request: how long it may take, who is told how far it is, who may
/// stop it, and how much the link had to send for it.
pub struct Context<'a> {
    timeout: Duration,
    cancel: Cancel,
    progress: Option<&'a mut (dyn FnMut(Progress) + Send)>,
    requests: Option<u64>,
}

impl<'a> Context<'a> {
    /// A request that may take `timeout` in all, reconnecting and repeating included.
    pub fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            cancel: Cancel::new(),
            progress: None,
            requests: None,
        }
    }

    /// Lets `cancel` stop the request.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// Reports how far a long request is to `progress`.
    #[must_use]
    pub fn with_progress(mut self, progress: &'a mut (dyn FnMut(Progress) + Send)) -> Self {
        self.progress = Some(progress);
        self
    }

    /// How long the request may take in all.
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Whether the request shall stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// The switch that stops the request.
    pub const fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Called by links: tells how far the request is.
    pub fn report(&mut self, progress: Progress) {
        if let Some(sink) = &mut self.progress {
            sink(progress);
        }
    }

    /// Called by links: `more` requests have left for the charger since the last call; see
    /// [`requests`](Self::requests). A link that counts says so with 0 as well.
    pub const fn count_requests(&mut self, more: u64) {
        let so_far = match self.requests {
            Some(so_far) => so_far,
            None => 0,
        };
        self.requests = Some(so_far.saturating_add(more));
    }

    /// How many requests the link has sent to the charger for this one: over HTTPS every
    /// HTTP request, logins, pages, batches and repeats included; over a gateway every
    /// command line. `None` if the link does not count.
    pub const fn requests(&self) -> Option<u64> {
        self.requests
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("timeout", &self.timeout)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

/// A switch that stops requests; clones share it. It can be thrown from a signal
/// handler or another thread.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A switch that is not thrown.
    pub fn new() -> Self {
        Self::default()
    }

    /// Throws the switch, for good.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the switch was thrown.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How far a long request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What is done, in bytes for an upload and in objects for a read or a write.
    pub done: u64,
    /// What is to be done, or `None` as long as nobody knows.
    pub total: Option<u64>,
}

impl Progress {
    /// `done` of `total`.
    pub const fn new(done: u64, total: Option<u64>) -> Self {
        Self { done, total }
    }
}
