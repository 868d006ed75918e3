use std::fmt::{self, Write as _};

use super::{Finding, Report};
use crate::Severity;

impl Report {
    /// The report as plain text: three lines a finding and a tally at the end.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for finding in self.findings() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}", Lines(finding));
        }
        let _ = writeln!(text, "{}", Tally(self));
        text
    }
}

/// In one line: severity, code and message. [`Report::to_text`] says more.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (severity, code) = (self.severity(), self.code());
        let tolerated = match self.is_tolerated() {
            true => " (an error, tolerated)",
            false => "",
        };
        write!(f, "{severity}[{code}]{tolerated}: {}", self.message())
    }
}

struct Lines<'r>(&'r Finding);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(finding) = self;
        writeln!(f, "{finding}")?;
        match (finding.place(), finding.path().is_root()) {
            (Some(place), root) => {
                write!(
                    f,
                    "  at {}:{}:{}",
                    place.source(),
                    place.line(),
                    place.column()
                )?;
                if !root {
                    write!(f, " ({})", finding.path())?;
                }
                writeln!(f)?;
            }
            (None, false) => writeln!(f, "  at {}", finding.path())?,
            (None, true) => {}
        }
        write!(f, "  do: {}", finding.advice())
    }
}

/// `2 errors, 1 warning, no notes`.
pub(super) struct Tally<'r>(pub(super) &'r Report);

impl fmt::Display for Tally<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            (Severity::Error, "error"),
            (Severity::Warning, "warning"),
            (Severity::Note, "note"),
        ];
        for (index, (severity, name)) in kinds.into_iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            match self.0.count(severity) {
                0 => write!(f, "{comma}no {name}s")?,
                1 => write!(f, "{comma}1 {name}")?,
                count => write!(f, "{comma}{count} {name}s")?,
            }
        }
        Ok(())
    }
}
