//! What is in these files, may they be sent to this charger, and did anyone touch them?

mod report;
mod signature;
mod subject;
mod text;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::SystemTime;

use clap::Parser;
use examples::{Console, Exit, read_bounded};
use fwi_format::{FirmwareVersion, TrustRoots};

use report::{Judge, Report};

/// Inspects upload containers (.fwi, .fwu) and release archives (.zip).
#[derive(Debug, Parser)]
#[command(name = "inspect-fwi", version, after_help = HELP)]
struct Arguments {
    /// Files to inspect; `*-sig.txt`, `*-cert.pem` and `*-info.txt` beside them are found
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Judge whether the files go with this charger, such as NG910-60023
    #[arg(long, value_name = "MODEL")]
    charger_model: Option<String>,

    /// The firmware of that charger, such as 6.4.0
    #[arg(long, value_name = "VERSION", requires = "charger_model")]
    firmware: Option<FirmwareVersion>,

    /// A root certificate (PEM) that signatures must lead to; may be repeated
    #[arg(long = "root", value_name = "FILE")]
    roots: Vec<PathBuf>,

    /// Verify signatures at this time (RFC 3339) instead of now
    #[arg(long, value_name = "TIME", value_parser = text::parse_time)]
    at: Option<SystemTime>,

    /// One JSON object for each container instead of text
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
A signature is checked where the files of its release are at hand and a root is pinned.

Exit codes:
    0  no file has an error
    1  a file has an error, is not what was signed, or does not go with the charger
    2  the command line makes no sense, or a file cannot be read";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    Console::new(arguments.json).end(run(&arguments))
}

fn run(arguments: &Arguments) -> Result<Exit, Box<dyn Error>> {
    let judge = Judge {
        model: arguments.charger_model.as_deref(),
        firmware: arguments.firmware,
        roots: pinned(&arguments.roots)?,
        at: arguments.at.unwrap_or_else(SystemTime::now),
    };
    let console = Console::new(arguments.json);
    let mut exit = Exit::Success;
    for path in &arguments.files {
        for subject in subject::read(path)? {
            let report = Report::new(&subject, &judge);
            if report.has_errors() {
                exit = Exit::Findings;
            }
            text::print(console, &report);
        }
    }
    Ok(exit)
}

fn pinned(paths: &[PathBuf]) -> Result<TrustRoots, Box<dyn Error>> {
    let mut roots = TrustRoots::new();
    for path in paths {
        let pem = read_bounded(path, subject::LARGEST_TEXT)?;
        roots
            .add_pem(&pem)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(roots)
}
