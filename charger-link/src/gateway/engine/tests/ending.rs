//! Time, cancellation, lost streams and noise: every request ends.

use super::uploading::container;
use super::*;

#[test]
fn a_request_ends_when_its_time_is_up() {
    let gateway = Gateway::new(&[]).twisted(|_| Some(String::new()));
    let mut bench = Bench::new(gateway);
    let error = bench.ask(&Request::ReadAll).unwrap_err();
    assert!(matches!(error.kind(), LinkErrorKind::Timeout { .. }));
    assert!(bench.now < MINUTE, "{:?}", bench.now);
}

/// The introduction, getting into step again, and what ends a value of many lines included.
#[test]
fn every_line_is_counted() {
    let mut deaf = 2;
    let gateway = Gateway::new(&[(objects::PRESET, b"x")]).twisted(move |command| {
        let ignored = command.contains(" r ") && deaf > 0;
        deaf -= i32::from(ignored);
        ignored.then(String::new)
    });
    let mut bench = Bench::new(gateway);
    for request in [Request::Read(vec![objects::PRESET]), Request::ReadAll] {
        let _ = bench.ask(&request);
        let seen = std::mem::take(&mut bench.gateway.lines).len();
        assert!(seen > 3, "{request:?}: {seen}");
        assert_eq!(bench.engine.take_sent(), seen as u64, "{request:?}");
    }
}

#[test]
fn a_lost_stream_says_whether_a_write_was_under_way() {
    let mut bench = Bench::new(Gateway::new(&[]));
    bench.ask(&Request::Restart).unwrap();
    for (request, effect) in [
        (Request::Restart, true),
        (Request::Read(vec![objects::PRESET]), false),
    ] {
        bench.engine.start(bench.now, &request, MINUTE);
        assert!(matches!(bench.engine.poll(bench.now), Action::Send));
        bench.engine.handle_sent(bench.now, 5);
        let error = bench.engine.handle_lost().unwrap();
        assert!(matches!(error.kind(), LinkErrorKind::ConnectionLost { .. }));
        assert_eq!(error.may_have_taken_effect(), effect);
        // The next stream begins with an introduction.
        bench.ask(&Request::Read(vec![objects::PRESET])).unwrap();
    }
}

#[test]
fn a_cancelled_request_leaves_a_link_that_works() {
    let mut bench = Bench::new(Gateway::new(&[(objects::PRESET, b"x")]));
    bench.engine.start(bench.now, &Request::ReadAll, MINUTE);
    for _ in 0..3 {
        bench.engine.poll(bench.now);
    }
    let error = bench.engine.cancel().unwrap();
    assert_eq!(*error.kind(), LinkErrorKind::Cancelled);
    assert!(bench.ask(&Request::Read(vec![objects::PRESET])).is_ok());
}

#[test]
fn leaving_waits_for_what_is_owed() {
    let mut silent = true;
    let gateway = Gateway::new(&[]).twisted(move |command| {
        let ignored = command.contains("w 0x2170") && std::mem::take(&mut silent);
        ignored.then(String::new)
    });
    let mut bench = Bench::new(gateway);
    assert!(
        bench
            .ask(&Request::Restart)
            .unwrap_err()
            .may_have_taken_effect()
    );
    let asked = bench.gateway.lines.len();
    assert_eq!(bench.ask(&Request::Close).unwrap(), Response::Done);
    assert!(bench.gateway.lines[asked..].contains(&"set node 4".to_owned()));
    assert_eq!(bench.ask(&Request::Close).unwrap(), Response::Done);
}

/// What a gateway might send back: junk, or a line that almost fits.
fn reply() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    use proptest::prelude::*;
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        Just(Vec::new()),
        "\\[[0-9]{1,2}\\] (OK|ERROR:(101|0x05040000|0x06020000)|[0-9]{1,9}|QUJD|\"a)(\r\n|\n|)"
            .prop_map(String::into_bytes),
    ]
}

proptest::proptest! {
    /// Whatever comes back, a request ends, and not after its time.
    #[test]
    fn every_request_ends_whatever_the_gateway_sends(
        replies in proptest::collection::vec(reply(), 1..60),
        which in 0_usize..6,
    ) {
        let requests = [
            Request::Identify,
            Request::Read(vec![objects::BOOT_COUNT, objects::PRESET]),
            Request::Write(vec![attempts(3), text(objects::PRESET, "x")]),
            Request::Restart,
            container(),
            Request::Close,
        ];
        let mut engine = Engine::new(GatewaySettings::new(NodeAddress::new(4).unwrap()));
        let mut replies = replies.iter().cycle();
        let mut now = Duration::ZERO;
        engine.start(now, &requests[which], MINUTE);
        let mut steps = 0;
        loop {
            match engine.poll(now) {
                Action::Send => {
                    let count = engine.outgoing().len();
                    engine.handle_sent(now, count);
                    engine.handle_received(now, replies.next().unwrap());
                }
                Action::Receive { until } => {
                    proptest::prop_assert!(until > now);
                    now = until;
                }
                Action::Done(_) => break,
                Action::Idle => panic!("the request was lost"),
            }
            steps += 1;
            proptest::prop_assert!(steps < 100_000, "it never ends");
        }
        proptest::prop_assert!(now <= MINUTE);
    }
}
