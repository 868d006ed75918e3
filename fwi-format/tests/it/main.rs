//! What the crate promises, proven from outside.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[cfg(all(feature = "archive", feature = "verify"))]
mod archive;
mod bare_metal;
mod compatibility;
mod container;
mod contracts;
mod inspect;
mod names;
mod stream;
#[cfg(feature = "verify")]
mod test_release;
#[cfg(feature = "verify")]
mod verify;
