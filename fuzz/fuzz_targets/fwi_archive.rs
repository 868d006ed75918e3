//! No archive makes it panic, or unpack more than it may.
#![no_main]

use fwi_format::{Limits, ReleaseArchive, ReleaseSignature, inspect};
use libfuzzer_sys::fuzz_target;

const MAX_PAYLOAD: u32 = 64 * 1024;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::new().with_max_payload(MAX_PAYLOAD);
    let Ok(archive) = ReleaseArchive::unpack_with(bytes, limits) else {
        return;
    };
    for package in archive.packages() {
        assert!(package.container_bytes().len() <= MAX_PAYLOAD as usize + 160 + 256);
        let texts = [
            package.signature(),
            package.certificates(),
            package.information(),
        ];
        for text in texts.into_iter().flatten() {
            assert!(text.len() <= ReleaseArchive::MAX_TEXT_BYTES);
        }
        let _ = inspect(package.container_bytes(), Some(package.name()));
        let _ = ReleaseSignature::from_package(package);
    }
});
