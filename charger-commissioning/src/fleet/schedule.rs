use serde::Serialize;

use super::{FleetEntry, FleetList, FleetReport, FleetRow};
use crate::{End, Outcome};

/// How a fleet is worked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetPolicy {
    waves: Vec<usize>,
    concurrency: usize,
    percent: u8,
    sample: usize,
}

impl Default for FleetPolicy {
    fn default() -> Self {
        Self {
            waves: vec![1, 10],
            concurrency: 8,
            percent: 10,
            sample: 10,
        }
    }
}

impl FleetPolicy {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many chargers are in the first waves; the rest is the last one. A wave begins
    /// when the one before is over and has not failed. Defaults to 1, then 10.
    #[must_use]
    pub fn with_waves(mut self, waves: impl IntoIterator<Item = usize>) -> Self {
        self.waves = waves.into_iter().filter(|size| *size > 0).collect();
        self
    }

    /// How many chargers are worked on at the same time, at least one. Defaults to 8.
    #[must_use]
    pub fn with_concurrency(mut self, chargers: usize) -> Self {
        self.concurrency = chargers.max(1);
        self
    }

    /// No more are begun when more than `percent` of those finished have failed, once
    /// `sample` of them are finished or a wave is over. In the first wave a single
    /// failure is enough. Defaults to 10 % of at least 10.
    #[must_use]
    pub const fn with_tolerance(mut self, percent: u8, sample: usize) -> Self {
        self.percent = percent;
        self.sample = sample;
        self
    }

    /// How many chargers are in the first waves.
    pub fn waves(&self) -> &[usize] {
        &self.waves
    }

    /// How many chargers are worked on at the same time.
    pub const fn concurrency(&self) -> usize {
        self.concurrency
    }

    /// More failures than this percentage, of at least so many chargers, end a fleet.
    pub const fn tolerance(&self) -> (u8, usize) {
        (self.percent, self.sample)
    }
}

/// How it ended for one charger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FleetVerdict {
    /// Changed and proven.
    Changed,
    /// Nothing had to be done.
    AlreadyInForce,
    /// Looked at only, and nothing stands in the way of changing it: a dry run's verdict.
    WouldChange,
    /// Nothing was written.
    Refused,
    /// It is back where it was.
    RolledBack,
    /// A person must look after it.
    NeedsPerson,
    /// The procedure was interrupted; its journal can be resumed.
    Interrupted,
    /// Its journal cannot be opened, so that it is not known how far it is. It was not
    /// asked now; an earlier run may have written to it.
    JournalUnusable,
}

impl FleetVerdict {
    /// What an outcome means for a fleet.
    pub const fn of(outcome: &Outcome) -> Self {
        match &outcome.end {
            End::Proven => Self::Changed,
            End::AlreadyInForce => Self::AlreadyInForce,
            End::Refused { .. } | End::NothingWritten => Self::Refused,
            End::RolledBack { .. } | End::AlreadyRolledBack => Self::RolledBack,
            End::NeedsPerson { .. } => Self::NeedsPerson,
            End::Unreachable { .. } => Self::Interrupted,
        }
    }

    /// Whether the charger is where it shall be, or nothing stands in the way.
    pub const fn is_success(self) -> bool {
        matches!(
            self,
            Self::Changed | Self::AlreadyInForce | Self::WouldChange
        )
    }

    /// Whether there is nothing left to go on with.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Interrupted | Self::JournalUnusable)
    }
}

/// Where one charger of a fleet is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FleetRowState {
    /// Not begun.
    Waiting,
    /// Under way.
    Running {
        /// In words.
        status: String,
    },
    /// Over.
    Finished {
        /// How it ended.
        verdict: FleetVerdict,
        /// Why, in words.
        why: String,
    },
}

/// Why no more chargers are begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "abort", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FleetAbort {
    /// Too many have failed.
    #[error("stopped in wave {wave}: {failed} of {finished} chargers failed")]
    TooManyFailures {
        /// The wave, from 1.
        wave: usize,
        /// How many failed.
        failed: usize,
        /// Of how many that were finished.
        finished: usize,
    },
    /// The caller threw the switch.
    #[error("stopped by the caller")]
    Cancelled,
}

/// What a runner does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FleetNext {
    /// Work on the charger with this index in the list.
    Start(usize),
    /// Nothing can begin until one that runs is finished.
    Wait,
    /// All is over.
    Done,
}

/// A fleet under way: decides which charger is next. Pure; [`FleetRunner`](crate::FleetRunner)
/// drives it with threads.
#[derive(Debug, Clone)]
pub struct Fleet {
    entries: Vec<FleetEntry>,
    states: Vec<FleetRowState>,
    policy: FleetPolicy,
    /// The wave under way, from 0, and the first index after it.
    wave: usize,
    wave_end: usize,
    next: usize,
    running: usize,
    failed: usize,
    finished: usize,
    abort: Option<FleetAbort>,
}

impl Fleet {
    /// Nothing is begun yet.
    pub fn new(list: FleetList, policy: FleetPolicy) -> Self {
        let entries = list.entries().to_vec();
        let mut fleet = Self {
            states: vec![FleetRowState::Waiting; entries.len()],
            entries,
            policy,
            wave: 0,
            wave_end: 0,
            next: 0,
            running: 0,
            failed: 0,
            finished: 0,
            abort: None,
        };
        fleet.wave_end = fleet.end_of_wave(0);
        fleet
    }

    /// What is next. A charger that is handed out counts as running.
    pub fn poll(&mut self) -> FleetNext {
        if self.abort.is_none() && self.running == 0 && self.next >= self.wave_end {
            self.begin_wave();
        }
        let may_start = self.abort.is_none()
            && self.next < self.wave_end
            && self.running < self.policy.concurrency;
        if may_start {
            let index = self.next;
            self.next += 1;
            self.running += 1;
            let status = String::new();
            self.set(index, FleetRowState::Running { status });
            return FleetNext::Start(index);
        }
        match self.running {
            0 => FleetNext::Done,
            _ => FleetNext::Wait,
        }
    }

    /// What is under way for a charger, in words.
    pub fn handle_status(&mut self, index: usize, status: impl Into<String>) {
        if matches!(self.states.get(index), Some(FleetRowState::Running { .. })) {
            let status = status.into();
            self.set(index, FleetRowState::Running { status });
        }
    }

    /// A charger is finished. Does nothing if it was not running.
    pub fn handle_finished(&mut self, index: usize, verdict: FleetVerdict, why: impl Into<String>) {
        if !matches!(self.states.get(index), Some(FleetRowState::Running { .. })) {
            return;
        }
        let why = why.into();
        self.set(index, FleetRowState::Finished { verdict, why });
        self.running = self.running.saturating_sub(1);
        self.finished += 1;
        self.failed += usize::from(!verdict.is_success());
        let sampled = self.wave == 0 || self.finished >= self.policy.sample;
        if sampled {
            self.judge();
        }
    }

    /// Begins no more; those that run come to their end.
    pub fn cancel(&mut self) {
        self.abort.get_or_insert(FleetAbort::Cancelled);
    }

    /// How many chargers are worked on at the same time.
    pub const fn concurrency(&self) -> usize {
        self.policy.concurrency
    }

    /// How many chargers there are.
    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Why no more are begun, if so.
    pub const fn abort(&self) -> Option<FleetAbort> {
        self.abort
    }

    /// The charger with this index.
    pub fn entry(&self, index: usize) -> Option<&FleetEntry> {
        self.entries.get(index)
    }

    /// Where every charger is: the live table, and the final report.
    pub fn report(&self) -> FleetReport {
        let rows = self.entries.iter().zip(&self.states);
        FleetReport::new(
            rows.map(|(entry, state)| FleetRow::new(entry, state.clone()))
                .collect(),
            self.abort,
        )
    }

    fn begin_wave(&mut self) {
        self.judge();
        if self.abort.is_none() && self.wave_end < self.entries.len() {
            self.wave += 1;
            self.wave_end = self.end_of_wave(self.wave);
        }
    }

    fn judge(&mut self) {
        let first_wave = self.wave == 0 && self.failed > 0;
        let share = self.failed * 100 > self.finished * usize::from(self.policy.percent);
        if self.abort.is_none() && (first_wave || share) {
            self.abort = Some(FleetAbort::TooManyFailures {
                wave: self.wave + 1,
                failed: self.failed,
                finished: self.finished,
            });
        }
    }

    fn end_of_wave(&self, wave: usize) -> usize {
        let rest = self.entries.len();
        match self.policy.waves.get(wave) {
            Some(size) => self.wave_end.saturating_add(*size).min(rest),
            None => rest,
        }
    }

    fn set(&mut self, index: usize, state: FleetRowState) {
        if let Some(place) = self.states.get_mut(index) {
            *place = state;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fleet(chargers: usize, policy: FleetPolicy) -> Fleet {
        let entries = (0..chargers)
            .map(|number| FleetEntry::new(format!("c{number}"), "x"))
            .collect();
        Fleet::new(FleetList::new(entries).unwrap(), policy)
    }

    /// Works through a fleet; tells how many were begun.
    fn work(fleet: &mut Fleet, verdict: impl Fn(usize) -> FleetVerdict) -> usize {
        let mut running = std::collections::VecDeque::new();
        let mut begun = 0;
        loop {
            match fleet.poll() {
                FleetNext::Start(index) => {
                    begun += 1;
                    running.push_back(index);
                }
                FleetNext::Wait => {
                    let index = running.pop_front().unwrap();
                    fleet.handle_finished(index, verdict(index), "");
                }
                FleetNext::Done => return begun,
            }
            assert!(running.len() <= fleet.concurrency());
        }
    }

    #[test]
    fn everybody_has_a_turn_and_waves_do_not_overlap() {
        let mut fleet = fleet(40, FleetPolicy::default());
        assert_eq!(fleet.poll(), FleetNext::Start(0));
        assert_eq!(fleet.poll(), FleetNext::Wait);
        fleet.handle_finished(0, FleetVerdict::Changed, "");
        for index in 1..=8 {
            assert_eq!(fleet.poll(), FleetNext::Start(index));
        }
        assert_eq!(fleet.poll(), FleetNext::Wait);
        for index in 1..=8 {
            fleet.handle_finished(index, FleetVerdict::Changed, "");
        }
        assert_eq!(work(&mut fleet, |_| FleetVerdict::Changed), 31);
        assert_eq!(fleet.abort(), None);
    }

    #[test]
    fn a_failing_canary_stops_it_all() {
        let mut fleet = fleet(10_000, FleetPolicy::default());
        assert_eq!(work(&mut fleet, |_| FleetVerdict::RolledBack), 1);
        assert_eq!(
            fleet.abort(),
            Some(FleetAbort::TooManyFailures {
                wave: 1,
                failed: 1,
                finished: 1
            })
        );
    }

    #[test]
    fn one_failure_in_twenty_is_tolerated_and_one_in_five_is_not() {
        let mut tolerated = fleet(1000, FleetPolicy::default());
        let every_twentieth = |index: usize| match index % 20 {
            15 => FleetVerdict::Refused,
            _ => FleetVerdict::Changed,
        };
        assert_eq!(work(&mut tolerated, every_twentieth), 1000);
        let mut stopped = fleet(1000, FleetPolicy::default());
        let every_fifth = |index: usize| match index % 5 {
            3 => FleetVerdict::NeedsPerson,
            _ => FleetVerdict::Changed,
        };
        assert!(work(&mut stopped, every_fifth) <= 11);
    }

    #[test]
    fn after_the_switch_is_thrown_nobody_is_begun() {
        let mut fleet = fleet(5, FleetPolicy::default().with_waves([]));
        assert_eq!(fleet.poll(), FleetNext::Start(0));
        fleet.cancel();
        assert_eq!(fleet.poll(), FleetNext::Wait);
        fleet.handle_finished(0, FleetVerdict::Changed, "");
        assert_eq!(fleet.poll(), FleetNext::Done);
    }
}
