use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use charger_link::Cancel;

use super::{Fleet, FleetEntry, FleetNext, FleetReport, FleetVerdict};

/// Works through a [`Fleet`] with one thread per charger under way, as many as the policy's
/// concurrency and no more than there are chargers.
///
/// ```
/// use charger_commissioning::{Fleet, FleetList, FleetPolicy, FleetRunner, FleetVerdict};
///
/// let list = FleetList::from_csv("name,address\ngarage-1,192.168.1.107\n")?;
/// let report = FleetRunner::new(Fleet::new(list, FleetPolicy::default()))
///     .with_watch(|report| println!("{report}\n"))
///     .run(|charger, status| {
///         status(format!("asks {}", charger.address));
///         // Open the link and the journal, make a machine, drive it.
///         (FleetVerdict::AlreadyInForce, String::new())
///     });
/// assert!(report.is_success());
/// # Ok::<(), charger_commissioning::FleetListError>(())
/// ```
pub struct FleetRunner<W = fn(&FleetReport)> {
    fleet: Fleet,
    cancel: Cancel,
    watch: Option<W>,
}

impl FleetRunner {
    /// Works through `fleet`, watched by nobody.
    pub fn new(fleet: Fleet) -> Self {
        Self {
            fleet,
            cancel: Cancel::new(),
            watch: None,
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
    /// it, and never under a lock. Two threads may call at the same time, so that an older
    /// table may come after a newer one. Defaults to nothing.
    #[must_use]
    pub fn with_watch<V: Fn(&FleetReport) + Sync>(self, watch: V) -> FleetRunner<V> {
        FleetRunner {
            fleet: self.fleet,
            cancel: self.cancel,
            watch: Some(watch),
        }
    }
}

impl<W: Fn(&FleetReport) + Sync> FleetRunner<W> {
    /// Works through the fleet, blocking.
    ///
    /// `work` changes one charger and tells how it ended and why; it opens the link and the
    /// journal, and may call its second argument with a status whenever it likes. A `work`
    /// that panics counts as interrupted, and the (first) panic goes on when all others are
    /// finished; so does that of a watcher.
    pub fn run(
        self,
        work: impl Fn(&FleetEntry, &(dyn Fn(String) + Sync)) -> (FleetVerdict, String) + Sync,
    ) -> FleetReport {
        let workers = self.fleet.concurrency().min(self.fleet.len());
        let shared = Shared {
            fleet: Mutex::new(self.fleet),
            changed: Condvar::new(),
            cancel: self.cancel,
            watch: self.watch,
            panic: Mutex::new(None),
        };
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| shared.serve(&work));
            }
        });
        let panic = shared.panic.into_inner();
        if let Some(panic) = panic.unwrap_or_else(PoisonError::into_inner) {
            resume_unwind(panic);
        }
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
    watch: Option<W>,
    /// The first that was caught.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

impl<W: Fn(&FleetReport) + Sync> Shared<W> {
    fn serve(
        &self,
        work: &(impl Fn(&FleetEntry, &(dyn Fn(String) + Sync)) -> (FleetVerdict, String) + Sync),
    ) {
        while let Some((index, entry)) = self.next() {
            let status = |status| {
                self.lock().handle_status(index, status);
                self.show();
            };
            let end = self.caught(|| work(&entry, &status));
            let broken = || {
                (
                    FleetVerdict::Interrupted,
                    "the work on it broke off".to_owned(),
                )
            };
            let (verdict, why) = end.unwrap_or_else(broken);
            self.finish(index, verdict, why);
            self.caught(|| self.show());
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
                FleetNext::Start(index) => return Some((index, fleet.entry(index)?.clone())),
                FleetNext::Wait => {
                    let woken = self.changed.wait(fleet);
                    fleet = woken.unwrap_or_else(PoisonError::into_inner);
                }
                FleetNext::Done => return None,
            }
        }
    }

    fn finish(&self, index: usize, verdict: FleetVerdict, why: String) {
        let mut fleet = self.lock();
        // What ends because the caller wants it is no failure that stops the others.
        if self.cancel.is_cancelled() {
            fleet.cancel();
        }
        fleet.handle_finished(index, verdict, why);
        drop(fleet);
        self.changed.notify_all();
    }

    /// The table is made only if somebody looks at it, who may do so for as long as he
    /// likes and look at the fleet again: the lock is free by then.
    fn show(&self) {
        let Some(watch) = &self.watch else { return };
        let report = self.lock().report();
        watch(&report);
    }

    /// A panic over one charger must not end the work on the others.
    fn caught<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        // The fleet itself is locked for calls of our own only, which leave it whole.
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(done) => Some(done),
            Err(panic) => {
                let first = self.panic.lock();
                let mut first = first.unwrap_or_else(PoisonError::into_inner);
                first.get_or_insert(panic);
                None
            }
        }
    }
}

impl<W> Shared<W> {
    fn lock(&self) -> MutexGuard<'_, Fleet> {
        self.fleet.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
