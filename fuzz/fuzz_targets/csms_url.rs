//! A URL is kept as it is, and what is dialled begins with it and ends in the identity.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocpp_config::{ChargeBoxIdentity, CsmsUrl};

fuzz_target!(|input: (&str, &str)| {
    let (Ok(url), Ok(identity)) = (
        input.0.parse::<CsmsUrl>(),
        input.1.parse::<ChargeBoxIdentity>(),
    ) else {
        return;
    };
    assert_eq!(url.as_str(), input.0);
    let dialled = url.dial_url(&identity);
    if dialled.len() > CsmsUrl::MAX_BYTES {
        // No charger could hold it; whoever dials it may all the same.
        return;
    }
    let again: CsmsUrl = dialled.parse().expect("what is dialled is a URL");
    assert_eq!((again.host(), again.port()), (url.host(), url.port()));
    assert_eq!(again.query(), url.query());
    assert!(again.path().starts_with(url.path().trim_end_matches('/')));
});
