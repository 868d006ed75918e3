#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod action;
mod advice;
mod asking;
mod check;
mod containers;
mod diagnose;
mod driver;
mod durable;
mod failure;
mod fleet;
mod hex;
mod ids;
mod journal;
mod local_secrets;
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
#[cfg(doc)]
pub mod rows;
mod script;
mod shown;
mod status;
mod step;
mod transactions;
mod values;

pub use action::{Action, Answer, Question};
pub use advice::Advice;
pub use diagnose::{Diagnosis, diagnose};
pub use driver::{Driver, RunError};
pub use failure::Failure;
pub use fleet::{
    Fleet, FleetAbort, FleetEntry, FleetList, FleetListError, FleetNext, FleetPolicy, FleetReport,
    FleetRow, FleetRowState, FleetRunner, FleetVerdict, MAX_FLEET,
};
pub use journal::{
    Armed, Begun, ChargerName, Ending, Entry, Event, FileJournal, History, Journal, JournalError,
    JournalStore, Leg, LegHistory, MAX_JOURNAL_BYTES, MemoryJournal, Opened,
};
pub use local_secrets::LocalSecrets;
pub use look::{
    Inspection, Inspector, Look, LookDriver, LookError, MobileView, ProfileView, ReadOnly, Verifier,
};
pub use machine::Machine;
pub use moment::Moment;
pub use observer::{Observer, Unobserved};
pub use outcome::{End, Outcome, Refusal};
pub use person::PersonStep;
pub use policy::{Policy, UnsentTransactions, WhenBusy, WhenLate, WhenPreflightFails};
#[cfg(feature = "tokio")]
pub use preflight::AsyncPreflight;
#[cfg(feature = "probe")]
pub use preflight::ProbePreflight;
pub use preflight::{NoPreflight, Preflight, PreflightReport, PreflightSubject, PreflightVerdict};
pub use procedure::{
    ChangeBackOffice, InstallRoot, ProcedureKind, RestoreSnapshot, RollBack, StandAlone,
    StartError, Strategy,
};
pub use proof::{Doubt, Goal, judge};
pub use proposal::{Change, Proposal, SafetyNote};
pub use script::{ContainerKind, StepName};
pub use status::Status;
pub use transactions::TransactionExport;
