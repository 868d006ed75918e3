//! What a charger reads of a `POST prop` can be posted again, and reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocpp_config::{DataType, ObjectWrite, encode_writes, parse_writes};

fuzz_target!(|input: (u16, &[u8])| {
    let (code, body) = input;
    let data_type = DataType::new(code % 70);
    let Ok(posted) = parse_writes(body) else {
        return;
    };
    let writes: Vec<_> = posted
        .iter()
        .map(|posted| ObjectWrite::new(posted.id(), data_type, posted.value(data_type)))
        .filter(|write| write.value.check_type(data_type).is_ok())
        .collect();
    let again = encode_writes(&writes).unwrap();
    for (posted, write) in parse_writes(again.expose()).unwrap().iter().zip(&writes) {
        assert_eq!(posted.id(), write.id);
        assert_eq!(posted.value(data_type), write.value);
    }
});
