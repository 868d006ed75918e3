//! Sends a container to a charger and waits for what the charger makes of it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use charger_link::{Charger, Link, LinkError, LinkErrorKind, Upload, UploadOutcome, UploadState};
use clap::Parser;
use examples::{ChargerArguments, Console, Exit, ReadError, cancel_on_interrupt, explain};
use fwi_format::ContainerReader;
use serde_json::json;

/// Uploads a .fwi container: firmware, a back office preset, or the root certificate.
#[derive(Debug, Parser)]
#[command(
    name = "upload-fwi",
    version,
    mut_arg("charger", |charger| charger.required(true)),
    after_help = HELP
)]
struct Arguments {
    /// The container
    #[arg(long, value_name = "FILE")]
    container: PathBuf,

    /// Restart the charger afterwards, as presets and root certificates need it
    #[arg(long, conflicts_with = "keep")]
    restart: bool,

    /// Keep the firmware for good; without it the charger goes back to the old one
    #[arg(long)]
    keep: bool,

    #[command(flatten)]
    charger: ChargerArguments,

    /// One JSON object a line instead of text
    #[arg(long, help_heading = "Output")]
    json: bool,
}

const HELP: &str = "\
The container is checked before the charger hears of it; its contents are not, because only
the charger can read them. The charger's clock is set first: it checks dates.

Exit codes:
    0  the charger took the container
    1  the file is no container; nothing was sent
    2  the command line makes no sense, or the file cannot be read
    3  the charger cannot be reached or does not let us in; nothing was sent
    5  sent, but the charger refused it or never said that it took it
  130  interrupted";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console::new(arguments.json);
    let cancel = cancel_on_interrupt();
    if let Err(exit) = check(console, &arguments.container) {
        return exit.into();
    }
    let mut charger = match arguments.charger.open() {
        Ok(link) => Charger::new(link).with_cancel(&cancel),
        Err(error) => return console.fail(&error).into(),
    };
    let outcome = send(&arguments, console, &mut charger);
    // The session is the charger's only one: free it. A charger that restarts has done
    // so by itself.
    let _ = charger.close();
    match outcome {
        Ok(outcome) => {
            console.good(format_args!(
                "the charger took it ({})",
                name(outcome.state)
            ));
            let (name, number) = (outcome.state.to_string(), outcome.state.number());
            console.event(
                "done",
                json!({
                    "state": { "name": name, "number": number },
                    "waited": outcome.waited.as_secs(),
                }),
            );
            Exit::Success.into()
        }
        Err(error) => console.error(exit_of(&error), explain(&error)).into(),
    }
}

/// Checks the container without holding it in memory.
fn check(console: Console, path: &Path) -> Result<(), Exit> {
    let file = File::open(path).map_err(|error| console.fail(&ReadError::new(path, error)))?;
    let reader = ContainerReader::new(std::io::BufReader::new(file));
    let sound = reader.finish().map(drop);
    let name = path.display();
    sound.map_err(|error| console.error(Exit::Findings, format_args!("{name}: {error}")))
}

fn send(
    arguments: &Arguments,
    console: Console,
    charger: &mut Charger<Box<dyn Link>>,
) -> Result<UploadOutcome, LinkError> {
    let upload = Upload::from_file(&arguments.container).map_err(|error| {
        LinkError::without_effect(LinkErrorKind::UploadSource).with_source(error)
    })?;
    let before = transfer(console, charger, &upload)?;
    let spinner = console.spinner("the charger checks and applies it".to_owned());
    let outcome = charger.wait_for_upload(before)?;
    drop(spinner);
    if arguments.keep {
        charger.keep_firmware()?;
        console.line("the firmware stays");
    }
    if arguments.restart {
        let spinner = console.spinner("the charger restarts".to_owned());
        let restarted = charger.restart_and_wait()?;
        drop(spinner);
        console.line(format_args!("restarted, boot {}", restarted.now));
        console.event("restarted", json!({ "boot": restarted.now }));
    }
    Ok(outcome)
}

/// An error that leaves open whether the charger has it is answered by the status.
fn transfer(
    console: Console,
    charger: &mut Charger<Box<dyn Link>>,
    upload: &Upload,
) -> Result<UploadState, LinkError> {
    let before = charger.upload_status()?.state;
    let bar = console.bar(upload.len(), "sending");
    let mut tenth = 0;
    let outcome = charger.upload(upload, &mut |progress| {
        bar.set(progress.done, progress.total);
        let now = progress.done * 10 / upload.len().max(1);
        if now > tenth {
            tenth = now;
            console.event(
                "progress",
                json!({ "done": progress.done, "total": upload.len() }),
            );
        }
    });
    match outcome {
        Err(error) if error.may_have_taken_effect() => {
            console.warning(format_args!(
                "{error}; asking the charger whether it has it"
            ));
            Ok(before)
        }
        outcome => outcome,
    }
}

/// How a failed upload ends the program.
fn exit_of(error: &LinkError) -> Exit {
    match error.kind() {
        LinkErrorKind::Cancelled => Exit::Interrupted,
        LinkErrorKind::UploadFailed { .. } | LinkErrorKind::PayloadRefused { .. } => Exit::Unproven,
        _ if error.may_have_taken_effect() => Exit::Unproven,
        _ => Exit::Link,
    }
}

const fn name(state: UploadState) -> &'static str {
    match state {
        UploadState::DONE => "done",
        UploadState::READY_TO_ROLL => "a restart will apply it",
        _ => "in a state without a name",
    }
}
