//! The gateway link against recordings of real servers.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod recordings;
mod secrets;
mod transcript;
