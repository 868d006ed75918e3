//! What is due when; ties are broken by the order of planning.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::charger::{BootAnswer, DialOutcome};

/// Something that will happen to a charger.
#[derive(Debug, Clone)]
pub(crate) enum Due {
    Wake,
    PowerOn,
    DialOutcome {
        connection: u64,
        outcome: DialOutcome,
    },
    BootAnswer {
        connection: u64,
        answer: BootAnswer,
    },
    Heartbeat {
        connection: u64,
    },
    TransactionSent {
        connection: u64,
    },
    Closed {
        connection: u64,
    },
}

/// The key of a planned event.
pub(crate) type Key = (Duration, u64);

/// Everything that is due, in order.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    due: BTreeMap<Key, (usize, Due)>,
    next: u64,
}

impl Schedule {
    pub(crate) fn plan(&mut self, at: Duration, charger: usize, due: Due) -> Key {
        let key = (at, self.next);
        self.next += 1;
        self.due.insert(key, (charger, due));
        key
    }

    pub(crate) fn cancel(&mut self, key: Key) {
        self.due.remove(&key);
    }

    /// Takes what comes next, if that is not after `end`.
    pub(crate) fn next(&mut self, end: Duration) -> Option<(Duration, usize, Due)> {
        let entry = self
            .due
            .first_entry()
            .filter(|entry| entry.key().0 <= end)?;
        let at = entry.key().0;
        let (charger, due) = entry.remove();
        Some((at, charger, due))
    }
}
