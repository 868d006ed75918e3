use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::{client, server};

/// What a WebSocket runs over: TCP, or TLS as client or server.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Stream for client::TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

impl Stream for server::TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

pub(crate) type Transport = Box<dyn Stream>;

/// Reads what is there, at most 1 KiB; zero bytes are the end.
pub(crate) async fn read_some(transport: &mut Transport, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let mut buffer = [0; 1024];
    let count = transport.read(&mut buffer).await?;
    bytes.extend_from_slice(buffer.get(..count).unwrap_or_default());
    Ok(count)
}

/// Ends the sending side and reads what the peer still has to say, so that closing does
/// not reset the connection and take our last words with it.
pub(crate) async fn linger(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let rest = async {
        stream.shutdown().await?;
        let mut buffer = [0; 1024];
        let mut left = LINGER_BYTES;
        while left > 0 {
            match stream.read(&mut buffer).await? {
                0 => break,
                count => left = left.saturating_sub(count),
            }
        }
        io::Result::Ok(())
    };
    // All of it is only politeness towards a peer that may be gone already.
    let _ = timeout(LINGER, rest).await;
}

/// How long a peer may take to close its side too; one that understood does it at once.
const LINGER: Duration = Duration::from_millis(500);
/// How much of what it still sends is read.
const LINGER_BYTES: usize = 64 * 1024;
