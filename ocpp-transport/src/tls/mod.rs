mod client;
mod clock;
mod config_error;
mod failure;
mod judged_roots;
mod key_log;
mod observation;
mod provider;
mod resolver;
mod server;
mod suite;
mod verifier;

pub use client::{TlsClient, TlsClientBuilder};
pub use config_error::TlsConfigError;
pub use failure::TlsFailure;
pub use observation::TlsObservation;
pub use provider::Provider;
pub use server::{ClientCertificates, TlsServer, TlsServerBuilder};
pub use suite::{CipherSuite, TlsVersion};

pub(crate) use clock::unix_time;
