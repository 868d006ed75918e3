//! A scenario on its sockets.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use ocpp_config::{ObjectId, Secret, Value};
use serde::Serialize;

use super::announcements::Announcements;
use super::control::Control;
use super::fault_plan::plan;
use super::file::{ChargerPart, OfficePart, Scenario, ScenarioError};
use crate::back_office::Account;
use crate::charger::{ChargerSetup, Family};
use crate::net::{Authority, OfficeOptions, SimulatedBackOffice, SimulatedCharger};

/// A scenario that runs. Everything stops when it is dropped.
#[derive(Debug)]
pub struct RunningScenario {
    inhabitants: Arc<Inhabitants>,
    control: Control,
    started: Started,
    /// Dropped with the rest, which ends the announcements.
    _announcements: Option<Announcements>,
}

/// Who is there, by name.
#[derive(Debug)]
pub(super) struct Inhabitants {
    pub(super) chargers: BTreeMap<String, SimulatedCharger>,
    pub(super) back_offices: BTreeMap<String, SimulatedBackOffice>,
}

/// Where everything is to be found, as `simulated-charger` prints it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case")]
pub struct Started {
    /// The URL of the control API.
    pub control: String,
    /// The chargers.
    pub chargers: Vec<StartedCharger>,
    /// The back offices.
    pub back_offices: Vec<StartedBackOffice>,
}

/// Where a charger is to be found.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case")]
pub struct StartedCharger {
    /// Its serial number.
    pub serial_number: String,
    /// The URL of its HTTPS API.
    pub url: String,
    /// The user to log in as.
    pub user: String,
    /// Its password. It guards nothing: the charger is simulated.
    pub password: String,
}

/// Where a back office is to be found.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case")]
pub struct StartedBackOffice {
    /// Its name.
    pub name: String,
    /// The CSMS URL, without an identity.
    pub url: String,
    /// Its root certificate as PEM, if it speaks TLS.
    pub root: Option<String>,
    /// For a back office that demands client certificates, one for each identity with
    /// its key, as PEM.
    pub client_certificates: BTreeMap<String, String>,
}

/// For people.
impl fmt::Display for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for it in &self.chargers {
            let (serial, url) = (&it.serial_number, &it.url);
            writeln!(f, "charger {serial}: {url}")?;
            writeln!(f, "  user {}, password {}", it.user, it.password)?;
        }
        for it in &self.back_offices {
            writeln!(f, "back office {}: {}", it.name, it.url)?;
        }
        writeln!(f, "control: {}", self.control)
    }
}

impl Scenario {
    /// Starts everything.
    ///
    /// # Errors
    /// When a name, address or fault is wrong, a socket cannot be had, or chargers shall be
    /// announced by a build without the feature `mdns`.
    pub fn start(&self) -> Result<RunningScenario, ScenarioError> {
        let mut offices = Offices::default();
        for part in &self.back_offices {
            offices.start(part)?;
        }
        let mut chargers = BTreeMap::new();
        let mut started = Vec::new();
        for part in &self.chargers {
            let setup = offices.setup(part, self.speed)?;
            let user = setup.user.clone();
            let password = setup.password.expose_str().unwrap_or_default().to_owned();
            let address = address(part.listen.as_deref())?;
            let charger = SimulatedCharger::start_at(setup, address).map_err(|error| {
                ScenarioError::new(format!("charger {}", part.serial_number), error)
            })?;
            charger.plan_faults(plan(&part.faults)?.with_plan(part.random_faults()));
            started.push(StartedCharger {
                serial_number: part.serial_number.clone(),
                url: charger.url(),
                user,
                password,
            });
            if chargers
                .insert(part.serial_number.clone(), charger)
                .is_some()
            {
                return Err(ScenarioError::plain(format!(
                    "two chargers {}",
                    part.serial_number
                )));
            }
        }
        let announcements = match self.announce {
            true => Some(Announcements::of(chargers.values())?),
            false => None,
        };
        let inhabitants = Arc::new(Inhabitants {
            chargers,
            back_offices: offices.running,
        });
        let control = Control::start(Arc::clone(&inhabitants))?;
        let started = Started {
            control: control.url(),
            chargers: started,
            back_offices: offices.started,
        };
        Ok(RunningScenario {
            inhabitants,
            control,
            started,
            _announcements: announcements,
        })
    }
}

impl RunningScenario {
    /// Where everything is to be found.
    pub const fn started(&self) -> &Started {
        &self.started
    }

    /// The same as one line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.started).unwrap_or_default()
    }

    /// A charger, by its serial number.
    pub fn charger(&self, serial_number: &str) -> Option<&SimulatedCharger> {
        self.inhabitants.chargers.get(serial_number)
    }

    /// A back office, by its name.
    pub fn back_office(&self, name: &str) -> Option<&SimulatedBackOffice> {
        self.inhabitants.back_offices.get(name)
    }

    /// Waits until somebody stops the scenario through the control API.
    pub fn wait_until_stopped(&self) {
        self.control.wait_until_stopped();
    }
}

/// The back offices, as far as they have been started.
#[derive(Default)]
struct Offices {
    running: BTreeMap<String, SimulatedBackOffice>,
    authorities: BTreeMap<String, Arc<Authority>>,
    started: Vec<StartedBackOffice>,
}

impl Offices {
    fn start(&mut self, part: &OfficePart) -> Result<(), ScenarioError> {
        let name = &part.name;
        let failed = |error| ScenarioError::new(format!("back office {name}"), error);
        let mut options = OfficeOptions::default();
        options.names.clone_from(&part.names);
        part.behaviour.apply(&mut options.behaviour);
        for identity in &part.identities {
            options = options.with_account(identity, account(part));
        }
        let mut clients = BTreeMap::new();
        if part.tls {
            let authority = Arc::new(Authority::generate(&format!("{name} root")).map_err(failed)?);
            options = options.with_tls(&authority);
            if part.demands_client_certificate {
                options = options.with_client_authority(&authority);
                for identity in &part.identities {
                    let pem = authority.client(identity, "Example CPO").map_err(failed)?;
                    let pem = pem.expose_str().unwrap_or_default().to_owned();
                    clients.insert(identity.clone(), pem);
                }
            }
            self.authorities.insert(name.clone(), authority);
        }
        let office = SimulatedBackOffice::start_at(options, address(part.listen.as_deref())?)
            .map_err(|error| ScenarioError::new(format!("back office {name}"), error))?;
        let root = self
            .authorities
            .get(name)
            .map(|it| it.root_pem().to_owned());
        self.started.push(StartedBackOffice {
            name: name.clone(),
            url: office.url(),
            root,
            client_certificates: clients,
        });
        if self.running.insert(name.clone(), office).is_some() {
            return Err(ScenarioError::plain(format!("two back offices {name}")));
        }
        Ok(())
    }

    fn setup(&self, part: &ChargerPart, speed: u32) -> Result<ChargerSetup, ScenarioError> {
        let mut setup = ChargerSetup::new(&part.serial_number);
        let text = |to: &mut String, from: &Option<String>| {
            if let Some(from) = from {
                to.clone_from(from);
            }
        };
        text(&mut setup.identity, &part.identity);
        text(&mut setup.model, &part.model);
        text(&mut setup.user, &part.user);
        if let Some(password) = &part.password {
            setup.password = Secret::from(password.as_str());
        }
        if let Some(firmware) = part.firmware {
            setup.firmware = firmware.line();
        }
        if part.ahp {
            setup.family = Family::Ahp;
        }
        setup.sockets = part.sockets.unwrap_or(1);
        setup.authorization_key = part.authorization_key.as_deref().map(Secret::from);
        setup.white_list.clone_from(&part.white_list);
        setup.unsent_transactions = part.unsent_transactions.unwrap_or(0);
        if let Some(sim) = &part.sim {
            setup.sim = sim.clone().card();
        }
        for name in &part.trusts {
            let authority = self.authorities.get(name);
            let authority = authority.ok_or_else(|| no_office(name, "with tls "))?;
            setup.roots.push(authority.root_der().to_vec());
        }
        part.apply_habits(&mut setup);
        setup.timing = setup.timing.faster(speed);
        let setup = self.with_profiles(setup, part)?;
        part.objects.iter().try_fold(setup, |setup, (id, value)| {
            let value = object_value(value).ok_or_else(|| {
                ScenarioError::plain(format!(
                    "object {id} of charger {}: not a value",
                    part.serial_number
                ))
            })?;
            Ok(setup.with_object(*id, value))
        })
    }

    fn with_profiles(
        &self,
        mut setup: ChargerSetup,
        part: &ChargerPart,
    ) -> Result<ChargerSetup, ScenarioError> {
        for profile in &part.profiles {
            let url = match (&profile.back_office, &profile.url) {
                (Some(name), _) => {
                    let office = self.running.get(name);
                    office.ok_or_else(|| no_office(name, ""))?.url()
                }
                (None, Some(url)) => url.clone(),
                (None, None) => String::new(),
            };
            let (slot, level) = (profile.slot, profile.security_profile);
            if !(1..=4).contains(&slot) {
                return Err(ScenarioError::plain(format!(
                    "there is no network profile {slot}"
                )));
            }
            setup = setup.with_profile(slot, &url, profile.priority, level);
            let object = |sub| ObjectId::new(0x20EF + u16::from(slot), sub);
            if profile.ocpp_201 {
                setup = setup.with_object(object(0x1), Value::Unsigned(4));
            }
            if profile.mobile {
                setup = setup.with_object(object(0x6), Value::Unsigned(5));
            }
        }
        Ok(setup)
    }
}

fn account(part: &OfficePart) -> Account {
    let account = match &part.key {
        Some(key) => Account::open().with_key(key.as_str()),
        None => Account::open(),
    };
    let level = if part.demands_client_certificate {
        3
    } else {
        part.security_profile
    };
    account.with_lowest_security_profile(level)
}

fn address(listen: Option<&str>) -> Result<SocketAddr, ScenarioError> {
    let listen = listen.unwrap_or("127.0.0.1:0");
    let wrong = |error| ScenarioError::new(format!("{listen:?} is not an address"), error);
    listen.parse().map_err(wrong)
}

fn no_office(name: &str, kind: &str) -> ScenarioError {
    ScenarioError::plain(format!("there is no back office {kind}named {name:?}"))
}

fn object_value(value: &toml::Value) -> Option<Value> {
    Some(match value {
        toml::Value::String(text) => Value::Text(text.clone()),
        toml::Value::Integer(number) => match u64::try_from(*number) {
            Ok(number) => Value::Unsigned(number),
            Err(_) => Value::Signed(*number),
        },
        toml::Value::Float(number) => Value::Real(*number),
        toml::Value::Boolean(value) => Value::Boolean(*value),
        _ => return None,
    })
}
