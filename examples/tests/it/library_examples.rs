//! The examples for those who embed the crates run to their end, without hardware.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../examples/ask_back_office.rs"]
mod ask_back_office;
#[path = "../../examples/check_document.rs"]
mod check_document;
#[path = "../../examples/embed_in_gui.rs"]
mod embed_in_gui;
#[path = "../../examples/embed_in_service.rs"]
mod embed_in_service;
#[path = "../../examples/read_container.rs"]
mod read_container;
#[path = "../../examples/talk_to_charger.rs"]
mod talk_to_charger;
#[path = "../../examples/test_without_hardware.rs"]
mod test_without_hardware;
#[path = "../../examples/watch_chargers.rs"]
mod watch_chargers;

#[test]
fn each_crate_is_shown_blocking_and_where_it_can_on_tokio() {
    let texts = texts();
    for (name, on_tokio) in [
        ("ocpp-config", false),
        ("fwi-format", true),
        ("ocpp-transport", true),
        ("charger-link", true),
        ("charger-commissioning", true),
        ("charger-sim", false),
    ] {
        let of_crate = || {
            let begin = format!("//! {name}");
            texts.iter().filter(move |text| text.starts_with(&begin))
        };
        let blocks = |text: &&String| text.contains("fn main()") && !text.contains("async fn main");
        assert!(of_crate().any(|text| blocks(&text)), "{name}");
        let shown = of_crate().any(|text| text.contains("#[tokio::main"));
        assert_eq!(shown, on_tokio, "{name} on tokio");
    }
}

#[test]
fn each_example_is_run_here_and_named_in_the_readme() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let here = include_str!("library_examples.rs");
    for path in files() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(here.contains(&format!("{name}::main()")), "{name}");
        assert!(readme.contains(&format!("examples/{name}.rs)")), "{name}");
    }
}

fn texts() -> Vec<String> {
    let read = |path| fs::read_to_string(path).unwrap();
    files().into_iter().map(read).collect()
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_document_is_checked() {
    check_document::main().unwrap();
}

#[test]
fn a_container_is_read() {
    read_container::main().unwrap();
}

#[test]
fn a_back_office_is_asked() {
    ask_back_office::main().unwrap();
}

#[test]
fn a_charger_is_talked_to() {
    talk_to_charger::main().unwrap();
}

#[test]
fn chargers_are_watched() {
    watch_chargers::main().unwrap();
}

#[test]
fn a_window_changes_a_charger_over() {
    embed_in_gui::main().unwrap();
}

#[test]
fn a_service_changes_chargers_over() {
    embed_in_service::main().unwrap();
}

#[test]
fn a_changeover_is_tested_in_virtual_time() {
    test_without_hardware::main().unwrap();
}
