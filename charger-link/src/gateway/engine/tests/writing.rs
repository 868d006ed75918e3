//! Writes, commands, and what became of interrupted ones.

use super::*;
use crate::gateway::codec::AbortCode;

#[test]
fn values_are_written_in_order_with_their_types() {
    let mut bench = Bench::new(Gateway::new(&[]));
    let writes = vec![
        text(objects::CHARGE_BOX_IDENTITY, "CH\"A\\É"),
        text(objects::PRESET, ""),
        attempts(3),
    ];
    assert_eq!(bench.ask(&Request::Write(writes)).unwrap(), Response::Done);
    let stored = &bench.gateway.objects;
    assert_eq!(stored[&objects::CHARGE_BOX_IDENTITY], "CH\"A\\É".as_bytes());
    assert_eq!(stored[&objects::PRESET], [0]);
    assert_eq!(stored[&objects::CONNECTION_ATTEMPTS], [3]);
    assert_eq!(bench.gateway.sent(" u8 3"), 1);
}

#[test]
fn nothing_is_written_if_one_value_does_not_fit() {
    for unfit in [
        attempts(256),
        text(objects::CHARGE_BOX_IDENTITY, "longer than twenty one"),
    ] {
        let mut bench = Bench::new(Gateway::new(&[]));
        let id = unfit.id;
        let writes = vec![text(objects::PRESET, "x"), unfit];
        let error = bench.ask(&Request::Write(writes)).unwrap_err();
        assert_eq!(*error.kind(), LinkErrorKind::ValueOutOfRange { id });
        assert!(!error.may_have_taken_effect());
        assert_eq!(bench.gateway.sent(" w "), 0);
    }
}

#[test]
fn an_interrupted_write_that_has_happened_is_done() {
    // The gateway carries the write out, and its answer is lost.
    let mut stored = false;
    let gateway = Gateway::new(&[(objects::CONNECTION_ATTEMPTS, &[5])]).twisted(move |command| {
        let first = command.contains(" w ") && !std::mem::replace(&mut stored, true);
        first.then(String::new)
    });
    let mut bench = Bench::new(gateway);
    let done = bench.ask(&Request::Write(vec![attempts(5)]));
    assert_eq!(done.unwrap(), Response::Done);
    assert_eq!(bench.gateway.sent(" w "), 1);
    assert_eq!(bench.gateway.sent(" r 0x20F4 0 d"), 1);
}

#[test]
fn an_interrupted_write_that_cannot_be_proven_may_have_taken_effect() {
    let gateway = Gateway::new(&[(objects::CONNECTION_ATTEMPTS, &[3])])
        .twisted(|command| command.contains(" w ").then(String::new));
    let mut bench = Bench::new(gateway);
    let error = bench.ask(&Request::Write(vec![attempts(5)])).unwrap_err();
    assert!(matches!(error.kind(), LinkErrorKind::Timeout { .. }));
    assert!(error.may_have_taken_effect());
}

#[test]
fn a_refused_write_names_its_object_and_what_came_before_counts() {
    let refuse = |command: &str| {
        let refused = command.contains(" w 0x2053 ");
        refused.then(|| "ERROR: 06090031 (Value too high)".to_owned())
    };
    let kind = LinkErrorKind::Aborted {
        id: objects::CHARGE_BOX_IDENTITY,
        code: AbortCode::TOO_HIGH,
    };
    let identity = text(objects::CHARGE_BOX_IDENTITY, "X");
    for (writes, effect) in [
        (vec![identity.clone()], false),
        (vec![attempts(3), identity], true),
    ] {
        let mut bench = Bench::new(Gateway::new(&[]).twisted(refuse));
        let error = bench.ask(&Request::Write(writes)).unwrap_err();
        assert_eq!(*error.kind(), kind);
        assert_eq!(error.may_have_taken_effect(), effect);
    }
}

#[test]
fn a_silent_charger_is_a_time_out_by_either_name() {
    for answer in [
        "ERROR:0x05040000 #SDO protocol timed out.",
        "ERROR: 103 (Time-out)",
    ] {
        let gateway = Gateway::new(&[])
            .twisted(move |command| command.contains(" r ").then(|| answer.to_owned()));
        let error = Bench::new(gateway)
            .ask(&Request::Read(vec![objects::PRESET]))
            .unwrap_err();
        assert!(
            matches!(error.kind(), LinkErrorKind::Timeout { .. }),
            "{answer}"
        );
        assert!(!error.may_have_taken_effect());
    }
}

#[test]
fn a_command_that_noise_made_unreadable_is_sent_again() {
    let mut garbled = false;
    let gateway = Gateway::new(&[]).twisted(move |command| {
        let first = command.contains(" w ") && !std::mem::replace(&mut garbled, true);
        // Under the number of the command before, as CANopenNode's server does.
        first.then(|| "[2] ERROR:101 #Syntax error.".to_owned())
    });
    let mut bench = Bench::new(gateway);
    let done = bench.ask(&Request::Write(vec![attempts(4)]));
    assert_eq!(done.unwrap(), Response::Done);
    assert_eq!(bench.gateway.sent(" w "), 2);
    assert_eq!(bench.gateway.objects[&objects::CONNECTION_ATTEMPTS], [4]);
}

#[test]
fn settings_of_the_gateway_that_it_does_not_know_do_no_harm() {
    let gateway = Gateway::new(&[(objects::CONNECTION_ATTEMPTS, &[3])]).twisted(|command| {
        command
            .starts_with("set sdo_timeout")
            .then(|| "ERROR:100 #Request not supported.".to_owned())
    });
    let mut bench = Bench::new(gateway);
    let request = Request::Read(vec![objects::CONNECTION_ATTEMPTS]);
    assert!(bench.ask(&request).is_ok());
    assert!(bench.ask(&request).is_ok());
    assert_eq!(bench.gateway.sent("set sdo_timeout 2000"), 1);
}

#[test]
fn the_clock_and_a_restart_are_objects_too() {
    let mut bench = Bench::new(Gateway::new(&[]));
    let since_epoch = Duration::from_millis(1_772_614_717_592);
    bench.ask(&Request::SetClock { since_epoch }).unwrap();
    bench.ask(&Request::Restart).unwrap();
    assert_eq!(bench.gateway.sent("w 0x2059 0 u64 1772614717592"), 1);
    assert_eq!(bench.gateway.sent("w 0x2170 4 u8 2"), 1);
}

#[test]
fn write_only_items_go_where_the_dictionary_has_them() {
    let mut bench = Bench::new(Gateway::new(&[]));
    let install = |item| Request::Install {
        item,
        data: Secret::from("key"),
    };
    bench
        .ask(&install(WriteOnlyItem::AUTHORIZATION_KEY))
        .unwrap();
    bench.ask(&install(WriteOnlyItem::CSMS_ROOT)).unwrap();
    let stored = &bench.gateway.objects;
    assert_eq!(stored[&objects::AUTHORIZATION_KEY], b"key");
    assert_eq!(stored[&objects::CSMS_ROOT], b"key");
    let error = bench
        .ask(&install(WriteOnlyItem::CLIENT_CERTIFICATE))
        .unwrap_err();
    assert!(matches!(error.kind(), LinkErrorKind::NotOnThisLink { .. }));
}
