//! Holds instruction counts against the baseline. `.ci/instructions` calls it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use benches::guarded::{GUARDED, MOST_FOR_A_HEADER};
use benches::{Error, ensure};
use serde::{Deserialize, Serialize};

const HELP: &str = "\
Holds the counts below DIRECTORY, which `cargo bench -p benches` has written, against
benches/instructions.toml. `.ci/instructions` does both.

guard DIRECTORY            fails where a ratio of ours to its floor has grown
guard DIRECTORY --write    takes the counts for the new baseline

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
        [directory] => compare(Path::new(directory)),
        [directory, "--write"] => write(Path::new(directory)).map(|()| true),
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

fn write(directory: &Path) -> Result<(), Error> {
    let text = toml::to_string(&measured(directory)?)?;
    let header = "# Instructions under callgrind; written by `.ci/instructions --write`.\n";
    fs::write(baseline_path(), format!("{header}{text}"))?;
    Ok(())
}

fn compare(directory: &Path) -> Result<bool, Error> {
    let baseline: Baseline = toml::from_str(&fs::read_to_string(baseline_path())?)?;
    let measured = measured(directory)?;
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
        println!("Mend it, or say why in the commit that runs `.ci/instructions --write`.");
    }
    Ok(holds)
}

fn measured(directory: &Path) -> Result<Baseline, Error> {
    let mut counts = BTreeMap::new();
    collect(directory, &mut counts)?;
    let count = |who: &str, name: &str| {
        let id = format!("of_{who}.{name}");
        counts.get(&id).copied().ok_or(format!("no count of {id}"))
    };
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

/// The counts of all `callgrind.FUNCTION.ID.out` files below a directory, by
/// `FUNCTION.ID`.
fn collect(directory: &Path, counts: &mut BTreeMap<String, u64>) -> Result<(), Error> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, counts)?;
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str());
        let id = name
            .and_then(|name| name.strip_prefix("callgrind."))
            .and_then(|name| name.strip_suffix(".out"));
        if let Some(id) = id {
            counts.insert(id.to_owned(), count_in(&path)?);
        }
    }
    Ok(())
}

fn count_in(path: &Path) -> Result<u64, Error> {
    let text = fs::read_to_string(path)?;
    let total = text.lines().find_map(|line| {
        line.strip_prefix("summary:")
            .or(line.strip_prefix("totals:"))
    });
    let total = total.and_then(|counts| counts.split_ascii_whitespace().next());
    Ok(total.ok_or("a callgrind file without a summary")?.parse()?)
}

fn baseline_path() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.toml"))
}
