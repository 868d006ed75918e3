//! The simulator seen from outside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is how a test fails, in its helpers too"
)]

mod alfenctl;
#[cfg(feature = "mdns")]
mod announcements;
mod api_client;
mod back_office;
mod contracts;
mod faults;
mod gateway_link;
mod gateway_recordings;
mod gateway_throughput;
mod https_api;
mod https_link;
mod moves;
mod program;
mod python_csms;
mod real_ocpp;
mod scenario;
mod support;
#[path = "../../../charger-link/tests/gateway/transcript.rs"]
mod transcript;
mod white_list;
