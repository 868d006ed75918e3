use std::fmt;

use charger_link::{Cancel, Clock, Context, Link, Request, SystemClock};

use super::{Look, LookError, ReadOnly};
use crate::driver::{LOGOUT, Steady, pieces};

/// Drives a looking machine ([`ReadOnly`]): [`run`](Self::run) blocking, `run_async`
/// (feature `tokio`) asynchronously.
///
/// ```no_run
/// use charger_commissioning::{Inspector, LookDriver, Policy};
///
/// # fn example(mut link: impl charger_link::Link) -> Result<(), Box<dyn std::error::Error>> {
/// let mut inspector = Inspector::new(Policy::default());
/// let found = LookDriver::new(&mut link).run(&mut inspector)?;
/// println!("{found}");
/// # Ok(())
/// # }
/// ```
pub struct LookDriver<L, C = SystemClock> {
    link: L,
    clock: C,
    cancel: Cancel,
}

impl<L> LookDriver<L> {
    /// Looks over `link`, given away or lent.
    pub fn new(link: L) -> Self {
        Self {
            link,
            clock: SystemClock::new(),
            cancel: Cancel::new(),
        }
    }
}

impl<L, C> LookDriver<L, C> {
    /// Where the time comes from. Defaults to [`SystemClock`].
    #[must_use]
    pub fn with_clock<D>(self, clock: D) -> LookDriver<L, D> {
        LookDriver {
            link: self.link,
            clock,
            cancel: self.cancel,
        }
    }

    /// Lets `cancel` stop it, for good. Defaults to a switch that nobody throws.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }
}

impl<L: Link, C: Clock> LookDriver<L, C> {
    /// Drives `machine` to its end, blocking, and logs out.
    ///
    /// # Errors
    /// [`LookError`]: what the machine ended with, or that it was cancelled.
    pub fn run<M: ReadOnly>(&mut self, machine: &mut M) -> Result<M::Found, LookError> {
        let found = self.drive(machine);
        // The charger forgets the session by itself if this fails.
        let _ = self
            .link
            .exchange(&Request::Close, &mut Context::new(LOGOUT));
        found
    }

    fn drive<M: ReadOnly>(&mut self, machine: &mut M) -> Result<M::Found, LookError> {
        let mut steady = Steady::default();
        while !self.cancel.is_cancelled() {
            let now = steady.moment(self.clock.now(), self.clock.since_epoch());
            match machine.poll(now) {
                Look::Exchange { request, timeout } => {
                    let mut context = Context::new(timeout).with_cancel(&self.cancel);
                    let response = self.link.exchange(&request, &mut context);
                    let now = steady.moment(self.clock.now(), self.clock.since_epoch());
                    machine.handle_response(now, response);
                }
                Look::Wait { until } => {
                    pieces(until.since(now), &self.cancel).for_each(|time| self.clock.sleep(time));
                }
                Look::Done(found) => return found.map_err(LookError::Failed),
            }
        }
        Err(LookError::Cancelled)
    }
}

#[cfg(feature = "tokio")]
impl<L: charger_link::AsyncLink, C: charger_link::AsyncClock> LookDriver<L, C> {
    /// [`run`](Self::run) for tokio. Dropping the future leaves the charger's session open
    /// until it lapses.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_async<M>(&mut self, machine: &mut M) -> Result<M::Found, LookError>
    where
        M: ReadOnly + Send,
        M::Found: Send,
    {
        let found = self.drive_async(machine).await;
        // The charger forgets the session by itself if this fails.
        let _ = self
            .link
            .exchange(&Request::Close, &mut Context::new(LOGOUT))
            .await;
        found
    }

    async fn drive_async<M>(&mut self, machine: &mut M) -> Result<M::Found, LookError>
    where
        M: ReadOnly + Send,
        M::Found: Send,
    {
        let mut steady = Steady::default();
        while !self.cancel.is_cancelled() {
            let now = steady.moment(self.clock.now(), self.clock.since_epoch());
            match machine.poll(now) {
                Look::Exchange { request, timeout } => {
                    let mut context = Context::new(timeout).with_cancel(&self.cancel);
                    let response = self.link.exchange(&request, &mut context).await;
                    let now = steady.moment(self.clock.now(), self.clock.since_epoch());
                    machine.handle_response(now, response);
                }
                Look::Wait { until } => {
                    for piece in pieces(until.since(now), &self.cancel) {
                        self.clock.sleep(piece).await;
                    }
                }
                Look::Done(found) => return found.map_err(LookError::Failed),
            }
        }
        Err(LookError::Cancelled)
    }
}

impl<L, C> fmt::Debug for LookDriver<L, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookDriver")
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}
