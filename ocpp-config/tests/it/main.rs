//! What the crate promises, seen from outside.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

mod codecs;
mod documents;
mod fixture;
mod golden;
mod plan;
mod rules;
mod setup;
mod sound;
mod strategies;
