use std::path::Path;

use ocpp_config::Report;

/// The outcome of one document.
pub(crate) struct Shown<'r> {
    pub(crate) path: &'r Path,
    pub(crate) report: &'r Report,
    pub(crate) usable: bool,
}

impl Shown<'_> {
    /// One object on one line, so that a program can read many as they come.
    pub(crate) fn as_json(&self) {
        let object = serde_json::json!({
            "file": self.path.display().to_string(),
            "usable": self.usable,
            "report": self.report,
        });
        anstream::println!("{object}");
    }

    pub(crate) fn briefly(&self) {
        self.head();
        anstream::print!("{}", self.report.to_text());
    }

    /// Colours vanish where the output is not a terminal.
    pub(crate) fn with_excerpts(&self) {
        self.head();
        anstream::print!("{}", self.report.to_coloured_excerpts());
    }

    fn head(&self) {
        let verdict = if self.usable {
            "can be used"
        } else {
            "cannot be used"
        };
        anstream::println!("{}: {verdict}", self.path.display());
    }
}
