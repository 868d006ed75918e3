//! A server on loopback for one connection, and what became of it.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ocpp_transport::{
    AcceptError, Accepted, ConnectOptions, Decision, Subprotocol, TlsServer, UpgradeRequest, accept,
};

/// A thread that serves one connection.
pub(crate) struct OneConnection<T> {
    pub(crate) address: SocketAddr,
    thread: JoinHandle<T>,
}

impl<T: Send + 'static> OneConnection<T> {
    /// Does anything with the raw connection.
    pub(crate) fn raw(serve: impl FnOnce(TcpStream) -> T + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = listener.local_addr().expect("address");
        let thread = thread::spawn(move || serve(listener.accept().expect("connection").0));
        Self { address, thread }
    }

    /// Accepts with a decision, and goes on with the result.
    pub(crate) fn ocpp(
        tls: Option<TlsServer>,
        decide: impl FnOnce(&UpgradeRequest) -> Decision + Send + 'static,
        serve: impl FnOnce(Result<Accepted, AcceptError>) -> T + Send + 'static,
    ) -> Self {
        Self::raw(move |tcp| serve(accept(tcp, tls.as_ref(), &options(), decide)))
    }

    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}/ocpp", self.address.port())
    }

    /// What the server made of it.
    pub(crate) fn outcome(self) -> T {
        self.thread.join().expect("server thread")
    }
}

pub(crate) fn takes_16(request: &UpgradeRequest) -> Decision {
    Decision::negotiate(request, &[Subprotocol::OCPP16])
}

/// Long enough for a busy machine; no test waits for it to pass.
pub(crate) fn options() -> ConnectOptions {
    ConnectOptions::new().with_every_timeout(Duration::from_secs(30))
}
