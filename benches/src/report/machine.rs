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
    ticks: Ticks,
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
            ticks: Ticks::look(),
        }
    }
}

impl Machine {
    /// The share of all CPU time since `before` that others had: programs other than
    /// this one and those it started. `NaN` where the system does not tell.
    pub fn share_of_others(&self, before: &Self) -> f64 {
        let since = |now: Option<f64>, then: Option<f64>| now.zip(then).map(|(a, b)| a - b);
        let busy = since(self.ticks.busy, before.ticks.busy);
        let all = since(self.ticks.all, before.ticks.all);
        let own = since(self.ticks.own, before.ticks.own);
        match (busy, all, own) {
            (Some(busy), Some(all), Some(own)) if all > 0.0 => ((busy - own) / all).max(0.0),
            _ => f64::NAN,
        }
    }
}

/// CPU time since the machine was started, in the kernel's ticks.
#[derive(Debug, Default)]
struct Ticks {
    busy: Option<f64>,
    all: Option<f64>,
    /// That of this process and of the children it has waited for.
    own: Option<f64>,
}

impl Ticks {
    fn look() -> Self {
        let all = fs::read_to_string("/proc/stat").unwrap_or_default();
        let all = numbers(all.lines().next().unwrap_or_default());
        // user, nice, system, idle, iowait, irq, softirq, steal
        let idle = all.get(3).zip(all.get(4)).map(|(idle, wait)| idle + wait);
        let total = idle.map(|_| all.iter().take(8).sum::<f64>());
        let own = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let own = numbers(own.rsplit_once(')').map_or("", |(_, fields)| fields));
        Self {
            busy: total.zip(idle).map(|(total, idle)| total - idle),
            all: total,
            own: own.get(10..14).map(|times| times.iter().sum()),
        }
    }
}

/// The words of a line that are numbers.
fn numbers(line: &str) -> Vec<f64> {
    line.split_ascii_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect()
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
