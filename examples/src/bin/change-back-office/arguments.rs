use std::path::PathBuf;

use clap::Parser;
use examples::{ChangeArguments, DocumentArguments, Exit, ProcedureArguments};

/// Moves an EV charger from its back office to another one, and proves that it is there.
///
/// Without arguments everything happens on this machine: a simulated charger is accepted
/// at an old back office (security profile 0) and is moved to a new one that demands TLS
/// with a private root certificate (security profile 2).
///
/// With --charger, a real charger is moved to the back office that --document describes.
/// The charger's password is taken from CHARGER_PASSWORD or asked for; secrets that the
/// document refers to are taken from where it says.
///
/// Everything is checked before the first write. If the new back office does not accept
/// the charger in time, the old settings are put back and proven as well.
#[derive(Debug, Parser)]
#[command(
    name = "change-back-office",
    version,
    after_help = Exit::usual_help(&Exit::OF_A_PROCEDURE)
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) demo: DemoArguments,

    #[command(flatten)]
    pub(crate) document: DocumentArguments,

    #[command(flatten)]
    pub(crate) goal: GoalArguments,

    #[command(flatten)]
    pub(crate) change: ChangeArguments,

    #[command(flatten)]
    pub(crate) procedure: ProcedureArguments,
}

/// Where the charger shall go, if not to the back office of the document by hand.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What the charger shall be")]
pub(crate) struct GoalArguments {
    /// Take the settings from this package of the provider
    #[arg(
        long,
        value_name = "FILE.fwi",
        requires = "charger",
        conflicts_with = "roll_back"
    )]
    pub(crate) preset: Option<PathBuf>,

    /// The name that the charger reports once the package is in force; taken from the
    /// document if that names a preset
    #[arg(long, value_name = "NAME", requires = "preset")]
    pub(crate) preset_name: Option<String>,

    /// Take the charger off its back office, as go-stand-alone does
    #[arg(
        long,
        requires = "charger",
        conflicts_with_all = ["roll_back", "preset", "strategy", "despite_preflight", "new_sim"]
    )]
    pub(crate) stand_alone: bool,

    /// Ask for the new provider's SIM to be put in first
    #[arg(long, requires = "charger")]
    pub(crate) new_sim: bool,

    /// Ask, once the charger is proven, whether the new back office sees it as well
    #[arg(long, requires = "charger")]
    pub(crate) witness: bool,
}

/// What the simulation does when no charger is named.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "The simulation, without --charger")]
pub(crate) struct DemoArguments {
    /// The security profile that the new back office demands
    #[arg(
        long,
        value_name = "0..=3",
        default_value_t = 2,
        value_parser = clap::value_parser!(u8).range(0..=3),
        conflicts_with = "charger"
    )]
    pub(crate) security_profile: u8,

    /// Install a root certificate that the new back office does not use
    #[arg(long, conflicts_with = "charger")]
    pub(crate) wrong_root: bool,
}
