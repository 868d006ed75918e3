use std::fmt;
use std::time::Duration;

use charger_link::{LinkError, LiveState, Request, Response};
use ocpp_config::objects::{self, ProfileField};
use ocpp_config::{ObjectId, Snapshot, Value};
use serde::Serialize;

use super::{Look, ReadOnly};
use crate::asking::{Asking, not_let_in, unexpected_answer};
use crate::proof::is_accepted;
use crate::shown::Shown;
use crate::values::{text, unsigned};
use crate::{ChargerName, Diagnosis, Failure, Moment, Policy, check, diagnose, ids};

/// Reads what is on a charger: the first question on site is which back office that is.
/// Its log is read as well, for what goes wrong; a link without a log does without.
#[derive(Debug)]
pub struct Inspector {
    policy: Policy,
    state: State,
}

#[derive(Debug)]
enum State {
    New,
    Reading(Asking),
    Log(Asking, Snapshot),
    Over(Result<Box<Inspection>, Failure>),
}

/// A log that does not come is done without after this time.
const LOG_PATIENCE: Duration = Duration::from_secs(10);

impl Inspector {
    /// Inspects within the policy's patience.
    pub const fn new(policy: Policy) -> Self {
        Self {
            policy,
            state: State::New,
        }
    }
}

impl ReadOnly for Inspector {
    type Found = Inspection;

    fn poll(&mut self, now: Moment) -> Look<Inspection> {
        if matches!(self.state, State::New) {
            self.state = State::Reading(Asking::new(now, self.policy.patience));
        }
        let timeout = self.policy.request_timeout;
        let action = match &self.state {
            State::Reading(asking) => asking.action(now, Request::Read(ids::survey()), timeout),
            State::Log(asking, _) => asking.action(now, Request::ReadLog { offset: 0 }, timeout),
            State::Over(result) => {
                return Look::Done(result.clone().map(|inspection| *inspection));
            }
            State::New => return Look::Wait { until: now },
        };
        match action {
            crate::Action::Exchange { request, timeout } => Look::Exchange { request, timeout },
            crate::Action::Wait { until } => Look::Wait { until },
            _ => Look::Wait { until: now },
        }
    }

    fn handle_response(&mut self, now: Moment, response: Result<Response, LinkError>) {
        let state = std::mem::replace(&mut self.state, State::New);
        self.state = match (state, response) {
            (State::Reading(_), Ok(Response::Objects(objects))) => State::Log(
                Asking::new(now, LOG_PATIENCE),
                objects.into_iter().collect(),
            ),
            (State::Reading(_), Ok(_)) => State::Over(Err(unexpected_answer("read"))),
            (State::Reading(asking), Err(error)) => {
                let asking = match not_let_in("read", &error) {
                    Some(failure) => Err(failure),
                    None => asking.after_error(now, "read", &error),
                };
                match asking {
                    Ok(asking) => State::Reading(asking),
                    Err(failure) => State::Over(Err(failure)),
                }
            }
            (State::Log(_, snapshot), Ok(Response::Log(page))) => over(snapshot, &page.lines),
            (State::Log(asking, snapshot), Err(error)) => {
                match asking.after_error(now, "read-log", &error) {
                    Ok(asking) => State::Log(asking, snapshot),
                    Err(_) => over(snapshot, &[]),
                }
            }
            (State::Log(_, snapshot), Ok(_)) => over(snapshot, &[]),
            (state, _) => state,
        };
    }
}

fn over(snapshot: Snapshot, log: &[String]) -> State {
    State::Over(Ok(Box::new(Inspection::new(snapshot, log))))
}

/// What is on a charger.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// Which charger.
    pub charger: ChargerName,
    /// Its back office preset, empty if its settings were made by hand.
    pub preset: String,
    /// Its network profiles in use, the one that is tried first in front.
    pub profiles: Vec<ProfileView>,
    /// What it says about its back office.
    pub reading: LiveState,
    /// Its SIM and its mobile network.
    pub mobile: MobileView,
    /// Whether a car is plugged in or charging.
    pub is_busy: bool,
    /// What its log and registers say is wrong.
    pub diagnoses: Vec<Diagnosis>,
    /// Everything that was read, for a restore; secrets as the charger shows them.
    #[serde(skip)]
    pub snapshot: Snapshot,
}

/// A network profile in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProfileView {
    /// Its slot, 1 to 4.
    pub slot: u8,
    /// Its priority, 1 tried first.
    pub priority: u64,
    /// The CSMS URL without the identity.
    pub url: String,
    /// The security profile, 0 to 3.
    pub security_profile: Option<u64>,
    /// The interface as the charger numbers it: 1 to 4 wired, 5 mobile, 6 Wi-Fi.
    pub interface: Option<u64>,
    /// The OCPP version as the charger numbers it: 2 = 1.5, 3 = 1.6, 4 = 2.0.1.
    pub ocpp_version: Option<u64>,
}

/// What tells whether a SIM works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MobileView {
    /// IMSI, empty without a SIM.
    pub imsi: String,
    /// ICCID, empty without a SIM.
    pub iccid: String,
    /// Signal strength in dBm.
    pub signal: Option<i64>,
    /// The operator, as the modem words it.
    pub operator: String,
    /// The radio technology in use: 0 2G, 1 3G, 2 4G.
    pub radio: Option<u64>,
}

impl Inspection {
    /// Makes sense of a snapshot and the newest page of a log.
    pub fn new(snapshot: Snapshot, log: &[String]) -> Self {
        let reading = LiveState::from_objects(snapshot.iter());
        let words = |id| text(&snapshot, id).to_owned();
        let signal = snapshot
            .value(objects::SIGNAL_STRENGTH)
            .and_then(Value::as_number);
        Self {
            charger: ChargerName::of(&snapshot),
            preset: words(objects::PRESET),
            profiles: profiles(&snapshot),
            reading,
            mobile: MobileView {
                imsi: words(objects::IMSI),
                iccid: words(objects::ICCID),
                signal: signal.and_then(|signal| i64::try_from(signal).ok()),
                operator: words(objects::OPERATOR),
                radio: unsigned(&snapshot, objects::RADIO_IN_USE),
            },
            is_busy: check::is_busy(&snapshot),
            diagnoses: diagnose(&reading, log),
            snapshot,
        }
    }

    /// Whether its back office has accepted it, since it was last restarted.
    pub fn is_accepted(&self) -> bool {
        is_accepted(&self.reading)
    }

    /// The profile through which the charger is connected, if it reports that.
    pub fn active_profile(&self) -> Option<&ProfileView> {
        let active = self.reading.active_profile?;
        self.profiles.iter().find(|profile| profile.slot == active)
    }
}

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "charger   {}", self.charger)?;
        writeln!(f, "identity  {}", Shown(&self.charger.identity))?;
        if !self.preset.is_empty() {
            writeln!(f, "preset    {}", Shown(&self.preset))?;
        }
        for profile in &self.profiles {
            let active = self.reading.active_profile == Some(profile.slot);
            let mark = if active { "  <- active" } else { "" };
            writeln!(f, "profile {} {}{mark}", profile.slot, Shown(&profile.url))?;
        }
        match self.reading.boot_notification {
            Some(state) => writeln!(f, "state     {state}")?,
            None => writeln!(f, "state     not reported")?,
        }
        for diagnosis in &self.diagnoses {
            writeln!(f, "trouble   {diagnosis}: {}", diagnosis.advice())?;
        }
        Ok(())
    }
}

fn profiles(snapshot: &Snapshot) -> Vec<ProfileView> {
    let mut profiles: Vec<ProfileView> = (1..=4)
        .filter_map(|slot| {
            let id = |field: ProfileField| -> Option<ObjectId> { field.of_profile(slot) };
            let read = |field| unsigned(snapshot, id(field)?);
            let priority = read(ProfileField::PRIORITY).filter(|priority| *priority > 0)?;
            Some(ProfileView {
                slot,
                priority,
                url: text(snapshot, id(ProfileField::URL)?).to_owned(),
                security_profile: read(ProfileField::SECURITY_PROFILE),
                interface: read(ProfileField::INTERFACE),
                ocpp_version: read(ProfileField::OCPP_VERSION),
            })
        })
        .collect();
    profiles.sort_by_key(|profile| profile.priority);
    profiles
}

#[cfg(test)]
mod tests {
    use ocpp_config::{Access, DataType, Object, Value};

    use super::*;

    #[test]
    fn what_the_charger_says_stays_on_its_line() {
        let text = |id: ObjectId| {
            let value = Value::Text("a\u{1b}[2K\nb\u{202e}".to_owned());
            Object::new(id, Access::READ_WRITE, DataType::VISIBLE_STRING, 0, value)
        };
        let number = |id: ObjectId| {
            let value = Value::Unsigned(1);
            Object::new(id, Access::READ_WRITE, DataType::UNSIGNED8, 0, value)
        };
        let url = ProfileField::URL.of_profile(1).unwrap();
        let texts = [
            objects::SERIAL_NUMBER,
            objects::MODEL,
            objects::FIRMWARE,
            objects::CHARGE_BOX_IDENTITY,
            objects::PRESET,
            url,
        ];
        let priority = number(ProfileField::PRIORITY.of_profile(1).unwrap());
        let snapshot: Snapshot = texts.into_iter().map(text).chain([priority]).collect();
        let shown = Inspection::new(snapshot, &[]).to_string();
        assert_eq!(shown.lines().count(), 5, "{shown}");
        assert_eq!(
            shown.matches("a\\u{1b}[2K\\nb\\u{202e}").count(),
            6,
            "{shown}"
        );
        let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!shown.contains(steers), "{shown:?}");
    }
}
