//! Runs every family and writes `benches/RESULTS.md` with its plots.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use benches::families::{FAMILIES, memory_of_changeovers};
use benches::report::{Machine, ran, results, svg};
use benches::{Effort, Error, Outcome};

const HELP: &str = "\
Measures and writes benches/RESULTS.md. Build it with --release.

measure                  everything, a few minutes
measure --only F1,L1     these families, printed and not written
measure --smoke          every family once; says what ran, without figures

Exit codes: 0 measured (whether or not goals are met), 1 a family failed, 2 usage.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        [] => write(),
        ["--smoke"] => smoke(),
        ["--only", ids] => print(ids),
        // How this program measures itself from outside.
        ["memory", count] => memory(count),
        ["--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("measure: {error}");
            ExitCode::FAILURE
        }
    }
}

fn memory(count: &str) -> Result<(), Error> {
    println!("{}", memory_of_changeovers(count.parse()?)?);
    Ok(())
}

fn smoke() -> Result<(), Error> {
    print!("{}", ran(&run(Effort::SMOKE, None)?));
    Ok(())
}

fn print(only: &str) -> Result<(), Error> {
    let before = Machine::look();
    let outcomes = run(Effort::FULL, Some(only))?;
    print!("{}", results(&before, &Machine::look(), &outcomes));
    Ok(())
}

fn write() -> Result<(), Error> {
    if cfg!(debug_assertions) {
        return Err("figures of a debug build mean nothing; add --release".into());
    }
    let before = Machine::look();
    let outcomes = run(Effort::FULL, None)?;
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = results(&before, &Machine::look(), &outcomes);
    fs::write(here.join("RESULTS.md"), page)?;
    let plots = here.join("plots");
    fs::create_dir_all(&plots)?;
    for outcome in &outcomes {
        for (index, growth) in outcome.growth.iter().enumerate() {
            fs::write(
                plots.join(format!("{}-{index}.svg", outcome.id)),
                svg(growth)?,
            )?;
        }
    }
    println!("wrote RESULTS.md and {}", plots.display());
    Ok(())
}

fn run(effort: Effort, only: Option<&str>) -> Result<Vec<Outcome>, Error> {
    let wanted: Option<Vec<&str>> = only.map(|ids| ids.split(',').collect());
    let mut outcomes = Vec::new();
    for (id, family) in FAMILIES {
        if wanted.as_ref().is_some_and(|wanted| !wanted.contains(id)) {
            continue;
        }
        eprintln!("{id} …");
        outcomes.push(family(effort).map_err(|error| format!("{id}: {error}"))?);
    }
    if outcomes.is_empty() {
        return Err("no such family".into());
    }
    Ok(outcomes)
}
