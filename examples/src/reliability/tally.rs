//! Many runs on all cores, counted.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Proven,
    RolledBack,
    Refused,
    NeededPerson,
    /// Not told, or not an end of a changeover.
    Other,
}

/// What the charger had at once at most.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Peaks {
    pub(super) sessions: u32,
    pub(super) connections: u64,
    pub(super) in_flight: u64,
}

impl Peaks {
    const NONE: Self = Self {
        sessions: 0,
        connections: 0,
        in_flight: 0,
    };

    fn max(self, other: Self) -> Self {
        Self {
            sessions: self.sessions.max(other.sessions),
            connections: self.connections.max(other.connections),
            in_flight: self.in_flight.max(other.in_flight),
        }
    }

    /// One session, and over HTTPS one connection with one request.
    pub(super) const fn is_polite(self, over_https: bool) -> bool {
        let others = if over_https { 1 } else { 0 };
        self.sessions == 1 && self.connections == others && self.in_flight == others
    }
}

/// One run, as it is counted.
#[derive(Debug)]
pub(super) struct Ran {
    what: String,
    kind: Kind,
    pub(super) requests: u64,
    pub(super) busiest_minute: usize,
    pub(super) retreat: Option<Duration>,
    pub(super) peaks: Peaks,
    /// Whether the charger's session had to lapse by itself.
    pub(super) left_session: bool,
    broken: Vec<String>,
}

impl Ran {
    pub(super) const fn new(what: String, kind: Kind) -> Self {
        Self {
            what,
            kind,
            requests: 0,
            busiest_minute: 0,
            retreat: None,
            peaks: Peaks::NONE,
            left_session: false,
            broken: Vec::new(),
        }
    }

    pub(super) fn broken(what: String, why: String) -> Self {
        let mut ran = Self::new(what, Kind::Other);
        ran.breaks(why);
        ran
    }

    /// A promise was broken.
    pub(super) fn breaks(&mut self, why: String) {
        self.broken.push(why);
    }

    #[cfg(test)]
    pub(super) const fn is_sound(&self) -> bool {
        self.broken.is_empty()
    }

    pub(super) const fn kind(&self) -> Kind {
        self.kind
    }
}

/// What many runs came to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) runs: u64,
    pub(super) proven: u64,
    pub(super) rolled_back: u64,
    pub(super) refused: u64,
    pub(super) needed_person: u64,
    pub(super) most_requests: u64,
    pub(super) busiest_minute: usize,
    pub(super) retreats: Vec<Duration>,
    pub(super) peaks: Peaks,
    pub(super) left_sessions: u64,
    /// Each run that broke a promise, and how.
    pub(super) failures: Vec<String>,
}

impl Tally {
    fn count(&mut self, ran: Ran) {
        self.runs += 1;
        match ran.kind {
            Kind::Proven => self.proven += 1,
            Kind::RolledBack => self.rolled_back += 1,
            Kind::Refused => self.refused += 1,
            Kind::NeededPerson => self.needed_person += 1,
            Kind::Other => {}
        }
        self.most_requests = self.most_requests.max(ran.requests);
        self.busiest_minute = self.busiest_minute.max(ran.busiest_minute);
        self.retreats.extend(ran.retreat);
        self.peaks = self.peaks.max(ran.peaks);
        self.left_sessions += u64::from(ran.left_session);
        if !ran.broken.is_empty() {
            let failure = format!("{}: {}", ran.what, ran.broken.join("; "));
            self.failures.push(failure);
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.runs += other.runs;
        self.proven += other.proven;
        self.rolled_back += other.rolled_back;
        self.refused += other.refused;
        self.needed_person += other.needed_person;
        self.most_requests = self.most_requests.max(other.most_requests);
        self.busiest_minute = self.busiest_minute.max(other.busiest_minute);
        self.retreats.extend(other.retreats);
        self.peaks = self.peaks.max(other.peaks);
        self.left_sessions += other.left_sessions;
        self.failures.extend(other.failures);
    }

    /// How the runs ended, in words.
    pub(super) fn ends(&self) -> String {
        format!(
            "{} proven, {} rolled back, {} refused, {} needed a person; {} sessions had to lapse",
            self.proven, self.rolled_back, self.refused, self.needed_person, self.left_sessions
        )
    }
}

/// Runs every case, on all cores.
pub(super) fn each<C: Sync>(cases: &[C], run: impl Fn(&C) -> Ran + Sync) -> Tally {
    every(cases.len() as u64, |number| {
        let at = usize::try_from(number).ok()?;
        cases.get(at).map(&run)
    })
}

/// Runs every number below `count`, on all cores.
pub(super) fn every(count: u64, run: impl Fn(u64) -> Option<Ran> + Sync) -> Tally {
    let next = AtomicU64::new(0);
    let total = Mutex::new(Tally::default());
    let work = || {
        let mut tally = Tally::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                break;
            }
            if let Some(ran) = run(number) {
                tally.count(ran);
            }
        }
        let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
        total.merge(tally);
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    let mut total = total.into_inner().unwrap_or_else(PoisonError::into_inner);
    total.failures.sort();
    total
}
