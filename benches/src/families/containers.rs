//! F1 to F3: headers, and signatures of whole files.

use std::cell::Cell;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use fwi_format::{
    Container, ContainerHasher, ContainerReader, Limits, ReleaseSignature, TrustRoots,
};
use sha2::{Digest as _, Sha256};

use crate::children::{cold_program, cpu_of, has, measure_children};
use crate::inputs::{self, Release};
use crate::peers::by_hand;
use crate::{Contender, Effort, Error, Outcome, curve, ensure, measure};

/// Payloads from a preset to more than any firmware.
const PAYLOADS: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// The size of a firmware file.
const FIRMWARE: usize = 1_800_000;

pub(super) fn header(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new("F1", "parse a container's header with its CRC, zero-copy");
    for (name, payload) in [("firmware, 1.8 MB", FIRMWARE), ("preset, 1 KiB", 1_024)] {
        let file = inputs::container(payload)?;
        ensure(
            fields(&file) == by_hand::header(&file),
            "the headers differ",
        )?;
        let checked = file.get(4..160).ok_or("no header")?;
        let figures = measure(
            vec![
                Contender::new("Container::parse and four fields", || {
                    black_box(fields(black_box(&file)));
                }),
                Contender::new("floor: CRC and the same fields by hand", || {
                    black_box(by_hand::header(black_box(&file)));
                }),
                Contender::new("crc32fast alone", || {
                    black_box(crc32fast::hash(black_box(checked)));
                }),
            ],
            effort,
        );
        let ratio = outcome.case(name, figures);
        outcome.at_most(format!("{name}, against the floor"), ratio, 1.3);
    }
    let instructions = counted_for_a_header()?;
    outcome.target(
        "at most 600 instructions",
        format!("{instructions}, counted by the guard"),
        Some(instructions <= 600),
    );
    outcome.held_by("allocations", "0 allocations");
    outcome.note(
        "Ours also compares the header length, the marker, the limit and the length of the \
         file.",
    );
    outcome.grows(
        "bytes of payload behind a header",
        curve(&PAYLOADS, effort.for_curves(), |payload| {
            let file = inputs::container(payload)?;
            Ok(Box::new(move || {
                black_box(fields(black_box(&file)));
            }))
        })?,
    );
    Ok(outcome)
}

/// What the guard has in its baseline, and holds in CI.
fn counted_for_a_header() -> Result<i64, Error> {
    let baseline: toml::Table = toml::from_str(include_str!("../../guard/instructions.toml"))?;
    let counts = baseline.get("instructions");
    counts
        .and_then(|counts| counts.get("f1_header")?.get("ours")?.as_integer())
        .ok_or_else(|| "the guard has no count of a header".into())
}

fn fields(file: &[u8]) -> Option<(u32, u16, u16, u32)> {
    let header = Container::parse(file).ok()?.header();
    Some((
        header.checksum(),
        header.container_type().number(),
        header.marker(),
        header.payload_length(),
    ))
}

pub(super) fn header_of_a_large_file(effort: Effort) -> Result<Outcome, Error> {
    const MIB: usize = 1024 * 1024;
    let mut outcome = Outcome::new("F2", "read a header from a large file");
    let largest = if effort.is_smoke() { 2 } else { 64 };
    let limits = Limits::new().with_max_payload(u32::MAX);
    let directory = tempfile::tempdir()?;
    let small = write(directory.path(), "small.fwi", 64 * 1_024)?;
    let large = write(directory.path(), "large.fwi", largest * MIB)?;
    let first_read = |path: &Path| -> Result<(usize, u32), Error> {
        let read = Cell::new(0);
        let counting = Counting {
            inner: File::open(path)?,
            read: &read,
        };
        let mut reader = ContainerReader::with_limits(counting, limits);
        let length = loop {
            if let Some(header) = reader.header() {
                break header.payload_length();
            }
            reader.next_chunk()?.ok_or("no header")?;
        };
        Ok((read.get(), length))
    };
    let (read, length) = first_read(&large)?;
    ensure(length as usize == largest * MIB, "another length")?;
    let figures = measure(
        vec![
            Contender::new("64 MiB", || {
                let _ = black_box(first_read(black_box(&large)));
            }),
            Contender::new("64 KiB", || {
                let _ = black_box(first_read(black_box(&small)));
            }),
        ],
        effort,
    );
    let ratio = outcome.case("open, read the header, close", figures);
    outcome.target(
        "no more than the first block is read",
        format!("{read} bytes of {}", largest * MIB),
        Some(read <= 64 * 1024),
    );
    outcome.at_most("64 MiB against 64 KiB", ratio, 1.1);
    outcome.grows(
        "bytes of a file of which the header is read",
        curve(&PAYLOADS, effort.for_curves(), |payload| {
            let path = write(directory.path(), &format!("{payload}.fwi"), payload)?;
            Ok(Box::new(move || {
                let _ = black_box(first_read(black_box(&path)));
            }))
        })?,
    );
    Ok(outcome)
}

/// A file whose header promises so many bytes and is right about it. The builder makes
/// none above 32 MiB, so the length is patched in; the payload is a hole of zeros.
fn write(directory: &Path, name: &str, payload: usize) -> Result<PathBuf, Error> {
    let path = directory.join(name);
    let mut header = inputs::container(0)?;
    header.truncate(fwi_format::HEADER_LEN);
    let length = u32::try_from(payload)?.to_le_bytes();
    let place = header.get_mut(0x14..0x18).ok_or("no header")?;
    place.copy_from_slice(&length);
    let checked = header.get(4..).ok_or("no header")?;
    let checksum = crc32fast::hash(checked).to_le_bytes();
    let place = header.get_mut(..4).ok_or("no header")?;
    place.copy_from_slice(&checksum);
    let mut file = File::create(&path)?;
    file.write_all(&header)?;
    file.set_len((header.len() + payload + fwi_format::TRAILER_LEN) as u64)?;
    Ok(path)
}

/// Counts what is read through it.
struct Counting<'a, R> {
    inner: R,
    read: &'a Cell<usize>,
}

impl<R: Read> Read for Counting<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.read.set(self.read.get() + length);
        Ok(length)
    }
}

pub(super) fn signature(effort: Effort) -> Result<Outcome, Error> {
    let mut outcome = Outcome::new(
        "F3",
        "stream a file of 1.8 MB and verify its detached RSA-2048-PSS signature",
    );
    let release = inputs::release(FIRMWARE)?;
    let (signature, roots) = release.opened()?;
    verify(&release.file, &signature, &roots, release.now)?;
    let figures = measure(
        vec![
            Contender::new("stream, hash and verify", || {
                let _ = black_box(verify(&release.file, &signature, &roots, release.now));
            }),
            Contender::new("floor: SHA-256 over the file", || {
                black_box(Sha256::digest(black_box(&release.file)));
            }),
            Contender::new("stream and hash, no signature", || {
                let _ = black_box(digest(black_box(&release.file)));
            }),
        ],
        effort,
    );
    let streaming = figures.get(2).zip(figures.get(1));
    let streaming = streaming.map_or(f64::NAN, |(ours, floor)| {
        ours.nanoseconds / floor.nanoseconds
    });
    let ratio = outcome.case("in a process that is warm", figures);
    outcome
        .at_most("against bare SHA-256", ratio, 1.12)
        .because(format!(
            "streaming with its hash alone takes {streaming:.2} times bare SHA-256; the rest is one \
             RSA-2048-PSS verification and the path to the pinned root, a fixed cost that does \
             not grow with the file"
        ));
    outcome.held_by("allocations", "constant memory, at most 128 KiB of buffers");
    outcome.note(if cfg!(feature = "foreign") {
        "The signature is checked by AWS-LC (feature `verify-aws-lc`), which takes a digest as \
         `rsa`, the pure Rust implementation of the default build, does. `ring` cannot, and \
         would have to hold the file."
    } else {
        "The signature is checked by `rsa`, the pure Rust implementation of the default build; \
         with `--all-features` AWS-LC does it."
    });
    outcome.grows("bytes of payload, streamed and hashed", growth(effort)?);
    cold(&mut outcome, &release, effort)?;
    Ok(outcome)
}

fn verify(
    file: &[u8],
    signature: &ReleaseSignature,
    roots: &TrustRoots,
    now: SystemTime,
) -> Result<(), Error> {
    signature.verify(digest(file)?, roots, now)?;
    Ok(())
}

fn digest(file: &[u8]) -> Result<fwi_format::Streamed<fwi_format::ContainerDigest>, Error> {
    let reader = ContainerReader::with_hash(file, Limits::new(), ContainerHasher::default());
    Ok(reader.finish()?)
}

/// The cost of streaming and hashing, which is what grows.
fn growth(effort: Effort) -> Result<Vec<(u64, f64)>, Error> {
    curve(&PAYLOADS, effort.for_curves(), |payload| {
        let file = inputs::container(payload)?;
        Ok(Box::new(move || {
            let _ = black_box(digest(black_box(&file)));
        }))
    })
}

fn cold(outcome: &mut Outcome, release: &Release, effort: Effort) -> Result<(), Error> {
    let goal = "the whole cold process, against `openssl dgst`";
    let Some(program) = cold_program(effort)?.filter(|_| has("openssl")) else {
        outcome.target(goal, "not measured: no `openssl`, or no program", None);
        return Ok(());
    };
    let directory = tempfile::tempdir()?;
    let at = |name: &str| directory.path().join(name);
    let signed = release.file.len().saturating_sub(fwi_format::TRAILER_LEN);
    fs::write(at("firmware.fwi"), &release.file)?;
    fs::write(at("signed"), release.file.get(..signed).unwrap_or_default())?;
    fs::write(at("signature"), &release.signature)?;
    fs::write(at("sig.txt"), &release.signature_text)?;
    fs::write(at("cert.pem"), &release.certificate)?;
    fs::write(at("root.pem"), &release.root)?;
    fs::write(at("key.pem"), &release.public_key)?;
    let mut ours = Command::new(program);
    ours.arg("verify").arg(directory.path());
    let mut openssl = Command::new("openssl");
    openssl
        .args(["dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss"])
        .arg("-verify")
        .arg(at("key.pem"))
        .arg("-signature")
        .arg(at("signature"))
        .arg(at("signed"));
    cpu_of(&mut ours)?;
    cpu_of(&mut openssl)?;
    let figures = measure_children(
        vec![
            ("our process", &mut ours),
            ("openssl dgst -verify", &mut openssl),
        ],
        effort,
    )?;
    let ratio = outcome.case("cold process, CPU time", figures);
    outcome
        .at_most(goal, ratio, 0.6)
        .because("starting a process costs either side the same, and hashing does too");
    outcome.note(
        "Ours also checks the certificate's path to the pinned root and the container; \
         `openssl dgst` gets the bare public key and the signed part ready-made.",
    );
    Ok(())
}
