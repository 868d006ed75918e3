//! What is read of a page, listed again, reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocpp_config::{Property, PropertyPage};

fuzz_target!(|bytes: &[u8]| {
    let Ok(page) = PropertyPage::parse(bytes) else {
        return;
    };
    let objects = page.to_objects();
    let properties = objects.iter().map(Property::from).collect();
    let listed = PropertyPage::new(properties, page.offset(), page.total().unwrap_or(0));
    let json = listed.to_json().unwrap();
    let again = PropertyPage::parse(json.as_bytes()).unwrap();
    assert_eq!(again.to_objects(), objects);
    // A value that fits its type has bytes, and those have the value.
    for object in objects {
        if let Ok(bytes) = ocpp_config::encode_bytes(object.data_type, &object.value) {
            assert!(ocpp_config::decode_bytes(object.data_type, &bytes).is_ok());
        }
    }
});
