//! The examples for those who embed the crates run to their end, without hardware.

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
