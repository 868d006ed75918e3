//! Parsing and validation measured against floors and peers.

mod paired;

pub use paired::{Contender, Effort, Figure, measure};
