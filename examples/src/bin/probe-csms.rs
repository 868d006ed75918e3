//! Asks a back office what it would tell a charger.

use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use charger_commissioning::LocalSecrets;
use clap::{Parser, ValueEnum};
use examples::{Console, Exit, ReadError, cancel_on_interrupt, read_bounded, with_causes};
use ocpp_config::{Secret, SecretReference, SecretSource as _, SecurityProfile};
use ocpp_transport::{
    BootNotification, ChargerDescription, ProbeOptions, ProbeReport, ProbeSubject, ProbeVerdict,
    Subprotocol, TlsIdentity, TrustRoots, probe,
};
use serde_json::json;

/// Asks an OCPP back office, from this machine, what a charger would get, and says what is
/// wrong, who has to act, and what to do.
///
/// Nothing but the connection is tried. With --boot one BootNotification is sent too: use
/// an account whose charger is not connected. Whatever the back office then wants to set
/// or install is refused.
#[derive(Debug, Parser)]
#[command(name = "probe-csms", version, after_help = HELP)]
struct Arguments {
    /// The URL as it is entered on the charger, without the identity.
    url: String,

    /// The charger's identity at the back office.
    #[arg(long)]
    identity: String,

    /// The security profile. Defaults to 2 for wss:// (3 with a client certificate) and 0
    /// for ws:// (1 with a key).
    #[arg(long, value_name = "0..=3", value_parser = clap::value_parser!(u8).range(0..=3))]
    security_profile: Option<u8>,

    /// The root certificates that the charger trusts (PEM or DER).
    #[arg(long, value_name = "FILE")]
    root: Option<PathBuf>,

    /// The environment variable with the authorization key.
    #[arg(long, value_name = "NAME")]
    key_env: Option<String>,

    /// The charger's certificate with its chain (PEM), for profile 3.
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,

    /// The private key of that certificate (PEM), readable by its owner alone.
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,

    /// The charger whose habits to imitate.
    #[arg(long, value_enum, default_value_t = Charger::Conservative)]
    imitate: Charger,

    /// Offer this OCPP version alone. Defaults to those of the charger.
    #[arg(long, value_enum)]
    ocpp: Option<Version>,

    /// Also send a BootNotification of this version.
    #[arg(long, value_enum, conflicts_with = "ocpp")]
    boot: Option<Version>,

    /// The model in the BootNotification.
    #[arg(long, default_value = "probe-csms")]
    model: String,

    /// The vendor in the BootNotification.
    #[arg(long, default_value = "probe-csms")]
    vendor: String,

    /// The serial number in the BootNotification. Defaults to none.
    #[arg(long)]
    serial: Option<String>,

    /// Dial this address and port in place of asking the DNS. May be repeated.
    #[arg(long, value_name = "IP:PORT")]
    address: Vec<SocketAddr>,

    /// Seconds that each step may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,

    /// Show what went over the wire, without keys and passwords.
    #[arg(long)]
    transcript: bool,

    /// One JSON object a line instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Charger {
    /// A charger of which nothing is known: what satisfies it satisfies most.
    Conservative,
    /// The letter of the OCPP security documents.
    OcppText,
    /// EVerest's libocpp with its default settings.
    Everest,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Version {
    #[value(name = "1.6")]
    V16,
    #[value(name = "2.0.1")]
    V201,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console::new(arguments.json);
    match subject(&arguments) {
        Ok(subject) => run(&arguments, &subject, console).into(),
        Err(error) => console.fail(error.as_ref()).into(),
    }
}

fn run(arguments: &Arguments, subject: &ProbeSubject, console: Console) -> Exit {
    let cancel = cancel_on_interrupt();
    let stop = cancel.clone();
    let options = ProbeOptions::new()
        .with_step_timeout(Duration::from_secs(arguments.timeout))
        .with_addresses(arguments.address.iter().copied())
        .with_transcript(arguments.transcript)
        .with_stop_check(move || stop.is_cancelled())
        .with_progress(move |step, target| {
            console.event("step", json!({ "step": step, "target": target }));
        });
    let report = {
        let _bar = console.spinner(format!("asking {}", arguments.url));
        probe(subject, &options)
    };
    console.event("report", json!({ "report": report }));
    console.line(&report);
    if cancel.is_cancelled() {
        return Exit::Interrupted;
    }
    exit(&report)
}

fn exit(report: &ProbeReport) -> Exit {
    match report.verdict() {
        ProbeVerdict::WillWork => Exit::Success,
        ProbeVerdict::WillFail => Exit::Findings,
        _ => Exit::Unproven,
    }
}

fn subject(arguments: &Arguments) -> Result<ProbeSubject, Box<dyn Error>> {
    let profile = profile(arguments)?;
    let mut charger = match arguments.imitate {
        Charger::Conservative => ChargerDescription::conservative(),
        Charger::OcppText => ChargerDescription::ocpp_text(),
        Charger::Everest => ChargerDescription::everest(),
    };
    match arguments.boot.or(arguments.ocpp) {
        Some(Version::V16) => charger.versions = vec![Subprotocol::OCPP16],
        Some(Version::V201) => charger.versions = vec![Subprotocol::OCPP201],
        None => {}
    }
    let url = arguments.url.as_str();
    let mut subject = ProbeSubject::new(url, &arguments.identity, profile).with_charger(&charger);
    if let Some(file) = &arguments.root {
        let roots = TrustRoots::parse(&load(file)?);
        let roots = roots.map_err(|error| format!("{}: {error}", file.display()))?;
        subject = subject.with_roots(&roots);
    }
    if let Some(name) = &arguments.key_env {
        subject = subject.with_key(key(name)?);
    }
    if let (Some(chain), Some(key)) = (&arguments.client_cert, &arguments.client_key) {
        let client = TlsIdentity::from_pem(&load(chain)?, &private_key(key)?);
        let client = client.map_err(|error| format!("{}: {error}", chain.display()))?;
        subject = subject.with_client_certificate(&client);
    }
    if arguments.boot.is_some() {
        let mut boot = BootNotification::new(&arguments.model, &arguments.vendor);
        if let Some(serial) = &arguments.serial {
            boot = boot.with_serial_number(serial);
        }
        subject = subject.with_boot(boot);
    }
    Ok(subject)
}

fn profile(arguments: &Arguments) -> Result<SecurityProfile, String> {
    let secure = arguments.url.starts_with("wss:");
    match (arguments.security_profile, secure, &arguments.key_env) {
        (Some(profile), ..) => SecurityProfile::new(profile).map_err(|error| error.to_string()),
        (None, true, _) if arguments.client_cert.is_some() => {
            Ok(SecurityProfile::TLS_CLIENT_CERTIFICATE)
        }
        (None, true, _) => Ok(SecurityProfile::TLS_BASIC),
        (None, false, Some(_)) => Ok(SecurityProfile::BASIC),
        (None, false, None) => Ok(SecurityProfile::NONE),
    }
}

fn key(name: &str) -> Result<Secret, Box<dyn Error>> {
    secret(SecretReference::Env(name.parse()?))
}

/// As in a document: nobody but its owner may read the file.
fn private_key(file: &Path) -> Result<Secret, Box<dyn Error>> {
    let name = file.to_str().ok_or("--client-key is not UTF-8")?;
    // A file that is not there is told like any other one.
    std::fs::File::open(file).map_err(|error| ReadError::new(file, error))?;
    secret(SecretReference::File(name.parse()?))
}

fn secret(reference: SecretReference) -> Result<Secret, Box<dyn Error>> {
    let secret = LocalSecrets::new("").resolve(&reference);
    secret.map_err(|error| format!("{reference}: {}", with_causes(&error)).into())
}

fn load(file: &Path) -> Result<Vec<u8>, ReadError> {
    read_bounded(file, LARGEST)
}

/// Certificates are a few kilobytes each.
const LARGEST: u64 = 16 << 20;

const HELP: &str = "\
Exit codes:
    0  the charger would be let in
    1  the charger would not get through: see the findings
    2  the command line makes no sense, or a file cannot be read
    5  not everything can be known from here
  130  interrupted";
