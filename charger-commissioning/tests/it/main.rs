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
mod contracts;
mod edges;
mod fleet;
mod gates;
mod gateway;
mod kill;
mod limits;
mod login;
mod matrix;
mod mobile;
mod pairs;
mod polite;
#[cfg(feature = "probe")]
mod probe;
mod procedures;
mod proposals;
mod resuming;
mod rolled_back;
mod rows;
mod sweep;
mod transactions;
