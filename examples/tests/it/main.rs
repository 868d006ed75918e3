//! Tests that need several crates at once, or the whole workspace.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is how a test fails"
)]

mod architecture;
#[cfg(unix)]
mod at_a_terminal;
mod change_back_office;
mod change_fleet;
mod charger_calls;
mod concerns;
mod crate_docs;
mod guide;
mod https_link;
mod installer;
mod interrupted;
mod kill_sweep;
mod library_examples;
mod link_table;
mod link_tools;
mod probe_csms;
mod quirks;
mod readme;
mod recipe;
mod reliability;
mod scene;
mod sightings;
mod small_procedures;
mod surface;
mod ways_in;
mod ways_out;
