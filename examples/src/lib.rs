//! What the command line tools share: output for people and for machines, exit codes,
//! Ctrl-C, and passwords that never stand on a command line.

mod console;
mod exit;
mod interrupt;
mod password;

pub use console::{Bar, Console};
pub use exit::Exit;
pub use interrupt::cancel_on_interrupt;
pub use password::{PasswordError, charger_password};
