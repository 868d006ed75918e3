//! Any text is a name; a version that was read is written and read again.
#![no_main]

use fwi_format::{Compatibility, FileName, FirmwareVersion, ForeignFile, Kind, TargetCharger};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let name = FileName::parse(text);
    assert!(text.ends_with(name.as_str()));
    assert!(name.as_str().contains(name.title()));
    let _ = (name.is_root_certificate(), ForeignFile::by_name(text));
    if let Some(version) = name.version() {
        assert_eq!(version.to_string().parse(), Ok(version));
    }
    let mut charger = TargetCharger::new(text);
    if let Ok(firmware) = text.parse::<FirmwareVersion>() {
        charger = charger.with_firmware(firmware);
    }
    for kind in [Kind::FirmwareImage, Kind::Preset, Kind::Unknown] {
        let _ = Compatibility::check(kind, &name, &charger);
    }
});
