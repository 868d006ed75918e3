//! What is decoded fits its type, and its own bytes decode to it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocpp_config::{DataType, Value, decode_bytes, encode_bytes};

fuzz_target!(|input: (u16, &[u8])| {
    let (code, bytes) = input;
    let data_type = DataType::new(code % 70);
    let Ok(value) = decode_bytes(data_type, bytes) else {
        return;
    };
    value.check_type(data_type).unwrap();
    let own = encode_bytes(data_type, &value).unwrap();
    let again = decode_bytes(data_type, &own).unwrap();
    let is_nan = matches!(value, Value::Real(number) if number.is_nan());
    assert!(is_nan || again == value);
});
