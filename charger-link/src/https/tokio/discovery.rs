//! Finding chargers, for tokio.

use std::time::Duration;

use ::tokio::time::sleep;

use super::{HttpsLink, now, patiently};
use crate::deadline::deadline;
#[cfg(feature = "discovery")]
use crate::https::DiscoveryError;
#[cfg(feature = "discovery")]
use crate::https::connect::SLICE;
#[cfg(feature = "discovery")]
use crate::https::mdns::Search;
use crate::https::sighting::{Introduction, QUESTION, Sighting, identity_in, nobody, shown_key};
use crate::https::trust::Trust;
use crate::{AsyncLink, Cancel, Context, LinkError, Response};

/// As [`ask`](crate::https::ask), which also tells why a charger may be asked whose key nobody
/// confirmed yet.
///
/// # Errors
/// As [`ask`](crate::https::ask).
///
/// # Cancellation
/// Dropping the future closes the connection; nothing is left behind.
pub async fn ask(
    sighting: &Sighting,
    trust: &Trust,
    timeout: Duration,
    cancel: &Cancel,
) -> Result<Introduction, LinkError> {
    let began = now();
    let left = || timeout.saturating_sub(now().saturating_duration_since(began));
    let known = sighting.known_key(trust)?;
    let fingerprint = match known {
        Some(fingerprint) => fingerprint,
        None => {
            let fingerprint = shown_key(question(sighting, nobody(), left(), cancel).await)?;
            let gap = async {
                sleep(sighting.settings().reconnect_gap()).await;
                Ok(())
            };
            patiently(deadline(began, timeout), cancel, gap).await?;
            fingerprint
        }
    };
    let pinned = Trust::pinned(fingerprint);
    let identity = identity_in(question(sighting, pinned, left(), cancel).await)?;
    Ok(Introduction::new(identity, fingerprint, known.is_some()))
}

async fn question(
    sighting: &Sighting,
    trust: Trust,
    timeout: Duration,
    cancel: &Cancel,
) -> Result<Response, LinkError> {
    let mut link = HttpsLink::new(sighting.settings(), trust);
    let mut context = Context::new(timeout).with_cancel(cancel);
    link.exchange(&QUESTION, &mut context).await
}

/// As [`browse`](crate::https::browse). The mDNS library runs a thread of its own
/// meanwhile, which ends when the future is done or dropped.
///
/// # Errors
/// As [`browse`](crate::https::browse).
#[cfg(feature = "discovery")]
pub async fn browse(time: Duration, cancel: &Cancel) -> Result<Vec<Sighting>, DiscoveryError> {
    let mut search = Search::start()?;
    listen(&mut search, time, cancel).await;
    Ok(search.finish())
}

#[cfg(feature = "discovery")]
pub(in crate::https) async fn listen(search: &mut Search, time: Duration, cancel: &Cancel) {
    let end = deadline(now(), time);
    loop {
        search.collect();
        let left = end.saturating_duration_since(now());
        if left.is_zero() || cancel.is_cancelled() {
            return;
        }
        sleep(left.min(SLICE)).await;
    }
}
