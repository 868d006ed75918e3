//! CiA 309-3 gateways in front of a simulated charger, in the dialects of two open
//! servers.
//!
//! They answer as recordings of the real ones do, quirks included; how many of the
//! recorded lines match is asserted in `tests/it/gateway_recordings.rs`. Not modelled:
//! the CAN bus and its events other than boot-up, PDO and LSS, the help and log texts
//! of CANopenNode's server, what Lely's does to text outside ASCII, and CANopenNode's
//! time budget for writes that arrive slowly.

mod access;
mod command;
mod dialect;
mod parse;
mod serve;
mod session;
mod value;
mod virtual_link;

pub use access::ObjectAccess;
pub use dialect::Dialect;
pub use serve::{GatewayOptions, SimulatedGateway};
pub use session::GatewaySession;
pub use virtual_link::VirtualGatewayLink;
