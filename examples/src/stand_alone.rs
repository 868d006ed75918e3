use std::error::Error;

use charger_commissioning::{PersonStep, StandAlone};
use ocpp_config::{Document, Preset};

use crate::{DocumentArguments, Exit, ProcedureArguments};

/// Takes a charger off its back office, with the authorization settings of the documents.
/// A person takes out the SIM first if `remove_sim`.
///
/// # Errors
/// If a file, the charger or the journal cannot be used.
pub fn go_stand_alone(
    document: &DocumentArguments,
    remove_sim: bool,
    procedure: &ProcedureArguments,
) -> Result<Exit, Box<dyn Error>> {
    let mut over = Document::default();
    over.preset = Some(Preset::StandAlone);
    let Some(document) = document.resolve(procedure.console(), Some(over), &[])? else {
        return Ok(Exit::Findings);
    };
    let steps = PersonStep::NO_SIM.into_iter().filter(|_| remove_sim);
    let change = StandAlone::new(document)?
        .with_policy(procedure.policy())
        .with_person_steps(steps);
    procedure.carry_out(Vec::new(), |history, resume| match resume {
        true => change.resume(history),
        false => change.start(history),
    })
}
