//! Installs a root certificate on a charger: upload, restart, verify.

use std::path::PathBuf;
use std::process::ExitCode;

use charger_commissioning::InstallRoot;
use clap::Parser;
use examples::{Exit, ProcedureArguments};
use fwi_format::OwnedContainer;

/// Uploads a root certificate container, restarts the charger, and verifies that its back
/// office accepts it.
#[derive(Debug, Parser)]
#[command(name = "install-root", version, after_help = Exit::HELP)]
struct Arguments {
    /// The container, Rootcertificate.fwi
    #[arg(long, value_name = "FILE")]
    container: PathBuf,

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
    let bytes = bytes::Bytes::from(std::fs::read(&arguments.container)?);
    let procedure = InstallRoot::new(OwnedContainer::parse(bytes)?);
    arguments
        .procedure
        .carry_out(|history, resume| match resume {
            true => procedure.resume(history),
            false => procedure.start(history),
        })
}
