//! The same charger and back office on loopback sockets, in real time.

mod api;
mod api_fault;
mod api_upload;
mod charger;
mod connection;
mod http;
mod multipart;
mod record;
mod tls;

pub use charger::{SimulatedCharger, StartError};
