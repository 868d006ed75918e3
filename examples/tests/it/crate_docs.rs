//! The documentation of each published crate says the same things in the same order, and
//! names every feature.

use std::fs;
use std::path::{Path, PathBuf};

const CRATES: [&str; 6] = [
    "ocpp-config",
    "fwi-format",
    "ocpp-transport",
    "charger-link",
    "charger-commissioning",
    "charger-sim",
];

/// What it is stands in front of the first heading. Other sections may stand between.
const ORDER: [&str; 5] = [
    "## What it leaves out",
    "## Example",
    "## Map",
    "## Features",
    "## What is verified",
];

#[test]
fn each_readme_has_its_sections_in_one_order() {
    for name in CRATES {
        let text = readme(name);
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(format!("# {name}").as_str()));
        let headings: Vec<&str> = text.lines().filter(|it| it.starts_with("## ")).collect();
        let found: Vec<usize> = ORDER
            .iter()
            .map(|wanted| {
                let place = headings.iter().position(|it| it.starts_with(wanted));
                place.unwrap_or_else(|| panic!("{name}: {wanted} is missing in {headings:?}"))
            })
            .collect();
        assert!(found.is_sorted(), "{name}: {headings:?}");
        let first = text.find("## ").unwrap();
        assert!(first > 200, "{name} does not say what it is");
    }
}

#[test]
fn each_example_is_code_that_the_tests_run_or_compile() {
    for name in CRATES {
        let text = readme(name);
        let example = section(&text, "## Example");
        let fence = example.lines().find(|it| it.starts_with("```"));
        let fence = fence.unwrap_or_else(|| panic!("{name} has no example"));
        assert!(
            ["```", "```rust", "```no_run", "```rust,no_run"].contains(&fence),
            "{name}: {fence}"
        );
    }
}

#[test]
fn each_readme_is_the_documentation_of_its_crate() {
    for name in CRATES {
        let lib = fs::read_to_string(root().join(name).join("src/lib.rs")).unwrap();
        let first = lib.lines().next();
        assert_eq!(
            first,
            Some("#![doc = include_str!(\"../README.md\")]"),
            "{name}"
        );
    }
}

#[test]
fn each_feature_is_documented() {
    for name in CRATES {
        let manifest = fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let text = readme(name);
        let documented = section(&text, "## Features");
        let features = manifest["features"].as_table().unwrap().keys();
        for feature in features.filter(|it| *it != "default" && !it.starts_with('_')) {
            assert!(
                documented.contains(&format!("`{feature}`")),
                "{name}: {feature} in\n{documented}"
            );
        }
    }
}

#[test]
fn the_documentation_on_docs_rs_has_every_feature() {
    for name in CRATES {
        let manifest = fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let docs = manifest["package"]["metadata"]["docs"]["rs"].as_table();
        let asked: Vec<(&str, Option<bool>)> = docs
            .unwrap()
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_bool()))
            .collect();
        // Whatever else a manifest asks for, `.ci/run` has to build as well.
        assert_eq!(asked, [("all-features", Some(true))], "{name}");
        let lib = fs::read_to_string(root().join(name).join("src/lib.rs")).unwrap();
        let shows_features = "#![cfg_attr(docsrs, feature(doc_cfg))]";
        assert!(lib.lines().any(|line| line == shows_features), "{name}");
    }
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    let (_, build) = ci.split_once("flags of docs.rs\"").unwrap();
    let (build, _) = build.split_once("\n\n").unwrap();
    assert!(build.contains("--cfg docsrs") && build.contains("--all-features"));
}

#[test]
fn every_snippet_stands_whole_on_the_page() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for line in rust_lines(&text) {
            // Forges show hidden lines of a documentation test as they stand.
            let hidden = line == "#" || line.starts_with("# ");
            // Statements belong into a function that can be seen.
            let loose = line.starts_with("let ") || line.starts_with("assert");
            assert!(!hidden && !loose, "{}: {line}", page.display());
        }
    }
}

/// The READMEs of the crates, the front pages and the chapters of the guide.
fn pages() -> Vec<PathBuf> {
    let folders = CRATES.map(|name| root().join(name));
    let folders = [root(), root().join("docs"), root().join("docs/guide")]
        .into_iter()
        .chain(folders);
    let entries = folders.flat_map(|folder| fs::read_dir(folder).unwrap());
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "md"))
        .collect()
}

/// The lines within the fences that hold Rust.
fn rust_lines(text: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("```"), fence) {
            (Some(_), Some(_)) => fence = None,
            (Some(info), None) => fence = Some(info),
            (None, Some(info)) if is_rust(info) => lines.push(line),
            (None, _) => {}
        }
    }
    lines
}

/// What rustdoc takes for Rust: also a fence that does not say what it holds.
fn is_rust(info: &str) -> bool {
    ["", "rust", "no_run"].contains(&info) || info.starts_with("rust,")
}

fn readme(name: &str) -> String {
    fs::read_to_string(root().join(name).join("README.md")).unwrap()
}

/// From the heading to the next of its level.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let begin = text.find(heading).unwrap();
    let rest = &text[begin..];
    rest[3..].find("\n## ").map_or(rest, |end| &rest[..end + 3])
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}
