//! fwi-format: may this file be sent to this charger?
//!
//! Reads a container piece by piece, so that a large one never stands in memory, with a
//! progress bar in mind; and judges it from its first bytes and its name. `AsyncContainerReader`
//! is the twin over tokio's `AsyncRead`, with the same calls.
//!
//! `cargo run -p examples --example read_container`

use std::error::Error;
use std::fs::File;
use std::io::BufReader;

use fwi_format::{
    AsyncContainerReader, Compatibility, ContainerBuilder, ContainerReader, TargetCharger, inspect,
};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("NG9xx 7.4.5-4415.fwi");
    // A test container; real ones come from the vendor.
    let container = ContainerBuilder::firmware_image(vec![0xA5; 600_000]).build()?;
    std::fs::write(&path, container.as_bytes())?;

    let mut reader = ContainerReader::new(BufReader::new(File::open(&path)?));
    let mut done = 0;
    while let Some(chunk) = reader.next_chunk()? {
        done += chunk.as_bytes().len();
    }
    // Only the end tells whether it was whole.
    reader.finish()?;
    println!("a sound container, {done} bytes in pieces");

    judge(&path)?;
    read_asynchronously(container.as_bytes())
}

/// Everything that speaks against sending it, in stable codes.
fn judge(path: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let name = path.file_name().and_then(|name| name.to_str());
    let inspection = inspect(&bytes, name);
    for finding in inspection.findings() {
        println!("{}: {finding}", finding.code());
    }
    let name = inspection.name().ok_or("the file has no name")?;
    let charger = TargetCharger::new("NG910-60023").with_firmware("6.4.0".parse()?);
    let compatibility = Compatibility::check(inspection.kind(), name, &charger);
    for finding in compatibility.findings() {
        println!("{}: {finding}", finding.code());
    }
    // 6.6.2 has to come first: the charger could not start from this one.
    assert!(!compatibility.allows_upload());
    Ok(())
}

/// The same on tokio, from anything that is `AsyncRead`.
#[tokio::main(flavor = "current_thread")]
async fn read_asynchronously(bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let mut reader = AsyncContainerReader::new(bytes);
    while reader.next_chunk().await?.is_some() {}
    reader.finish().await?;
    Ok(())
}
