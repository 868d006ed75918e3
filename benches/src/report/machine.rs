//! Where and when the figures were made.

use std::fs;
use std::process::Command;

use time::OffsetDateTime;
use time::macros::format_description;

/// The machine, the moment and the state of the code.
#[derive(Debug)]
#[non_exhaustive]
pub struct Machine {
    /// The processor's name for itself.
    pub processor: String,
    /// How many of them.
    pub cores: usize,
    /// Kernel and architecture.
    pub system: String,
    /// The compiler.
    pub compiler: String,
    /// The last commit to anything but the benches, with a mark if files were changed since.
    pub commit: String,
    /// The moment, UTC.
    pub date: String,
    /// The load averages over 1, 5 and 15 minutes.
    pub load: String,
}

impl Machine {
    /// Asks the system; what it does not tell is `unknown`.
    pub fn look() -> Self {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpuinfo
            .lines()
            .find_map(|line| line.strip_prefix("model name"))
            .and_then(|line| line.split_once(':'))
            .map(|(_, name)| name.trim().to_owned());
        Self {
            processor: model.unwrap_or_else(unknown),
            cores: std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
            system: said("uname", &["-sm"]).unwrap_or_else(unknown),
            compiler: said("rustc", &["--version"]).unwrap_or_else(unknown),
            commit: commit(),
            date: date(),
            load: load(),
        }
    }
}

/// The load averages.
fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let three: Vec<&str> = text.split_ascii_whitespace().take(3).collect();
    three.join(", ")
}

fn commit() -> String {
    // What is measured is the crates; a change of this package alone is not theirs.
    let of_crates = ["log", "-1", "--format=%h", "--abbrev=12", "--", ":!benches"];
    let Some(commit) = said("git", &of_crates) else {
        return unknown();
    };
    let changes = said(
        "git",
        &[
            "status",
            "--porcelain",
            "--untracked-files=no",
            "--",
            ":!benches",
        ],
    );
    match changes {
        Some(changes) if !changes.is_empty() => format!("{commit}, with changes"),
        _ => commit,
    }
}

fn date() -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    OffsetDateTime::now_utc()
        .format(format)
        .unwrap_or_else(|_| unknown())
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn unknown() -> String {
    "unknown".to_owned()
}
