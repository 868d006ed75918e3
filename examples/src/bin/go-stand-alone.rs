//! Takes a charger off its back office.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use charger_commissioning::{PersonStep, StandAlone};
use clap::Parser;
use examples::{Exit, LocalSecrets, ProcedureArguments, read_document};
use ocpp_config::validate;

/// Switches a charger to stand-alone, with the authorization settings of a document whose
/// preset is "stand-alone".
#[derive(Debug, Parser)]
#[command(name = "go-stand-alone", version, after_help = Exit::HELP)]
struct Arguments {
    /// What the charger shall be
    #[arg(long, value_name = "FILE")]
    document: PathBuf,

    /// Ask for the SIM to be taken out first
    #[arg(long)]
    remove_sim: bool,

    #[command(flatten)]
    procedure: ProcedureArguments,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(exit) => exit.into(),
        Err(error) => {
            anstream::eprintln!("{error}");
            Exit::Usage.into()
        }
    }
}

fn run(arguments: &Arguments) -> Result<Exit, Box<dyn std::error::Error>> {
    let validation = validate(&read_document(&arguments.document)?);
    if !validation.report.is_empty() {
        anstream::eprintln!("{}", validation.report.text());
    }
    let Some(checked) = validation.checked else {
        return Ok(Exit::Findings);
    };
    let folder = arguments
        .document
        .parent()
        .unwrap_or_else(|| Path::new("."));
    let resolved = match checked.resolve(&LocalSecrets::new(folder, false)) {
        Ok(resolved) => resolved,
        Err(report) => {
            anstream::eprintln!("{}", report.text());
            return Ok(Exit::Findings);
        }
    };
    let steps = PersonStep::NO_SIM
        .into_iter()
        .filter(|_| arguments.remove_sim);
    let procedure = StandAlone::new(resolved)?.with_person_steps(steps);
    arguments
        .procedure
        .carry_out(|history, resume| match resume {
            true => procedure.resume(history),
            false => procedure.start(history),
        })
}
