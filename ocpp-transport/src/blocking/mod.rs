mod accept;
mod connect;
mod dial;
mod patience;
mod socket;
mod stream;

pub use accept::{Accepted, accept};
pub use connect::{connect, connect_to};
pub use socket::{Interrupter, OcppSocket};
