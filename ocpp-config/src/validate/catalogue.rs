use std::fmt::{self, Write as _};

use super::{Rule, Rules};

impl Rules {
    /// The catalogue as Markdown: a table of all rules, then a section for each.
    pub fn to_markdown(&self) -> String {
        let mut text = String::from(INTRODUCTION);
        for rule in self.iter() {
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "| [{0}](#{1}) | {2} | {3} | {4} |",
                rule.code(),
                rule.code().as_str().to_ascii_lowercase(),
                rule.severity(),
                rule.stage(),
                rule.summary(),
            );
        }
        for rule in self.iter() {
            let _ = write!(
                text,
                "\n## {}\n\n{} ({}): {}.\n\n*Why:* {}.\n\n*What to do:* {}.\n",
                rule.code(),
                rule.severity(),
                rule.stage(),
                rule.summary(),
                rule.reason(),
                rule.advice(),
            );
        }
        text
    }
}

const INTRODUCTION: &str = "\
# The rules

Every finding about a document carries the code of one of these rules. A code never
changes its meaning and is never used again.

An *error* keeps the document from being used, a *warning* does not, a *note* is only
worth knowing. *Reading* rules concern a single value or the text itself, *document* rules
the whole document, *contents* rules need the secrets and files that the document refers
to, and *move* rules need a snapshot of the charger.

This file is generated from the catalogue in the code; see the README for the command.

| code | severity | stage | demands |
| --- | --- | --- | --- |
";

/// What `--explain` of a tool would print.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}[{}]: {}",
            self.severity(),
            self.code(),
            self.summary()
        )?;
        writeln!(f, "  why: {}", self.reason())?;
        write!(f, "  do: {}", self.advice())
    }
}
