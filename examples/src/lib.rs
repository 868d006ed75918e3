//! What the command line tools share: how a charger, a document and a journal are named,
//! output for people and for machines, exit codes, Ctrl-C, passwords that never stand on
//! a command line, and a simulation to show and to test them with.

mod again;
mod arguments;
mod console;
mod counted;
mod document_arguments;
mod documents;
mod exit;
mod files;
#[cfg(doctest)]
mod guide;
mod interrupt;
mod outcome;
mod password;
mod place;
mod procedure;
mod reach;
mod reliability;
mod roots;
mod setting;
mod simulation;
mod stand_alone;
mod teller;
mod tolerance;
mod transactions;

pub use again::{same_again, to_go_back, to_go_on, typed};
pub use arguments::{
    ChangeArguments, JournalArguments, OutputArguments, PolicyArguments, StrategyArgument, Unsent,
};
pub use console::{Bar, Console};
pub use counted::counted;
pub use document_arguments::DocumentArguments;
pub use documents::{
    DocumentError, check_document, read_document, read_layers, resolve_document, tell_findings,
};
pub use exit::Exit;
pub use files::{ReadError, read_bounded, read_text};
pub use interrupt::cancel_on_interrupt;
pub use outcome::Telling;
pub use password::{PasswordError, charger_password, fleet_password};
pub use place::{Place, PlaceError};
pub use procedure::{ProcedureArguments, drive, is_there};
pub use reach::{
    ChargerArguments, LinkArguments, ReachError, TIME_TO_ANSWER, explain, with_causes,
};
pub use reliability::{Extent, Fallible, Figure, Injected, NUMBERED, inject, measure, replay};
pub use roots::{check_certificates, describe_roots};
pub use setting::{Setting, SettingError};
pub use simulation::{Simulation, SimulationOptions};
pub use stand_alone::go_stand_alone;
pub use teller::Teller;
pub use tolerance::Tolerance;
pub use transactions::store_transactions;
