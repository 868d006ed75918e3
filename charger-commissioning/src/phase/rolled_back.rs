//! A way back that was proven, and is asked for once more.

use charger_link::LiveState;
use ocpp_config::Snapshot;

use super::Bench;
use super::bench::not_armed;
use crate::asking::Asking;
use crate::procedure::{restore, unchanged_since_restart};
use crate::proof::judge;
use crate::{Armed, Failure, Goal, Moment, check};

/// What a complete look at the charger says.
pub(super) enum Verdict {
    /// The old settings are in force, and the charger is where it was.
    InForce,
    /// They are, and it has only just started.
    Starting,
    /// They are not, for this reason, or it cannot be said.
    Again(Failure),
}

/// Nothing is done where nothing needs to be; everything is, where it cannot be known.
pub(super) fn judged(now: Moment, found: &Snapshot, asking: &Asking, bench: &Bench) -> Verdict {
    let Some(armed) = bench.armed.as_deref() else {
        return Verdict::Again(not_armed());
    };
    let objects = restore::changed(found, armed);
    if !objects.is_empty() {
        return Verdict::Again(Failure::ChangedSince { objects });
    }
    if is_in_force(found, armed) && !needs_key(armed, bench) {
        return Verdict::InForce;
    }
    match check::is_starting(found) && !asking.is_over(now) {
        true => Verdict::Starting,
        false => Verdict::Again(Failure::Asked),
    }
}

/// By the same rule as a procedure whose wish is fulfilled.
fn is_in_force(found: &Snapshot, armed: &Armed) -> bool {
    let reading = LiveState::from_objects(found.iter());
    judge(&reading, &armed.way_back, armed.boot_count).is_ok() && unchanged_since_restart(found)
}

/// A key cannot be read back. A charger that its old back office accepts has the right one;
/// of one that had no back office nobody knows.
fn needs_key(armed: &Armed, bench: &Bench) -> bool {
    bench.old_key.is_some() && armed.way_back == Goal::Restarted
}
