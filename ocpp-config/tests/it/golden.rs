//! Texts that people read are compared with checked-in files.

use std::fs;
use std::path::Path;

/// Compares `text` with `tests/golden/<name>`; with `UPDATE_GOLDEN=1` writes it instead.
pub(crate) fn assert_golden(name: &str, text: &str) {
    assert_fresh(&format!("tests/golden/{name}"), text);
}

/// Compares `text` with a checked-in file of the crate; with `UPDATE_GOLDEN=1` writes it
/// instead.
pub(crate) fn assert_fresh(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run with UPDATE_GOLDEN=1", path.display()));
    assert_eq!(
        text, expected,
        "{file} differs; run with UPDATE_GOLDEN=1 if that is meant"
    );
}
