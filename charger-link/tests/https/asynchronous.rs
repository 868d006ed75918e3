//! What only the tokio link has: futures that are dropped, and tasks that say goodbye.

use std::time::Duration;

use charger_link::https::tokio::{AsyncConnector, HttpsLink};
use charger_link::https::{RustlsConnector, Trust};
use charger_link::{AsyncCharger, AsyncLink, Context, LinkErrorKind, Request, Response};
use futures_util::StreamExt;
use ocpp_config::ObjectId;

use crate::charger::{Script, settings};
use crate::server::{Reaction, Server};

#[test]
fn a_dropped_future_leaves_the_link_usable() {
    let server = Script::with_faults([("GET prop", 0, Reaction::Hang)]).start();
    run(async {
        let mut link = link(&server);
        let request = Request::Read(vec![ObjectId::new(0x2053, 0)]);
        let mut context = Context::new(Duration::from_secs(60));
        let exchange = link.exchange(&request, &mut context);
        let given_up = tokio::time::timeout(Duration::from_millis(100), exchange).await;
        assert!(given_up.is_err(), "the charger does not answer");
        let answer = link.exchange(&request, &mut context).await;
        assert!(matches!(answer, Ok(Response::Objects(_))));
    });
    assert_eq!(server.record().connections, 2);
}

#[test]
fn a_dropped_link_logs_out_in_the_background() {
    let server = Script::default().start();
    run(async {
        let mut charger = AsyncCharger::new(link(&server));
        charger.read(&[ObjectId::new(0x2053, 0)]).await.unwrap();
        drop(charger);
        while server.lines().last().unwrap() != "POST logout" {
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn live_states_come_as_a_stream_that_ends_when_cancelled() {
    let server = Script::default().start();
    run(async {
        let mut charger = AsyncCharger::new(link(&server));
        let cancel = charger.cancel().clone();
        let mut states = std::pin::pin!(charger.monitor(Duration::from_millis(1)));
        for _ in 0..3 {
            let state = states.next().await.unwrap().unwrap();
            assert_eq!(state.boot_count, Some(7));
        }
        cancel.cancel();
        let error = states.next().await.unwrap().unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::Cancelled);
        assert!(states.next().await.is_none());
    });
}

#[test]
fn futures_can_move_between_threads() {
    fn send<T: Send>(value: T) -> T {
        value
    }
    let server = Script::default().start();
    run(async {
        let mut charger = AsyncCharger::new(link(&server));
        let identity = send(charger.identity()).await.unwrap();
        assert_eq!(identity.serial_number, "ACE0999001");
    });
}

#[test]
fn a_connection_shows_nothing_of_its_engine() {
    let server = Script::default().start();
    run(async {
        let mut connector = RustlsConnector::new(Trust::pinned(server.fingerprint));
        let connection = connector.connect(&settings(&server)).await.unwrap();
        assert_eq!(format!("{connection:?}"), "RustlsConnection { .. }");
    });
}

fn link(server: &Server) -> HttpsLink {
    HttpsLink::new(settings(server), Trust::pinned(server.fingerprint))
}

fn run(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(work);
}
