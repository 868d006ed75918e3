//! The families: what is measured, against what, and with which goal.

mod certificates;
mod changeover;
mod containers;
mod documents;
mod gateway;
mod handshakes;
mod pages;
mod validation;

pub use changeover::{Changeover, Memory, memory_of_changeovers};

use crate::{Effort, Error, Outcome};

/// Runs one family.
pub type Family = fn(Effort) -> Result<Outcome, Error>;

/// All of them, by the id under which `measure --only` finds them.
pub const FAMILIES: &[(&str, Family)] = &[
    ("F1", containers::header),
    ("F2", containers::header_of_a_large_file),
    ("F3", containers::signature),
    ("L1", pages::page),
    ("L2", gateway::line),
    ("C1", documents::toml),
    ("C2", documents::json),
    ("C3", validation::rules),
    ("C4", validation::many),
    ("C5", documents::plan_and_back),
    ("T1", handshakes::handshake),
    ("T2", certificates::policy),
    ("P1", changeover::whole),
    ("P2", changeover::memory),
];
