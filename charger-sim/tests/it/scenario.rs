//! Scenarios from TOML, and their control API.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use charger_sim::{RunningScenario, Scenario};
use serde_json::{Value, json};

use crate::api_client::ApiClient;

const SERIAL: &str = "ACE0999001";

fn start(text: &str) -> RunningScenario {
    Scenario::from_toml(text).unwrap().start().unwrap()
}

/// A request to the control API: status and body.
fn control(running: &RunningScenario, method: &str, path: &str, body: &str) -> (u16, Value) {
    let url = url::Url::parse(&running.started().control).unwrap();
    let mut tcp = TcpStream::connect(url.socket_addrs(|| None).unwrap()[0]).unwrap();
    let (target, length) = (url.path(), body.len());
    write!(
        tcp,
        "{method} {target}/{path} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut text = String::new();
    tcp.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

fn settled(running: &RunningScenario) {
    assert!(
        running
            .charger(SERIAL)
            .unwrap()
            .settle(Duration::from_secs(120))
    );
}

#[test]
fn the_example_runs_and_says_where() {
    let running = start(Scenario::EXAMPLE);
    settled(&running);
    let said: Value = serde_json::from_str(&running.to_json()).unwrap();
    assert_eq!(said["chargers"][0]["serial-number"], SERIAL);
    assert_eq!(said["chargers"][0]["user"], "admin");
    assert_eq!(said["chargers"][0]["password"], "test-password");
    assert!(
        said["chargers"][0]["url"]
            .as_str()
            .unwrap()
            .starts_with("https://127.0.0.1:")
    );
    assert!(
        said["back-offices"][1]["root"]
            .as_str()
            .unwrap()
            .contains("BEGIN CERTIFICATE")
    );
    let told = running.started().to_string();
    assert!(
        told.contains("user admin, password test-password"),
        "{told}"
    );
    let (status, chargers) = control(&running, "GET", "chargers", "");
    assert_eq!(
        (status, &chargers[0]["boot-notification-state"]),
        (200, &json!(3))
    );
    let (_, records) = control(&running, "GET", "back-offices/old/records", "");
    let accepted = json!({"booted": SERIAL, "verdict": "accepted"});
    assert!(records.as_array().unwrap().contains(&accepted), "{records}");
}

#[test]
fn every_key_of_the_example_is_known() {
    let uncommented: String = Scenario::EXAMPLE
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|it| is_key(it))
                .unwrap_or(line)
        })
        .filter(|line| !line.starts_with("refuses-upgrade"))
        .map(|line| format!("{line}\n"))
        .collect();
    let scenario = Scenario::from_toml(&uncommented)
        .map_err(|error| format!("{error}: {}", std::error::Error::source(&error).unwrap()));
    assert!(scenario.is_ok(), "{scenario:?}\n{uncommented}");
}

/// Whether a comment is a key or a table that is commented out.
fn is_key(line: &str) -> bool {
    line.starts_with('[') || line.starts_with('"') || line.split(' ').nth(1) == Some("=")
}

#[test]
fn faults_come_in_through_the_control_api() {
    let running = start(Scenario::EXAMPLE);
    settled(&running);
    let faults = json!([{"fault": "refused 503", "place": "read"}]).to_string();
    let path = format!("chargers/{SERIAL}/faults");
    assert_eq!(control(&running, "POST", &path, &faults).0, 200);
    let mut client = ApiClient::logged_in(running.charger(SERIAL).unwrap());
    assert_eq!(client.get("prop?ids=2053_0").unwrap().status, 503);
    assert_eq!(client.get("prop?ids=2053_0").unwrap().status, 200);
    for wrong in [
        r#"[{"fault":"nonsense"}]"#,
        r#"[{"fault":"reset","place":"moon"}]"#,
        "{",
    ] {
        let (status, said) = control(&running, "POST", &path, wrong);
        assert_eq!(status, 400);
        assert!(said["error"].is_string(), "{said}");
    }
}

#[test]
fn power_and_back_offices_can_be_cut_off() {
    let running = start(Scenario::EXAMPLE);
    settled(&running);
    let cut = control(
        &running,
        "POST",
        &format!("chargers/{SERIAL}/power-cut"),
        "{}",
    );
    assert_eq!(cut.1["running"], false);
    control(&running, "POST", &format!("chargers/{SERIAL}/power-on"), "");
    settled(&running);
    control(
        &running,
        "POST",
        "back-offices/old/behaviour",
        r#"{"reachable":false}"#,
    );
    let lost = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        let charger = running.charger(SERIAL).unwrap();
        !charger.inspect(|model, _| model.is_accepted())
    });
    assert!(lost);
    control(&running, "POST", "back-offices/old/behaviour", "");
    settled(&running);
}

/// One line of the charger's state for each action of the control API.
#[test]
fn every_action_on_a_charger_is_seen_in_its_state() {
    let running = start(Scenario::EXAMPLE);
    settled(&running);
    let act = |action: &str, body: &str| {
        let (status, state) = control(
            &running,
            "POST",
            &format!("chargers/{SERIAL}/{action}"),
            body,
        );
        assert_eq!(status, 200, "{action}: {state}");
        state
    };
    let held = |id: &str| {
        let id = id.parse().unwrap();
        let charger = running.charger(SERIAL).unwrap();
        charger.inspect(|model, now| model.value(now, id)).unwrap()
    };
    assert_eq!(act("steal-session", "")["session-open"], true);
    act("lose-clock", "");
    assert!(held("2059_0").as_u64() < Some(1_736_000_000_000));
    act("plug-in", "");
    assert_eq!(held("2501_2").as_integer(), Some(11));
    act("unplug", "");
    assert_eq!(held("2501_2").as_integer(), Some(4));
    act("charge", "");
    let sent = |call: &Value| call["called"] == SERIAL && call["action"] == "StopTransaction";
    let is_sent = || {
        let (_, records) = control(&running, "GET", "back-offices/old/records", "");
        records.as_array().unwrap().iter().any(sent)
    };
    assert!(eventually(is_sent));
    // By default cards are up to the back office.
    let asked = act("ask-to-charge", r#"{"card":"04A2B3C4D5"}"#);
    assert_eq!(asked, json!({"admission": "up-to-back-office"}));

    act("insert-sim", r#"{"iccid":"8931000000000000007"}"#);
    assert_ne!(held("2105_0").as_text(), Some("8931000000000000007"));
    let boots = act("restart", "")["boot-count"].as_i64();
    let boot_count = || {
        held("2056_0")
            .as_integer()
            .and_then(|it| i64::try_from(it).ok())
    };
    assert!(eventually(|| boot_count() > boots));
    assert_eq!(held("2105_0").as_text(), Some("8931000000000000007"));
    act("remove-sim", "");
    act("restart", "");
    assert!(eventually(|| held("2105_0").as_text() == Some("")));
}

#[test]
fn a_rotated_certificate_comes_with_its_root() {
    let running = start(Scenario::EXAMPLE);
    let before = running.started().back_offices[1].root.clone().unwrap();
    let path = "back-offices/new/rotate-certificate";
    let (status, said) = control(&running, "POST", path, "");
    assert_eq!(status, 200);
    let root = said["root"].as_str().unwrap();
    assert!(root.contains("BEGIN CERTIFICATE") && root != before);
    let path = "back-offices/old/rotate-certificate";
    assert_eq!(control(&running, "POST", path, "").0, 400);
}

#[test]
fn what_a_charger_has_at_the_start_can_be_said() {
    let text = format!(
        "[[charger]]\nserial-number = \"{SERIAL}\"\nsockets = 2\nunsent-transactions = 3\n\
         white-list = [\"0411\"]\n[charger.sim]\niccid = \"8931\"\n\
         [charger.habits]\nlog-lines = 0\n\
         [[charger]]\nserial-number = \"ACE0999002\"\n[charger.sim]\ninserted = false\n"
    );
    let running = start(&text);
    let charger = running.charger(SERIAL).unwrap();
    charger.inspect(|model, now| {
        assert_eq!(model.unsent_transactions(), 3);
        assert!(model.white_list().eq(["0411"]));
        assert!(model.log_page(0).is_empty());
        assert_eq!(model.identity().charger_type, "2.0.1");
        let iccid = model.value(now, "2105_0".parse().unwrap()).unwrap();
        assert_eq!(iccid.as_text(), Some("8931"));
    });
    running
        .charger("ACE0999002")
        .unwrap()
        .inspect(|model, now| {
            let iccid = model.value(now, "2105_0".parse().unwrap()).unwrap();
            assert_eq!(iccid.as_text(), Some(""));
        });
}

fn eventually(condition: impl Fn() -> bool) -> bool {
    (0..400).any(|_| {
        let holds = condition();
        if !holds {
            std::thread::sleep(Duration::from_millis(25));
        }
        holds
    })
}

#[test]
fn who_does_not_know_the_path_gets_nothing() {
    let running = start(Scenario::EXAMPLE);
    assert_eq!(control(&running, "GET", "../chargers", "").0, 404);
    assert_eq!(control(&running, "GET", "chargers/nobody", "").0, 404);
    assert_eq!(
        control(&running, "POST", &format!("chargers/{SERIAL}/nothing"), "").0,
        404
    );
}

#[test]
fn stopping_ends_the_wait() {
    let running = start(Scenario::EXAMPLE);
    assert_eq!(control(&running, "POST", "stop", "").0, 200);
    running.wait_until_stopped();
}

#[cfg(not(feature = "mdns"))]
#[test]
fn a_build_that_cannot_announce_chargers_says_so() {
    let text = "announce = true\n[[charger]]\nserial-number = \"ACE0999001\"";
    let error = Scenario::from_toml(text).unwrap().start().unwrap_err();
    assert!(error.to_string().contains("feature `mdns`"), "{error}");
}

#[test]
fn mistakes_in_a_scenario_are_told() {
    for (text, expected) in [
        ("speed = \"fast\"", "speed"),
        ("nonsense = 1", "nonsense"),
        ("[[charger]]\nserial-number = \"A\"\nfirmware = \"8\"", "8"),
    ] {
        let error = Scenario::from_toml(text).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains(expected), "{cause}");
    }
    for (text, expected) in [
        (
            "[[charger]]\nserial-number = \"A\"\ntrusts = [\"x\"]",
            "\"x\"",
        ),
        (
            "[[charger]]\nserial-number = \"A\"\n[[charger.profile]]\nslot = 9\npriority = 1",
            "profile 9",
        ),
        (
            "[[charger]]\nserial-number = \"A\"\n[[charger]]\nserial-number = \"A\"",
            "two chargers A",
        ),
        (
            "[[charger]]\nserial-number = \"A\"\nlisten = \"here\"",
            "here",
        ),
    ] {
        let error = Scenario::from_toml(text).unwrap().start().unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
