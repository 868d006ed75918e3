#![doc = include_str!("../README.md")]

pub mod children;
pub mod families;
pub mod guarded;
pub mod inputs;
mod outcome;
mod paired;
pub mod peers;
pub mod report;

pub use outcome::{Case, Cost, Growth, Outcome, Target};
pub use paired::{Contender, Effort, Figure, curve, measure};

/// Why a bench could not be set up, or its contenders disagree. Never what is measured.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// `Ok` if `holds`: contenders must do the same work before their times mean anything.
///
/// # Errors
/// `what` does not hold.
pub fn ensure(holds: bool, what: &str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(what.into()) }
}
