//! `make-fwi` and `inspect-fwi` as a person runs them, against golden output.
//!
//! `UPDATE_GOLDEN=1 cargo test -p examples --test inspect_fwi` rewrites the golden files.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fwi_format::ContainerBuilder;

/// When the releases made here are valid.
const FROM: &str = "2027-01-15T08:00:00Z";
const WITHIN: &str = "2027-02-01T00:00:00Z";

/// A directory of one test, gone when it is dropped. Tools run inside, so that output
/// names files and no directories.
struct Workshop(tempfile::TempDir);

impl Workshop {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> &Self {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
        self
    }

    fn get(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).unwrap()
    }

    fn make(&self, arguments: &[&str]) -> Output {
        self.run(env!("CARGO_BIN_EXE_make-fwi"), arguments)
    }

    fn inspect(&self, arguments: &[&str]) -> Output {
        self.run(env!("CARGO_BIN_EXE_inspect-fwi"), arguments)
    }

    fn run(&self, tool: &str, arguments: &[&str]) -> Output {
        Command::new(tool)
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    /// An image of readable noise, signed under a test root that is the same every time.
    fn release(&self) -> &Self {
        self.put("payload.bin", &[0xA5; 4000]);
        let output = self.make(&[
            "payload.bin",
            "--kind",
            "firmware",
            "-o",
            "NG9xx 7.4.5-4415.fwi",
            "--release",
            "--seed",
            "7",
            "--from",
            FROM,
        ]);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        self
    }
}

/// Compares what a tool printed, and how it ended, with a golden file.
#[track_caller]
fn assert_golden(name: &str, output: &Output) {
    let text = format!(
        "{}{}exit code {}\n",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        output.status.code().unwrap()
    );
    let path = golden(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        text == expected,
        "{name} differs; UPDATE_GOLDEN=1 rewrites it.\n{text}"
    );
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/inspect_fwi/golden")
        .join(name)
}

#[test]
fn a_signed_release_and_a_charger_that_needs_a_stepping_stone() {
    let workshop = Workshop::new();
    let output = workshop.release().inspect(&[
        "NG9xx 7.4.5-4415.zip",
        "--root",
        "test-root.pem",
        "--at",
        WITHIN,
        "--charger-model",
        "NG910-60023",
        "--firmware",
        "6.4.0",
    ]);
    assert_golden("release.txt", &output);
}

#[test]
fn the_same_beside_its_release_files_and_as_json() {
    let workshop = Workshop::new();
    let output = workshop.release().inspect(&[
        "NG9xx 7.4.5-4415.fwi",
        "--root",
        "test-root.pem",
        "--at",
        WITHIN,
        "--charger-model",
        "NG910-60023",
        "--firmware",
        "7.0.0-4318",
        "--json",
    ]);
    assert_golden("release.json", &output);
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(line["signature"]["verdict"], "verified");
}

#[test]
fn a_release_after_its_time() {
    let workshop = Workshop::new();
    let output = workshop.release().inspect(&[
        "NG9xx 7.4.5-4415.zip",
        "--root",
        "test-root.pem",
        "--at",
        "2028-01-01T00:00:00Z",
    ]);
    assert_golden("expired.txt", &output);
}

#[test]
fn a_container_that_was_changed_after_it_was_signed() {
    let workshop = Workshop::new();
    let mut file = workshop.release().get("NG9xx 7.4.5-4415.fwi");
    file[200] ^= 1;
    workshop.put("NG9xx 7.4.5-4415.fwi", &file);
    let output = workshop.inspect(&[
        "NG9xx 7.4.5-4415.fwi",
        "--root",
        "test-root.pem",
        "--at",
        WITHIN,
    ]);
    assert_golden("changed.txt", &output);
}

#[test]
fn damaged_files_each_in_its_own_way() {
    let workshop = Workshop::new();
    let good = ContainerBuilder::firmware_image(vec![0xA5; 4000])
        .build()
        .unwrap()
        .into_bytes();
    let mut flipped = good.clone();
    flipped[0x41] ^= 0x10;
    let mut wild = good.clone();
    wild[0x04..0x08].copy_from_slice(&161u32.to_le_bytes());
    wild[0x14..0x18].copy_from_slice(&u32::MAX.to_le_bytes());
    workshop
        .put("flipped.fwi", &flipped)
        .put("wild.fwi", &wild)
        .put("cut.fwi", &good[..2000])
        .put("no-trailer.fwi", &good[..good.len() - 256])
        .put("short.fwi", &good[..159]);
    let output = workshop.inspect(&[
        "flipped.fwi",
        "wild.fwi",
        "cut.fwi",
        "no-trailer.fwi",
        "short.fwi",
    ]);
    assert_golden("damaged.txt", &output);
}

#[test]
fn files_that_are_taken_for_containers() {
    let workshop = Workshop::new();
    workshop
        .put(
            "AHP_FULL.tfw",
            b"manifest of something else, long enough to be one",
        )
        .put(
            "root.pem",
            b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        )
        .put(
            "download.fwi",
            b"<!DOCTYPE html><html><title>Log in</title></html>",
        )
        .put("empty.fwi", b"");
    let output = workshop.inspect(&["AHP_FULL.tfw", "root.pem", "download.fwi", "empty.fwi"]);
    assert_golden("foreign.txt", &output);
}

#[test]
fn unknown_words_and_a_preset_of_the_wrong_variant() {
    let workshop = Workshop::new();
    let map: Vec<u8> = (0..64).collect();
    let preset = ContainerBuilder::preset(vec![0xA5; 736])
        .with_word_0c(0x1122_3344)
        .with_word_10(0x5566_7788)
        .with_key_block(map.try_into().unwrap())
        .build()
        .unwrap();
    workshop.put("Essent-A.fwi", preset.as_bytes());
    let output = workshop.inspect(&[
        "Essent-A.fwi",
        "--charger-model",
        "NG910-60023",
        "--firmware",
        "7.0.0",
    ]);
    assert_golden("preset.txt", &output);
}

#[test]
fn a_root_certificate_becomes_a_container_and_a_private_key_does_not() {
    let workshop = Workshop::new();
    let pem = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    workshop
        .put("root.pem", pem)
        .put("key.pem", b"-----BEGIN PRIVATE KEY-----\nMIIE\n");
    let made = workshop.make(&["root.pem", "-o", "Rootcertificate.fwi"]);
    assert_golden("made.txt", &made);
    assert_golden("root.txt", &workshop.inspect(&["Rootcertificate.fwi"]));
    let file = workshop.get("Rootcertificate.fwi");
    assert_eq!(fwi_format::Container::parse(&file).unwrap().payload(), pem);

    for kind in ["root-certificate", "preset"] {
        let refused = workshop.make(&["key.pem", "-o", "k.fwi", "--kind", kind]);
        assert_eq!(refused.status.code(), Some(1));
    }
    let refused = workshop.make(&["Rootcertificate.fwi", "-o", "k.fwi"]);
    assert_golden("refused.txt", &refused);
    assert!(!workshop.0.path().join("k.fwi").exists());
}

#[test]
fn what_cannot_be_read_is_a_matter_of_usage() {
    let workshop = Workshop::new();
    workshop
        .put("broken.zip", b"PK\x03\x04 and no more")
        .put("root.pem", b"nothing");
    for arguments in [
        ["missing.fwi"].as_slice(),
        &["broken.zip"],
        &["broken.zip", "--root", "root.pem"],
        &["broken.zip", "--firmware", "6.4.0"],
        &["broken.zip", "--at", "tomorrow"],
        &[],
    ] {
        let output = workshop.inspect(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{arguments:?}"
        );
    }
    let output = workshop.inspect(&["missing.fwi", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&told["event"], &told["exit"]),
        (&"error".into(), &2.into())
    );
}
