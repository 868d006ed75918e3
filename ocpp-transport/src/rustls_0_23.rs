//! The way through to rustls 0.23 for callers who need what this crate does not offer.
//!
//! Only here do rustls types appear. When this crate moves to another rustls version, a
//! module of that name takes this one's place, and code that does not come here is not
//! touched by it.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, ServerConfig};

use crate::tls::{Provider, TlsClient, TlsServer};

/// Any rustls crypto provider: OpenSSL's, a hardware token's, a certified one.
pub const fn provider(provider: Arc<CryptoProvider>) -> Provider {
    Provider::from_rustls(provider)
}

/// A configuration that connects as the client does, for use with other TLS streams.
pub fn client_config(client: &TlsClient) -> Arc<ClientConfig> {
    client.handshake().config
}

/// The configuration of a test back office.
pub fn server_config(server: &TlsServer) -> Arc<ServerConfig> {
    Arc::clone(server.rustls())
}

/// A test back office with a configuration made elsewhere.
pub const fn server(config: Arc<ServerConfig>) -> TlsServer {
    TlsServer::from_rustls(config)
}
