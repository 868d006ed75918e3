use super::{Armed, ChargerName, Ending, Entry, Event, Leg};
use crate::{Failure, PersonStep, ProcedureKind};

/// What the entries of a journal amount to: how far the last procedure has come.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct History {
    /// Which procedure, on which charger; `None` in an empty journal.
    pub opened: Option<Opened>,
    /// The one-way doors that the caller agreed to; `None` before the word to begin.
    pub agreed: Option<Vec<String>>,
    /// What persons have done since.
    pub person_done: Vec<PersonStep>,
    /// Whether the caller has the records of the charger's transactions.
    pub exported: bool,
    /// The way back; `None` as long as nothing may have been written.
    pub armed: Option<Armed>,
    /// How far the way there is.
    pub there: LegHistory,
    /// Why the old settings go back, once they do.
    pub retreat: Option<Failure>,
    /// How far the way back is.
    pub back: LegHistory,
    /// How it ended, once it has.
    pub ended: Option<Ending>,
    /// The digest of the public files, such as root certificates, with which a procedure of
    /// this journal was last proven or found in force. They cannot be read back.
    pub installed: Option<String>,
}

/// The first entry of a procedure.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Opened {
    /// Which procedure.
    pub procedure: ProcedureKind,
    /// The digest of its wish.
    pub wish: String,
    /// The digest of the public files that it installs; empty if there are none.
    pub files: String,
    /// Which charger.
    pub charger: ChargerName,
    /// Whether a back office accepted it at that moment.
    pub accepted_before: bool,
}

/// How far one leg is.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct LegHistory {
    /// How many steps are done; they are done in order.
    pub done: usize,
    /// The boot count that the last of them reported.
    pub boot_count: Option<u64>,
    /// The step that was begun and is not known to be done.
    pub begun: Option<Begun>,
}

/// A step that was begun and is not known to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Begun {
    /// Which step, from 0.
    pub index: usize,
    /// The boot count just before.
    pub boot_count: Option<u64>,
    /// The number of stored certificates just before.
    pub certificates: Option<u64>,
}

impl History {
    /// Reads the entries since the last [`Event::Opened`], and what was installed before.
    pub fn of(entries: &[Entry]) -> Self {
        let mut history = Self::default();
        for entry in entries {
            history.take(&entry.event);
        }
        history
    }

    /// Whether a procedure was begun and has not ended.
    pub const fn is_unfinished(&self) -> bool {
        self.opened.is_some() && self.ended.is_none()
    }

    fn take(&mut self, event: &Event) {
        match event {
            Event::Opened {
                procedure,
                wish,
                files,
                charger,
                accepted_before,
            } => {
                *self = Self {
                    opened: Some(Opened {
                        procedure: *procedure,
                        wish: wish.clone(),
                        files: files.clone(),
                        charger: charger.clone(),
                        accepted_before: *accepted_before,
                    }),
                    installed: self.installed.take(),
                    ..Self::default()
                }
            }
            Event::Resumed | Event::PersonAsked { .. } | Event::StepFailed { .. } => {}
            Event::Agreed { one_way_doors } => self.agreed = Some(one_way_doors.clone()),
            Event::TransactionsExported { .. } => self.exported = true,
            Event::PersonDone { step } => self.person_done.push(*step),
            Event::Armed(armed) => self.armed = Some((**armed).clone()),
            Event::DeadlineRenewed { deadline } => {
                if let Some(armed) = &mut self.armed {
                    armed.deadline = *deadline;
                }
            }
            Event::StepBegun { .. } | Event::StepDone { .. } => self.take_step(event),
            Event::RetreatBegun { failure } => {
                self.ended = None;
                self.retreat = Some(failure.clone());
                self.back = LegHistory::default();
            }
            Event::Ended { ending } => self.end(*ending),
        }
    }

    fn end(&mut self, ending: Ending) {
        self.ended = Some(ending);
        let files = self.opened.as_ref().map(|opened| &opened.files);
        if matches!(ending, Ending::Proven | Ending::AlreadyInForce)
            && let Some(files) = files.filter(|files| !files.is_empty())
        {
            self.installed = Some(files.clone());
        }
    }

    fn take_step(&mut self, event: &Event) {
        match event {
            Event::StepBegun {
                leg,
                index,
                boot_count,
                certificates,
                ..
            } => {
                self.leg(*leg).begun = Some(Begun {
                    index: *index,
                    boot_count: *boot_count,
                    certificates: *certificates,
                });
            }
            Event::StepDone {
                leg,
                index,
                boot_count,
                ..
            } => {
                let leg = self.leg(*leg);
                leg.done = index + 1;
                leg.boot_count = boot_count.or(leg.boot_count);
                leg.begun = None;
            }
            _ => {}
        }
    }

    const fn leg(&mut self, leg: Leg) -> &mut LegHistory {
        match leg {
            Leg::There => &mut self.there,
            Leg::Back => &mut self.back,
        }
    }
}
