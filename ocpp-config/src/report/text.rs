use std::fmt::{self, Write as _};

use super::{Finding, Report};
use crate::Severity;

impl Report {
    /// The report as plain text: three lines a finding and a tally at the end.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for finding in self.findings() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}", Lines(finding));
        }
        let _ = writeln!(text, "{}", Tally(self));
        text
    }
}

struct Lines<'r>(&'r Finding);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(finding) = self;
        let (severity, code) = (finding.severity(), finding.code());
        let tolerated = match finding.is_tolerated() {
            true => " (an error, tolerated)",
            false => "",
        };
        writeln!(f, "{severity}[{code}]{tolerated}: {}", finding.message())?;
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
