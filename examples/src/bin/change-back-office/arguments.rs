use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use examples::{ChargerArguments, Exit};

/// Moves an EV charger from its back office to another one, and proves that it is there.
///
/// Without arguments everything happens on this machine: a simulated charger is accepted
/// at an old back office (security profile 0) and is moved to a new one that demands TLS
/// with a private root certificate (security profile 2).
///
/// With --charger, --gateway or --serial, a real charger is moved to the back office
/// that --document describes. The charger's password is taken from CHARGER_PASSWORD or
/// asked for; secrets that the document refers to are taken from where it says.
///
/// Everything is checked before the first write. If the new back office does not accept
/// the charger in time, the old settings are put back and proven as well.
#[derive(Debug, Parser)]
#[command(name = "change-back-office", version, after_help = Exit::HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) way: Way,

    #[command(flatten)]
    pub(crate) login: ChargerArguments,

    #[command(flatten)]
    pub(crate) demo: DemoArguments,

    /// What the charger shall be (TOML, or JSON if it ends in .json).
    #[arg(long, value_name = "FILE", requires = "way")]
    pub(crate) document: Option<PathBuf>,

    /// Take the errors of this rule for warnings, for example NP-URL-LOOPBACK in a test
    /// against a back office on this machine. May be repeated.
    #[arg(long, value_name = "CODE", requires = "way")]
    pub(crate) tolerate: Vec<String>,

    /// How to go about it.
    #[arg(long, value_enum, default_value_t = StrategyArgument::Documented)]
    pub(crate) strategy: StrategyArgument,

    /// Where the journal is kept; it is enough to resume or to roll back after a crash.
    /// Defaults to a file in the current folder named after the charger.
    #[arg(long, value_name = "FILE", requires = "way")]
    pub(crate) journal: Option<PathBuf>,

    /// Go on with the changeover that this journal tells of.
    #[arg(
        long,
        value_name = "JOURNAL",
        requires = "document",
        conflicts_with = "roll_back"
    )]
    pub(crate) resume: Option<PathBuf>,

    /// Put the charger back to what this journal says it was.
    #[arg(
        long,
        value_name = "JOURNAL",
        requires = "way",
        conflicts_with = "document"
    )]
    pub(crate) roll_back: Option<PathBuf>,

    /// Stop before the first write: show the findings and the plan.
    #[arg(long, conflicts_with_all = ["resume", "roll_back"])]
    pub(crate) dry_run: bool,

    /// Minutes after the first write by which the new back office must be proven, or the
    /// old settings go back.
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    pub(crate) time_limit: u64,

    /// Seconds that the charger must stay accepted before that counts.
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub(crate) confirmation: u64,

    /// Do not wait until no car is charging.
    #[arg(long, requires = "way")]
    pub(crate) interrupt_charging: bool,

    /// What to do about transactions that the old back office has not received yet.
    #[arg(long, value_enum, default_value_t = Unsent::Wait)]
    pub(crate) unsent_transactions: Unsent,

    /// Go on although the preflight says that the charger would be turned away: it may see
    /// another network than this machine does.
    #[arg(long, requires = "way")]
    pub(crate) despite_preflight: bool,

    /// Agree beforehand to what cannot be undone.
    #[arg(long)]
    pub(crate) yes: bool,

    /// One JSON object a line instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The way to a real charger.
#[derive(Debug, clap::Args)]
pub(crate) struct Way {
    /// Its HTTPS address, for example https://192.168.1.20.
    #[arg(long, value_name = "URL", group = "way")]
    pub(crate) charger: Option<String>,

    /// A CiA 309-3 gateway on TCP, for example 192.168.1.5:6000.
    #[arg(long, value_name = "HOST:PORT", group = "way")]
    pub(crate) gateway: Option<String>,

    /// A CiA 309-3 gateway on a serial port, for example /dev/ttyUSB0.
    #[arg(long, value_name = "PATH", group = "way")]
    pub(crate) serial: Option<PathBuf>,

    /// Gateway: the charger's CANopen node-ID in net 1.
    #[arg(long, value_name = "1..=127", default_value_t = 1)]
    pub(crate) node: u8,

    /// Gateway: bits per second of the serial port.
    #[arg(long, value_name = "BAUD", default_value_t = 115_200)]
    pub(crate) baud: u32,
}

impl Way {
    /// Whether there is a real charger at all.
    pub(crate) const fn is_named(&self) -> bool {
        self.charger.is_some() || self.gateway.is_some() || self.serial.is_some()
    }
}

/// What the simulation does when no charger is named.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArguments {
    /// Simulation: the security profile that the new back office demands.
    #[arg(long, value_name = "0..=3", default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=3), conflicts_with = "way")]
    pub(crate) security_profile: u8,

    /// Simulation: install a root certificate that the new back office does not use.
    #[arg(long, conflicts_with = "way")]
    pub(crate) wrong_root: bool,
}

/// How to go about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StrategyArgument {
    /// The vendor's order: stand-alone, restart, profiles, save, restart, verify.
    Documented,
    /// The new back office first in a free profile, the old one behind it until the proof.
    Staged,
}

/// What to do about transactions that were not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unsent {
    /// Wait for them, ten minutes at most.
    Wait,
    /// Go on; they may be lost.
    Ignore,
}
