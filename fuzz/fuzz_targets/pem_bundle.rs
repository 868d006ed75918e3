//! Roots that were read, written as PEM, read the same; a bundle may be an identity, too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocpp_config::Secret;
use ocpp_transport::{Certificate, TlsIdentity, TrustRoots};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(certificate) = Certificate::from_der(bytes) {
        assert_eq!(certificate.der(), bytes);
        let roots = TrustRoots::parse(certificate.to_pem().as_bytes()).unwrap();
        assert_eq!(roots.fingerprints(), [certificate.fingerprint()]);
    }
    if let Ok(roots) = TrustRoots::parse(bytes) {
        let written: String = roots.iter().map(Certificate::to_pem).collect();
        let again = TrustRoots::parse(written.as_bytes()).unwrap();
        assert_eq!(again.fingerprints(), roots.fingerprints());
    }
    let _ = TlsIdentity::from_pem(bytes, &Secret::new(bytes.to_vec()));
});
