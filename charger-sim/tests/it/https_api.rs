//! The HTTPS API on a loopback socket, quirk for quirk.

use std::time::Duration;

use charger_sim::{
    ChargerSetup, EPOCH, Family, Fault, FaultPlan, FirmwareLine, SecondClient, SimulatedCharger,
    TestContainer, Trigger,
};
use serde_json::{Value, json};

use crate::api_client::ApiClient;
use crate::support::root;

fn quick() -> ChargerSetup {
    let mut setup = ChargerSetup::default();
    setup.timing = setup.timing.faster(200);
    // Nothing answers at its back office, and the link would go down over and over.
    setup.habits.link_bounce = Duration::ZERO;
    setup
}

fn start(setup: ChargerSetup) -> SimulatedCharger {
    SimulatedCharger::start(setup).unwrap()
}

fn ids(page: &Value) -> Vec<String> {
    let properties = page["properties"].as_array().unwrap();
    properties
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn who_it_is_needs_no_login() {
    let charger = start(quick());
    let reply = ApiClient::connect(&charger, None).get("info").unwrap();
    assert_eq!(reply.json()["ObjectId"], "ACE0999001");
    assert_eq!(reply.json()["FWVersion"], "7.0.0-4318");
    assert!(reply.head.contains("alfen/json"));
}

#[test]
fn some_need_a_pause_after_a_connection() {
    let get = |charger: &SimulatedCharger| ApiClient::connect(charger, None).get("info");
    let mut setup = quick();
    setup.habits.connection_gap = Duration::from_secs(3_600);
    let charger = start(setup.clone());
    assert!(get(&charger).is_ok());
    assert!(get(&charger).is_err(), "closed at once");
    assert_eq!(charger.most_connections(), 1, "one after the other");
    setup.habits.connection_gap = Duration::from_millis(200);
    let charger = start(setup);
    assert!(get(&charger).is_ok());
    let answers = |_| {
        std::thread::sleep(Duration::from_millis(25));
        get(&charger).is_ok()
    };
    assert!((0..400).any(answers), "after the pause");
}

#[test]
fn old_firmware_does_not_say_who_it_is() {
    let charger = start(quick().with_firmware(FirmwareLine::V5));
    assert_eq!(
        ApiClient::connect(&charger, None)
            .get("info")
            .unwrap()
            .status,
        404
    );
}

#[test]
fn some_firmware_answers_reads_by_id_with_a_flat_map() {
    let mut setup = quick();
    setup.habits.flat_id_reads = true;
    let charger = start(setup);
    let read = ApiClient::logged_in(&charger)
        .get("prop?ids=2053_0,20F0_E,FFFF_1")
        .unwrap();
    assert_eq!(read.json(), json!({"2053_0": "ACE0999001", "20F0_E": 1}));
}

#[test]
fn transactions_can_be_erased_sent_or_not() {
    let mut setup = quick();
    setup.unsent_transactions = 3;
    let charger = start(setup);
    let mut client = ApiClient::logged_in(&charger);
    assert_eq!(
        client
            .post("cmd", r#"{"command":"txerase"}"#)
            .unwrap()
            .status,
        200
    );
    assert_eq!(charger.inspect(|model, _| model.unsent_transactions()), 0);
    let wipe = r#"{"command":"eepromx erase config"}"#;
    assert_eq!(
        client.post("cmd", wipe).unwrap().status,
        400,
        "never in a test"
    );
}

#[test]
fn logins_fail_the_way_clients_know() {
    let charger = start(quick());
    let mut client = ApiClient::connect(&charger, None);
    assert_eq!(client.get("prop?ids=2053_0").unwrap().status, 401);
    assert_eq!(
        client.log_in("nobody", "test-password").unwrap().status,
        400
    );
    assert_eq!(client.log_in("admin", "wrong").unwrap().status, 403);
    assert_eq!(client.log_in("admin", "test-password").unwrap().status, 200);
    assert_eq!(client.get("prop?ids=2053_0").unwrap().status, 200);
    assert_eq!(client.post("logout", "").unwrap().status, 200);
    assert_eq!(client.get("prop?ids=2053_0").unwrap().status, 401);
}

#[test]
fn older_firmware_gives_a_cookie_in_place_of_a_token() {
    let mut setup = quick();
    setup.session.tokens = false;
    let charger = start(setup);
    let mut client = ApiClient::connect(&charger, None);
    let reply = client.log_in("admin", "test-password").unwrap();
    assert!(reply.head.contains("Set-Cookie: session="));
    assert_eq!(reply.body, "");
    assert_eq!(client.get("categories").unwrap().status, 200);
}

#[test]
fn pages_hold_32_entries_whatever_the_limit_says() {
    let charger = start(quick());
    let mut client = ApiClient::logged_in(&charger);
    let page = client
        .get("prop?cat=ocpp&limit=500&offset=0")
        .unwrap()
        .json();
    let total = page["total"].as_u64().unwrap();
    let mut seen = ids(&page);
    assert_eq!(seen.len(), 32);
    loop {
        let target = format!("prop?cat=ocpp&limit=500&offset={}", seen.len());
        let more = ids(&client.get(&target).unwrap().json());
        if more.is_empty() {
            break;
        }
        seen.extend(more);
    }
    assert_eq!(seen.len() as u64, total);
    assert!(seen.contains(&"20F0_10".to_owned()));
}

#[test]
fn the_query_is_matched_literally() {
    let charger = start(quick());
    let mut client = ApiClient::logged_in(&charger);
    let wrong_order = client
        .get("prop?limit=32&cat=ocpp&offset=0")
        .unwrap()
        .json();
    assert!(ids(&wrong_order).is_empty());
    let both = client.get("prop?ids=2053_0,20F0_3,FFFF_1").unwrap().json();
    assert_eq!(ids(&both), ["2053_0", "20F0_3"]);
    let encoded = client.get("prop?ids=2053_0%2C20F0_3").unwrap().json();
    assert!(ids(&encoded).is_empty());
}

#[test]
fn a_write_waits_for_the_restart_where_it_does_on_the_real_one() {
    let charger = start(quick());
    let mut client = ApiClient::logged_in(&charger);
    let body = json!({
        "20F0_3": {"id": "20F0_3", "value": "ws://other.example.org/x"},
        "2064_0": {"id": "2064_0", "value": 1},
        "2060_0": {"id": "2060_0", "value": 1},
    });
    assert_eq!(client.post("prop", &body.to_string()).unwrap().status, 200);
    let read = client.get("prop?ids=20F0_3,2064_0,2060_0").unwrap().json();
    let properties = read["properties"].as_array().unwrap();
    assert_eq!(properties[0]["value"], "ws://other.example.org/x");
    assert_eq!(properties[1]["value"], 1);
    assert_ne!(
        properties[2]["value"], 1,
        "read-only, and answered with 200 all the same"
    );
}

#[test]
fn sixteen_writes_at_once_are_too_many() {
    let charger = start(quick());
    let mut client = ApiClient::logged_in(&charger);
    let write = |count: u8| {
        let writes = (1..=count).map(|sub| {
            let id = format!("2099_{sub:X}");
            (id.clone(), json!({"id": id, "value": 1}))
        });
        Value::Object(writes.collect()).to_string()
    };
    assert_eq!(client.post("prop", &write(15)).unwrap().status, 200);
    assert_eq!(client.post("prop", &write(16)).unwrap().status, 400);
}

#[test]
fn the_upload_status_has_a_comma_too_many() {
    let charger = start(quick());
    let body = ApiClient::logged_in(&charger).get("firmware").unwrap().body;
    assert!(body.ends_with("},}"), "{body}");
    assert!(serde_json::from_str::<Value>(&body).is_err());
}

#[test]
fn small_records_bring_a_container_in() {
    let charger = start(quick());
    let container = TestContainer::root_certificate(&root().pem)
        .to_bytes()
        .unwrap();
    let mut client = ApiClient::logged_in(&charger);
    assert_eq!(client.upload("*/*", &container).unwrap().status, 200);
    std::thread::sleep(Duration::from_millis(100));
    let status = charger.inspect(|model, _| model.upload_status());
    assert_eq!(status.state, charger_link::UploadState::DONE);
}

#[test]
fn large_records_and_a_wrong_accept_are_answered_with_a_reset() {
    let container = TestContainer::firmware("7.1.6-4400", 60_000)
        .to_bytes()
        .unwrap();
    for (accept, fragment) in [("*/*", None), ("application/json", Some(4096))] {
        let charger = start(quick());
        let mut client = ApiClient::connect(&charger, fragment);
        client.log_in("admin", "test-password").unwrap();
        assert!(
            client.upload(accept, &container).is_err(),
            "{accept} {fragment:?}"
        );
        std::thread::sleep(Duration::from_millis(50));
        assert!(
            !charger
                .inspect(|model, _| model.upload_status())
                .in_progress
        );
    }
}

#[test]
fn the_log_comes_as_lines_with_rising_ids() {
    let charger = start(quick());
    let body = ApiClient::logged_in(&charger)
        .get("log?offset=0")
        .unwrap()
        .body;
    let numbers: Vec<u64> = body
        .lines()
        .map(|line| line.split('_').next().unwrap().parse().unwrap())
        .collect();
    assert!(numbers.is_sorted() && !numbers.is_empty(), "{body}");
    assert!(body.contains(":USER:"), "{body}");
}

#[test]
fn write_only_items_are_answered_with_200_right_or_wrong() {
    let charger = start(quick());
    let mut client = ApiClient::logged_in(&charger);
    for data in ["30313233", "not hex", ""] {
        let body = json!({"cmd": "add", "type": 0, "data": data});
        assert_eq!(
            client.post("domain", &body.to_string()).unwrap().status,
            200
        );
    }
    let absent = client.get("prop?ids=2723_1").unwrap().json();
    assert!(ids(&absent).is_empty(), "cannot be read");
}

#[test]
fn one_client_at_a_time() {
    let charger = start(quick());
    let mut first = ApiClient::logged_in(&charger);
    let mut second = ApiClient::connect(&charger, None);
    assert!(second.get("info").is_err());
    assert_eq!(first.get("categories").unwrap().status, 200);
    drop(first);
    let mut third = ApiClient::connect(&charger, None);
    assert_eq!(
        third.get("categories").unwrap().status,
        401,
        "a new connection, a new login"
    );
}

#[test]
fn or_the_second_throws_the_first_out() {
    let mut setup = quick();
    setup.session.second_client = SecondClient::TakesOver;
    let charger = start(setup);
    let mut first = ApiClient::logged_in(&charger);
    let mut second = ApiClient::logged_in(&charger);
    assert!(first.get("categories").is_err());
    assert_eq!(second.get("categories").unwrap().status, 200);
}

#[test]
fn a_restarting_charger_takes_connections_and_says_nothing() {
    let mut setup = quick();
    setup.timing.restart = Duration::from_millis(800);
    let charger = start(setup);
    let boots = |charger: &SimulatedCharger| {
        charger.inspect(|it, now| it.value(now, "2056_0".parse().unwrap()))
    };
    let before = boots(&charger);
    let mut client = ApiClient::logged_in(&charger);
    assert_eq!(
        client
            .post("cmd", r#"{"command":"reboot"}"#)
            .unwrap()
            .status,
        200
    );
    std::thread::sleep(Duration::from_millis(100));
    client.patience(Duration::from_millis(200));
    assert!(client.get("categories").is_err());
    let mut patient = ApiClient::connect(&charger, None);
    assert_eq!(
        patient.get("categories").unwrap().status,
        401,
        "as soon as it is up"
    );
    assert_ne!(boots(&charger), before);
}

#[test]
fn a_bouncing_link_breaks_the_connection() {
    let mut setup = quick();
    setup.habits.link_bounce = Duration::from_millis(50);
    let charger = start(setup.with_profile(1, "ws://127.0.0.1:9/ocpp", 1, 0));
    let mut client = ApiClient::connect(&charger, None);
    let broken = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        client.get("info").is_err()
    });
    assert!(broken);
}

#[test]
fn an_ahp_charger_has_commands_of_its_own() {
    let mut setup = quick();
    setup.family = Family::Ahp;
    let charger = start(setup);
    let mut client = ApiClient::logged_in(&charger);
    assert_eq!(
        client
            .post("cmd", r#"{"command":"reboot"}"#)
            .unwrap()
            .status,
        404
    );
    assert_eq!(
        client
            .post("datetime", "\"2030-01-02 03:04:05\"")
            .unwrap()
            .status,
        200
    );
    let clock = charger.inspect(|model, now| model.clock(now));
    assert!(clock > EPOCH + Duration::from_secs(3 * 365 * 86_400));
    let all = client.get("prop?limit=500&offset=32").unwrap().json();
    assert_eq!(ids(&all).len(), 32, "no category named: everything");
    assert_eq!(client.post("reset?type=hard", "").unwrap().status, 200);
}

#[test]
fn faults_strike_by_place() {
    let plan = FaultPlan::none()
        .with_fault(
            Trigger::Place {
                request: "read",
                nth: 1,
            },
            Fault::Refused(429),
        )
        .with_fault(
            Trigger::Place {
                request: "read",
                nth: 2,
            },
            Fault::Garbled,
        )
        .with_fault(
            Trigger::Place {
                request: "read",
                nth: 3,
            },
            Fault::SessionLapsed,
        )
        .with_fault(
            Trigger::Place {
                request: "read",
                nth: 4,
            },
            Fault::Reset,
        );
    let charger = start(quick());
    charger.plan_faults(plan);
    let mut client = ApiClient::logged_in(&charger);
    assert_eq!(client.get("prop?ids=2053_0").unwrap().status, 429);
    let garbled = client.get("prop?ids=2053_0").unwrap();
    assert!(serde_json::from_str::<Value>(&garbled.body).is_err());
    assert_eq!(client.get("prop?ids=2053_0").unwrap().status, 401);
    assert!(client.get("prop?ids=2053_0").is_err());
}

#[test]
fn too_many_requests_in_a_minute_are_answered_with_429() {
    let mut setup = quick();
    setup.habits.requests_per_minute = Some(4);
    let charger = start(setup);
    let mut client = ApiClient::logged_in(&charger);
    let statuses: Vec<u16> = (0..5)
        .map(|_| client.get("prop?ids=2053_0").unwrap().status)
        .collect();
    // The login was the first of the four.
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
}
