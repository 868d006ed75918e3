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

    /// The table for `--help`.
    pub const HELP: &str = "\
Exit codes:
    0  done, and proven where there was something to prove
    1  the document or the file has errors; nothing was written
    2  the command line makes no sense, or a file cannot be read
    3  the charger cannot be reached or does not let us in; nothing was written
    4  the new back office did not take the charger; the old one is proven again
    5  neither the new nor the old back office is proven: a person must act
    6  the preflight or missing consent stopped it; nothing was written
    7  stopped midway: the journal is enough to resume or to roll back
  130  interrupted; once something was written, as 7";
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
    fn help_names_every_code() {
        for exit in [
            Exit::Success,
            Exit::Findings,
            Exit::Usage,
            Exit::Link,
            Exit::RolledBack,
            Exit::Unproven,
            Exit::Refused,
            Exit::Midway,
            Exit::Interrupted,
        ] {
            let line = Exit::HELP.lines().find(|line| {
                line.split_whitespace().next() == Some(exit.code().to_string().as_str())
            });
            assert!(line.is_some(), "{exit:?} is missing");
        }
    }
}
