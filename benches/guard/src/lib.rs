//! The baseline of instructions: what was counted, with which tools, and how many more
//! may be counted now.
//!
//! Only ours is held. What the floors and peers take stands beside it for the reader: they
//! change with crates that are not ours.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

/// Why the baseline cannot be read, written or asked.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The counts that are checked in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Baseline {
    /// What they were counted with.
    pub tools: Tools,
    /// The counts by the name of the work.
    pub instructions: BTreeMap<String, Counts>,
}

/// What an instruction count depends on beside the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tools {
    /// `rustc --version`.
    pub rustc: String,
    /// The C library, which brings the allocator and copies memory.
    pub libc: String,
}

/// Instructions of one piece of work.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Counts {
    /// Ours.
    pub ours: u64,
    /// The floor's or the peer's.
    pub floor: u64,
}

/// What a header may take, whatever the baseline says.
pub const MOST_FOR_A_HEADER: u64 = 600;

/// By how many percent a count may grow with the tools of the baseline.
const TOLERANCE: u64 = 2;
/// And with others, which may compile, allocate and copy in another way.
const TOLERANCE_ELSEWHERE: u64 = 25;

impl Baseline {
    /// Counts that are to be a baseline.
    pub const fn new(tools: Tools, instructions: BTreeMap<String, Counts>) -> Self {
        Self {
            tools,
            instructions,
        }
    }

    /// The one that is checked in.
    ///
    /// # Errors
    /// It is not there or does not read.
    pub fn read() -> Result<Self, Error> {
        Ok(toml::from_str(&fs::read_to_string(path())?)?)
    }

    /// Puts this one in its place.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self) -> Result<(), Error> {
        let text = toml::to_string(self)?;
        let header = "# Instructions under callgrind, written by `write-baseline`.\n";
        Ok(fs::write(path(), format!("{header}{text}"))?)
    }

    /// By how many percent a count may grow with these tools.
    pub fn tolerance(&self, tools: &Tools) -> u64 {
        if self.tools == *tools {
            TOLERANCE
        } else {
            TOLERANCE_ELSEWHERE
        }
    }

    /// The most instructions that ours may take for this work with these tools.
    ///
    /// # Errors
    /// The work is not in the baseline.
    pub fn limit(&self, name: &str, tools: &Tools) -> Result<u64, Error> {
        let counts = self
            .instructions
            .get(name)
            .ok_or_else(|| format!("{name} is not in the baseline; run write-baseline"))?;
        let limit = counts.ours * (100 + self.tolerance(tools)) / 100;
        Ok(if name == "f1_header" {
            limit.min(MOST_FOR_A_HEADER)
        } else {
            limit
        })
    }
}

impl Tools {
    /// Those of this machine.
    ///
    /// # Errors
    /// There is no `rustc`.
    pub fn here() -> Result<Self, Error> {
        Ok(Self {
            rustc: said("rustc", "--version")?,
            // Where there is none to ask, any other C library differs from the baseline's.
            libc: said("getconf", "GNU_LIBC_VERSION").unwrap_or_else(|_| "unknown".to_owned()),
        })
    }
}

fn said(program: &str, argument: &str) -> Result<String, Error> {
    let output = Command::new(program).arg(argument).output()?;
    if !output.status.success() {
        return Err(format!("{program} {argument} failed").into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn path() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline(ours: u64) -> Baseline {
        let counts = Counts { ours, floor: 1 };
        let names = ["f1_header", "c2_json"].map(|name| (name.to_owned(), counts));
        Baseline::new(tools("rustc 1.95.0"), names.into())
    }

    fn tools(rustc: &str) -> Tools {
        Tools {
            rustc: rustc.to_owned(),
            libc: "glibc 2.36".to_owned(),
        }
    }

    #[test]
    fn a_count_may_grow_by_two_percent_and_elsewhere_by_more() {
        for (rustc, limit) in [("rustc 1.95.0", 510), ("rustc 1.96.0", 625)] {
            let found = baseline(500).limit("c2_json", &tools(rustc)).unwrap();
            assert_eq!(found, limit, "{rustc}");
        }
        let mut other_libc = tools("rustc 1.95.0");
        other_libc.libc = "unknown".to_owned();
        assert_eq!(baseline(500).tolerance(&other_libc), 25);
    }

    #[test]
    fn a_header_has_a_limit_of_its_own() {
        for (ours, limit) in [(238, 242), (599, 600), (900, 600)] {
            let found = baseline(ours).limit("f1_header", &tools("rustc 1.95.0"));
            assert_eq!(found.unwrap(), limit, "{ours}");
        }
    }

    #[test]
    fn what_is_not_in_the_baseline_has_no_limit() {
        let error = baseline(1).limit("l1_page", &tools("rustc 1.95.0"));
        assert!(error.unwrap_err().to_string().contains("write-baseline"));
    }

    #[test]
    fn the_baseline_that_is_checked_in_knows_everything_guarded() {
        let baseline = Baseline::read().unwrap();
        let mut guarded = benches::guarded::GUARDED.to_vec();
        guarded.sort_unstable();
        assert!(baseline.instructions.keys().eq(guarded.iter()));
    }
}
