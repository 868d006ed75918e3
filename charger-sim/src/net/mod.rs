//! The same charger and back office on loopback sockets, in real time.

#[cfg(feature = "mdns")]
mod announcer;
pub(crate) mod api;
mod api_cards;
mod api_fault;
mod api_upload;
mod authority;
mod back_office;
mod charger;
mod connection;
mod http;
mod multipart;
mod ocpp;
mod office_link;
mod office_record;
mod record;
mod shared;
mod start_error;
mod tls;

#[cfg(feature = "mdns")]
pub use announcer::Announcer;
pub(crate) use api::{Call, Caller};
pub(crate) use api_fault::{PLACES, request_name};
pub use authority::{Authority, AuthorityError};
pub use back_office::{OfficeOptions, SimulatedBackOffice};
pub use charger::SimulatedCharger;
pub(crate) use http::{Answer, Head};
pub(crate) use multipart::firmware_file;
pub use office_record::OfficeRecord;
pub(crate) use shared::{STACK, Shared};
pub use start_error::StartError;
