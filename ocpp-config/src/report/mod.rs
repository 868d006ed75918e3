//! What was found, and the ways to show it.

#[cfg(feature = "excerpts")]
mod excerpts;
mod finding;
mod findings;
mod text;

pub use finding::{Finding, Place};
pub use findings::Report;
