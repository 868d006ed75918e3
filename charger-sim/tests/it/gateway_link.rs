//! The gateway link against a simulated charger behind either gateway, on a pseudo
//! terminal and on TCP.

use std::time::{Duration, Instant};

use bytes::Bytes;
use charger_link::gateway::codec::NodeAddress;
use charger_link::gateway::{GatewayLink, GatewaySettings, SerialSettings};
use charger_link::{
    AsyncLink, Cancel, Context, Link, LinkErrorKind, Progress, Request, Response, Upload,
    UploadState,
};
use charger_sim::{
    ChargerSetup, Dialect, GatewayOptions, SimulatedCharger, SimulatedGateway, TestContainer,
};
use ocpp_config::{DataType, ObjectId, ObjectWrite, Secret, Value, WriteOnlyItem, objects};

const DIALECTS: [Dialect; 2] = [Dialect::CanOpenNode, Dialect::Lely];
const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn everything_works_on_tcp_in_both_dialects() {
    for dialect in DIALECTS {
        let charger = charger();
        let gateway = SimulatedGateway::tcp(&charger, GatewayOptions::new(dialect)).unwrap();
        let mut link = GatewayLink::tcp(gateway.address().unwrap(), settings()).unwrap();
        everything(&mut link, &charger);
    }
}

#[cfg(unix)]
#[test]
fn everything_works_on_a_serial_port_in_both_dialects() {
    for dialect in DIALECTS {
        let charger = charger();
        let gateway = SimulatedGateway::pty(&charger, GatewayOptions::new(dialect)).unwrap();
        let mut link = serial(&gateway);
        everything(&mut link, &charger);
    }
}

#[cfg(unix)]
#[test]
fn a_console_that_echoes_does_no_harm() {
    for dialect in DIALECTS {
        let charger = charger();
        let options = GatewayOptions::new(dialect).with_echo(true);
        let gateway = SimulatedGateway::pty(&charger, options).unwrap();
        everything(&mut serial(&gateway), &charger);
    }
}

/// The same over tokio.
#[test]
fn a_runtime_drives_the_same_engine() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let charger = charger();
    for dialect in DIALECTS {
        let gateway = SimulatedGateway::tcp(&charger, GatewayOptions::new(dialect)).unwrap();
        let address = gateway.address().unwrap();
        let link = charger_link::gateway::tokio::GatewayLink::tcp(address, settings()).unwrap();
        runtime.block_on(uploads(link));
        #[cfg(unix)]
        {
            let gateway = SimulatedGateway::pty(&charger, GatewayOptions::new(dialect)).unwrap();
            let path = gateway.path().unwrap();
            let port = SerialSettings::default();
            let link = charger_link::gateway::tokio::GatewayLink::serial(path, port, settings());
            runtime.block_on(uploads(link));
        }
    }
}

async fn uploads(mut link: impl AsyncLink) {
    let mut context = Context::new(MINUTE);
    let done = link.exchange(&container(), &mut context).await;
    assert_eq!(done.unwrap(), Response::Done);
    let mut context = Context::new(MINUTE);
    let read = Request::Read(vec![objects::UPLOAD_STATUS]);
    let found = link.exchange(&read, &mut context).await.unwrap();
    assert!(matches!(found, Response::Objects(found) if found.len() == 1));
    let mut context = Context::new(MINUTE);
    let closed = link.exchange(&Request::Close, &mut context).await;
    assert_eq!(closed.unwrap(), Response::Done);
}

#[test]
fn a_line_discipline_that_cuts_long_lines_is_found_out() {
    let charger = charger();
    let options = GatewayOptions::new(Dialect::CanOpenNode).with_longest_line(4_095);
    let gateway = SimulatedGateway::tcp(&charger, options).unwrap();
    let mut link = GatewayLink::tcp(gateway.address().unwrap(), settings()).unwrap();
    let error = link
        .exchange(&container(), &mut Context::new(MINUTE))
        .unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::UploadDamaged);
    assert!(!error.may_have_taken_effect());
}

#[cfg(unix)]
#[test]
fn a_port_is_for_one_program() {
    let charger = charger();
    let options = GatewayOptions::new(Dialect::Lely);
    let gateway = SimulatedGateway::pty(&charger, options).unwrap();
    let (mut first, mut second) = (serial(&gateway), serial(&gateway));
    assert!(ask(&mut first, &Request::Identify).is_ok());
    let error = ask(&mut second, &Request::Identify).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::PortInUse);
    assert_eq!(ask(&mut first, &Request::Close).unwrap(), Response::Done);
    assert!(ask(&mut second, &Request::Identify).is_ok());
}

#[cfg(unix)]
#[test]
fn a_pulled_plug_is_noticed() {
    let charger = charger();
    let gateway =
        SimulatedGateway::pty(&charger, GatewayOptions::new(Dialect::CanOpenNode)).unwrap();
    let mut link = serial(&gateway);
    assert!(ask(&mut link, &Request::Identify).is_ok());
    drop(gateway);
    let error = ask(&mut link, &Request::Identify).unwrap_err();
    assert!(
        matches!(error.kind(), LinkErrorKind::ConnectionLost { .. }),
        "{error:?}"
    );
    let error = ask(&mut link, &Request::Identify).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::Unreachable);
}

/// A pseudo terminal is in no list, but what is in it was tried.
#[test]
fn the_ports_of_this_machine_are_listed_once_each() {
    let ports = charger_link::gateway::list_ports().unwrap();
    let mut paths: Vec<_> = ports.iter().map(|port| &port.path).collect();
    paths.dedup();
    assert_eq!(paths.len(), ports.len());
}

#[test]
fn a_cancelled_request_ends_soon_and_the_link_works_on() {
    let charger = charger();
    let options = GatewayOptions::new(Dialect::CanOpenNode);
    let gateway = SimulatedGateway::tcp(&charger, options).unwrap();
    let mut link = GatewayLink::tcp(gateway.address().unwrap(), settings()).unwrap();
    let cancel = Cancel::new();
    let mut objects_read = 0;
    // Thrown by the request's own progress: after the third object.
    let switch = cancel.clone();
    let mut progress = |progress: Progress| {
        objects_read = progress.done;
        if progress.done == 3 {
            switch.cancel();
        }
    };
    let mut context = Context::new(MINUTE)
        .with_cancel(&cancel)
        .with_progress(&mut progress);
    let error = link.exchange(&Request::ReadAll, &mut context).unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::Cancelled);
    assert!(!error.may_have_taken_effect());
    assert_eq!(objects_read, 3);
    assert!(ask(&mut link, &Request::Identify).is_ok());
}

#[test]
fn a_connection_that_was_closed_is_made_again() {
    let charger = charger();
    let options = GatewayOptions::new(Dialect::Lely);
    let gateway = SimulatedGateway::tcp(&charger, options).unwrap();
    let mut link = GatewayLink::tcp(gateway.address().unwrap(), settings()).unwrap();
    for _ in 0..3 {
        assert!(ask(&mut link, &Request::Identify).is_ok());
        assert_eq!(ask(&mut link, &Request::Close).unwrap(), Response::Done);
    }
}

#[test]
fn a_gateway_without_a_charger_is_a_time_out() {
    let charger = charger();
    for dialect in DIALECTS {
        let options = GatewayOptions::new(dialect).with_node(5);
        let gateway = SimulatedGateway::tcp(&charger, options).unwrap();
        let mut link = GatewayLink::tcp(gateway.address().unwrap(), settings()).unwrap();
        let error = ask(&mut link, &Request::Identify).unwrap_err();
        assert_eq!(
            *error.kind(),
            LinkErrorKind::Timeout {
                during: "waiting for the charger behind the gateway"
            },
            "{dialect:?}"
        );
    }
}

fn everything(link: &mut impl Link, charger: &SimulatedCharger) {
    let Response::Identity(identity) = ask(link, &Request::Identify).unwrap() else {
        panic!("no identity");
    };
    assert_eq!(identity.serial_number, "ACE0999001");
    reads_and_writes(link);
    let install = Request::Install {
        item: WriteOnlyItem::AUTHORIZATION_KEY,
        data: Secret::from("0123456789abcdef"),
    };
    assert_eq!(ask(link, &install).unwrap(), Response::Done);
    applies_an_upload(link);
    restarts(link, charger);
    assert_eq!(ask(link, &Request::Close).unwrap(), Response::Done);
}

fn reads_and_writes(link: &mut impl Link) {
    let Response::Objects(all) = ask(link, &Request::ReadAll).unwrap() else {
        panic!("no objects");
    };
    assert!(all.len() > 80, "{} objects", all.len());
    assert!(
        !all.iter()
            .any(|object| matches!(object.value, Value::Bytes(_))
                && object.data_type == DataType::OCTET_STRING)
    );
    let url = ObjectId::new(0x20F1, 3);
    // 57 bytes end a full line of base64, and 114 two of them.
    for text in [
        "wss://new.example.org:443/ocpp".to_owned(),
        "x".repeat(57),
        "y".repeat(114),
        "a\\b \"c\" #d é".to_owned(),
        String::new(),
    ] {
        let write = ObjectWrite::new(url, DataType::VISIBLE_STRING, Value::Text(text.clone()));
        assert_eq!(
            ask(link, &Request::Write(vec![write])).unwrap(),
            Response::Done
        );
        assert_eq!(value(link, url), Value::Text(text));
    }
    let attempts = ObjectWrite::new(
        objects::CONNECTION_ATTEMPTS,
        DataType::UNSIGNED8,
        Value::Unsigned(10),
    );
    assert_eq!(
        ask(link, &Request::Write(vec![attempts])).unwrap(),
        Response::Done
    );
    assert_eq!(
        value(link, objects::CONNECTION_ATTEMPTS),
        Value::Unsigned(10)
    );
}

fn applies_an_upload(link: &mut impl Link) {
    assert_eq!(ask(link, &container()).unwrap(), Response::Done);
    let deadline = Instant::now() + MINUTE;
    loop {
        let Response::UploadStatus(status) = ask(link, &Request::UploadStatus).unwrap() else {
            panic!("no status");
        };
        if status.state == UploadState::DONE {
            return;
        }
        assert!(!status.state.is_failure(), "{status:?}");
        assert!(Instant::now() < deadline, "{status:?}");
        std::thread::yield_now();
    }
}

fn restarts(link: &mut impl Link, charger: &SimulatedCharger) {
    let before = value(link, objects::BOOT_COUNT);
    assert_eq!(ask(link, &Request::Restart).unwrap(), Response::Done);
    let deadline = Instant::now() + MINUTE;
    loop {
        match ask(link, &Request::Read(vec![objects::BOOT_COUNT])) {
            Ok(Response::Objects(found)) if found[0].value != before => break,
            Ok(_) => {}
            Err(error) => assert!(
                matches!(error.kind(), LinkErrorKind::Timeout { .. }),
                "{error:?}"
            ),
        }
        assert!(Instant::now() < deadline, "it did not restart");
    }
    assert!(charger.inspect(|model, now| model.read_raw(now, objects::BOOT_COUNT).is_ok()));
}

fn value(link: &mut impl Link, id: ObjectId) -> Value {
    match ask(link, &Request::Read(vec![id])).unwrap() {
        Response::Objects(mut found) if found.len() == 1 => found.remove(0).value,
        other => panic!("{id}: {other:?}"),
    }
}

fn ask(link: &mut impl Link, request: &Request) -> Result<Response, charger_link::LinkError> {
    link.exchange(request, &mut Context::new(MINUTE))
}

fn container() -> Request {
    let preset = ObjectWrite::new(
        objects::CONNECTION_ATTEMPTS,
        DataType::UNSIGNED8,
        Value::Unsigned(4),
    );
    let mut writes = vec![preset];
    // Some length, so that the transfer has many pieces.
    writes.extend((0..16).map(|_| {
        let url = Value::Text("u".repeat(500));
        ObjectWrite::new(ObjectId::new(0x20F2, 3), DataType::VISIBLE_STRING, url)
    }));
    let container = TestContainer::preset("test", &writes).unwrap();
    Request::Upload(Upload::new(Bytes::from(container.to_bytes().unwrap())))
}

#[cfg(unix)]
fn serial(gateway: &SimulatedGateway) -> GatewayLink<charger_link::gateway::Serial> {
    let port = SerialSettings::default();
    GatewayLink::serial(gateway.path().unwrap(), port, settings())
}

/// A charger that restarts is silent for a moment, not for seconds.
fn settings() -> GatewaySettings {
    GatewaySettings::new(NodeAddress::new(4).unwrap().with_net(1))
        .with_node_timeout(Duration::from_millis(200))
}

/// A charger that restarts in a moment.
fn charger() -> SimulatedCharger {
    let mut setup = ChargerSetup::default();
    setup.timing = setup.timing.faster(200);
    SimulatedCharger::start(setup).unwrap()
}
