#![doc = include_str!("../README.md")]
#![doc = include_str!("../docs/rows.md")]

mod action;
mod asking;
mod check;
mod clock;
mod diagnose;
mod driver;
mod failure;
mod fleet;
mod ids;
mod journal;
mod look;
mod machine;
mod moment;
mod observer;
mod outcome;
mod person;
mod phase;
mod policy;
mod preflight;
mod procedure;
mod proof;
mod proposal;
mod reading;
mod script;
mod status;
mod step;

pub use action::{Action, Answer, Question};
pub use clock::{Clock, SystemClock};
pub use diagnose::{Diagnosis, diagnose};
pub use driver::{RunError, run};
pub use failure::{Concern, Failure};
pub use fleet::{
    Abort, Fleet, FleetEntry, FleetList, FleetListError, FleetPolicy, FleetReport, FleetRow,
    MAX_FLEET, Next, RowState, Verdict, run_fleet,
};
pub use journal::{
    Armed, Begun, ChargerName, Ending, Entry, Event, FileJournal, History, Journal, JournalError,
    JournalStore, Leg, LegHistory, MAX_JOURNAL_BYTES, MemoryJournal, Opened,
};
#[cfg(feature = "tokio")]
pub use look::look_async;
pub use look::{Inspection, Inspector, Look, MobileView, ProfileView, ReadOnly, Verifier, look};
pub use machine::Machine;
pub use moment::Moment;
pub use observer::{Observer, Unobserved};
pub use outcome::{End, Outcome, Refusal};
pub use person::PersonStep;
pub use policy::{OnPreflightFailure, Policy, UnsentTransactions, WhenBusy};
pub use preflight::{NoPreflight, Preflight, PreflightReport, PreflightSubject, PreflightVerdict};
pub use procedure::{
    ChangeBackOffice, InstallRoot, ProcedureKind, RestoreSnapshot, RollBack, StandAlone,
    StartError, Strategy,
};
pub use proof::{BootState, Doubt, Goal, Reading, judge};
pub use proposal::{Change, Proposal, SafetyNote};
pub use script::{ContainerKind, StepName};
pub use status::Status;
#[cfg(feature = "tokio")]
pub use {clock::AsyncClock, driver::run_async, preflight::AsyncPreflight};
