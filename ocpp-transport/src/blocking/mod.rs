mod accept;
mod connect;
mod dial;
mod patience;
mod socket;
mod stream;

pub use accept::{AcceptError, Accepted, accept};
pub use connect::{connect, connect_to};
pub use socket::{Direction, Interrupter, OcppSocket, SocketEvent};
