//! What would this back office tell the charger? [`machine`] decides, [`drive`] and its
//! tokio twin do.

mod action;
mod address;
mod boot;
mod diagnose;
mod document;
mod drive;
mod hello;
mod looks;
mod machine;
mod network;
mod offline;
mod options;
mod policy_finding;
mod report;
mod scrub;
mod step;
mod subject;
#[cfg(test)]
mod tests;
mod text;
mod tls;
mod transcript;
mod upgrade;

pub use diagnose::{BootStateSeen, Symptom, diagnose};
pub use document::SubjectError;
pub use drive::probe;
pub use options::ProbeOptions;
pub use report::{ProbeFinding, ProbeReport, ProbeVerdict};
pub use step::{ProbeStep, ProbeStepName};
pub use subject::ProbeSubject;
pub use transcript::TranscriptLine;

#[cfg(feature = "tokio")]
pub(crate) use action::{
    Action, BootEnd, Connect, Ended, Messages, Opened, Outcome, Reply, TalkEnd,
};
#[cfg(feature = "tokio")]
pub(crate) use drive::{CLOSE_TIMEOUT, keep, nonce, refusal};
#[cfg(feature = "tokio")]
pub(crate) use hello::MAX_FLIGHT;
#[cfg(feature = "tokio")]
pub(crate) use machine::ProbeMachine;
