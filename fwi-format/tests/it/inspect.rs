//! The lenient look at a file, and what kind it is.

use fwi_format::{
    Advice, Confidence, ContainerBuilder, ContainerType, Finding, HEADER_LEN, Kind, Severity,
    TRAILER_LEN, inspect,
};

use crate::container::{patched, sample};

fn codes(bytes: &[u8], name: Option<&str>) -> Vec<&'static str> {
    inspect(bytes, name)
        .findings()
        .iter()
        .map(Finding::code)
        .collect()
}

fn bytes(builder: ContainerBuilder) -> Vec<u8> {
    builder.build().unwrap().into_bytes()
}

#[test]
fn a_good_image_has_no_findings() {
    let file = bytes(ContainerBuilder::firmware_image(vec![0xA5; 600_000]));
    let inspection = inspect(&file, Some("NG9xx 7.4.5-4415.fwi"));
    assert_eq!(inspection.findings(), []);
    assert_eq!(inspection.worst(), None);
    let verdict = inspection.classification().unwrap().verdict();
    assert_eq!(
        (verdict.kind, verdict.confidence),
        (Kind::FirmwareImage, Confidence::Sure)
    );
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let mut file = sample();
    file[0x04] = 161; // header length, and with it the checksum
    file[0x17] = 0x7F; // payload length
    assert_eq!(
        codes(&file, None),
        [
            "header-length",
            "checksum",
            "payload-too-large",
            "truncated"
        ]
    );
    assert_eq!(codes(&file[..159], None), ["too-short"]);
    assert_eq!(
        codes(&[0xEE; 400], None),
        ["marker", "header-length", "checksum"]
    );
    assert_eq!(codes(&[0xEE; 400], Some("x.tfw")), ["foreign-file"]);
    file.extend_from_slice(&[0; 7]);
    let fixed = patched(patched(file, 0x04, &[160]), 0x17, &[0]);
    assert_eq!(codes(&fixed, None), ["trailer"]);
}

#[test]
fn every_single_bit_flip_of_the_header_is_reported() {
    let file = sample();
    for bit in 0..HEADER_LEN * 8 {
        let mut damaged = file.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            inspect(&damaged, None).worst(),
            Some(Severity::Error),
            "bit {bit}"
        );
    }
}

#[test]
fn every_truncation_is_reported() {
    let file = sample();
    assert_eq!(codes(&file, None), Vec::<&str>::new());
    for length in 0..file.len() {
        let expected = if length == file.len() - TRAILER_LEN {
            Severity::Warning
        } else {
            Severity::Error
        };
        assert_eq!(
            inspect(&file[..length], None).worst(),
            Some(expected),
            "{length} bytes"
        );
    }
    assert_eq!(
        codes(&file[..file.len() - TRAILER_LEN], None),
        ["trailer-missing"]
    );
}

#[test]
fn unknown_words_are_noted_and_no_more() {
    let file = bytes(
        ContainerBuilder::new(ContainerType::new(0x99), vec![1; 700])
            .with_word_0c(5)
            .with_fill_18([1; 8])
            .with_fill_70([2; 48]),
    );
    let inspection = inspect(&file, None);
    assert_eq!(
        codes(&file, None),
        [
            "type-unknown",
            "word-unknown",
            "fill-unusual",
            "fill-unusual"
        ]
    );
    assert_eq!(inspection.worst(), Some(Severity::Note));
    assert!(inspection.container().is_some());
}

#[test]
fn generations_do_not_mix() {
    let old_with_map =
        ContainerBuilder::new(ContainerType::UP_TO_6, vec![1; 700]).with_section_map([1; 4]);
    assert_eq!(codes(&bytes(old_with_map), None), ["generations-mixed"]);
    let new_without = ContainerBuilder::new(ContainerType::FROM_7, vec![1; 700]);
    assert_eq!(codes(&bytes(new_without), None), ["generations-mixed"]);
    let image = bytes(ContainerBuilder::firmware_image(vec![0xA5; 600_000]));
    assert_eq!(
        codes(&image, Some("NG9xx 6.6.2-4396-B.fwi")),
        ["version-contradicts"]
    );
    assert_eq!(
        codes(&image, Some("Rootcertificate.fwi")),
        ["kinds-contradict"]
    );
}

#[test]
fn a_readable_payload_gives_a_test_file_away() {
    let file = bytes(ContainerBuilder::root_certificate(
        "-----BEGIN CERTIFICATE-----\n",
    ));
    let inspection = inspect(&file, Some("Rootcertificate.fwi"));
    assert_eq!(codes(&file, None), ["payload-readable"]);
    assert_eq!(inspection.findings()[0].advice(), Some(Advice::TestsOnly));
    assert_eq!(
        codes(&bytes(ContainerBuilder::preset(vec![])), None),
        ["payload-empty"]
    );
}

#[test]
fn the_kind_follows_from_header_size_and_name_each_with_its_confidence() {
    use Confidence::{Guess, Likely, None as No, Sure};
    let noise = |n| vec![0xA5u8; n];
    let cases = [
        (
            ContainerBuilder::firmware_image(noise(900_000)),
            "a.fwi",
            Kind::FirmwareImage,
            [Likely, Likely, No],
            Sure,
        ),
        (
            ContainerBuilder::firmware_image(noise(900)),
            "NG9xx 7.0.0-1.fwi",
            Kind::FirmwareImage,
            [Likely, Guess, Likely],
            Sure,
        ),
        (
            ContainerBuilder::preset(noise(736)),
            "Essent-A.fwi",
            Kind::Preset,
            [Guess, Guess, Likely],
            Sure,
        ),
        (
            ContainerBuilder::preset(noise(736)).with_word_0c(0),
            "a.fwi",
            Kind::Preset,
            [No, Guess, No],
            Guess,
        ),
        (
            ContainerBuilder::root_certificate(noise(2000)),
            "Rootcertificate.fwi",
            Kind::RootCertificate,
            [Guess, Guess, Likely],
            Sure,
        ),
        (
            ContainerBuilder::display_package(1, 2, noise(99)),
            "logo.fwu",
            Kind::DisplayPackage,
            [Likely, Guess, Likely],
            Sure,
        ),
        (
            ContainerBuilder::preset(noise(100_000)).with_word_0c(0),
            "a.fwi",
            Kind::Unknown,
            [No, No, No],
            No,
        ),
    ];
    for (builder, name, kind, [header, size, named], verdict) in cases {
        let file = bytes(builder);
        let inspection = inspect(&file, Some(name));
        let found = inspection.classification().unwrap();
        assert_eq!(inspection.kind(), kind, "{name}");
        assert_eq!(found.by_header().confidence, header, "{name}: header");
        assert_eq!(found.by_size().confidence, size, "{name}: size");
        assert_eq!(found.by_name().confidence, named, "{name}: name");
        assert_eq!(found.verdict().confidence, verdict, "{name}: verdict");
    }
}
