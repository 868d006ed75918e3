//! What the tools for procedures ask for, in the same words and the same order.

use std::path::PathBuf;
use std::time::Duration;

use charger_commissioning::{
    ChangeBackOffice, LocalSecrets, Policy, Strategy, UnsentTransactions, WhenBusy, WhenLate,
    WhenPreflightFails,
};
use clap::{Args, ValueEnum};
use ocpp_config::{Secret, SecretError, SecretReference, SecretSource};

/// How a charger is moved to another back office.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "The changeover")]
#[non_exhaustive]
pub struct ChangeArguments {
    /// How to go about it
    #[arg(long, value_enum, default_value_t = StrategyArgument::Documented)]
    pub strategy: StrategyArgument,

    /// Go on although the preflight says that the charger would be turned away: it may see
    /// another network than this machine does
    #[arg(long)]
    pub despite_preflight: bool,

    /// Install keys and certificates, which cannot be read back, although everything else
    /// is in force already: a new key under the same name is not noticed otherwise
    #[arg(long)]
    pub install_again: bool,
}

impl ChangeArguments {
    /// The changeover as the command line wants it.
    pub fn apply(&self, change: ChangeBackOffice, policy: Policy) -> ChangeBackOffice {
        let policy = policy
            .with_install_again(self.install_again)
            .with_preflight_failure(match self.despite_preflight {
                true => WhenPreflightFails::GoOn,
                false => WhenPreflightFails::Stop,
            });
        change
            .with_policy(policy)
            .with_strategy(self.strategy.into())
    }
}

/// How to go about a changeover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum StrategyArgument {
    /// The vendor's order: stand-alone, restart, profiles, save, restart, verify
    Documented,
    /// The new back office first in a free profile, the old one behind it until the proof
    Staged,
}

impl From<StrategyArgument> for Strategy {
    fn from(argument: StrategyArgument) -> Self {
        match argument {
            StrategyArgument::Documented => Self::Documented,
            StrategyArgument::Staged => Self::Staged,
        }
    }
}

/// The journal of one procedure, and the way back.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "The journal")]
#[non_exhaustive]
pub struct JournalArguments {
    /// Where the journal is kept; it is enough to resume or to roll back after a crash, on
    /// another machine as well. Defaults to a file in the working folder, named after the
    /// charger's serial number; --dry-run writes none
    #[arg(long, value_name = "FILE", requires = "charger")]
    pub journal: Option<PathBuf>,

    /// Go on where the journal ends
    #[arg(long, requires = "charger", conflicts_with = "roll_back")]
    pub resume: bool,

    /// Put the charger back to what the journal says it was
    #[arg(long, requires = "charger")]
    pub roll_back: bool,

    /// The environment variable with the authorization key of the old back office, to be
    /// installed again on the way back
    #[arg(long, value_name = "NAME", requires = "charger")]
    pub old_key_env: Option<String>,
}

impl JournalArguments {
    /// The authorization key of the old back office.
    ///
    /// # Errors
    /// If the variable is not set or cannot be used.
    pub fn old_key(&self) -> Result<Option<Secret>, Box<dyn std::error::Error>> {
        let Some(name) = &self.old_key_env else {
            return Ok(None);
        };
        let reference = SecretReference::Env(name.parse()?);
        let key = LocalSecrets::new("").resolve(&reference);
        key.map(Some)
            .map_err(|error: SecretError| format!("--old-key-env {name}: {error}").into())
    }
}

/// How patient and how careful a procedure is.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
#[non_exhaustive]
pub struct PolicyArguments {
    /// Minutes after the first write by which the new settings must be proven, or the old
    /// ones go back. Defaults to 60
    #[arg(long, value_name = "MINUTES")]
    pub time_limit: Option<u64>,

    /// Seconds that the charger must stay accepted before that counts. Defaults to 120
    #[arg(long, value_name = "SECONDS")]
    pub confirmation: Option<u64>,

    /// Seconds after a restart that the charger may take to be accepted. Defaults to 900
    #[arg(long, value_name = "SECONDS")]
    pub proof_limit: Option<u64>,

    /// Give what is resumed after its time limit the whole limit again, in place of putting
    /// the old settings back
    #[arg(long)]
    pub new_deadline: bool,

    /// Do not wait until no car is charging
    #[arg(long)]
    pub interrupt_charging: bool,

    /// What to do about transactions that the old back office has not received yet.
    /// Defaults to waiting
    #[arg(long, value_name = "WHAT", value_enum)]
    pub unsent_transactions: Option<Unsent>,
}

impl PolicyArguments {
    /// The policy `base`, changed in what the command line says.
    pub fn over(&self, base: Policy) -> Policy {
        let mut policy = base;
        if let Some(minutes) = self.time_limit {
            let limit = Duration::from_secs(minutes.saturating_mul(60));
            policy = policy.with_time_limit(limit);
        }
        if let Some(seconds) = self.confirmation {
            policy = policy.with_confirmation(Duration::from_secs(seconds));
        }
        if let Some(seconds) = self.proof_limit {
            policy = policy.with_proof_timeout(Duration::from_secs(seconds));
        }
        if self.new_deadline {
            policy = policy.with_late(WhenLate::NewDeadline);
        }
        if self.interrupt_charging {
            policy = policy.with_busy(WhenBusy::Interrupt);
        }
        match self.unsent_transactions {
            Some(unsent) => policy.with_unsent_transactions(unsent.into()),
            None => policy,
        }
    }
}

impl From<Unsent> for UnsentTransactions {
    fn from(argument: Unsent) -> Self {
        match argument {
            Unsent::Wait => Self::Wait(Duration::from_secs(10 * 60)),
            Unsent::Export => Self::Export,
            Unsent::Ignore => Self::Ignore,
        }
    }
}

/// What to do about transactions that were not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum Unsent {
    /// Wait for them, ten minutes at most
    Wait,
    /// Store the raw records in a file beside the journal, for the old operator
    Export,
    /// Go on; they may be lost
    Ignore,
}

/// What is agreed to beforehand, and how the tool speaks.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Consent and output")]
#[non_exhaustive]
pub struct OutputArguments {
    /// Agree beforehand to what cannot be undone
    #[arg(long)]
    pub yes: bool,

    /// One JSON object a line instead of text
    #[arg(long)]
    pub json: bool,
}
