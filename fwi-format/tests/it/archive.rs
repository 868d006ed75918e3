//! Release archives, as published and as an attacker would make them.

use std::io::Write as _;

use fwi_format::{ArchiveError, Container, Limits, ReleaseArchive, ReleaseSignature, TrustRoots};
use rawzip::{CompressionMethod, ZipArchiveWriter};

use crate::container::sample;
use crate::test_release::{INFORMATION, now, root, signer};

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(entries, CompressionMethod::DEFLATE)
}

fn zip_with(entries: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in entries {
        let packed = match method {
            CompressionMethod::DEFLATE => miniz_oxide::deflate::compress_to_vec(bytes, 6),
            _ => bytes.to_vec(),
        };
        let (mut entry, config) = archive
            .new_file(*name)
            .compression_method(method)
            .start()
            .unwrap();
        // The writer counts and sums what goes through it, the entry takes what is packed.
        let mut plain = config.wrap(std::io::sink());
        plain.write_all(bytes).unwrap();
        let (_, descriptor) = plain.finish().unwrap();
        entry.write_all(&packed).unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

fn release_entries(stem: &str, file: &[u8]) -> Vec<(String, Vec<u8>)> {
    vec![
        (format!("{stem}.fwi"), file.to_vec()),
        (format!("{stem}-sig.txt"), signer().sign(file).into_bytes()),
        (
            format!("{stem}-cert.pem"),
            root().certify(signer(), |_| {}).into_bytes(),
        ),
        (format!("{stem}-info.txt"), INFORMATION.as_bytes().to_vec()),
    ]
}

fn borrowed(entries: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    entries
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect()
}

#[test]
fn a_release_is_verified_straight_from_its_archive() {
    let file = sample();
    let entries = release_entries("NG9xx 7.4.5-4415", &file);
    for method in [CompressionMethod::DEFLATE, CompressionMethod::STORE] {
        let archive = ReleaseArchive::unpack(&zip_with(&borrowed(&entries), method)).unwrap();
        let [package] = archive.packages() else {
            panic!("one package")
        };
        assert_eq!(package.name(), "NG9xx 7.4.5-4415.fwi");
        let mut roots = TrustRoots::new();
        roots.add_der(&root().der).unwrap();
        let container = Container::parse(package.container_bytes()).unwrap();
        let release = ReleaseSignature::from_package(package).unwrap();
        release.verify(container, &roots, now()).unwrap();
    }
}

#[test]
fn each_container_gets_the_parts_of_its_own_name() {
    let (a, b) = (sample(), vec![1, 2, 3]);
    let mut entries = release_entries("release/NG9xx 6.6.2-4396-BL-upgrade-A", &a);
    entries.push((
        "release/NG9xx 6.6.2-4396-BL-upgrade-B.fwi".into(),
        b.clone(),
    ));
    entries.push((
        "release/NG9xx 6.6.2-4396-BL-upgrade-B-sig.txt".into(),
        b"B".to_vec(),
    ));
    entries.push(("release/readme.pdf".into(), vec![0; 100]));
    let archive = ReleaseArchive::unpack(&zip(&borrowed(&entries))).unwrap();
    let [first, second] = archive.packages() else {
        panic!("two packages")
    };
    assert_eq!(first.signature().unwrap(), signer().sign(&a).as_bytes());
    assert!(first.certificates().is_some() && first.information().is_some());
    assert_eq!(
        (second.container_bytes(), second.signature()),
        (b.as_slice(), Some(b"B".as_slice()))
    );
    assert_eq!((second.certificates(), second.information()), (None, None));
}

#[test]
fn a_single_container_takes_parts_of_any_name() {
    let archive = zip(&[
        ("a.fwi", b"x"),
        ("release-sig.txt", b"s"),
        ("vendor-cert.pem", b"c"),
    ]);
    let archive = ReleaseArchive::unpack(&archive).unwrap();
    let package = &archive.packages()[0];
    assert_eq!(package.signature(), Some(b"s".as_slice()));
    assert_eq!(package.certificates(), Some(b"c".as_slice()));
}

#[test]
fn what_is_too_much_is_refused_before_it_is_unpacked() {
    let zeros = vec![0; 1_000_000];
    let limits = Limits::new().with_max_payload(999_000);
    let error = ReleaseArchive::unpack_with(&zip(&[("a.fwi", &zeros)]), limits).unwrap_err();
    assert!(
        matches!(
            error,
            ArchiveError::EntryTooLarge {
                length: 1_000_000,
                ..
            }
        ),
        "{error:?}"
    );
    let error = ReleaseArchive::unpack(&zip(&[("a-sig.txt", &zeros)])).unwrap_err();
    assert!(
        matches!(error, ArchiveError::EntryTooLarge { .. }),
        "{error:?}"
    );
    let names: Vec<String> = (0..65).map(|n| format!("{n}.txt")).collect();
    let many: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), b"".as_slice()))
        .collect();
    assert!(matches!(
        ReleaseArchive::unpack(&zip(&many)),
        Err(ArchiveError::TooManyEntries)
    ));
}

#[test]
fn an_entry_that_unpacks_to_more_than_it_states_is_damaged() {
    // A bomb: the directory states 5 bytes, the data holds 100,000.
    let mut archive = ZipArchiveWriter::new(Vec::new());
    let (mut entry, config) = archive
        .new_file("a.fwi")
        .compression_method(CompressionMethod::DEFLATE)
        .start()
        .unwrap();
    let mut plain = config.wrap(std::io::sink());
    plain.write_all(b"small").unwrap();
    let (_, descriptor) = plain.finish().unwrap();
    entry
        .write_all(&miniz_oxide::deflate::compress_to_vec(&vec![0; 100_000], 6))
        .unwrap();
    entry.finish(descriptor).unwrap();
    let error = ReleaseArchive::unpack(&archive.finish().unwrap()).unwrap_err();
    assert!(
        matches!(error, ArchiveError::EntryDamaged { .. }),
        "{error:?}"
    );
}

#[test]
fn every_flipped_byte_of_an_archive_is_survived_and_never_changes_a_container() {
    let archive = zip(&[
        ("a.fwi", &[0x5A; 300]),
        ("a-info.txt", b"Valid until 2027-01-01"),
    ]);
    let mut refused = 0;
    for at in 0..archive.len() {
        let mut damaged = archive.clone();
        damaged[at] ^= 0x41;
        match ReleaseArchive::unpack(&damaged) {
            Ok(unpacked) => assert_eq!(unpacked.packages()[0].container_bytes(), [0x5A; 300]),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 20, "{refused}");
}

#[test]
fn what_is_no_release_is_said_to_be_none() {
    for bytes in [b"".as_slice(), b"PK\x03\x04", &[0xA5; 1000]] {
        let error = ReleaseArchive::unpack(bytes).unwrap_err();
        assert!(matches!(error, ArchiveError::Malformed { .. }), "{error:?}");
    }
    let error = ReleaseArchive::unpack(&zip(&[("readme.txt", b"hello")])).unwrap_err();
    assert!(matches!(error, ArchiveError::NoContainer), "{error:?}");
    let missing = ReleaseArchive::unpack(&zip(&[("a.fwi", b"x")])).unwrap();
    assert!(ReleaseSignature::from_package(&missing.packages()[0]).is_err());
}
