use std::fmt;

use ocpp_config::{ObjectId, OneWayDoor, Value};
use serde::{Serialize, Serializer};

use crate::shown::Shown;
use crate::{ChargerName, PersonStep, PreflightReport, ProcedureKind, StepName};

/// What would be done, told before anything is written.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Proposal {
    /// Which procedure.
    pub procedure: ProcedureKind,
    /// On which charger.
    pub charger: ChargerName,
    /// What persons are asked to do first.
    pub person_steps: Vec<PersonStep>,
    /// What is done then, in this order.
    pub steps: Vec<StepName>,
    /// Which settings change.
    pub changes: Vec<Change>,
    /// What cannot be undone by putting the old settings back. Written out as text.
    #[serde(serialize_with = "as_text")]
    pub one_way_doors: Vec<OneWayDoor>,
    /// What may keep it from working or makes the way back less sure: what the look at the
    /// charger found, beginning with the code of the rule, and what could not be checked.
    pub warnings: Vec<String>,
    /// What the preflight found, if one was made.
    pub preflight: Option<PreflightReport>,
}

/// One setting that changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// Which object.
    pub object: ObjectId,
    /// What it holds now; `None` if it is not reported or a secret.
    pub old: Option<Value>,
    /// What it shall hold; `None` for a secret.
    pub new: Option<Value>,
    /// Whether that counts after a restart only.
    pub after_restart: bool,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} -> {}",
            self.object,
            Held(&self.old),
            Held(&self.new)
        )
    }
}

/// What an object holds. Some of it is the charger's word.
struct Held<'a>(&'a Option<Value>);

impl fmt::Display for Held<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("***"),
            Some(Value::Text(text)) => write!(f, "\"{}\"", Shown(text)),
            Some(Value::Unsigned(number)) => write!(f, "{number}"),
            Some(Value::Signed(number)) => write!(f, "{number}"),
            Some(Value::Boolean(yes)) => write!(f, "{yes}"),
            Some(other) => write!(f, "{}", Shown(&other.to_string())),
        }
    }
}

fn as_text<S: Serializer>(doors: &[OneWayDoor], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(doors.iter().map(ToString::to_string))
}

/// What a person should know or see to when the way back failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SafetyNote {
    /// Always true: the procedures never touch users, passwords or the local network.
    LocalAccess,
    /// The journal holds the old settings.
    RunRollBack,
    /// The charger does not answer.
    PowerAndCable,
    /// The old authorization key is gone.
    OldAuthorizationKey,
    /// The old SIM was taken out.
    OldSim,
    /// Ask the old back office.
    OldBackOffice,
}

impl fmt::Display for SafetyNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LocalAccess => {
                "local access is untouched: the same address, user and password work"
            }
            Self::RunRollBack => {
                "the journal holds the old settings; run the roll-back again once the charger \
                 answers"
            }
            Self::PowerAndCable => "see to the charger's power and network cable",
            Self::OldAuthorizationKey => {
                "the authorization key was overwritten; ask the old back office for it and \
                 install it"
            }
            Self::OldSim => "the old SIM was taken out; put it back",
            Self::OldBackOffice => {
                "ask the operator of the old back office why it does not accept the charger"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charger_cannot_rewrite_what_is_agreed_to() {
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        let change = Change {
            object: ocpp_config::objects::CPO_NAME,
            old: text("x\u{1b}[1A\u{1b}[2K\rnothing changes"),
            new: text("Zürich"),
            after_restart: false,
        };
        let shown = change.to_string();
        assert!(!shown.chars().any(char::is_control), "{shown:?}");
        assert!(
            shown.contains("\\u{1b}[1A") && shown.ends_with("-> \"Zürich\""),
            "{shown}"
        );
    }
}
