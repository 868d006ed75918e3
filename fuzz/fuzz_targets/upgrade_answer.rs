//! Whatever stands where a back office was expected answers the upgrade with: an error,
//! since nobody can guess the key. Over a loopback socket, as the client takes no other.
#![no_main]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use ocpp_transport::{ConnectOptions, Endpoint, Subprotocol, connect_to};

static SERVER: OnceLock<(SocketAddr, Sender<Vec<u8>>)> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let (address, answers) = SERVER.get_or_init(serve);
    answers.send(bytes.to_vec()).unwrap();
    let url = format!("ws://127.0.0.1:{}/x", address.port());
    let endpoint = Endpoint::new(&url, "CP1", Subprotocol::OCPP16).unwrap();
    let options = ConnectOptions::new().with_every_timeout(Duration::from_millis(500));
    assert!(connect_to(&endpoint, &[*address], None, &options).is_err());
});

/// Answers one connection after the other with what it is sent through the channel.
fn serve() -> (SocketAddr, Sender<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = channel::<Vec<u8>>();
    std::thread::spawn(move || {
        for (tcp, answer) in listener.incoming().zip(receiver) {
            let Ok(mut tcp) = tcp else { continue };
            let _ = tcp.read(&mut [0; 2048]);
            let _ = tcp.write_all(&answer);
        }
    });
    (address, sender)
}
