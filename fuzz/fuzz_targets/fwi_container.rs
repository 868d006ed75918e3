//! Whatever is accepted is built again byte for byte; whatever is not is reported.
#![no_main]

use fwi_format::{Container, ContainerBuilder, Severity, inspect};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // No fuzzer guesses a checksum: give each input a header that holds as well.
    check(&repaired(bytes));
});

fn check(bytes: &[u8]) {
    let inspection = inspect(bytes, Some("NG9xx 7.4.5-4415.fwi"));
    let parsed = Container::parse(bytes);
    assert_eq!(parsed.is_err(), inspection.worst() == Some(Severity::Error));
    assert_eq!(parsed.as_ref().ok(), inspection.container());
    if let Ok(container) = parsed {
        let again = ContainerBuilder::from_container(&container)
            .build()
            .unwrap();
        assert_eq!(again.as_bytes(), bytes);
    }
}

fn repaired(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(header) = bytes.first_chunk_mut::<160>() {
        header[4..8].copy_from_slice(&160u32.to_le_bytes());
        header[10..12].copy_from_slice(&fwi_format::MARKER.to_le_bytes());
        let checksum = fwi_format::Header::from_bytes(header).computed_checksum();
        header[..4].copy_from_slice(&checksum.to_le_bytes());
    }
    bytes
}
