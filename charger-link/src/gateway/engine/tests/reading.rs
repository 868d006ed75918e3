//! Questions, and values that may mean two things.

use super::*;

#[test]
fn a_charger_tells_who_it_is() {
    let mut bench = Bench::new(Gateway::new(&[
        (objects::PLATFORM, b"NG910"),
        (objects::MODEL, b"NG910-60023"),
        (objects::SERIAL_NUMBER, b"ACE0999001"),
        (objects::FIRMWARE, b"7.0.0-4318\0\0"),
    ]));
    let Response::Identity(identity) = bench.ask(&Request::Identify).unwrap() else {
        panic!("no identity");
    };
    assert_eq!(identity.serial_number, "ACE0999001");
    assert_eq!(identity.model, "NG910-60023");
    assert_eq!(identity.firmware, "7.0.0-4318");
    assert_eq!(identity.identity, "");
}

#[test]
fn a_node_with_none_of_the_objects_is_no_charger() {
    let error = Bench::new(Gateway::new(&[]))
        .ask(&Request::Identify)
        .unwrap_err();
    assert_eq!(*error.kind(), LinkErrorKind::NotACharger);
}

#[test]
fn objects_that_the_charger_does_not_have_are_left_out() {
    let mut bench = Bench::new(Gateway::new(&[
        (objects::BOOT_COUNT, &272_u32.to_le_bytes()),
        (ObjectId::new(0x5FFF, 1), b"raw"),
    ]));
    let ids = vec![
        objects::BOOT_COUNT,
        objects::PRESET,
        ObjectId::new(0x5FFF, 1),
    ];
    let Response::Objects(found) = bench.ask(&Request::Read(ids)).unwrap() else {
        panic!("no objects");
    };
    let values: Vec<_> = found.iter().map(|object| object.value.clone()).collect();
    assert_eq!(
        values,
        [Value::Unsigned(272), Value::Bytes(b"raw".to_vec())]
    );
    assert_eq!(found[0].category, "generic");
}

#[test]
fn a_category_is_read_by_the_dictionary() {
    let mut bench = Bench::new(Gateway::new(&[
        (objects::CONNECTION_ATTEMPTS, &[3]),
        (objects::BOOT_COUNT, &[1, 0, 0, 0]),
    ]));
    let request = Request::ReadCategory("generic".to_owned());
    let Response::Objects(found) = bench.ask(&request).unwrap() else {
        panic!("no objects");
    };
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, objects::BOOT_COUNT);

    let Response::Objects(found) = bench.ask(&Request::ReadAll).unwrap() else {
        panic!("no objects");
    };
    assert_eq!(found.len(), 2);
}

/// CANopenNode's server prints the byte of a shorter object in hexadecimal, which may
/// look like a decimal number.
#[test]
fn a_number_that_may_be_a_byte_in_hexadecimal_is_confirmed() {
    let mut bench = Bench::new(Gateway::new(&[(objects::BOOT_COUNT, &[0x10])]));
    let request = Request::Read(vec![objects::BOOT_COUNT]);
    let Response::Objects(found) = bench.ask(&request).unwrap() else {
        panic!("no objects");
    };
    assert_eq!(found[0].value, Value::Bytes(vec![0x10]));
    let boot_count: &[u8] = &10_u32.to_le_bytes();
    let mut bench = Bench::new(Gateway::new(&[(objects::BOOT_COUNT, boot_count)]));
    let Response::Objects(found) = bench.ask(&request).unwrap() else {
        panic!("no objects");
    };
    assert_eq!(found[0].value, Value::Unsigned(10));
}
