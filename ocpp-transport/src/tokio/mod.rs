//! The same connections for tokio: [`connect`], [`accept`], [`probe`] and [`OcppSocket`] do what
//! their blocking namesakes at the root of the crate do, with the same options, errors
//! and events. They need tokio's I/O and time drivers.

mod accept;
mod connect;
mod patience;
mod probe;
mod socket;
mod stream;

pub use accept::{Accepted, accept};
pub use connect::{connect, connect_to};
pub use probe::probe;
pub use socket::OcppSocket;
