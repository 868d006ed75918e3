//! Which chargers are there, what runs on them, and which back office are they on?

use std::process::ExitCode;
use std::time::Duration;

use charger_link::https::{
    self, Address, HttpsLink, Introduction, KeyFingerprint, Sighting, browse,
};
use charger_link::{Cancel, Charger, LinkError, LinkErrorKind, LiveState};
use clap::Parser;
use examples::{
    Console, Exit, LinkArguments, Place, TIME_TO_ANSWER, cancel_on_interrupt, charger_password,
    explain,
};
use ocpp_config::Value;
use ocpp_config::objects::{self, ProfileField};
use serde_json::json;

const EXITS: [Exit; 4] = [Exit::Success, Exit::Usage, Exit::Link, Exit::Interrupted];

/// Finds chargers and shows their identity, firmware, back office and boot state.
#[derive(Debug, Parser)]
#[command(name = "identify-charger", version, after_help = Exit::usual_help(&EXITS))]
struct Arguments {
    /// Where a charger is, https://HOST or https://HOST:PORT; may be repeated. Without any,
    /// the network segment is searched by mDNS
    #[arg(long = "charger", value_name = "URL", value_parser = https)]
    chargers: Vec<Address>,

    /// The fingerprint that it must show (SHA-256 of its public key, hexadecimal)
    #[arg(long, value_name = "HEX")]
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
    #[arg(long)]
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
    let sightings = match sightings(arguments, console, cancel) {
        Ok(sightings) => sightings,
        Err(message) => return console.error(Exit::Link, message),
    };
    if arguments.watch.is_some() && sightings.len() != 1 {
        return console.error(Exit::Usage, "--watch needs exactly one charger");
    }
    let mut exit = Exit::Success;
    for sighting in &sightings {
        let trust = arguments.link.trust(arguments.fingerprint);
        let outcome = match https::ask(sighting, &trust, TIME_TO_ANSWER, cancel) {
            Ok(introduction) => {
                show_identity(console, sighting, &introduction);
                match arguments.no_login {
                    true => Exit::Success,
                    false => look_inside(arguments, console, sighting, &introduction, cancel),
                }
            }
            Err(error) => console.error(
                Exit::Link,
                format_args!("{}: {}", sighting.address, explain(&error)),
            ),
        };
        if outcome != Exit::Success {
            exit = outcome;
        }
    }
    exit
}

fn sightings(
    arguments: &Arguments,
    console: Console,
    cancel: &Cancel,
) -> Result<Vec<Sighting>, String> {
    if !arguments.chargers.is_empty() {
        return Ok(arguments
            .chargers
            .iter()
            .cloned()
            .map(Sighting::at)
            .collect());
    }
    let spinner = console.spinner("searching for chargers".to_owned());
    let found = browse(Duration::from_secs(arguments.search), cancel);
    drop(spinner);
    let found = found.map_err(|error| error.to_string())?;
    if found.is_empty() {
        return Err("no charger announced itself; mDNS stays within the network segment, so try its address".to_owned());
    }
    Ok(found)
}

/// What needs a login.
fn look_inside(
    arguments: &Arguments,
    console: Console,
    sighting: &Sighting,
    introduction: &Introduction,
    cancel: &Cancel,
) -> Exit {
    let trust = || arguments.link.trust(arguments.fingerprint);
    // Before the password is asked for.
    if !introduction.key_is_confirmed
        && let Err(error) = arguments.link.meet(sighting, trust(), cancel)
    {
        return console.error(
            Exit::Link,
            format_args!("{}: {}", sighting.address, explain(&error)),
        );
    }
    let link = match charger_password(&arguments.link.user) {
        Ok(password) => arguments.link.https(sighting, trust(), password),
        Err(error) => return console.error(Exit::Usage, error),
    };
    let mut charger = Charger::new(link).with_cancel(cancel);
    let outcome = show_back_office(console, &mut charger)
        .and_then(|()| watch(console, &mut charger, arguments.watch));
    match outcome {
        Ok(()) => Exit::Success,
        Err(error) => console.error(Exit::Link, explain(&error)),
    }
}

fn show_identity(console: Console, sighting: &Sighting, introduction: &Introduction) {
    let identity = &introduction.identity;
    console.heading(format_args!(
        "{} at {}",
        identity.serial_number, sighting.address
    ));
    console.line(format_args!("  model      {}", identity.model));
    console.line(format_args!("  firmware   {}", identity.firmware));
    console.line(format_args!("  identity   {}", identity.identity));
    let fingerprint = introduction.fingerprint;
    match introduction.key_is_confirmed {
        true => console.line(format_args!("  key        {fingerprint}")),
        false => console.line(format_args!(
            "  key        {fingerprint}, not confirmed: compare it with the charger's before you believe the above"
        )),
    }
    console.event(
        "identity",
        json!({
            "address": sighting.address.to_string(),
            "identity": identity,
            "fingerprint": fingerprint,
            "key_is_confirmed": introduction.key_is_confirmed,
        }),
    );
}

fn show_back_office(console: Console, charger: &mut Charger<HttpsLink>) -> Result<(), LinkError> {
    let mut ids = vec![objects::PRESET, objects::SECURITY_PROFILE];
    for field in [ProfileField::URL, ProfileField::PRIORITY] {
        ids.extend((1..=4).filter_map(|slot| field.of_profile(slot)));
    }
    let snapshot = charger.read(&ids)?;
    let preset = text(snapshot.value(objects::PRESET));
    match &*preset {
        "" => console.line("  preset     none, set by hand"),
        preset => console.line(format_args!("  preset     {preset}")),
    }
    let mut profiles = Vec::new();
    for slot in 1..=4 {
        let value = |field: ProfileField| snapshot.value(field.of_profile(slot)?);
        let url = text(value(ProfileField::URL));
        let priority = value(ProfileField::PRIORITY).and_then(Value::as_u64);
        let priority = priority.unwrap_or_default();
        if !url.is_empty() {
            console.line(format_args!(
                "  profile {slot}  {url} (priority {priority})"
            ));
            profiles.push(json!({ "slot": slot, "url": url, "priority": priority }));
        }
    }
    if profiles.is_empty() {
        console.line("  profiles   none");
    }
    console.event(
        "back-office",
        json!({ "preset": preset, "profiles": profiles }),
    );
    show_live(console, &charger.live_state()?);
    Ok(())
}

fn watch(
    console: Console,
    charger: &mut Charger<HttpsLink>,
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
                    show_live(console, &state);
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

fn show_live(console: Console, live: &LiveState) {
    let state = live
        .boot_notification
        .map_or_else(|| "?".to_owned(), |state| state.to_string());
    let flag = |flag: Option<bool>| flag.map_or("?", |flag| if flag { "up" } else { "down" });
    let number = |number: Option<i64>| number.map_or_else(|| "?".to_owned(), |n| n.to_string());
    console.line(format_args!(
        "  now        boot notification {state}, connection {}, profile {}, signal {} dBm, boots {}",
        flag(live.connected),
        number(live.active_profile.map(i64::from)),
        number(live.signal),
        number(live.boot_count.and_then(|count| i64::try_from(count).ok())),
    ));
    console.event("live", json!({ "state": live }));
}

fn https(text: &str) -> Result<Address, String> {
    match text.parse() {
        Ok(Place::Https(address)) => Ok(address),
        Ok(_) => Err("only chargers on HTTPS can be identified".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn text(value: Option<&Value>) -> String {
    value
        .and_then(Value::as_text)
        .unwrap_or_default()
        .to_owned()
}
