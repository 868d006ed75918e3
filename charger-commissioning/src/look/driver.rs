use charger_link::{Cancel, Context, Link, Request};

use super::{Look, ReadOnly};
use crate::driver::LOGOUT;
use crate::{Clock, Failure};

/// Drives a looking machine to its end, blocking, and logs out.
///
/// # Errors
/// What the machine ended with; [`Failure::Asked`] after `cancel` was thrown.
pub fn look<M: ReadOnly>(
    machine: &mut M,
    link: &mut impl Link,
    clock: &mut impl Clock,
    cancel: &Cancel,
) -> Result<M::Found, Failure> {
    let found = loop {
        if cancel.is_cancelled() {
            break Err(Failure::Asked);
        }
        let now = clock.now();
        match machine.poll(now) {
            Look::Exchange { request, timeout } => {
                let mut context = Context::new(timeout).with_cancel(cancel);
                let response = link.exchange(&request, &mut context);
                machine.handle_response(clock.now(), response);
            }
            Look::Wait { until } => clock.sleep(until.since(now), cancel),
            Look::Done(found) => break found,
        }
    };
    // The charger forgets the session by itself if this fails.
    let _ = link.exchange(&Request::Close, &mut Context::new(LOGOUT));
    found
}

/// [`look`] for tokio. Dropping the future leaves the charger's session open until it
/// lapses.
///
/// # Errors
/// As [`look`].
#[cfg(feature = "tokio")]
pub async fn look_async<M: ReadOnly + Send>(
    machine: &mut M,
    link: &mut impl charger_link::AsyncLink,
    clock: &mut impl crate::AsyncClock,
    cancel: &Cancel,
) -> Result<M::Found, Failure>
where
    M::Found: Send,
{
    let found = loop {
        if cancel.is_cancelled() {
            break Err(Failure::Asked);
        }
        let now = clock.now();
        match machine.poll(now) {
            Look::Exchange { request, timeout } => {
                let mut context = Context::new(timeout).with_cancel(cancel);
                let response = link.exchange(&request, &mut context).await;
                machine.handle_response(clock.now(), response);
            }
            Look::Wait { until } => clock.sleep(until.since(now), cancel).await,
            Look::Done(found) => break found,
        }
    };
    // The charger forgets the session by itself if this fails.
    let _ = link
        .exchange(&Request::Close, &mut Context::new(LOGOUT))
        .await;
    found
}
