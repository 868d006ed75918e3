//! No signature, certificate or information file makes it panic, and none of them is
//! ever enough without a root.
#![no_main]

use std::time::{Duration, UNIX_EPOCH};

use fwi_format::{ContainerBuilder, ReleaseSignature, TrustRoots};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = TrustRoots::new().add_pem(bytes);
    let _ = TrustRoots::new().add_der(bytes);
    let mut parts = bytes.split(|byte| *byte == 0);
    let (Some(signature), Some(certificates)) = (parts.next(), parts.next()) else {
        return;
    };
    let release = ReleaseSignature::from_files(signature, certificates, parts.next());
    if let Ok(release) = release {
        let container = ContainerBuilder::preset(bytes).build().unwrap();
        let at = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        assert!(release.verify(container, &TrustRoots::new(), at).is_err());
    }
});
