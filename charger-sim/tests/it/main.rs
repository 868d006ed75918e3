//! The simulator seen from outside.

mod faults;
mod moves;
mod support;
