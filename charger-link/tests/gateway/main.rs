//! The gateway link against recordings of real servers.

mod recordings;
mod transcript;
