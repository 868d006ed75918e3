use tokio::net::TcpStream;
use tokio_native_tls::{TlsConnector, TlsStream};

use super::native::{NativeTlsConnector, check_key, connector, pin_failed, tls_failed};
use super::opaque::polls_through;
use crate::LinkError;
use crate::https::settings::HttpsSettings;
use crate::https::tokio::{AsyncConnector, open};
use crate::https::trust::{KeyFingerprint, PinError};

/// What a [`NativeTlsConnector`] opens for tokio: TCP with TLS by the platform's engine
/// on top.
pub struct NativeTlsConnection(TlsStream<TcpStream>);

polls_through!(NativeTlsConnection);

impl AsyncConnector for NativeTlsConnector {
    type Connection = NativeTlsConnection;

    async fn connect(
        &mut self,
        settings: &HttpsSettings,
    ) -> Result<NativeTlsConnection, LinkError> {
        let expected = self.trust().expected(&settings.pin_name())?;
        match handshake(settings, expected).await? {
            Ok(stream) => Ok(stream),
            Err(PinError::Unknown(fingerprint)) => {
                self.trust().introduce(settings, fingerprint)?;
                tokio::time::sleep(settings.reconnect_gap()).await;
                let again = handshake(settings, Some(fingerprint)).await?;
                again.map_err(pin_failed)
            }
            Err(error) => Err(pin_failed(error)),
        }
    }
}

async fn handshake(
    settings: &HttpsSettings,
    expected: Option<KeyFingerprint>,
) -> Result<Result<NativeTlsConnection, PinError>, LinkError> {
    let connector = TlsConnector::from(connector()?);
    let tcp = open(settings).await?;
    let connected = connector.connect(settings.address().host(), tcp).await;
    let stream = connected.map_err(tls_failed)?;
    Ok(check_key(stream.get_ref(), expected)?.map(|()| NativeTlsConnection(stream)))
}
