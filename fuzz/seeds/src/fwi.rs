//! Seeds for the targets of `fwi-format`.

use std::error::Error;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fwi_format::{ContainerBuilder, ContainerType};
use rawzip::{CompressionMethod, ZipArchiveWriter};

use crate::Seeds;

const NAMES: [&str; 9] = [
    "NG9xx 7.4.5-4415.fwi",
    "NG9xx 5.6.1-4414-B.fwi",
    "NG9xx 6.6.2-4396-BL-upgrade-B.fwi",
    "5.6.0-4104-B .fwi",
    "Essent-A (1).fwi",
    "Eneco-eMobility-GER-B.fwi",
    "Rootcertificate.fwi",
    "dir/NG910-60023",
    "4.12",
];

pub(crate) fn seeds() -> Result<Vec<Seeds>, Box<dyn Error>> {
    let containers = containers()?;
    let streams = containers.iter().map(|(name, bytes)| {
        // `(u8, &[u8])`: the fuzzer takes the number from the front.
        (name.clone(), [[49].as_slice(), bytes].concat())
    });
    let parts = release_parts()?;
    let release = [("whole".to_owned(), parts.join(&0))];
    Ok(vec![
        ("fwi_stream", streams.collect()),
        ("fwi_names", named(NAMES.map(str::as_bytes))),
        ("fwi_archive", archives(&containers, &parts)?),
        ("fwi_release", release.into()),
        ("fwi_container", containers),
    ])
}

fn containers() -> Result<Vec<(String, Vec<u8>)>, Box<dyn Error>> {
    let noise = [0xA5; 300];
    let builders = [
        (
            "root",
            ContainerBuilder::root_certificate("-----BEGIN CERTIFICATE-----\n"),
        ),
        ("preset", ContainerBuilder::preset(noise)),
        ("image", ContainerBuilder::firmware_image(noise)),
        ("display", ContainerBuilder::display_package(1, 2, noise)),
        (
            "empty",
            ContainerBuilder::new(ContainerType::new(0x99), []).without_trailer(),
        ),
    ];
    let build = |(name, builder): (&str, ContainerBuilder)| {
        Ok((name.to_owned(), builder.build()?.into_bytes()))
    };
    builders.into_iter().map(build).collect()
}

/// Signature (of nothing), certificate, information.
fn release_parts() -> Result<[Vec<u8>; 3], Box<dyn Error>> {
    let key = rcgen::KeyPair::generate()?;
    let certificate = rcgen::CertificateParams::default().self_signed(&key)?;
    Ok([
        STANDARD.encode([0x5A; 256]).into_bytes(),
        certificate.pem().into_bytes(),
        b"Valid until 2027-01-15T08:00:00Z".to_vec(),
    ])
}

fn archives(
    containers: &[(String, Vec<u8>)],
    [signature, certificate, information]: &[Vec<u8>; 3],
) -> Result<Vec<(String, Vec<u8>)>, Box<dyn Error>> {
    let Some((_, container)) = containers.first() else {
        return Ok(Vec::new());
    };
    let whole = zip(&[
        ("a.fwi", container),
        ("a-sig.txt", signature),
        ("a-cert.pem", certificate),
        ("a-info.txt", information),
    ])?;
    let variants = zip(&[
        ("r/A.fwi", container),
        ("r/B.fwu", b"x"),
        ("r/B-sig.txt", b"y"),
    ])?;
    Ok(vec![
        ("whole".to_owned(), whole),
        ("variants".to_owned(), variants),
    ])
}

fn zip(entries: &[(&str, &[u8])]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in entries {
        let (mut entry, config) = archive
            .new_file(*name)
            .compression_method(CompressionMethod::STORE)
            .start()?;
        let mut writer = config.wrap(&mut entry);
        writer.write_all(bytes)?;
        let (_, descriptor) = writer.finish()?;
        entry.finish(descriptor)?;
    }
    Ok(archive.finish()?)
}

fn named<const N: usize>(inputs: [&[u8]; N]) -> Vec<(String, Vec<u8>)> {
    inputs
        .iter()
        .enumerate()
        .map(|(number, bytes)| (number.to_string(), bytes.to_vec()))
        .collect()
}
