use std::net::TcpStream;

use super::{ConnectLimit, Connector, tcp};
use crate::LinkError;
use crate::https::settings::HttpsSettings;

/// TCP without TLS, for firmware below 5.0 and for tunnels that encrypt themselves.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct PlainConnector;

impl PlainConnector {
    /// A connector without TLS.
    pub const fn new() -> Self {
        Self
    }
}

impl Connector for PlainConnector {
    type Connection = TcpStream;

    fn connect(
        &mut self,
        settings: &HttpsSettings,
        limit: &ConnectLimit<'_>,
    ) -> Result<TcpStream, LinkError> {
        tcp::open(settings.address(), limit)
    }
}
