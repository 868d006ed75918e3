//! Tests that need several crates at once, or the whole workspace.

mod architecture;
