//! Takes a charger off its back office.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use examples::{DocumentArguments, Exit, ProcedureArguments, go_stand_alone};

/// Switches a charger to stand-alone, with the authorization settings of a document or of
/// --set.
#[derive(Debug, Parser)]
#[command(
    name = "go-stand-alone",
    version,
    mut_arg("charger", |charger| charger.required(true)),
    after_help = Exit::usual_help(&Exit::OF_A_PROCEDURE)
)]
struct Arguments {
    #[command(flatten)]
    document: DocumentArguments,

    /// Ask for the SIM to be taken out first
    #[arg(long, requires = "charger")]
    remove_sim: bool,

    #[command(flatten)]
    procedure: ProcedureArguments,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.procedure.console().end(run(&arguments))
}

fn run(arguments: &Arguments) -> Result<Exit, Box<dyn Error>> {
    let procedure = &arguments.procedure;
    match procedure.journal.roll_back {
        true => procedure.roll_back(),
        false => go_stand_alone(&arguments.document, arguments.remove_sim, procedure),
    }
}
