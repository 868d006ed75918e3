//! What the crate promises, seen from outside.

mod codecs;
mod fixture;
