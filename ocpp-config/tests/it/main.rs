//! What the crate promises, seen from outside.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

mod checked;
mod codecs;
mod contracts;
mod decode;
mod documents;
mod fixture;
mod generated;
mod golden;
mod ocpp201;
mod plan;
mod purity;
mod reports;
mod rules;
#[cfg(feature = "settings-xml")]
mod settings_xml;
mod setup;
mod sound;
mod strategies;
mod values;
