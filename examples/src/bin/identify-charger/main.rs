//! Which chargers are there, what runs on them, and which back office are they on?

mod show;

use std::process::ExitCode;
use std::time::Duration;

use charger_link::https::{self, Introduction, KeyFingerprint, Sighting, browse};
use charger_link::{Cancel, Charger, Link, LinkError, LinkErrorKind, LiveState};
use clap::Parser;
use examples::{
    Console, Exit, LinkArguments, Place, ReachError, TIME_TO_ANSWER, cancel_on_interrupt,
    charger_password, explain,
};
const EXITS: [(Exit, &str); 4] = [
    (Exit::Success, "every charger has answered"),
    (Exit::Usage, Exit::Usage.meaning()),
    (
        Exit::Link,
        "a charger cannot be reached or does not let us in, or none was found",
    ),
    (Exit::Interrupted, "interrupted"),
];

/// Finds chargers and shows their identity, firmware, back office and boot state.
#[derive(Debug, Parser)]
#[command(name = "identify-charger", version, after_help = Exit::help(EXITS))]
struct Arguments {
    /// Where a charger is: https://HOST or https://HOST:PORT, or a CiA 309-3 gateway at
    /// gateway://HOST:PORT or serial:PATH; may be repeated. Without any, the network segment
    /// is searched by mDNS
    #[arg(long = "charger", value_name = "URL", help_heading = "The charger")]
    chargers: Vec<Place>,

    /// The fingerprint that it must show (SHA-256 of its public key, hexadecimal)
    #[arg(long, value_name = "HEX", help_heading = "The charger")]
    fingerprint: Option<KeyFingerprint>,

    /// How long to search, in seconds
    #[arg(long, default_value_t = 5, value_name = "SECONDS")]
    search: u64,

    /// Show only what needs no login
    #[arg(long, conflicts_with = "watch")]
    no_login: bool,

    /// Go on watching the one charger, every so many seconds, until Ctrl-C
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "10")]
    watch: Option<u64>,

    #[command(flatten)]
    link: LinkArguments,

    /// One JSON object a line instead of text
    #[arg(long, help_heading = "Output")]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let cancel = cancel_on_interrupt();
    let console = Console::new(arguments.json);
    let exit = run(&arguments, console, &cancel);
    match cancel.is_cancelled() {
        true => Exit::Interrupted.into(),
        false => exit.into(),
    }
}

fn run(arguments: &Arguments, console: Console, cancel: &Cancel) -> Exit {
    let found = match places(arguments, console, cancel) {
        Ok(found) => found,
        Err(message) => return console.error(Exit::Link, message),
    };
    if arguments.watch.is_some() && found.len() != 1 {
        return console.error(Exit::Usage, "--watch needs exactly one charger");
    }
    let mut exit = Exit::Success;
    for place in &found {
        let outcome = match place {
            Found::Https(sighting) => on_https(arguments, console, sighting, cancel),
            Found::Behind(gateway) => behind(arguments, console, gateway, cancel),
        };
        if let Err(failed) = outcome {
            exit = failed;
        }
    }
    exit
}

/// A charger that was named or found.
enum Found {
    Https(Sighting),
    /// A gateway leads to it.
    Behind(Place),
}

fn places(arguments: &Arguments, console: Console, cancel: &Cancel) -> Result<Vec<Found>, String> {
    if !arguments.chargers.is_empty() {
        let named = arguments.chargers.iter().cloned();
        return Ok(named
            .map(|place| match place {
                Place::Https(address) => Found::Https(Sighting::at(address)),
                gateway => Found::Behind(gateway),
            })
            .collect());
    }
    let spinner = console.spinner("searching for chargers".to_owned());
    let found = browse(Duration::from_secs(arguments.search), cancel);
    drop(spinner);
    let found = found.map_err(|error| error.to_string())?;
    if found.is_empty() {
        return Err("no charger announced itself; mDNS stays within the network segment, so try its address".to_owned());
    }
    Ok(found.into_iter().map(Found::Https).collect())
}

fn on_https(
    arguments: &Arguments,
    console: Console,
    sighting: &Sighting,
    cancel: &Cancel,
) -> Result<(), Exit> {
    let place = sighting.address.to_string();
    let trust = arguments.link.trust(arguments.fingerprint);
    let failed = |error| failed(console, &place, &error);
    let introduction = https::ask(sighting, &trust, TIME_TO_ANSWER, cancel).map_err(failed)?;
    show::introduction(console, &place, &introduction);
    if arguments.no_login {
        return Ok(());
    }
    let link = log_in(arguments, console, sighting, &introduction, cancel)?;
    look_inside(
        arguments,
        console,
        &mut Charger::new(link).with_cancel(cancel),
    )
    .map_err(failed)
}

/// The way in, once it is known whose it is.
fn log_in(
    arguments: &Arguments,
    console: Console,
    sighting: &Sighting,
    introduction: &Introduction,
    cancel: &Cancel,
) -> Result<Box<dyn Link>, Exit> {
    let trust = || arguments.link.trust(arguments.fingerprint);
    // Before the password is asked for.
    if !introduction.key_is_confirmed {
        let met = arguments.link.meet(sighting, trust(), cancel);
        met.map_err(|error| failed(console, &sighting.address.to_string(), &error))?;
    }
    let password = charger_password(&arguments.link.user)
        .map_err(|error| console.error(Exit::Usage, error))?;
    let link = arguments.link.https(sighting, trust(), password);
    Ok(Box::new(link))
}

/// A gateway knows no login.
fn behind(
    arguments: &Arguments,
    console: Console,
    gateway: &Place,
    cancel: &Cancel,
) -> Result<(), Exit> {
    let place = gateway.to_string();
    let trust = arguments.link.trust(arguments.fingerprint);
    let no_password = || charger_password(&arguments.link.user);
    let link = arguments.link.open(gateway, trust, no_password);
    let link = link.map_err(|error| match &error {
        ReachError::Link(error) => failed(console, &place, error),
        error => console.error(Exit::Usage, error),
    })?;
    let mut charger = Charger::new(link).with_cancel(cancel);
    let failed = |error| failed(console, &place, &error);
    let identity = charger.identity().map_err(failed)?;
    show::identity(console, &place, &identity);
    match arguments.no_login {
        true => charger.close().map_err(failed),
        false => look_inside(arguments, console, &mut charger).map_err(failed),
    }
}

fn look_inside(
    arguments: &Arguments,
    console: Console,
    charger: &mut Charger<Box<dyn Link>>,
) -> Result<(), LinkError> {
    show::back_office(console, charger)?;
    watch(console, charger, arguments.watch)
}

fn failed(console: Console, place: &str, error: &LinkError) -> Exit {
    console.error(Exit::Link, format_args!("{place}: {}", explain(error)))
}

fn watch(
    console: Console,
    charger: &mut Charger<Box<dyn Link>>,
    every: Option<u64>,
) -> Result<(), LinkError> {
    let Some(every) = every else {
        return charger.close();
    };
    let mut last = None;
    for state in charger.monitor(Duration::from_secs(every.max(1))) {
        match state {
            Ok(state) => {
                if last.replace(state).is_none_or(|last| is_news(last, state)) {
                    show::live_state(console, &state);
                }
            }
            Err(error) if *error.kind() == LinkErrorKind::Cancelled => break,
            Err(error) if error.kind().is_passing() => console.warning(format_args!("  {error}")),
            Err(error) => return Err(error),
        }
    }
    charger.close()
}

/// Whether anything but the running time changed.
fn is_news(mut before: LiveState, now: LiveState) -> bool {
    before.uptime = now.uptime;
    before != now
}
