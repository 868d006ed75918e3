//! The HTTPS link against a scripted peer that can misbehave byte by byte.

#![cfg(feature = "https")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic is how a test, and its peer, fails"
)]

#[cfg(feature = "tokio")]
mod asynchronous;
mod charger;
mod contracts;
mod faults;
mod native_tls;
mod secrets;
mod server;
mod sessions;
mod uploads;
