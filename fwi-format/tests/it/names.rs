//! File names and versions, as they are published.

use fwi_format::{Extension, Family, FileName, FirmwareVersion, Variant};
use proptest::prelude::*;

#[test]
fn published_names_are_taken_apart() {
    use Variant::{A, B};
    // name, family, version, variant, boot loader upgrade
    let cases = [
        (
            "NG9xx 7.4.5-4415.fwi",
            Some("NG9xx"),
            Some("7.4.5-4415"),
            None,
            false,
        ),
        (
            "NG9xx 5.6.1-4414-B.fwi",
            Some("NG9xx"),
            Some("5.6.1-4414"),
            Some(B),
            false,
        ),
        (
            "NG9xx 6.6.2-4396-BL-upgrade-B.fwi",
            Some("NG9xx"),
            Some("6.6.2-4396"),
            Some(B),
            true,
        ),
        (
            "NG9xx 6.6.2-4396-BL-upgrade-A.fwi",
            Some("NG9xx"),
            Some("6.6.2-4396"),
            Some(A),
            true,
        ),
        (
            "5.6.0-4104-B .fwi",
            None,
            Some("5.6.0-4104"),
            Some(B),
            false,
        ),
        (
            "C:\\fw\\NG910 4.12.0-3320.FWI ",
            Some("NG910"),
            Some("4.12.0-3320"),
            None,
            false,
        ),
        (
            "dir/NG9xx_7.1.6-4345.fwi",
            Some("NG9xx"),
            Some("7.1.6-4345"),
            None,
            false,
        ),
        (
            "NG9xx 7.4.5-4415 (2).fwi",
            Some("NG9xx"),
            Some("7.4.5-4415"),
            None,
            false,
        ),
        ("Essent-A.fwi", None, None, Some(A), false),
        ("Essent-B (1).fwi", None, None, Some(B), false),
        ("Eneco-eMobility-GER-B.fwi", None, None, Some(B), false),
        ("Rootcertificate.fwi", None, None, None, false),
        ("", None, None, None, false),
        (".fwi", None, None, None, false),
    ];
    for (text, family, version, variant, upgrade) in cases {
        let name = FileName::parse(text);
        assert_eq!(name.family().map(|f| f.as_str()), family, "{text}");
        assert_eq!(
            name.version().map(|v| v.to_string()).as_deref(),
            version,
            "{text}"
        );
        assert_eq!(name.variant(), variant, "{text}");
        assert_eq!(name.is_boot_loader_upgrade(), upgrade, "{text}");
    }
}

#[test]
fn a_preset_is_titled_by_its_provider() {
    let name = FileName::parse("presets/Eneco-eMobility-GER-B.fwi");
    assert_eq!(
        (name.title(), name.as_str()),
        ("Eneco-eMobility-GER", "Eneco-eMobility-GER-B.fwi")
    );
    assert_eq!(name.extension(), Some(Extension::Fwi));
    assert_eq!(
        FileName::parse("logo.FWU").extension(),
        Some(Extension::Fwu)
    );
    assert_eq!(FileName::parse("logo.tfw").extension(), None);
}

#[test]
fn the_root_certificate_is_known_by_its_name() {
    for text in [
        "Rootcertificate.fwi",
        "rootcertificate (1).fwi",
        "Root certificate.fwi",
    ] {
        assert!(FileName::parse(text).is_root_certificate(), "{text}");
    }
    for text in [
        "Essent-A.fwi",
        "root.fwi",
        "Rootcertificate of somebody.fwi",
    ] {
        assert!(!FileName::parse(text).is_root_certificate(), "{text}");
    }
}

#[test]
fn x_stands_for_any_digit_of_a_family() {
    let family = Family::new("NG9xx").unwrap();
    for model in ["NG910", "NG910-60023", "ng920-61001", "NG999"] {
        assert!(family.contains(model), "{model}");
    }
    for model in ["NG810-60023", "NG9", "NG91", "NG9100", "NG9x0", "AHP", ""] {
        assert!(!family.contains(model), "{model}");
    }
    for text in ["", "x", "NG", "9xx", "N9xx", "NG9xx-", "NG 9", "NG9yy"] {
        assert_eq!(Family::new(text), None, "{text}");
    }
}

#[test]
fn versions_are_two_or_three_numbers_and_perhaps_a_build() {
    for (text, release, build) in [
        ("7.4.5-4415", (7, 4, 5), Some(4415)),
        ("6.4.0", (6, 4, 0), None),
        ("4.12", (4, 12, 0), None),
        ("65535.0.0-4294967295", (65535, 0, 0), Some(u32::MAX)),
    ] {
        let version: FirmwareVersion = text.parse().unwrap();
        assert_eq!(
            (version.release(), version.build()),
            (release, build),
            "{text}"
        );
    }
    for text in [
        "",
        "7",
        "7.",
        ".4",
        "7.4.5.6",
        "7.4.5-",
        "7.4.5-x",
        "+7.4",
        "7.4 ",
        "65536.0.0",
    ] {
        assert!(text.parse::<FirmwareVersion>().is_err(), "{text:?}");
    }
}

proptest! {
    #[test]
    fn a_name_put_together_is_taken_apart_again(
        family in "[A-WYZ]{2,4}[0-9x]{1,4}", numbers: (u16, u16, u16), build: Option<u32>,
        variant in prop::option::of(prop_oneof![Just(Variant::A), Just(Variant::B)]),
        upgrade: bool, space in " {0,2}",
    ) {
        let mut version = FirmwareVersion::new(numbers.0, numbers.1, numbers.2);
        if let Some(build) = build {
            version = version.with_build(build);
        }
        let mut text = format!("{family} {version}");
        if upgrade { text += "-BL-upgrade"; }
        if let Some(variant) = variant { text += &format!("-{variant}"); }
        text += &space;
        text += ".fwi";

        let name = FileName::parse(&text);
        prop_assert_eq!(name.family().map(|family| family.as_str()), Some(family.as_str()));
        prop_assert_eq!(name.version(), Some(version));
        prop_assert_eq!(name.variant(), variant);
        prop_assert_eq!(name.is_boot_loader_upgrade(), upgrade);
    }

    #[test]
    fn any_text_is_a_name(text in any::<String>()) {
        let name = FileName::parse(&text);
        prop_assert!(text.ends_with(name.as_str()));
    }
}
