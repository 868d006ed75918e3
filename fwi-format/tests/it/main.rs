//! What the crate promises, proven from outside.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod container;
