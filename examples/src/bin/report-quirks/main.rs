//! What is different about this charger? Changes nothing, and tells no secret.

mod objects;
mod read_only;
mod redact;
mod report;
mod session;
mod tls;

use std::process::ExitCode;

use charger_link::https::Sighting;
use charger_link::{Cancel, Charger, Link, LinkError};
use clap::Parser;
use examples::{ChargerArguments, Console, Exit, Place, ReachError, cancel_on_interrupt};
use serde_json::json;

use read_only::ReadOnlyLink;
use redact::Redactor;
use report::Report;

const EXITS: [(Exit, &str); 4] = [
    (Exit::Success, "the report is complete"),
    (Exit::Usage, Exit::Usage.meaning()),
    (
        Exit::Link,
        "the charger cannot be reached or does not let us in",
    ),
    (Exit::Interrupted, "interrupted"),
];

/// Looks at a charger and reports what the facts of this project say nothing about, or say
/// otherwise: for the owners of chargers who want to help.
///
/// Nothing is written, installed, uploaded or restarted: every request that would is refused
/// on this side. The report holds no setting's value: serial numbers and names appear as
/// their shape (`ACE0999001` is `AAA9999999`), objects by number, type and length. Read it
/// before you pass it on.
#[derive(Debug, Parser)]
#[command(
    name = "report-quirks",
    version,
    mut_arg("charger", |charger| charger.required(true)),
    after_help = Exit::help(EXITS)
)]
struct Arguments {
    #[command(flatten)]
    charger: ChargerArguments,

    /// Leave out the look at TLS, which takes a few connections before the login
    #[arg(long, help_heading = "Output")]
    no_tls: bool,

    /// One JSON object instead of text
    #[arg(long, help_heading = "Output")]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console::new(arguments.json);
    let cancel = cancel_on_interrupt();
    let link = match open(&arguments.charger, &cancel) {
        Ok(link) => ReadOnlyLink::new(link),
        Err(error) => return console.fail(&error).into(),
    };
    let mut charger = Charger::new(link).with_cancel(&cancel);
    let report = look(&arguments, console, &mut charger, &cancel);
    // The session is the charger's only one: free it.
    let closed = charger.close();
    match report.and_then(|report| closed.map(|()| report)) {
        Ok(report) => {
            console.line(&report);
            console.event("quirks", json!({ "report": report }));
            Exit::Success.into()
        }
        Err(error) => console.fail(&error).into(),
    }
}

/// The charger, who has said who it is before a person types a password.
fn open(charger: &ChargerArguments, cancel: &Cancel) -> Result<Box<dyn Link>, ReachError> {
    if let Some(Place::Https(address)) = &charger.charger {
        let trust = charger.link.trust(charger.fingerprint);
        let place = Sighting::at(address.clone());
        charger.link.meet(&place, trust, cancel)?;
    }
    charger.open()
}

fn look(
    arguments: &Arguments,
    console: Console,
    charger: &mut Charger<ReadOnlyLink>,
    cancel: &Cancel,
) -> Result<Report, LinkError> {
    let tls = match &arguments.charger.charger {
        Some(Place::Https(address)) if !arguments.no_tls => {
            let spinner = console.spinner("looking at TLS".to_owned());
            let seen = tls::look(address, cancel);
            drop(spinner);
            Some(seen)
        }
        _ => None,
    };
    let spinner = console.spinner("reading every object".to_owned());
    let (session, identity, objects) = session::look(charger)?;
    drop(spinner);
    let redactor = Redactor::new(&identity);
    Ok(Report {
        model: identity.model.clone(),
        firmware: identity.firmware.clone(),
        charger_type: identity.charger_type.clone(),
        serial_number_shape: redact::shape(&identity.serial_number),
        identity_shape: redact::shape(&identity.identity),
        tls: tls.map(|seen| seen.redacted(&redactor)),
        session,
        objects: objects::compare(&objects),
    })
}
