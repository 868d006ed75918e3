#![doc = include_str!("../README.md")]

#[cfg(feature = "clock")]
pub mod children;
#[cfg(feature = "clock")]
pub mod families;
pub mod guarded;
pub mod inputs;
#[cfg(feature = "clock")]
pub mod layouts;
#[cfg(feature = "clock")]
mod outcome;
#[cfg(feature = "clock")]
mod paired;
pub mod peers;
#[cfg(feature = "clock")]
pub mod report;

#[cfg(feature = "clock")]
pub use outcome::{Case, Cost, Growth, Outcome, Target};
#[cfg(feature = "clock")]
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
