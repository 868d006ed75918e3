//! Which file goes with which charger, rule by rule.

use fwi_format::{Compatibility, CompatibilityFinding, FileName, Kind, TargetCharger};

fn codes(kind: Kind, file: &str, model: &str, firmware: &str) -> Vec<&'static str> {
    let mut charger = TargetCharger::new(model);
    if !firmware.is_empty() {
        charger = charger.with_firmware(firmware.parse().unwrap());
    }
    let compatibility = Compatibility::check(kind, &FileName::parse(file), &charger);
    let codes: Vec<_> = compatibility
        .findings()
        .iter()
        .map(CompatibilityFinding::code)
        .collect();
    let errors = [
        "ahp-charger",
        "family-differs",
        "variant-refused",
        "stepping-stone",
        "downgrade-refused",
    ];
    let expected = !codes.iter().any(|code| errors.contains(code));
    assert_eq!(compatibility.allows_upload(), expected, "{codes:?}");
    codes
}

#[test]
fn images_rule_by_rule() {
    let cases: [(&str, &str, &str, &[&str]); 18] = [
        ("NG9xx 7.4.5-4415.fwi", "NG910-60023", "7.0.0-4318", &[]),
        ("NG9xx 7.4.5-4415.fwi", "NG910-60023", "6.6.2-4396", &[]),
        ("NG9xx 7.4.5-4415.fwi", "NG910-60023", "6.6.0", &[]),
        (
            "NG9xx 7.4.5-4415.fwi",
            "NG910-60023",
            "6.5.9",
            &["stepping-stone"],
        ),
        (
            "NG9xx 7.4.5-4415.fwi",
            "NG910-60023",
            "7.4.5",
            &["same-release"],
        ),
        (
            "NG9xx 7.4.5-4415.fwi",
            "NG910-60023",
            "",
            &["charger-firmware-unknown"],
        ),
        (
            "NG9xx 7.4.5-4415.fwi",
            "NG810-1",
            "7.0.0",
            &["family-differs"],
        ),
        ("NG9xx 7.4.5-4415.fwi", "AHP-1", "7.0.0", &["ahp-charger"]),
        ("7.4.5-4415.fwi", "NG910", "7.0.0", &["family-unknown"]),
        (
            "NG9xx latest-B.fwi",
            "NG910",
            "6.0.0",
            &["family-unknown", "version-unknown"],
        ),
        ("NG9xx 7.1.0-1.fwi", "NG910", "7.4.5", &["downgrade"]),
        ("NG9xx 6.6.2-1-B.fwi", "NG910", "7.4.5", &["downgrade"]),
        (
            "NG9xx 5.6.1-4414-B.fwi",
            "NG910",
            "6.0.0",
            &["downgrade-refused"],
        ),
        (
            "NG9xx 4.12.0-3320-A.fwi",
            "NG910",
            "5.6.1",
            &["variant-doubtful", "downgrade"],
        ),
        (
            "NG9xx 5.6.1-4414-B.fwi",
            "NG910",
            "4.14.0",
            &["password-boundary"],
        ),
        (
            "NG9xx 6.6.2-4396-BL-upgrade-B.fwi",
            "NG910",
            "4.12.0",
            &[
                "variant-refused",
                "password-boundary",
                "boot-loader-upgrade",
            ],
        ),
        (
            "NG9xx 6.6.2-4396-BL-upgrade-A.fwi",
            "NG910",
            "4.12.0",
            &["password-boundary", "boot-loader-upgrade"],
        ),
        (
            "NG9xx 6.6.2-4396.fwi",
            "NG910",
            "6.0.0",
            &["variant-unknown"],
        ),
    ];
    for (file, model, firmware, expected) in cases {
        assert_eq!(
            codes(Kind::FirmwareImage, file, model, firmware),
            expected,
            "{file} {firmware}"
        );
    }
}

#[test]
fn the_variant_goes_with_the_firmware_of_the_charger() {
    let cases: [(&str, &str, &[&str]); 12] = [
        ("Essent-A.fwi", "3.4.0", &[]),
        ("Essent-A.fwi", "4.12.9", &[]),
        ("Essent-A.fwi", "4.13.0", &["variant-doubtful"]),
        ("Essent-A.fwi", "4.14.0", &["variant-doubtful"]),
        ("Essent-A.fwi", "6.9.9", &["variant-doubtful"]),
        ("Essent-A.fwi", "7.0.0", &["variant-refused"]),
        ("Essent-B.fwi", "4.12.9", &["variant-refused"]),
        ("Essent-B.fwi", "4.13.0", &["variant-doubtful"]),
        ("Essent-B.fwi", "4.14.0", &[]),
        ("Essent-B.fwi", "7.0.0", &[]),
        ("Essent-B.fwi", "", &["charger-firmware-unknown"]),
        ("Essent.fwi", "6.4.0", &["variant-unknown"]),
    ];
    for (file, firmware, expected) in cases {
        assert_eq!(
            codes(Kind::Preset, file, "NG910-60023", firmware),
            expected,
            "{file} {firmware}"
        );
    }
}

#[test]
fn root_certificates_are_not_bound_to_versions() {
    assert_eq!(
        codes(
            Kind::RootCertificate,
            "Rootcertificate.fwi",
            "NG910",
            "6.4.0"
        ),
        [""; 0]
    );
    assert_eq!(
        codes(Kind::DisplayPackage, "logo.fwu", "NG910", "6.4.0"),
        [""; 0]
    );
}

#[test]
fn every_finding_says_what_to_do() {
    let charger = TargetCharger::new("NG810").with_firmware("6.4.0".parse().unwrap());
    let name = FileName::parse("NG9xx 7.4.5-4415-BL-upgrade-A.fwi");
    let compatibility = Compatibility::check(Kind::FirmwareImage, &name, &charger);
    assert_eq!(compatibility.findings().len(), 4);
    for finding in compatibility.findings() {
        assert!(!finding.advice().to_string().is_empty() && !finding.to_string().is_empty());
    }
}
