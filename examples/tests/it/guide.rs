//! The guide's generated chapter is fresh, and its chapters are linked and reachable.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ocpp_config::RULES;
use ocpp_transport::FindingCode;

#[test]
fn the_table_of_codes_is_fresh() {
    let path = guide().join("codes.md");
    let table = codes();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &table).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap();
    assert!(found == table, "UPDATE_GOLDEN=1 rewrites {path:?}");
}

fn codes() -> String {
    let mut text = CODES_HEAD.to_owned();
    text += "| code | severity | demands | what to do |\n| --- | --- | --- | --- |\n";
    for rule in RULES.iter() {
        let (code, severity, summary) = (rule.code(), rule.severity(), rule.summary());
        let anchor = code.as_str().to_lowercase();
        writeln!(
            text,
            "| [{code}](../../ocpp-config/docs/rules.md#{anchor}) | {severity} | {} | {} |",
            cell(summary),
            cell(rule.advice().as_str())
        )
        .unwrap();
    }
    text += CODES_MIDDLE;
    text +=
        "| code | severity | concerns | meaning | what to do |\n| --- | --- | --- | --- | --- |\n";
    for code in FindingCode::ALL {
        let (severity, concern) = (code.usual_severity(), code.concerns());
        writeln!(
            text,
            "| {code} | {severity} | {concern} | {} | {} |",
            cell(code.meaning()),
            cell(code.advice().as_str())
        )
        .unwrap();
    }
    text
}

/// Text that does not end a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

#[test]
fn every_chapter_is_in_the_index_and_every_link_leads_somewhere() {
    let index = fs::read_to_string(guide().join("README.md")).unwrap();
    for entry in fs::read_dir(guide()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            name == "README.md" || index.contains(&format!("({name})")),
            "{name} is not in the index"
        );
        for target in links(&fs::read_to_string(&path).unwrap()) {
            let target = guide().join(&target);
            assert!(target.exists(), "{name}: {target:?}");
        }
    }
}

#[test]
fn the_links_of_the_front_pages_lead_somewhere() {
    for page in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "RELEASING.md",
        "SECURITY.md",
    ] {
        for target in links(&fs::read_to_string(root().join(page)).unwrap()) {
            assert!(root().join(&target).exists(), "{page}: {target}");
        }
    }
}

/// Where the links of a Markdown text lead, those to the web and within the text left out.
fn links(text: &str) -> Vec<String> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|it| !it.starts_with("http") && !it.starts_with('#') && !it.contains(' '))
        .map(|it| it.split('#').next().unwrap_or(it).to_owned())
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn guide() -> PathBuf {
    root().join("docs/guide")
}

const CODES_HEAD: &str = "# Finding codes

Generated from the code; a test compares. A code never changes its meaning and is never used
again: programs may compare it, and translators translate by it.

## About a document (`ocpp-config`)

";

const CODES_MIDDLE: &str = "
## About a back office, a certificate or a connection (`ocpp-transport`)

The severity is the usual one: a finding can be milder or worse, depending on the charger.

";
