//! Connections between this crate's client and server side on loopback, with a PKI that
//! is generated for each test.

#![expect(
    clippy::expect_used,
    reason = "helpers of tests: what they set up has to work"
)]

mod connection;
mod contracts;
mod files;
mod forge;
mod handshake;
mod pki;
mod policy;
mod probe;
mod properties;
mod server;
#[cfg(feature = "tokio")]
mod tokio_twin;
#[cfg(feature = "tokio")]
mod twins;
