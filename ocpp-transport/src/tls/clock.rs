use std::sync::Arc;
use std::time::SystemTime;

use rustls::time_provider::{DefaultTimeProvider, TimeProvider};
use rustls_pki_types::UnixTime;

use crate::charger::ChargerClock;

/// A clock that stands still at what the charger believes the time to be.
#[derive(Debug)]
pub(crate) struct FixedClock(UnixTime);

impl FixedClock {
    pub(crate) fn of(clock: ChargerClock) -> Arc<dyn TimeProvider> {
        match clock {
            ChargerClock::Trusted | ChargerClock::Unknown => Arc::new(DefaultTimeProvider),
            ChargerClock::At(time) => Arc::new(Self(unix_time(time))),
        }
    }
}

impl TimeProvider for FixedClock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(self.0)
    }
}

/// A time before 1970 counts as 1970, as it does on chargers.
pub(crate) fn unix_time(time: SystemTime) -> UnixTime {
    UnixTime::since_unix_epoch(
        time.duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default(),
    )
}
