//! Parse, build, round trip; every damage is noticed.

use fwi_format::{
    BuildError, Container, ContainerBuilder, ContainerType, ForeignFile, HEADER_LEN, Header,
    Limits, MARKER, OwnedContainer, ParseError, TRAILER_LEN,
};
use proptest::prelude::*;

pub(crate) fn sample() -> Vec<u8> {
    ContainerBuilder::firmware_image(vec![0xA5; 1000])
        .build()
        .unwrap()
        .into_bytes()
}

/// Puts `bytes` at `at` and makes the checksum fit again, so that only that field is wrong.
pub(crate) fn patched(mut file: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    file[at..at + bytes.len()].copy_from_slice(bytes);
    let header = Header::from_bytes(file.first_chunk().unwrap());
    let checksum = header.computed_checksum();
    file[..4].copy_from_slice(&checksum.to_le_bytes());
    file
}

#[test]
fn the_builder_puts_every_field_where_the_format_wants_it() {
    let file = ContainerBuilder::new(ContainerType::new(0x1234), b"payload".as_slice())
        .with_word_0c(0x0102_0304)
        .with_word_10(0x0506_0708)
        .with_fill_18([1; 8])
        .with_key_block([2; 64])
        .with_section_map([3, 4, 5, 6])
        .with_fill_70([7; 48])
        .with_trailer([8; 256])
        .build()
        .unwrap()
        .into_bytes();

    assert_eq!(file.len(), 160 + 7 + 256);
    assert_eq!(
        file[0x00..0x04],
        crc32fast::hash(&file[4..160]).to_le_bytes()
    );
    assert_eq!(file[0x04..0x08], [160, 0, 0, 0]);
    assert_eq!(file[0x08..0x0C], [0x34, 0x12, 0xFE, 0xA1]);
    assert_eq!(file[0x0C..0x14], [4, 3, 2, 1, 8, 7, 6, 5]);
    assert_eq!(file[0x14..0x18], [7, 0, 0, 0]);
    assert_eq!(file[0x18..0x20], [1; 8]);
    assert_eq!(file[0x20..0x60], [2; 64]);
    assert_eq!(
        file[0x60..0x70],
        [3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0]
    );
    assert_eq!(file[0x70..0xA0], [7; 48]);
    assert_eq!(&file[0xA0..0xA7], b"payload");
    assert_eq!(file[0xA7..], [8; 256]);
}

#[test]
fn every_field_can_be_read_back() {
    let file = ContainerBuilder::display_package(7, 9, vec![1, 2, 3])
        .build()
        .unwrap();
    let container = file.as_container();
    let header = container.header();
    assert_eq!(header.container_type(), ContainerType::UP_TO_6);
    assert_eq!(header.marker(), MARKER);
    assert_eq!(header.header_length(), 160);
    assert_eq!(header.word_0c(), 0xFFFF_FFF7);
    let package = header.display_package().unwrap();
    assert_eq!((package.file_type, package.version), (7, 9));
    assert_eq!(header.fill_18(), [0; 8]);
    assert!(!header.has_key_block() && !header.has_section_map());
    assert_eq!(
        (container.payload(), container.trailer()),
        ([1, 2, 3].as_slice(), None)
    );
    assert_eq!(container.signed_part(), None);
}

#[test]
fn the_signed_part_is_the_file_without_its_last_256_bytes() {
    let file = sample();
    let container = Container::parse(&file).unwrap();
    assert_eq!(container.signed_part().unwrap(), &file[..file.len() - 256]);
}

#[test]
fn every_single_bit_flip_of_the_header_is_refused() {
    let file = sample();
    for bit in 0..HEADER_LEN * 8 {
        let mut damaged = file.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(
            Container::parse(&damaged).is_err(),
            "bit {bit} was not missed"
        );
    }
}

#[test]
fn every_truncation_is_refused_but_the_one_that_takes_the_trailer_exactly() {
    let file = sample();
    for length in 0..file.len() {
        let result = Container::parse(&file[..length]);
        if length == file.len() - TRAILER_LEN {
            assert_eq!(result.unwrap().trailer(), None);
        } else {
            assert!(result.is_err(), "{length} bytes were accepted");
        }
    }
}

#[test]
fn every_header_field_at_its_edges() {
    let limit = Limits::MAX_PAYLOAD;
    let refused = |at, bytes: &[u8]| Container::parse(&patched(sample(), at, bytes)).map(|_| ());
    for length in [0u32, 159, 161, u32::MAX] {
        let error = refused(0x04, &length.to_le_bytes()).unwrap_err();
        assert!(matches!(error, ParseError::HeaderLength { found, .. } if found == length));
    }
    for marker in [0u16, 0xA1FD, 0xA1FF, 0xFEA1, 0xFFFF] {
        let error = refused(0x0A, &marker.to_le_bytes()).unwrap_err();
        assert!(matches!(error, ParseError::Marker { found, .. } if found == marker));
    }
    for length in [limit + 1, u32::MAX] {
        let error = refused(0x14, &length.to_le_bytes()).unwrap_err();
        assert!(
            matches!(error, ParseError::PayloadTooLarge { declared, .. } if declared == length)
        );
    }
    for length in [1257u32, limit] {
        let error = refused(0x14, &length.to_le_bytes()).unwrap_err();
        assert!(matches!(error, ParseError::Truncated { found: 1416, .. }));
    }
    for (length, rest) in [(0u32, 1256), (999, 257), (1001, 255), (1255, 1)] {
        let error = refused(0x14, &length.to_le_bytes()).unwrap_err();
        assert!(matches!(error, ParseError::Trailer { found, .. } if found == rest));
    }
    // The whole rest is payload: a container without trailer.
    refused(0x14, &1256u32.to_le_bytes()).unwrap();
    for at in [0x08, 0x0C, 0x10, 0x18, 0x20, 0x5F, 0x60, 0x6F, 0x70, 0x9F] {
        for byte in [0x00, 0x7F, 0xFF] {
            refused(at, &[byte]).unwrap();
        }
    }
}

#[test]
fn a_limit_of_the_callers_choice_holds() {
    let file = sample();
    let limits = Limits::new().with_max_payload(999);
    let error = Container::parse_with(&file, limits).unwrap_err();
    assert!(matches!(
        error,
        ParseError::PayloadTooLarge {
            declared: 1000,
            limit: 999,
            ..
        }
    ));
    Container::parse_with(&file, limits.with_max_payload(1000)).unwrap();
}

#[test]
fn a_payload_beyond_the_limit_is_not_built() {
    let length = Limits::MAX_PAYLOAD as usize + 1;
    let error = ContainerBuilder::preset(vec![0; length])
        .build()
        .unwrap_err();
    assert!(matches!(error, BuildError::PayloadTooLarge { length: l, .. } if l == length));
}

#[test]
fn files_that_are_no_containers_are_named() {
    let cases: [(&[u8], ForeignFile); 8] = [
        (b"", ForeignFile::Empty),
        (b"PK\x03\x04....", ForeignFile::Zip),
        (
            b"\x30\x82\x03\x0d\x30\x82\x01\xf5",
            ForeignFile::CertificateDer,
        ),
        (
            b"-----BEGIN CERTIFICATE-----\nMIIB",
            ForeignFile::CertificatePem,
        ),
        (
            b"-----BEGIN RSA PRIVATE KEY-----\nMIIB",
            ForeignFile::PrivateKey,
        ),
        (b"<!DOCTYPE html><html>", ForeignFile::WebPage),
        (b"\xEF\xBB\xBF<Settings><XMLVersion>", ForeignFile::Settings),
        (b"Valid until 2027", ForeignFile::ReleasePart),
    ];
    for (bytes, expected) in cases {
        let error = Container::parse(bytes).unwrap_err();
        assert!(
            matches!(error, ParseError::Foreign { file, .. } if file == expected),
            "{expected:?}: {error:?}"
        );
        assert_eq!(error.advice(), expected.advice());
    }
}

#[test]
fn files_for_ahp_chargers_are_named_by_their_extension() {
    for (name, expected) in [
        ("AHP_release_FW_2.1.0_FULL.tfw", ForeignFile::AhpFirmware),
        ("site.TCF", ForeignFile::AhpConfiguration),
        ("site.tvf ", ForeignFile::AhpOther),
    ] {
        assert_eq!(
            ForeignFile::recognize(b"manifest", Some(name)),
            Some(expected)
        );
    }
    assert_eq!(
        ForeignFile::recognize(b"manifest", Some("NG9xx 7.4.5-4415.fwi")),
        None
    );
}

proptest! {
    #[test]
    fn what_was_built_is_read_back(
        number: u16, words: [u32; 2], map: [u32; 4],
        fill_18: [u8; 8], blocks in prop::collection::vec(any::<u8>(), 112),
        payload in prop::collection::vec(any::<u8>(), 0..2000), trailer: Option<u8>,
    ) {
        let mut builder = ContainerBuilder::new(ContainerType::new(number), payload.clone())
            .with_word_0c(words[0])
            .with_word_10(words[1])
            .with_fill_18(fill_18)
            .with_key_block(*blocks.first_chunk().unwrap())
            .with_section_map(map)
            .with_fill_70(*blocks.last_chunk().unwrap());
        builder = match trailer {
            Some(byte) => builder.with_trailer([byte; 256]),
            None => builder.without_trailer(),
        };
        let file = builder.build().unwrap();
        let container = Container::parse(file.as_bytes()).unwrap();
        let header = container.header();
        prop_assert_eq!(header.container_type().number(), number);
        prop_assert_eq!([header.word_0c(), header.word_10()], words);
        prop_assert_eq!(header.section_map(), map);
        prop_assert_eq!(header.fill_18(), fill_18);
        prop_assert_eq!(&header.key_block()[..], &blocks[..64]);
        prop_assert_eq!(&header.fill_70()[..], &blocks[64..]);
        prop_assert_eq!(container.payload(), payload);
        prop_assert_eq!(container.trailer().copied(), trailer.map(|byte| [byte; 256]));
    }

    #[test]
    fn whatever_is_accepted_is_built_again_byte_for_byte(
        header in prop::collection::vec(any::<u8>(), HEADER_LEN),
        payload in prop::collection::vec(any::<u8>(), 0..600),
        trailer: bool,
    ) {
        let mut file = header;
        file.extend_from_slice(&payload);
        file.extend_from_slice(&[9; TRAILER_LEN][..if trailer { TRAILER_LEN } else { 0 }]);
        file[0x04..0x08].copy_from_slice(&160u32.to_le_bytes());
        file[0x0A..0x0C].copy_from_slice(&MARKER.to_le_bytes());
        let length = payload.len() as u32;
        let file = patched(file, 0x14, &length.to_le_bytes());

        let container = Container::parse(&file).unwrap();
        let again = ContainerBuilder::from_container(&container).build().unwrap();
        prop_assert_eq!(again.as_bytes(), &file);
        prop_assert_eq!(OwnedContainer::parse(file.clone()).unwrap().into_bytes(), file);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        if let Ok(container) = Container::parse(&bytes) {
            prop_assert_eq!(container.as_bytes(), &bytes);
        }
    }
}
