//! The house rules that the compiler does not see: who may depend on whom, which
//! crates do no input or output, and what the MSRV promise rests on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What each crate may use of ours, as ARCHITECTURE.md draws it. `(crate, always, only
/// behind these features)`: arrows never go up.
const ARROWS: &[(&str, &[&str], &[&str])] = &[
    ("ocpp-config", &[], &[]),
    ("fwi-format", &[], &[]),
    ("ocpp-transport", &["ocpp-config"], &[]),
    ("charger-link", &["ocpp-config"], &[]),
    (
        "charger-commissioning",
        &["charger-link", "fwi-format", "ocpp-config"],
        &["ocpp-transport"],
    ),
    (
        "charger-sim",
        &[
            "charger-link",
            "fwi-format",
            "ocpp-config",
            "ocpp-transport",
        ],
        &[],
    ),
];

/// Crates whose sources may not touch the operating system at all.
const PURE: &[&str] = &["ocpp-config"];

/// What pure code has no business naming. Address *types* of `std::net` are values.
const IMPURE: &[&str] = &[
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "std::fs",
    "std::thread",
    "std::process",
    "Instant::now",
    "SystemTime::now",
];

#[test]
fn arrows_never_go_up() {
    let metadata = metadata();
    let ours: BTreeSet<&str> = ARROWS.iter().map(|(name, ..)| *name).collect();
    for (name, always, optional) in ARROWS {
        let package = package(&metadata, name);
        for dependency in dependencies(package, None) {
            let target = text(dependency, "name");
            if !ours.contains(target) {
                continue;
            }
            let allowed = always.contains(&target)
                || (optional.contains(&target) && dependency["optional"] == Value::Bool(true));
            assert!(allowed, "{name} may not depend on {target}");
        }
    }
}

#[test]
fn unpublished_packages_are_used_by_nobody() {
    let metadata = metadata();
    for package in packages(&metadata) {
        for dependency in dependencies(package, None) {
            let target = text(dependency, "name");
            assert!(
                target != "examples" && target != "benches",
                "{} depends on the unpublished {target}",
                text(package, "name")
            );
        }
    }
}

#[test]
fn published_crates_are_described() {
    let metadata = metadata();
    for (name, ..) in ARROWS {
        let package = package(&metadata, name);
        assert_eq!(text(package, "license"), "MIT OR Apache-2.0", "{name}");
        assert!(!text(package, "description").is_empty(), "{name}");
        for list in ["keywords", "categories"] {
            let entries = package[list].as_array().map_or(0, Vec::len);
            assert!((1..=5).contains(&entries), "{name}: {entries} {list}");
        }
        assert!(
            package["metadata"]["docs"]["rs"].is_object(),
            "{name}: no docs.rs settings"
        );
    }
}

#[test]
fn pure_crates_do_not_name_the_operating_system() {
    for name in PURE {
        for file in rust_files(&root().join(name).join("src")) {
            let source = std::fs::read_to_string(&file).unwrap();
            for word in IMPURE {
                assert!(!source.contains(word), "{} names {word}", file.display());
            }
        }
    }
}

/// Nothing that a default build of a published crate pulls in asks for a newer
/// compiler than the workspace promises.
#[test]
fn dependencies_keep_the_msrv_promise() {
    let metadata = metadata();
    let promise = version(text(package(&metadata, "ocpp-config"), "rust_version"));
    let mut reached = BTreeSet::new();
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (text(node, "id"), node))
        .collect();
    let mut queue: Vec<&str> = ARROWS
        .iter()
        .map(|(name, ..)| text(package(&metadata, name), "id"))
        .collect();
    while let Some(id) = queue.pop() {
        if reached.insert(id) {
            queue.extend(normal_edges(nodes[id]));
        }
    }
    for package in packages(&metadata).filter(|package| reached.contains(text(package, "id"))) {
        if let Some(needed) = package["rust_version"].as_str() {
            assert!(
                version(needed) <= promise,
                "{} needs {needed}",
                text(package, "name")
            );
        }
    }
    assert!(
        reached.len() > ARROWS.len(),
        "the dependency graph was not walked"
    );
}

fn normal_edges(node: &Value) -> impl Iterator<Item = &str> {
    node["deps"].as_array().unwrap().iter().filter_map(|edge| {
        let kinds = edge["dep_kinds"].as_array()?;
        kinds
            .iter()
            .any(|kind| kind["kind"].is_null())
            .then(|| text(edge, "pkg"))
    })
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--all-features"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().unwrap().iter()
}

fn package<'a>(metadata: &'a Value, name: &str) -> &'a Value {
    packages(metadata)
        .find(|package| text(package, "name") == name)
        .unwrap()
}

/// The dependencies of one kind; `None` are the normal ones.
fn dependencies<'a>(package: &'a Value, kind: Option<&'a str>) -> impl Iterator<Item = &'a Value> {
    let all = package["dependencies"].as_array().unwrap().iter();
    all.filter(move |dependency| dependency["kind"].as_str() == kind)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn version(text: &str) -> (u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.next().unwrap_or(0))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}
