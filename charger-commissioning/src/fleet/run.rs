use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use charger_link::Cancel;

use super::{Fleet, FleetEntry, FleetReport, Next, Verdict};

/// Works through a [`Fleet`] with one thread per charger under way, as many as the policy's
/// concurrency.
///
/// ```
/// use charger_commissioning::{Fleet, FleetList, FleetPolicy, FleetRunner, Verdict};
///
/// let list = FleetList::from_csv("name,address\ngarage-1,192.168.1.107\n")?;
/// let report = FleetRunner::new(Fleet::new(list, FleetPolicy::default()))
///     .with_watch(|report| println!("{report}\n"))
///     .run(|charger, status| {
///         status(format!("asks {}", charger.address));
///         // Open the link and the journal, make a machine, drive it.
///         (Verdict::AlreadyInForce, String::new())
///     });
/// assert!(report.is_success());
/// # Ok::<(), charger_commissioning::FleetListError>(())
/// ```
pub struct FleetRunner<W = fn(&FleetReport)> {
    fleet: Fleet,
    cancel: Cancel,
    watch: W,
}

impl FleetRunner {
    /// Works through `fleet`, watched by nobody.
    pub fn new(fleet: Fleet) -> Self {
        Self {
            fleet,
            cancel: Cancel::new(),
            watch: |_| {},
        }
    }
}

impl<W> FleetRunner<W> {
    /// Lets `cancel` stop it, for good: no more chargers are begun, and the work on those
    /// under way is to end by the same switch. Defaults to a switch that nobody throws.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// Called with the whole table whenever it has changed, from whichever thread changed
    /// it. Defaults to nothing.
    #[must_use]
    pub fn with_watch<V: Fn(&FleetReport) + Sync>(self, watch: V) -> FleetRunner<V> {
        FleetRunner {
            fleet: self.fleet,
            cancel: self.cancel,
            watch,
        }
    }
}

impl<W: Fn(&FleetReport) + Sync> FleetRunner<W> {
    /// Works through the fleet, blocking.
    ///
    /// `work` changes one charger and tells how it ended and why; it opens the link and the
    /// journal, and may call its second argument with a status whenever it likes. A `work`
    /// that panics counts as interrupted, and the panic goes on when all others are
    /// finished.
    pub fn run(
        self,
        work: impl Fn(&FleetEntry, &(dyn Fn(String) + Sync)) -> (Verdict, String) + Sync,
    ) -> FleetReport {
        let workers = self.fleet.concurrency();
        let shared = Shared {
            fleet: Mutex::new(self.fleet),
            changed: Condvar::new(),
            cancel: self.cancel,
            watch: self.watch,
        };
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| shared.serve(&work));
            }
        });
        let fleet = shared.fleet.into_inner();
        fleet.unwrap_or_else(PoisonError::into_inner).report()
    }
}

impl<W> fmt::Debug for FleetRunner<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FleetRunner")
            .field("fleet", &self.fleet)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

struct Shared<W> {
    fleet: Mutex<Fleet>,
    changed: Condvar,
    cancel: Cancel,
    watch: W,
}

impl<W: Fn(&FleetReport) + Sync> Shared<W> {
    fn serve(
        &self,
        work: &(impl Fn(&FleetEntry, &(dyn Fn(String) + Sync)) -> (Verdict, String) + Sync),
    ) {
        while let Some((index, entry)) = self.next() {
            let mut end = Finish {
                shared: self,
                index,
                verdict: Verdict::Interrupted,
                why: "the work on it broke off".to_owned(),
            };
            let status = |status: String| {
                let mut fleet = self.lock();
                fleet.handle_status(index, status);
                let report = fleet.report();
                drop(fleet);
                (self.watch)(&report);
            };
            (end.verdict, end.why) = work(&entry, &status);
            drop(end);
            (self.watch)(&self.lock().report());
        }
    }

    /// The next charger; `None` when there will be no more.
    fn next(&self) -> Option<(usize, FleetEntry)> {
        let mut fleet = self.lock();
        loop {
            if self.cancel.is_cancelled() {
                fleet.cancel();
            }
            match fleet.poll() {
                Next::Start(index) => return Some((index, fleet.entry(index)?.clone())),
                Next::Wait => {
                    let woken = self.changed.wait(fleet);
                    fleet = woken.unwrap_or_else(PoisonError::into_inner);
                }
                Next::Done => return None,
            }
        }
    }
}

impl<W> Shared<W> {
    fn lock(&self) -> MutexGuard<'_, Fleet> {
        self.fleet.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands the result in on every way out, a panic included.
struct Finish<'a, W> {
    shared: &'a Shared<W>,
    index: usize,
    verdict: Verdict,
    why: String,
}

impl<W> Drop for Finish<'_, W> {
    fn drop(&mut self) {
        let why = std::mem::take(&mut self.why);
        let mut fleet = self.shared.lock();
        // What ends because the caller wants it is no failure that stops the others.
        if self.shared.cancel.is_cancelled() {
            fleet.cancel();
        }
        fleet.handle_finished(self.index, self.verdict, why);
        drop(fleet);
        self.shared.changed.notify_all();
    }
}
