//! The control API of a running scenario: HTTP on the loopback interface, behind a path
//! that nobody can guess.

use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::fault_plan::plan;
use super::file::{BehaviourPart, FaultPart, ScenarioError, SimPart};
use super::running::Inhabitants;
use crate::back_office::Behaviour;
use crate::charger::{Admission, ChargerModel};
use crate::net::{Answer, Authority, Head, OfficeRecord, SimulatedBackOffice, SimulatedCharger};
use ocpp_config::objects;

/// The control API, until it is dropped.
#[derive(Debug)]
pub(super) struct Control {
    address: SocketAddr,
    token: String,
    stop: Arc<Stop>,
}

#[derive(Debug, Default)]
struct Stop {
    asked: Mutex<bool>,
    changed: Condvar,
}

impl Control {
    pub(super) fn start(inhabitants: Arc<Inhabitants>) -> Result<Self, ScenarioError> {
        let failed = |error| ScenarioError::new("the control API", error);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let token = format!("{:016x}", fastrand::u64(..));
        let stop = Arc::new(Stop::default());
        let (serving, prefix) = (Arc::clone(&stop), format!("/{token}/"));
        thread::Builder::new()
            .name("control".into())
            .spawn(move || listen(&listener, &prefix, &inhabitants, &serving))
            .map_err(failed)?;
        Ok(Self {
            address,
            token,
            stop,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/{}", self.address, self.token)
    }

    pub(super) fn wait_until_stopped(&self) {
        let mut asked = self
            .stop
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while !*asked {
            asked = self
                .stop
                .changed
                .wait(asked)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Stop {
    fn ask(&self) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    fn is_asked(&self) -> bool {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.stop.ask();
        // Wakes the listener, which then lets go of everybody.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
    }
}

fn listen(listener: &TcpListener, prefix: &str, inhabitants: &Inhabitants, stop: &Stop) {
    for tcp in listener.incoming() {
        if stop.is_asked() {
            return;
        }
        if let Ok(tcp) = tcp {
            // A client that is gone gets no answer.
            let _ = serve(tcp, prefix, inhabitants, stop);
        }
    }
}

fn serve(
    mut tcp: TcpStream,
    prefix: &str,
    inhabitants: &Inhabitants,
    stop: &Stop,
) -> io::Result<()> {
    tcp.set_read_timeout(Some(PATIENCE))?;
    tcp.set_write_timeout(Some(PATIENCE))?;
    let Some((head, mut body)) = Head::read(&mut tcp)? else {
        return Ok(());
    };
    let length = head.body_length().unwrap_or(0).min(LARGEST_BODY);
    let have = body.len().min(length);
    body.resize(length, 0);
    if let Some(missing) = body.get_mut(have..) {
        tcp.read_exact(missing)?;
    }
    let Some(path) = head.target.strip_prefix(prefix) else {
        return Answer::empty(404).write_closing_to(&mut tcp);
    };
    if (head.method.as_str(), path) == ("POST", "stop") {
        Answer::empty(200).write_closing_to(&mut tcp)?;
        stop.ask();
        return Ok(());
    }
    answer(inhabitants, &head.method, path, &body).write_closing_to(&mut tcp)
}

fn answer(inhabitants: &Inhabitants, method: &str, path: &str, body: &[u8]) -> Answer {
    let parts: Vec<&str> = path.split('/').collect();
    let result = match (method, parts.as_slice()) {
        ("GET", ["chargers"]) => {
            let states = inhabitants.chargers.values().map(state);
            Ok(Json::Array(states.collect()))
        }
        ("GET", ["chargers", serial]) => charger(inhabitants, serial).map(state),
        ("POST", ["chargers", serial, action]) => {
            charger(inhabitants, serial).and_then(|it| charger_action(it, action, body))
        }
        ("GET", ["back-offices", name, "records"]) => back_office(inhabitants, name).map(records),
        ("POST", ["back-offices", name, action]) => {
            back_office(inhabitants, name).and_then(|it| office_action(it, action, body))
        }
        _ => Err(Trouble::NotFound),
    };
    match result {
        Ok(json) => Answer::json(json.to_string()),
        Err(Trouble::NotFound) => Answer::empty(404),
        Err(Trouble::Wrong(why)) => Answer {
            status: 400,
            ..Answer::json(json!({"error": why}).to_string())
        },
    }
}

enum Trouble {
    NotFound,
    Wrong(String),
}

fn charger<'a>(from: &'a Inhabitants, serial: &str) -> Result<&'a SimulatedCharger, Trouble> {
    from.chargers.get(serial).ok_or(Trouble::NotFound)
}

fn back_office<'a>(from: &'a Inhabitants, name: &str) -> Result<&'a SimulatedBackOffice, Trouble> {
    from.back_offices.get(name).ok_or(Trouble::NotFound)
}

fn state(charger: &SimulatedCharger) -> Json {
    let (url, requests) = (charger.url(), charger.requests());
    charger.inspect(|model, now| {
        let number = |id| model.value(now, id).and_then(|value| value.as_integer());
        let small = |id| number(id).and_then(|number| i64::try_from(number).ok());
        json!({
            "serial-number": model.identity().serial_number,
            "firmware": model.identity().firmware,
            "url": url,
            "requests": requests,
            "running": model.is_running(),
            "stand-alone": model.is_stand_alone(),
            "boot-notification-state": small(objects::BOOT_NOTIFICATION_STATE),
            "active-profile": small(objects::ACTIVE_PROFILE),
            "boot-count": small(objects::BOOT_COUNT),
            "upload-state": model.upload_status().state.number(),
            "unsent-transactions": model.unsent_transactions(),
            "session-open": model.session_holder(now).is_some(),
        })
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PowerCut {
    /// None: until `power-on`.
    off_s: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// None: only a car is plugged in.
    card: Option<String>,
}

fn charger_action(charger: &SimulatedCharger, action: &str, body: &[u8]) -> Result<Json, Trouble> {
    match action {
        "faults" => {
            let faults: Vec<FaultPart> = parse(body)?;
            let plan = plan(&faults).map_err(|error| Trouble::Wrong(describe(&error)))?;
            charger.plan_faults(plan);
        }
        "power-cut" => {
            let cut: PowerCut = parse(body)?;
            charger.cut_power(cut.off_s.map(Duration::from_secs));
        }
        "power-on" => charger.with(|model, now, _| model.power_on(now)),
        "restart" => charger.with(|model, now, effects| model.crash(now, effects)),
        "steal-session" => charger.with(|model, now, _| model.steal_session(now, u64::MAX)),
        "lose-clock" => charger.with(|model, now, _| model.lose_clock(now)),
        "insert-sim" => {
            let card = parse::<SimPart>(body)?.card();
            charger.with(|model, _, _| model.insert_sim(card));
        }
        "remove-sim" => charger.with(|model, _, _| model.insert_sim(None)),
        "ask-to-charge" => return ask_to_charge(charger, body),
        "charge" => charger.with(|model, _, effects| model.charge(effects)),
        "plug-in" => charger.with(|model, _, effects| model.set_charging(true, effects)),
        "unplug" => charger.with(|model, _, effects| model.set_charging(false, effects)),
        _ => return Err(Trouble::NotFound),
    }
    Ok(state(charger))
}

fn ask_to_charge(charger: &SimulatedCharger, body: &[u8]) -> Result<Json, Trouble> {
    let asked: Asked = parse(body)?;
    let ask = |model: &mut ChargerModel, now, effects: &mut _| {
        model.ask_to_charge(now, asked.card.as_deref(), effects)
    };
    let admission = match charger.with(ask) {
        Admission::Granted => "granted",
        Admission::Refused => "refused",
        Admission::UpToBackOffice => "up-to-back-office",
        Admission::Learned => "learned",
    };
    Ok(json!({"admission": admission}))
}

fn office_action(office: &SimulatedBackOffice, action: &str, body: &[u8]) -> Result<Json, Trouble> {
    match action {
        "behaviour" => {
            let part: BehaviourPart = parse(body)?;
            let mut behaviour = Behaviour::default();
            part.apply(&mut behaviour);
            office.set_behaviour(behaviour);
        }
        "disconnect" => office.disconnect_all(),
        "rotate-certificate" => return rotate_certificate(office),
        _ => return Err(Trouble::NotFound),
    }
    Ok(json!({}))
}

/// The new root, which nobody trusts yet.
fn rotate_certificate(office: &SimulatedBackOffice) -> Result<Json, Trouble> {
    if !office.url().starts_with("wss:") {
        return Err(Trouble::Wrong("it has no certificate: no tls".to_owned()));
    }
    let failed = |error: &dyn std::error::Error| Trouble::Wrong(error.to_string());
    let authority = Authority::generate("rotated root").map_err(|error| failed(&error))?;
    let authority = Arc::new(authority);
    office
        .rotate_certificate(&authority)
        .map_err(|error| failed(&error))?;
    Ok(json!({"root": authority.root_pem()}))
}

fn records(office: &SimulatedBackOffice) -> Json {
    let text = |record: &OfficeRecord| match record {
        OfficeRecord::Connected { identity } => json!({"connected": identity}),
        OfficeRecord::Refused { reason } => json!({"refused": reason}),
        OfficeRecord::Booted { identity, verdict } => {
            json!({"booted": identity, "verdict": format!("{verdict:?}").to_lowercase()})
        }
        OfficeRecord::Called { identity, action } => json!({"called": identity, "action": action}),
        OfficeRecord::Answered {
            identity,
            action,
            answer,
        } => json!({"answered": identity, "action": action, "answer": answer}),
        OfficeRecord::Disconnected { identity } => json!({"disconnected": identity}),
    };
    Json::Array(office.records().iter().map(text).collect())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Trouble> {
    let body = if body.is_empty() {
        b"{}".as_slice()
    } else {
        body
    };
    serde_json::from_slice(body).map_err(|error| Trouble::Wrong(error.to_string()))
}

fn describe(error: &ScenarioError) -> String {
    let source = std::error::Error::source(error);
    source.map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

const LARGEST_BODY: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);
