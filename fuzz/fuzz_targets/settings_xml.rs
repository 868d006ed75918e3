//! What is read of a settings file, written again, reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ocpp_config::settings_xml::SettingsFile;

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = SettingsFile::parse(bytes) else {
        return;
    };
    let xml = file.to_xml();
    if let Ok(again) = SettingsFile::parse(xml.as_bytes()) {
        assert_eq!(again.properties().len(), file.properties().len());
        for (one, other) in again.properties().iter().zip(file.properties()) {
            assert_eq!(one.id(), other.id());
        }
    }
});
