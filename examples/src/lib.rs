//! What the command line tools share: output for people and for machines, exit codes,
//! Ctrl-C, and passwords that never stand on a command line.

mod console;
mod documents;
mod exit;
mod interrupt;
mod outcome;
mod password;
mod preflight;
mod procedure;
mod reach;
mod reliability;
mod secrets;
mod teller;

pub use console::{Bar, Console};
pub use documents::{DocumentError, read_document};
pub use exit::Exit;
pub use interrupt::cancel_on_interrupt;
pub use outcome::Telling;
pub use password::{PasswordError, charger_password};
pub use preflight::{FromHere, describe_roots};
pub use procedure::ProcedureArguments;
pub use reach::{ChargerArguments, TIME_TO_ANSWER, explain};
pub use reliability::{Extent, Fallible, Figure, Injected, inject, measure, replay};
pub use secrets::LocalSecrets;
pub use teller::Teller;
