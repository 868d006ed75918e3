mod accept;
mod connect;
mod dial;
mod patience;
mod socket;
mod stream;

pub use accept::{Accepted, accept};
pub use connect::{connect, connect_to};
pub use socket::{Interrupter, OcppSocket};

pub(crate) use dial::{dial, resolve};
pub(crate) use patience::Patience;
pub(crate) use stream::PatientTcp;
