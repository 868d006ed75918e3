//! Moves an EV charger from one back office to another, and proves it.

mod arguments;
mod demo;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use charger_commissioning::{ChangeBackOffice, PersonStep};
use clap::Parser;
use examples::{Exit, check_certificates, describe_roots, go_stand_alone};
use ocpp_config::{Document, Preset, PresetName};

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.procedure.console().end(run(&arguments))
}

fn run(arguments: &Arguments) -> Result<Exit, Box<dyn Error>> {
    let procedure = &arguments.procedure;
    if procedure.charger.charger.is_none() {
        demo::change(arguments)
    } else if procedure.journal.roll_back {
        procedure.roll_back()
    } else if arguments.goal.stand_alone {
        go_stand_alone(&arguments.document, false, procedure)
    } else {
        change(arguments)
    }
}

fn change(arguments: &Arguments) -> Result<Exit, Box<dyn Error>> {
    let procedure = &arguments.procedure;
    let (over, files) = match &arguments.goal.preset {
        Some(package) => {
            let (over, file) = preset(arguments, package)?;
            (Some(over), vec![file])
        }
        None => (None, Vec::new()),
    };
    let console = procedure.console();
    let Some(document) = arguments.document.resolve(console, over, &files)? else {
        return Ok(Exit::Findings);
    };
    if let Err(mistake) = check_certificates(&document) {
        return Ok(console.error(Exit::Findings, mistake));
    }
    let roots = describe_roots(&document);
    let policy = procedure.policy().with_witness(arguments.goal.witness);
    let steps = PersonStep::NEW_SIM
        .into_iter()
        .filter(|_| arguments.goal.new_sim);
    let change = ChangeBackOffice::new(document).with_person_steps(steps);
    let change = match procedure.journal.old_key()? {
        Some(key) => change.with_old_authorization_key(key),
        None => change,
    };
    let change = arguments.change.apply(change, policy);
    if let Err(refusal) = change.check_containers() {
        return Ok(console.error(Exit::Findings, refusal));
    }
    procedure.carry_out(roots, |history, resume| match resume {
        true => change.resume(history),
        false => change.start(history),
    })
}

/// The preset over the documents, and where its package is.
fn preset(
    arguments: &Arguments,
    package: &Path,
) -> Result<(Document, (String, PathBuf)), Box<dyn Error>> {
    let below = arguments
        .document
        .document_below()?
        .and_then(|it| it.preset);
    let name: PresetName = match (&arguments.goal.preset_name, below) {
        (Some(name), _) => name.parse()?,
        (None, Some(Preset::Named { name, .. })) => name,
        (None, _) => return Err("name the preset with --preset-name, as the charger will".into()),
    };
    let file = package.file_name().and_then(|name| name.to_str());
    let file = file.ok_or("--preset is the file of the package")?;
    let mut over = Document::default();
    over.preset = Some(Preset::Named {
        name,
        package: Some(file.parse()?),
    });
    Ok((over, (file.to_owned(), package.to_owned())))
}
