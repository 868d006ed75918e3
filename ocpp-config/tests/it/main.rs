//! What the crate promises, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test helpers outside of #[test] functions fail by panicking too"
)]

mod codecs;
mod fixture;
mod golden;
mod plan;
mod setup;
