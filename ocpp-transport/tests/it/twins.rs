//! What both sockets do in the same situation, blocking and on tokio, in one table.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use ocpp_transport::{CallError, Endpoint, OcppSocket, SocketError, SocketEvent, Subprotocol};
use serde_json::{Value, json};

use crate::server::{OneConnection, options, takes_16};

const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_millis(100);
/// More than the sockets of two operating systems hold.
const TOO_MUCH: usize = 48 * 1024 * 1024;

/// What the back office does. It stays there until the receiver tells that it may go.
type Peer = fn(OcppSocket, &Receiver<()>);

#[derive(Debug, Clone, Copy)]
enum Ask {
    /// A call of about so many bytes.
    Call(usize, Duration),
    Poll(Duration),
    /// Again and again, as long as nothing comes.
    PollUntilSomething(Duration),
}

/// What the charger asks, what the back office does, and what the charger sees of it.
const CONTRACT: [(&str, Ask, Peer, &str); 9] = [
    ("an answer", Ask::Call(0, LONG), answers, "answered"),
    (
        "an answer, whenever",
        Ask::Call(0, Duration::MAX),
        answers,
        "answered",
    ),
    ("no answer", Ask::Call(0, SHORT), waits, "timeout"),
    ("nobody reads", Ask::Call(TOO_MUCH, SHORT), waits, "timeout"),
    ("it is gone", Ask::Call(0, LONG), breaks, "broken"),
    ("it says goodbye", Ask::Poll(LONG), closes, "closed 1001"),
    ("nothing comes", Ask::Poll(SHORT), waits, "idle"),
    (
        "no time, and nothing",
        Ask::Poll(Duration::ZERO),
        waits,
        "idle",
    ),
    (
        "no time, but a call",
        Ask::PollUntilSomething(Duration::ZERO),
        calls,
        "called",
    ),
];

#[test]
fn the_blocking_socket_keeps_the_contract() {
    for (situation, ask, peer, expected) in CONTRACT {
        let (server, go, endpoint) = back_office(peer);
        let socket = ocpp_transport::connect(&endpoint, None, &options()).expect("connected");
        assert_eq!(blocking(socket, ask), expected, "{situation}");
        drop(go);
        server.outcome();
    }
}

#[tokio::test]
async fn the_tokio_socket_keeps_the_contract() {
    for (situation, ask, peer, expected) in CONTRACT {
        let (server, go, endpoint) = back_office(peer);
        let connected = ocpp_transport::tokio::connect(&endpoint, None, &options()).await;
        let socket = connected.expect("connected");
        assert_eq!(on_tokio(socket, ask).await, expected, "{situation}");
        drop(go);
        server.outcome();
    }
}

fn blocking(mut socket: OcppSocket, ask: Ask) -> String {
    match ask {
        Ask::Call(size, time) => of_call(socket.call("DataTransfer", payload(size), time)),
        Ask::Poll(time) => of_poll(socket.poll(time)),
        Ask::PollUntilSomething(time) => {
            let began = Instant::now();
            loop {
                match socket.poll(time) {
                    Ok(SocketEvent::Idle) if began.elapsed() < LONG => {}
                    outcome => return of_poll(outcome),
                }
            }
        }
    }
}

async fn on_tokio(mut socket: ocpp_transport::tokio::OcppSocket, ask: Ask) -> String {
    match ask {
        Ask::Call(size, time) => of_call(socket.call("DataTransfer", payload(size), time).await),
        Ask::Poll(time) => of_poll(socket.poll(time).await),
        Ask::PollUntilSomething(time) => {
            let began = Instant::now();
            loop {
                match socket.poll(time).await {
                    Ok(SocketEvent::Idle) if began.elapsed() < LONG => {
                        tokio::task::yield_now().await;
                    }
                    outcome => return of_poll(outcome),
                }
            }
        }
    }
}

fn of_call(outcome: Result<Value, CallError>) -> String {
    match outcome {
        Ok(_) => "answered".to_owned(),
        Err(CallError::Timeout) => "timeout".to_owned(),
        Err(CallError::Socket(error)) => of_error(&error),
        Err(error) => format!("{error:?}"),
    }
}

fn of_poll(outcome: Result<SocketEvent, SocketError>) -> String {
    match outcome {
        Ok(SocketEvent::Idle) => "idle".to_owned(),
        Ok(SocketEvent::Called(_)) => "called".to_owned(),
        Ok(SocketEvent::Closed(reason)) => format!("closed {}", reason.code.unwrap_or_default()),
        Ok(event) => format!("{event:?}"),
        Err(error) => of_error(&error),
    }
}

fn of_error(error: &SocketError) -> String {
    match error {
        SocketError::Broken(_) => "broken".to_owned(),
        error => format!("{error:?}"),
    }
}

fn payload(size: usize) -> Value {
    json!({"vendorId": "x", "data": "x".repeat(size)})
}

fn back_office(peer: Peer) -> (OneConnection<()>, Sender<()>, Endpoint) {
    let (go, may_go) = channel();
    let server = OneConnection::ocpp(None, takes_16, move |accepted| {
        peer(accepted.expect("accepted").socket, &may_go);
    });
    let endpoint = Endpoint::new(&server.url("ws"), "CP1", Subprotocol::OCPP16);
    (server, go, endpoint.expect("endpoint"))
}

fn answers(mut socket: OcppSocket, may_go: &Receiver<()>) {
    if let Ok(SocketEvent::Called(call)) = socket.poll(LONG) {
        socket.answer(&call, Ok(json!({}))).expect("sent");
    }
    wait(may_go);
}

fn waits(_socket: OcppSocket, may_go: &Receiver<()>) {
    wait(may_go);
}

fn breaks(socket: OcppSocket, _: &Receiver<()>) {
    socket.interrupter().expect("handle").interrupt();
}

fn closes(socket: OcppSocket, _: &Receiver<()>) {
    socket.close(1001, "", LONG);
}

fn calls(mut socket: OcppSocket, may_go: &Receiver<()>) {
    // Nobody answers it.
    let _ = socket.call("Reset", json!({"type": "Hard"}), SHORT);
    wait(may_go);
}

/// Until the other end is dropped.
fn wait(may_go: &Receiver<()>) {
    let _ = may_go.recv();
}
