mod charger_clock;
mod client_rules;
mod common_rules;
mod facts;
mod finding;
mod path;
mod report;
mod revocation;
mod root_rules;
mod server_rules;

pub use client_rules::{ClientExpectations, check_client};
pub use finding::{CertificatePlace, ChargerVerdict, OcppVerdict, PolicyFinding};
pub use report::{PolicyReport, check_chain};
pub use revocation::check_revocation;
pub use root_rules::check_new_root;
