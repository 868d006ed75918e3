//! Measures how reliable the procedures are, on simulated chargers in virtual time.

mod document;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use examples::{Console, Exit, Extent, Fallible, Figure, inject, measure, replay};

/// Runs the reliability suite and tells how many runs broke a promise.
///
/// Nothing but this computer is needed: chargers and back offices are simulated, and time
/// is virtual.
#[derive(Debug, Parser)]
#[command(name = "reliability", version, after_help = Exit::help(EXITS))]
struct Arguments {
    /// Only a sample of everything, in a few seconds.
    #[arg(long, conflicts_with = "full")]
    short: bool,
    /// Everything that can be enumerated, 10,000 seeds of R4 and 100,000 each of R5 and R6
    /// (the default).
    #[arg(long)]
    full: bool,
    /// Only this figure; may be given several times.
    #[arg(long, value_name = "NAME")]
    figure: Vec<String>,
    /// So many seeds of R4.
    #[arg(long, value_name = "N")]
    seeds: Option<u64>,
    /// So many seeds each of R5 and R6.
    #[arg(long, value_name = "N")]
    failing: Option<u64>,
    /// Only every Nth of the enumerated cases.
    #[arg(long, value_name = "N")]
    every: Option<usize>,
    /// Run again the run with this number, which stands in front of a failure, of the
    /// figure that is named (R4 if none is), and tell every event.
    #[arg(long, value_name = "N", conflicts_with_all = ["short", "full", "seeds", "write"])]
    seed: Option<u64>,
    /// Write docs/RELIABILITY.md and docs/MISCONFIGURATIONS.md as well.
    #[arg(long)]
    write: bool,
    /// Tell the figures as JSON, one line each.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = run(&arguments).map_err(|error| -> Box<dyn std::error::Error> { error });
    Console::new(arguments.json).end(ended)
}

fn run(arguments: &Arguments) -> Fallible<Exit> {
    if let Some(seed) = arguments.seed {
        let figure = arguments.figure.first().map_or("R4", String::as_str);
        print!("{}", replay(figure, seed)?);
        return Ok(Exit::Success);
    }
    let mut extent = if arguments.short {
        Extent::SHORT
    } else {
        Extent::FULL
    };
    if let Some(seeds) = arguments.seeds {
        extent = extent.with_seeds(seeds);
    }
    if let Some(failing) = arguments.failing {
        extent = extent.with_failing(failing);
    }
    if let Some(every) = arguments.every {
        extent = extent.with_every(every);
    }
    let (started, commit) = (Instant::now(), document::commit());
    let figures = measure(extent, &arguments.figure, |figure| {
        tell(figure, arguments.json)
    })?;
    if arguments.write {
        let text = document::write(&figures, extent, &commit, started.elapsed());
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs"));
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("RELIABILITY.md"), text)?;
        let list = document::mistakes(&inject()?);
        std::fs::write(folder.join("MISCONFIGURATIONS.md"), list)?;
    }
    let broken = figures.iter().any(|figure| !figure.failures.is_empty());
    Ok(if broken {
        Exit::Findings
    } else {
        Exit::Success
    })
}

fn tell(figure: &Figure, json: bool) {
    if json {
        let line = serde_json::json!({
            "figure": figure.name,
            "runs": figure.runs,
            "failures": figure.failures,
            "note": figure.note,
        });
        println!("{line}");
        return;
    }
    println!(
        "{}: {} runs, {} failures; {}",
        figure.name,
        figure.runs,
        figure.failures.len(),
        figure.note
    );
    for failure in figure.failures.iter().take(5) {
        println!("    {failure}");
    }
}

const EXITS: [(Exit, &str); 3] = [
    (Exit::Success, "no run broke a promise"),
    (Exit::Findings, "a run broke a promise"),
    (
        Exit::Usage,
        "the command line makes no sense, or a file cannot be written",
    ),
];
