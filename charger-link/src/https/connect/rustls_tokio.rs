use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::opaque::polls_through;
use super::rustls::{Failure, RustlsConnector, client_config, server_name, tls_error};
use crate::LinkError;
use crate::https::settings::HttpsSettings;
use crate::https::tokio::{AsyncConnector, open};
use crate::https::trust::KeyFingerprint;

/// What a [`RustlsConnector`] opens for tokio: TCP with TLS by rustls on top.
pub struct RustlsConnection(TlsStream<TcpStream>);

polls_through!(RustlsConnection);

impl AsyncConnector for RustlsConnector {
    type Connection = RustlsConnection;

    async fn connect(&mut self, settings: &HttpsSettings) -> Result<RustlsConnection, LinkError> {
        let expected = self.trust().expected(&settings.pin_name())?;
        match handshake(settings, expected).await {
            Err(Failure::Unknown(fingerprint)) => {
                self.trust().introduce(settings, fingerprint)?;
                sleep(settings.reconnect_gap()).await;
                let again = handshake(settings, Some(fingerprint)).await;
                again.map_err(Failure::into_error)
            }
            outcome => outcome.map_err(Failure::into_error),
        }
    }
}

async fn handshake(
    settings: &HttpsSettings,
    expected: Option<KeyFingerprint>,
) -> Result<RustlsConnection, Failure> {
    let config = Arc::new(client_config(expected)?);
    let name = server_name(settings)?;
    let tcp = open(settings).await?;
    let connected = TlsConnector::from(config).connect(name, tcp).await;
    connected.map(RustlsConnection).map_err(tls_error)
}
