use std::path::PathBuf;

use charger_commissioning::FleetPolicy;
use clap::{Args, Parser};
use examples::{ChangeArguments, Exit, LinkArguments, OutputArguments, PolicyArguments};
use ocpp_config::Code;

/// Moves many EV chargers to another back office, in waves, and stops when too many fail.
///
/// Without arguments everything happens on this machine: a few simulated chargers are moved
/// from an old back office to a new one that demands TLS with a private root certificate.
///
/// With --fleet, the chargers of a list are moved, each to what its documents describe. Every
/// document is checked before the first charger is asked. Each charger has a journal of its
/// own in the folder --journals: run again with the same --fleet and --journals, it goes on
/// where it stopped, and passes over chargers whose journal says that they are done, unless
/// keys and certificates shall be installed again. After a stop it shows that command. The
/// password is taken from CHARGER_PASSWORD_NAME (the charger's name in upper case, - and . as
/// _), else from CHARGER_PASSWORD. Chargers on HTTPS must be among the known ones:
/// identify-charger gets to know them.
///
/// The report goes to stdout. Who is begun, how far each is and how it ended goes to stderr:
/// as a table on a terminal, otherwise a line each.
#[derive(Debug, Parser)]
#[command(name = "change-fleet", version, after_help = Exit::help(EXITS))]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) demo: DemoArguments,

    #[command(flatten)]
    pub(crate) fleet: FleetArguments,

    #[command(flatten)]
    pub(crate) waves: WaveArguments,

    #[command(flatten)]
    pub(crate) change: ChangeArguments,

    #[command(flatten)]
    pub(crate) link: LinkArguments,

    #[command(flatten)]
    pub(crate) limits: PolicyArguments,

    /// Stop before the first write: show what would be done to each charger
    #[arg(long, help_heading = "Consent and output")]
    pub(crate) dry_run: bool,

    /// Write the final report to this file, as its name ends: .txt, .json or .csv; may be
    /// repeated
    #[arg(
        long = "report",
        value_name = "FILE",
        value_parser = crate::report::file,
        help_heading = "Consent and output"
    )]
    pub(crate) reports: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// What the simulation does when no fleet is named.
#[derive(Debug, Args)]
#[command(next_help_heading = "The simulation, without --fleet")]
pub(crate) struct DemoArguments {
    /// How many chargers there are
    #[arg(
        long,
        value_name = "1..=50",
        default_value_t = 4,
        value_parser = clap::value_parser!(u8).range(1..=50),
        conflicts_with = "fleet"
    )]
    pub(crate) chargers: u8,

    /// Let the document install a root certificate that the new back office does not use
    #[arg(long, conflicts_with = "fleet")]
    pub(crate) bad_document: bool,
}

/// Which chargers, and what they shall be.
#[derive(Debug, Args)]
#[command(next_help_heading = "The fleet")]
pub(crate) struct FleetArguments {
    /// The list: CSV with the columns name, address, identity and documents, or TOML with a
    /// table in the array `charger` each; what it refers to is looked for beside it
    #[arg(long, value_name = "FILE")]
    pub(crate) fleet: Option<PathBuf>,

    /// The folder of the journals, one a charger; made if it is not there
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = "journals",
        requires = "fleet"
    )]
    pub(crate) journals: PathBuf,

    /// Take the errors of this rule for warnings, such as NP-URL-LOOPBACK in a test against
    /// a back office on this machine; may be repeated
    #[arg(long, value_name = "CODE", requires = "fleet")]
    pub(crate) tolerate: Vec<Code>,

    /// Seconds in which a charger that nothing was begun with has to answer; then it counts
    /// as refused, and the next one has its turn. A charger that is midway is waited for as
    /// long as its procedure allows, since it may be restarting
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) patience: u64,
}

/// How many at a time, and when to stop.
#[derive(Debug, Args)]
#[command(next_help_heading = "Waves")]
pub(crate) struct WaveArguments {
    /// How many chargers are in the first waves, separated by commas; the rest is the last
    /// one. In the first wave a single failure stops it all; a charger that is away is one
    #[arg(
        long,
        value_name = "NUMBERS",
        value_delimiter = ',',
        default_value = "1,10"
    )]
    pub(crate) waves: Vec<usize>,

    /// How many chargers are worked on at the same time
    #[arg(long, value_name = "CHARGERS", default_value_t = 8, value_parser = at_least_one)]
    pub(crate) concurrency: usize,

    /// Begin no more when more than this share of those finished have failed
    #[arg(
        long,
        value_name = "PERCENT",
        default_value_t = 10,
        value_parser = clap::value_parser!(u8).range(0..=100)
    )]
    pub(crate) threshold: u8,

    /// How many must be finished before the share counts within a wave
    #[arg(long, value_name = "CHARGERS", default_value_t = 10)]
    pub(crate) sample: usize,
}

impl WaveArguments {
    /// The same as a policy.
    pub(crate) fn policy(&self) -> FleetPolicy {
        FleetPolicy::default()
            .with_waves(self.waves.iter().copied())
            .with_concurrency(self.concurrency)
            .with_tolerance(self.threshold, self.sample)
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=256) => Ok(number),
        _ => Err("1 to 256 chargers".to_owned()),
    }
}

const EXITS: [(Exit, &str); 7] = [
    (Exit::Success, "every charger is where it shall be"),
    (
        Exit::Findings,
        "the list or a document has errors; nothing was written",
    ),
    (Exit::Usage, Exit::Usage.meaning()),
    (
        Exit::RolledBack,
        "not every charger was changed; the others are where they were",
    ),
    (Exit::Unproven, "a charger needs a person: see the report"),
    (
        Exit::Midway,
        "a charger is midway: run again with the same --journals, it goes on",
    ),
    (
        Exit::Interrupted,
        "interrupted: run again with the same --journals, it goes on",
    ),
];
