use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ocpp_transport::{Accepted, Decision, Subprotocol, TlsServer, UpgradeRequest, accept};

/// A server for any number of connections; it stops when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Does anything with each raw connection.
    pub(crate) fn raw(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = listener.local_addr().expect("address");
        let stopped = Arc::new(AtomicBool::new(false));
        let serve = Arc::new(serve);
        let flag = Arc::clone(&stopped);
        let thread = thread::spawn(move || {
            for tcp in listener.incoming().flatten() {
                if flag.load(Ordering::SeqCst) {
                    break;
                }
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(tcp));
            }
        });
        Self {
            address,
            stopped,
            thread: Some(thread),
        }
    }

    /// A back office: TLS if given, a decision on each request, and what comes then.
    pub(crate) fn ocpp(
        tls: Option<TlsServer>,
        decide: impl Fn(&UpgradeRequest) -> Decision + Send + Sync + 'static,
        serve: impl Fn(Accepted) + Send + Sync + 'static,
    ) -> Self {
        Self::raw(move |tcp| {
            if let Ok(accepted) = accept(tcp, tls.as_ref(), &crate::server::options(), &decide) {
                serve(accepted);
            }
        })
    }

    /// A back office without TLS that keeps every connection it takes.
    pub(crate) fn plain(
        decide: impl Fn(&UpgradeRequest) -> Decision + Send + Sync + 'static,
    ) -> Self {
        Self::ocpp(None, decide, keep)
    }

    /// Writes these bytes in answer to whatever came first, and closes.
    pub(crate) fn saying(answer: impl Into<String>) -> Self {
        let answer = answer.into();
        Self::raw(move |mut tcp| {
            let request = head(&mut tcp);
            let key = request
                .lines()
                .find_map(|it| it.strip_prefix("Sec-WebSocket-Key: "))
                .unwrap_or_default();
            let accept = tungstenite_accept(key);
            let _ = tcp.write_all(answer.replace("ACCEPT", &accept).as_bytes());
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("server thread");
        }
    }
}

/// Keeps a connection until the other side closes it.
pub(crate) fn keep(mut accepted: Accepted) {
    while let Ok(event) = accepted.socket.poll(Duration::from_secs(30)) {
        if let ocpp_transport::SocketEvent::Closed(_) = event {
            break;
        }
    }
}

/// Takes a login with this password, and refuses all else with 401.
pub(crate) fn password(
    expected: impl Into<Vec<u8>>,
) -> impl Fn(&UpgradeRequest) -> Decision + Send + Sync + 'static {
    let expected = expected.into();
    move |request| match &request.credentials {
        Some(login) if login.password().expose() == expected => takes_16(request),
        _ => Decision::refuse(401),
    }
}

pub(crate) fn takes_16(request: &UpgradeRequest) -> Decision {
    Decision::negotiate(request, &[Subprotocol::OCPP16])
}

/// Reads to the empty line, or what there is of a ClientHello.
pub(crate) fn head(tcp: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count) = tcp.read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..count]);
        let is_tls = bytes.first() == Some(&22);
        if count == 0 || is_tls || bytes.ends_with(b"\r\n\r\n") {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn tungstenite_accept(key: &str) -> String {
    tungstenite::handshake::derive_accept_key(key.as_bytes())
}
