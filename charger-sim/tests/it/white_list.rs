//! Who may charge: the authorization mode, the white list, the online and the offline action.

use std::time::Duration;

use charger_sim::{Admission, ChargerId, ChargerSetup, SimulatedCharger, World};
use ocpp_config::{ObjectId, Value, objects};
use serde_json::json;

use crate::api_client::ApiClient;
use crate::support::Site;

const KNOWN: &str = "04A2B3C4D5";
const STRANGER: &str = "0400000000";

const PLUG_AND_CHARGE: i64 = 0;
const RFID: i64 = 1;
const BUTTON: i64 = 3;

fn stand_alone(mode: i64, offline_action: i64) -> ChargerSetup {
    let number = |setup: ChargerSetup, id, number| setup.with_object(id, Value::Signed(number));
    let setup = ChargerSetup::default()
        .with_white_list([KNOWN.to_owned()])
        .with_object(objects::PRESET, Value::from("Stand-alone"))
        .with_object(objects::PLUG_AND_CHARGE_ID, Value::from(KNOWN));
    let setup = number(setup, objects::AUTHORIZATION_MODE, mode);
    let setup = number(setup, objects::OFFLINE_ACTION_HIGH, offline_action >> 1);
    number(setup, objects::OFFLINE_ACTION_LOW, offline_action & 1)
}

fn ask(world: &World, charger: ChargerId, card: Option<&str>) -> Admission {
    world.with_charger(charger, |charger, now, effects| {
        charger.ask_to_charge(now, card, effects)
    })
}

/// What becomes of a car without a card, of a known card and of a stranger's.
fn offline(setup: ChargerSetup) -> [Admission; 3] {
    let world = World::new();
    let charger = world.add_charger(setup);
    assert!(world.charger(charger, |charger| charger.is_stand_alone()));
    [None, Some(KNOWN), Some(STRANGER)].map(|card| ask(&world, charger, card))
}

#[test]
fn a_stand_alone_charger_does_what_mode_and_offline_action_say() {
    use Admission::{Granted, Refused};
    for (mode, offline_action, expected) in [
        (RFID, 0, [Refused, Refused, Refused]),
        (RFID, 1, [Refused, Granted, Refused]),
        (RFID, 2, [Refused, Refused, Refused]),
        (RFID, 3, [Refused, Granted, Granted]),
        // The Plug & Charge ID stands in for whatever is presented.
        (PLUG_AND_CHARGE, 0, [Refused, Refused, Refused]),
        (PLUG_AND_CHARGE, 1, [Granted, Granted, Granted]),
        (PLUG_AND_CHARGE, 3, [Granted, Granted, Granted]),
        (BUTTON, 0, [Granted, Granted, Granted]),
    ] {
        let admitted = offline(stand_alone(mode, offline_action));
        assert_eq!(admitted, expected, "mode {mode}, action {offline_action}");
    }
}

#[test]
fn an_unknown_plug_and_charge_id_and_a_list_that_is_off_let_nobody_charge() {
    use Admission::Refused;
    let setup = stand_alone(PLUG_AND_CHARGE, 1);
    let other = Value::from("0FFFFFFFFF");
    let unknown = setup
        .clone()
        .with_object(objects::PLUG_AND_CHARGE_ID, other);
    assert_eq!(offline(unknown), [Refused; 3]);
    let off = setup.with_object(objects::WHITE_LIST, Value::Signed(0));
    assert_eq!(offline(off), [Refused; 3]);
}

#[test]
fn a_connected_charger_asks_its_back_office_unless_its_own_list_comes_first() {
    for (online_action, of_known) in [(0, Admission::Granted), (1, Admission::UpToBackOffice)] {
        let setup = ChargerSetup::default()
            .with_white_list([KNOWN.to_owned()])
            .with_object(objects::AUTHORIZATION_MODE, Value::Signed(RFID))
            .with_object(objects::ONLINE_ACTION, Value::Signed(online_action));
        let site = Site::new(setup);
        let ask = |card| ask(&site.world, site.charger, Some(card));
        assert_eq!(ask(KNOWN), of_known);
        assert_eq!(ask(STRANGER), Admission::UpToBackOffice);
    }
}

#[test]
fn who_may_charge_is_seen_to_charge() {
    let world = World::new();
    let charger = world.add_charger(stand_alone(RFID, 1));
    let socket = || {
        let (now, id) = (world.now(), ObjectId::new(0x2501, 2));
        world.charger(charger, |charger| charger.value(now, id))
    };
    ask(&world, charger, Some(STRANGER));
    assert_eq!(socket(), Some(Value::Signed(4)));
    ask(&world, charger, Some(KNOWN));
    assert_eq!(socket(), Some(Value::Signed(11)));
}

#[test]
fn cards_come_and_go_over_http_and_a_restart_keeps_them() {
    let mut setup = stand_alone(RFID, 1);
    setup.timing = setup.timing.faster(600);
    let charger = SimulatedCharger::start(setup).unwrap();
    let ids = || -> Vec<String> {
        charger.inspect(|model, _| model.white_list().map(str::to_owned).collect())
    };
    let mut client = ApiClient::logged_in(&charger);
    let mut get = |target: &str| client.get(target).unwrap();
    assert_eq!(get("whitelist?add=0411").status, 200);
    assert_eq!(ids(), [KNOWN, "0411"]);
    let page = get("whitelist?index=1").json();
    let card = json!({"tag": "0411", "parent": "", "status": 1, "expiryDate": 0});
    assert_eq!(page, json!({"version": 1, "whitelist": [card]}));
    assert_eq!(get("whitelist?index=2").json()["whitelist"], json!([]));
    get(&format!("whitelist?remove={KNOWN}"));
    assert_eq!(ids(), ["0411"]);
    assert_eq!(get("whitelist?nonsense").status, 400);
    get("whitelist?starttagaddmode");
    let ask =
        |card| charger.with(|model, now, effects| model.ask_to_charge(now, Some(card), effects));
    assert_eq!(ask(STRANGER), Admission::Learned);
    assert_eq!(ask(STRANGER), Admission::Granted);
    charger.with(|model, now, effects| model.crash(now, effects));
    assert!(charger.settle(Duration::from_secs(60)));
    assert_eq!(ids(), ["0411", STRANGER]);
}

#[test]
fn a_card_is_good_until_it_expires_or_is_blocked() {
    let charger = SimulatedCharger::start(stand_alone(RFID, 3)).unwrap();
    let mut client = ApiClient::logged_in(&charger);
    for (status, expire, expected) in [
        (1, "1970-01-01", Admission::Granted),
        (1, "9999-12-31", Admission::Granted),
        (1, "2001-01-01", Admission::Refused),
        (2, "1970-01-01", Admission::Refused),
        (99, "1970-01-01", Admission::Refused),
    ] {
        let record = json!({"tagid": KNOWN, "parentid": "", "status": status, "expire": expire});
        let answer = client.post("addtag", &record.to_string());
        assert_eq!(answer.unwrap().status, 200);
        let ask = |model: &mut charger_sim::ChargerModel, now, effects: &mut _| {
            model.ask_to_charge(now, Some(KNOWN), effects)
        };
        assert_eq!(charger.with(ask), expected, "{record}");
    }
    for wrong in [
        "",
        "{}",
        r#"{"tagid":"","parentid":"","status":1,"expire":"1970-01-01"}"#,
    ] {
        let answer = client.post("addtag", wrong);
        assert_eq!(answer.unwrap().status, 400, "{wrong}");
    }
}
