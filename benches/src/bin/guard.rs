//! The regression guard: counts instructions under callgrind and holds the ratio of ours
//! to its floor against a baseline.
//!
//! Valgrind runs this program itself, once for each piece of work; a harness for it would
//! take longer to install than all of this takes to run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use benches::guarded::{self, GUARDED, MOST_FOR_A_HEADER, Work};
use benches::{Error, ensure};
use serde::{Deserialize, Serialize};

const HELP: &str = "\
Counts instructions and holds them against benches/instructions.toml. Build it with
--release. Needs valgrind; without it nothing is counted, which in CI is a failure.

guard            fails where the ratio of ours to its floor has grown
guard --write    takes the counts for the new baseline

Exit codes: 0 all is well, 1 something takes more instructions, 2 usage.
";

/// What a ratio may grow by, with the compiler that the baseline was written with.
const TOLERANCE: f64 = 0.02;
/// With another compiler, which may treat ours and the floor differently.
const TOLERANCE_ELSEWHERE: f64 = 0.25;

/// The counts, and what they were made with.
#[derive(Debug, Serialize, Deserialize)]
struct Baseline {
    rustc: String,
    instructions: BTreeMap<String, Counts>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Counts {
    ours: u64,
    floor: u64,
}

impl Counts {
    fn ratio(self) -> f64 {
        self.ours as f64 / self.floor as f64
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let held = match arguments.as_slice() {
        [] | ["--write"] if !benches::children::has("valgrind") => {
            eprintln!("guard: valgrind is missing; install it with: apt-get install valgrind");
            Ok(std::env::var("CI").as_deref() != Ok("true"))
        }
        [] => compare(),
        ["--write"] => write().map(|()| true),
        // How valgrind starts this program.
        ["ours", name] => guarded::ours(name).map(once).map(|()| true),
        ["floor", name] => guarded::floor(name).map(once).map(|()| true),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match held {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("guard: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Does the work a second time, when tables that are made once are there, and lets that
/// be counted.
fn once(mut work: Work) {
    work();
    counted_work(&mut work);
}

/// Callgrind collects from its beginning to its end, by its name.
#[inline(never)]
fn counted_work(work: &mut Work) {
    work();
}

fn write() -> Result<(), Error> {
    let text = toml::to_string(&measured()?)?;
    let header = "# Instructions under callgrind; written by `guard --write`.\n";
    fs::write(baseline_path(), format!("{header}{text}"))?;
    Ok(())
}

fn compare() -> Result<bool, Error> {
    let baseline: Baseline = toml::from_str(&fs::read_to_string(baseline_path())?)?;
    let measured = measured()?;
    let tolerance = if measured.rustc == baseline.rustc {
        TOLERANCE
    } else {
        println!(
            "The baseline was written with {}, this is {}: ratios may grow by {:.0} % here.",
            baseline.rustc,
            measured.rustc,
            100.0 * TOLERANCE_ELSEWHERE
        );
        TOLERANCE_ELSEWHERE
    };
    let mut holds = true;
    for (name, now) in &measured.instructions {
        let then = baseline.instructions.get(name);
        let then = then.ok_or_else(|| format!("{name} is not in the baseline"))?;
        let growth = now.ratio() / then.ratio() - 1.0;
        let too_much = growth > tolerance;
        holds &= !too_much;
        println!(
            "{name:12} {:>8} instructions, {:.3} of the floor, {:+.1} %{}",
            now.ours,
            now.ratio(),
            100.0 * growth,
            if too_much { "  TOO MUCH" } else { "" }
        );
    }
    let header = measured.instructions.get("f1_header").map(|it| it.ours);
    if header.is_none_or(|count| count > MOST_FOR_A_HEADER) {
        println!("f1_header takes more than {MOST_FOR_A_HEADER} instructions.");
        holds = false;
    }
    if !holds {
        println!("Mend it, or say why in the commit that runs `guard --write`.");
    }
    Ok(holds)
}

fn measured() -> Result<Baseline, Error> {
    if cfg!(debug_assertions) {
        return Err("counts of a debug build mean nothing; add --release".into());
    }
    let mut instructions = BTreeMap::new();
    for name in GUARDED {
        let (ours, floor) = (count("ours", name)?, count("floor", name)?);
        ensure(ours > 0 && floor > 0, "a count is zero")?;
        instructions.insert((*name).to_owned(), Counts { ours, floor });
    }
    let rustc = Command::new("rustc").arg("--version").output()?;
    Ok(Baseline {
        rustc: String::from_utf8(rustc.stdout)?.trim().to_owned(),
        instructions,
    })
}

/// The instructions of one piece of work.
fn count(who: &str, name: &str) -> Result<u64, Error> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("callgrind.out");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*counted_work*"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(std::env::current_exe()?)
        .args([who, name])
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("valgrind failed at {name}: {said}").into());
    }
    let text = fs::read_to_string(&file)?;
    let total = text.lines().find_map(|line| {
        line.strip_prefix("totals:")
            .or_else(|| line.strip_prefix("summary:"))
    });
    let total = total.and_then(|counts| counts.split_ascii_whitespace().next());
    Ok(total.ok_or("a callgrind file without a sum")?.parse()?)
}

fn baseline_path() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.toml"))
}
