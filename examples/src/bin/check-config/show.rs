use std::path::Path;

use ocpp_config::Report;

/// What of all that a document refers to was loaded and checked.
pub(crate) enum Loaded {
    /// Everything, because of --resolve.
    Everything,
    /// All but these.
    Without(Vec<String>),
    /// It has errors, so that it is not known what it refers to.
    Nothing,
}

/// The outcome of one document.
pub(crate) struct Shown<'r> {
    pub(crate) path: &'r Path,
    pub(crate) report: &'r Report,
    pub(crate) loaded: &'r Loaded,
    pub(crate) usable: bool,
}

impl Shown<'_> {
    /// One object on one line, so that a program can read many as they come.
    pub(crate) fn as_json(&self) {
        let object = serde_json::json!({
            "file": self.path.display().to_string(),
            "usable": self.usable,
            "report": self.report,
            "resolved": matches!(self.loaded, Loaded::Everything),
            "not_loaded": match self.loaded {
                Loaded::Without(references) => references.as_slice(),
                _ => &[],
            },
        });
        anstream::println!("{object}");
    }

    pub(crate) fn briefly(&self) {
        self.head();
        anstream::print!("{}", self.report.to_text());
        self.foot();
    }

    /// Colours vanish where the output is not a terminal.
    pub(crate) fn with_excerpts(&self) {
        self.head();
        anstream::print!("{}", self.report.to_coloured_excerpts());
        self.foot();
    }

    /// Whoever reads "can be used" should know what that does not include.
    fn foot(&self) {
        if let Loaded::Without(references) = self.loaded
            && !references.is_empty()
        {
            let references = references.join(", ");
            anstream::println!("not loaded, so not checked: {references}");
            anstream::println!("  do: --resolve loads and checks them");
        }
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
