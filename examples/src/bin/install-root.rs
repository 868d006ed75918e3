//! Installs a root certificate on a charger: upload, restart, verify.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use charger_commissioning::InstallRoot;
use clap::Parser;
use examples::{Exit, ProcedureArguments, read_bounded};
use fwi_format::OwnedContainer;

/// Uploads a root certificate container, restarts the charger, and verifies that its back
/// office accepts it.
#[derive(Debug, Parser)]
#[command(
    name = "install-root",
    version,
    mut_arg("charger", |charger| charger.required(true)),
    after_help = Exit::usual_help(&Exit::OF_A_PROCEDURE)
)]
struct Arguments {
    /// The container, Rootcertificate.fwi
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "roll_back",
        conflicts_with = "roll_back"
    )]
    container: Option<PathBuf>,

    #[command(flatten)]
    procedure: ProcedureArguments,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.procedure.console().end(run(&arguments))
}

fn run(arguments: &Arguments) -> Result<Exit, Box<dyn Error>> {
    let procedure = &arguments.procedure;
    let Some(path) = &arguments.container else {
        return procedure.roll_back();
    };
    let bytes = read_bounded(path, LARGEST)?;
    let container = match OwnedContainer::parse(bytes::Bytes::from(bytes)) {
        Ok(container) => container,
        Err(error) => {
            let message = format!("{}: {error}", path.display());
            return Ok(procedure.console().error(Exit::Findings, message));
        }
    };
    let install = InstallRoot::new(container)
        .with_file_name(path.to_string_lossy())
        .with_policy(procedure.policy());
    if let Err(refusal) = install.check_container() {
        return Ok(procedure.console().error(Exit::Findings, refusal));
    }
    procedure.carry_out(Vec::new(), |history, resume| match resume {
        true => install.resume(history),
        false => install.start(history),
    })
}

/// A root certificate is a few kilobytes; whatever is much larger is another file.
const LARGEST: u64 = 16 << 20;
