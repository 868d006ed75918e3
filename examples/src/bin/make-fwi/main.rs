//! Builds test containers: for a simulated charger, for tests, for trying tools out. A
//! real charger has no use for them.

mod release;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use clap::{Parser, ValueEnum};
use examples::{Console, Exit, ReadError, read_bounded};
use fwi_format::{ContainerBuilder, ForeignFile, Limits, OwnedContainer};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Builds a test container from a PEM root certificate or any other file.
#[derive(Debug, Parser)]
#[command(name = "make-fwi", version, after_help = HELP)]
struct Arguments {
    /// What becomes the payload, in clear
    #[arg(value_name = "PAYLOAD")]
    payload: PathBuf,

    /// The container to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// The form of the container
    #[arg(long, value_enum, default_value_t = Form::RootCertificate)]
    kind: Form,

    /// Writes a signed release as well, under a test root made for the purpose:
    /// *-sig.txt, *-cert.pem, *-info.txt, *.zip and test-root.pem
    #[arg(long)]
    release: bool,

    /// Makes the same test keys for the same number
    #[arg(long, value_name = "N", requires = "release")]
    seed: Option<u64>,

    /// The release is valid for 30 days from this time (RFC 3339) instead of now
    #[arg(long, value_name = "TIME", value_parser = parse_time, requires = "release")]
    from: Option<SystemTime>,

    /// One JSON object a line instead of text
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
Containers made here are signed with throw-away keys and not encrypted: a simulated
charger takes them, a real one refuses them.

Exit codes:
    0  the files were written
    1  the payload is not fit for a container of this kind
    2  the command line makes no sense, or a file cannot be read or written";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    RootCertificate,
    Preset,
    Firmware,
    Display,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console::new(arguments.json);
    match run(&arguments, console) {
        Ok(()) => Exit::Success.into(),
        Err(Failure::Read(error)) => console.fail(&error).into(),
        Err(Failure::Told { exit, message }) => console.error(exit, message).into(),
    }
}

/// How it failed, for a person and for a script.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A file cannot be read.
    Read(ReadError),
    /// Anything else.
    Told { exit: Exit, message: String },
}

impl Failure {
    fn unfit(message: impl Into<String>) -> Self {
        Self::Told {
            exit: Exit::Findings,
            message: message.into(),
        }
    }

    pub(crate) fn file(path: &Path, error: &dyn std::error::Error) -> Self {
        Self::Told {
            exit: Exit::Usage,
            message: format!("{}: {error}", path.display()),
        }
    }
}

fn run(arguments: &Arguments, console: Console) -> Result<(), Failure> {
    let payload = read_bounded(&arguments.payload, LARGEST_PAYLOAD).map_err(Failure::Read)?;
    let container = build(arguments.kind, payload)?;
    let mut written = vec![arguments.output.clone()];
    std::fs::write(&arguments.output, container.as_bytes())
        .map_err(|error| Failure::file(&arguments.output, &error))?;
    if arguments.release {
        let from = arguments.from.unwrap_or_else(SystemTime::now);
        let validity = from..from + VALID_FOR;
        written.extend(release::write(
            &arguments.output,
            &container,
            arguments.seed,
            &validity,
        )?);
    }
    for path in &written {
        console.event("written", json!({ "file": path.display().to_string() }));
        console.line(format_args!("wrote {}", path.display()));
    }
    Ok(())
}

/// What the format takes.
const LARGEST_PAYLOAD: u64 = Limits::MAX_PAYLOAD as u64;

const VALID_FOR: Duration = Duration::from_secs(30 * 86_400);

fn build(kind: Form, payload: Vec<u8>) -> Result<OwnedContainer, Failure> {
    let content = ForeignFile::by_content(&payload);
    if content == Some(ForeignFile::PrivateKey) {
        return Err(Failure::unfit(
            "a private key does not belong into a container",
        ));
    }
    if kind == Form::RootCertificate && content != Some(ForeignFile::CertificatePem) {
        return Err(Failure::unfit(
            "a root certificate container takes a PEM certificate; use --kind for other files",
        ));
    }
    let builder = match kind {
        Form::RootCertificate => ContainerBuilder::root_certificate(payload),
        Form::Preset => ContainerBuilder::preset(payload),
        Form::Firmware => ContainerBuilder::firmware_image(payload),
        Form::Display => ContainerBuilder::display_package(1, 1, payload),
    };
    builder
        .build()
        .map_err(|error| Failure::unfit(error.to_string()))
}

fn parse_time(text: &str) -> Result<SystemTime, String> {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .filter(|from| can_be_written(*from))
        .map(SystemTime::from)
        .ok_or_else(|| "expected a time such as 2027-01-15T08:00:00Z".to_owned())
}

/// Whether certificates can say it, and the end of a validity that begins there.
fn can_be_written(from: OffsetDateTime) -> bool {
    let end = time::Duration::try_from(VALID_FOR)
        .ok()
        .and_then(|valid_for| {
            let from = from.checked_to_offset(time::UtcOffset::UTC)?;
            from.checked_add(valid_for)
        });
    from.year() >= 1950 && end.is_some()
}
