//! The unencrypted beginning of a TLS handshake up to version 1.2 (RFC 5246 section 7.4):
//! one ClientHello out, ServerHello to ServerHelloDone in. No cryptography: it shows what
//! a server would do for a client whose suites or versions our TLS library does not speak.
//! It proves parameters, not the possession of a key, and nothing secret ever goes over
//! such a connection.

mod client_hello;
mod reader;
mod server_flight;

pub(crate) use client_hello::ClientHello;
pub(crate) use server_flight::{FlightError, Progress, ServerFlight, read_flight};

/// The most that is read of a server's first flight, bytes.
pub(crate) const MAX_FLIGHT: usize = 64 * 1024;
