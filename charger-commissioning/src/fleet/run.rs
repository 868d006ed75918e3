use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use charger_link::Cancel;

use super::{Fleet, FleetEntry, FleetReport, Next, Verdict};

/// Works through a fleet with one thread per charger under way, as many as the policy's
/// concurrency.
///
/// `work` changes one charger and tells how it ended and why; it opens the link and the
/// journal, and may call its second argument with a status whenever it likes. `watch` is
/// called with the whole table whenever it has changed. A `work` that panics counts as
/// interrupted, and the panic goes on when all others are finished.
pub fn run_fleet(
    fleet: Fleet,
    cancel: &Cancel,
    work: impl Fn(&FleetEntry, &dyn Fn(String)) -> (Verdict, String) + Sync,
    watch: impl Fn(&FleetReport) + Sync,
) -> FleetReport {
    let workers = fleet.concurrency();
    let shared = Shared {
        fleet: Mutex::new(fleet),
        changed: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| shared.serve(cancel, &work, &watch));
        }
    });
    let fleet = shared.fleet.into_inner();
    fleet.unwrap_or_else(PoisonError::into_inner).report()
}

struct Shared {
    fleet: Mutex<Fleet>,
    changed: Condvar,
}

impl Shared {
    fn serve(
        &self,
        cancel: &Cancel,
        work: &(impl Fn(&FleetEntry, &dyn Fn(String)) -> (Verdict, String) + Sync),
        watch: &(impl Fn(&FleetReport) + Sync),
    ) {
        while let Some((index, entry)) = self.next(cancel) {
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
                watch(&report);
            };
            (end.verdict, end.why) = work(&entry, &status);
            drop(end);
            watch(&self.lock().report());
        }
    }

    /// The next charger; `None` when there will be no more.
    fn next(&self, cancel: &Cancel) -> Option<(usize, FleetEntry)> {
        let mut fleet = self.lock();
        loop {
            if cancel.is_cancelled() {
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

    fn lock(&self) -> MutexGuard<'_, Fleet> {
        self.fleet.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands the result in on every way out, a panic included.
struct Finish<'a> {
    shared: &'a Shared,
    index: usize,
    verdict: Verdict,
    why: String,
}

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        let why = std::mem::take(&mut self.why);
        self.shared
            .lock()
            .handle_finished(self.index, self.verdict, why);
        self.shared.changed.notify_all();
    }
}
