//! A back office without a network: accounts, a certificate, verdicts.

mod account;
mod model;

pub use account::{Account, KeySpelling};
pub use model::{BackOfficeModel, Behaviour, ServerCertificate};
