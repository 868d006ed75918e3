//! Procedures against simulated chargers, in virtual time.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench fails by panicking, and what it offers is for tests only"
)]

#[cfg(feature = "tokio")]
mod asynchronous;
mod bench;
mod change;
mod fleet;
mod gates;
mod gateway;
mod kill;
mod pairs;
mod procedures;
mod rows;
mod sweep;
