//! The crate takes bytes and values, never a file, a socket, a clock or a thread; nothing
//! that it depends on needs an operating system, so it builds for
//! `wasm32-unknown-unknown`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Every crate that may be in the tree, all features on. None of them binds to C or needs
/// an operating system.
const ALLOWED: &[&str] = &[
    "annotate-snippets",
    "anstyle",
    "base64",
    "block-buffer",
    "borrow-or-share",
    "cfg-if",
    "crypto-common",
    "digest",
    "dyn-clone",
    "fluent-uri",
    "generic-array",
    "itoa",
    "jsonc-parser",
    "memchr",
    "ocpp-config",
    "percent-encoding",
    "quick-xml",
    "ref-cast",
    "rustls-pki-types",
    "schemars",
    "serde",
    "serde_core",
    "serde_json",
    "serde_spanned",
    "sha2",
    "strsim",
    "thiserror",
    "toml",
    "toml_datetime",
    "toml_parser",
    "toml_writer",
    "typenum",
    "unicode-width",
    "winnow",
    "zeroize",
    "zmij",
];

/// Crates that run in the compiler and not in the program.
const IN_THE_COMPILER: &[&str] = &[
    "proc-macro2",
    "quote",
    "ref-cast-impl",
    "schemars_derive",
    "serde_derive",
    "serde_derive_internals",
    "syn",
    "thiserror-impl",
    "unicode-ident",
    "zeroize_derive",
];

#[test]
fn only_known_crates_are_in_the_tree() {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args([
            "tree",
            "--package",
            "ocpp-config",
            "--all-features",
            "--edges",
            "normal",
        ])
        .args([
            "--target",
            "wasm32-unknown-unknown",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .arg("--locked")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let tree = String::from_utf8(output.stdout).expect("UTF-8");
    let found: BTreeSet<&str> = tree.lines().filter_map(crate_name).collect();
    let known: BTreeSet<&str> = ALLOWED.iter().chain(IN_THE_COMPILER).copied().collect();
    let unknown: Vec<_> = found.difference(&known).collect();
    assert!(unknown.is_empty(), "not on the list: {unknown:?}");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(
        gone.is_empty(),
        "on the list, but no longer in the tree: {gone:?}"
    );
}

/// The package in a line such as `serde v1.0.0 (*)`.
fn crate_name(line: &str) -> Option<&str> {
    line.split_once(" v").map(|(name, _)| name)
}

#[test]
fn no_source_touches_the_operating_system() {
    let mut files = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    assert!(files.len() > 20);
    for (path, source) in files {
        for word in [
            "std::fs",
            "std::env",
            "std::thread",
            "std::process",
            "std::time",
            "std::net::Tcp",
            "std::net::Udp",
            "std::net::ToSocketAddrs",
            "tokio",
            "unsafe ",
        ] {
            assert!(!source.contains(word), "{word} in {path}");
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            let source = fs::read_to_string(&path).expect("UTF-8");
            files.push((path.display().to_string(), source));
        }
    }
}
