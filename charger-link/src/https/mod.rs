//! The charger's own HTTPS API.
//!
//! ```text
//!   Request ─▶ api (conversations) ─▶ Call ─▶ session (login, pace, retries) ─▶ wire ─▶ bytes
//!                                               ▲        │
//!                                       time, events   Action
//!                                               │        ▼
//!                             blocking.rs / tokio.rs: the drivers, over a Connector
//! ```
//!
//! Everything above the drivers is pure: it takes bytes and the time and tells what to
//! do next. The drivers own the connection; where it comes from is a `Connector`'s
//! business, so that another TLS engine or a tunnel can take its place.

mod api;
mod blocking;
mod connect;
#[cfg(feature = "discovery")]
mod mdns;
mod session;
mod settings;
mod sighting;
#[cfg(feature = "tokio")]
pub mod tokio;
mod trust;
mod wire;

pub use blocking::HttpsLink;
pub use connect::{
    ConnectLimit, Connection, Connector, PlainConnector, RustlsConnection, RustlsConnector,
};
#[cfg(feature = "native-tls")]
pub use connect::{NativeTlsConnection, NativeTlsConnector};
#[cfg(feature = "discovery")]
pub use mdns::{DiscoveryError, browse};
pub use settings::{Address, Credentials, HttpsSettings};
pub use sighting::{Introduction, Sighting, ask};
pub use trust::{
    FilePinStore, FirstContact, KeyFingerprint, KeyFingerprintError, MemoryPinStore, PinStore,
    PinStoreError, Trust,
};
