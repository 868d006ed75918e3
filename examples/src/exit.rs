use std::process::ExitCode;

/// How a tool ended, as scripts see it. The numbers are part of the tools' interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// Done, and proven where there was something to prove.
    Success,
    /// The document or the file has errors; nothing was written.
    Findings,
    /// The command line makes no sense, or a file cannot be read.
    Usage,
    /// The charger cannot be reached or does not let us in; nothing was written.
    Link,
    /// The new back office did not take the charger; the old one is proven again.
    RolledBack,
    /// Neither the new nor the old back office is proven: a person must act.
    Unproven,
    /// The preflight or the caller's consent stopped it; nothing was written.
    Refused,
    /// Stopped midway: the journal is enough to go on or to go back.
    Midway,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// Every way in which a procedure on a charger can end.
    pub const OF_A_PROCEDURE: [Self; 9] = [
        Self::Success,
        Self::Findings,
        Self::Usage,
        Self::Link,
        Self::RolledBack,
        Self::Unproven,
        Self::Refused,
        Self::Midway,
        Self::Interrupted,
    ];

    /// The number of this way to end.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Link => 3,
            Self::RolledBack => 4,
            Self::Unproven => 5,
            Self::Refused => 6,
            Self::Midway => 7,
            Self::Interrupted => 130,
        }
    }

    /// What the number means, where a tool has no better words.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Success => "done, and proven where there was something to prove",
            Self::Findings => "the document or the file has errors; nothing was written",
            Self::Usage => "the command line makes no sense, or a file cannot be read",
            Self::Link => {
                "the charger cannot be reached or does not let us in; nothing was written"
            }
            Self::RolledBack => "the new settings were not proven; the old ones are again",
            Self::Unproven => "neither the new nor the old settings are proven: a person must act",
            Self::Refused => "a check or missing consent stopped it; nothing was written",
            Self::Midway => "stopped midway: the journal is enough to resume or to roll back",
            Self::Interrupted => {
                "interrupted; the journal is enough to resume or to roll back what was begun"
            }
        }
    }

    /// The table for `--help`: the codes that a tool can end with, each with its meaning.
    pub fn help<'a>(codes: impl IntoIterator<Item = (Self, &'a str)>) -> String {
        let lines = codes
            .into_iter()
            .map(|(exit, meaning)| format!("\n  {:>3}  {meaning}", exit.code()));
        lines.fold("Exit codes:".to_owned(), |table, line| table + &line)
    }

    /// The table for `--help` in the usual words.
    pub fn usual_help(codes: &[Self]) -> String {
        Self::help(codes.iter().map(|exit| (*exit, exit.meaning())))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_the_codes_of_the_tool_and_no_others() {
        let help = Exit::usual_help(&[Exit::Success, Exit::Interrupted]);
        let codes: Vec<&str> = help
            .lines()
            .skip(1)
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        assert_eq!(codes, ["0", "130"]);
    }
}
