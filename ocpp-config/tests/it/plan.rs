//! From a document and a charger to writes.

use ocpp_config::{
    FallbackRisk, InForce, Installed, LeftOutReason, OneWayDoor, Plan, PlanOptions, PlanProblem,
    PlanStage, Slot, Snapshot, UploadPurpose, Value, WriteOnlyItem, objects, plan, plan_staged,
};

use crate::golden::assert_golden;
use crate::setup::{after, charger, charger_without, id, resolved, set};

const MOVE: &str = r#"
preset = "manual"
identity = "CP-42"
connection-attempts = 2

[network-profile.1]
priority = 1
ocpp-version = "1.6"
csms-url = "wss://new.example.com:443/ocpp"
interface = "mobile"
security-profile = 2
message-timeout = 30
apn.name = "iot.example.com"
apn.user = "charger"
apn.password = { env = "APN_PASSWORD" }
sim-pin = { env = "SIM_PIN" }

[authorization]
mode = "rfid"
offline-action = "accept-known"
white-list = true

[security]
authorization-key = { env = "CSMS_KEY", encoding = "text" }
root-certificate = { package = "Rootcertificate.fwi" }
"#;

const STAND_ALONE: &str = r#"
preset = "stand-alone"
[authorization]
mode = "plug-and-charge"
offline-action = "accept-all"
plug-and-charge-id = "ACE0999001"
"#;

fn options() -> PlanOptions {
    PlanOptions::new()
}

fn slot(number: u8) -> Slot {
    Slot::new(number).unwrap()
}

fn new_value(plan: &Plan, object: &str) -> Option<Value> {
    let write = plan.writes().iter().find(|write| write.id() == id(object));
    write.map(|write| write.write().value.clone())
}

/// What a driver remembers after it has carried out a plan.
fn installed_by(plan: &Plan) -> Installed {
    let mut installed = Installed::with_salt([9; 16]);
    plan.remember_in(&mut installed);
    installed
}

#[test]
fn only_what_differs_is_written_and_the_rest_is_told() {
    let plan = plan(&resolved(MOVE), &charger(), &options()).unwrap();
    assert_golden("plan-move.txt", &plan.to_string());
    assert_eq!(plan.uploads().len(), 1);
    assert_eq!(plan.uploads()[0].purpose(), UploadPurpose::RootCertificate);
    assert_eq!(plan.installs()[0].item(), WriteOnlyItem::AUTHORIZATION_KEY);
    assert_eq!(plan.installs()[0].data().expose(), b"Sixteen-letters1");
    assert!(plan.needs_restart());
    assert_eq!(new_value(&plan, "20F0_1"), None, "OCPP 1.6 already");
    assert_eq!(
        new_value(&plan, "20F1_E"),
        Some(Value::Unsigned(0)),
        "the old profile retires"
    );
}

#[test]
fn secrets_show_in_no_text() {
    let plan = plan(&resolved(MOVE), &charger(), &options()).unwrap();
    for text in [
        plan.to_string(),
        format!("{plan:?}"),
        format!("{:?}", resolved(MOVE)),
    ] {
        for secret in ["apn-secret", "0042", "Sixteen"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[test]
fn priorities_come_last_and_profiles_before_them() {
    let plan = plan(&resolved(MOVE), &charger(), &options()).unwrap();
    let stages: Vec<_> = plan.writes().iter().map(|write| write.stage()).collect();
    assert!(stages.is_sorted());
    assert_eq!(stages.last(), Some(&PlanStage::Priority));
}

#[test]
fn a_finished_document_writes_nothing_and_restarts_nothing() {
    for document in [MOVE, STAND_ALONE] {
        let document = resolved(document);
        let first = plan(&document, &charger(), &options()).unwrap();
        let now = after(&first, &charger());
        let options = options().with_installed(installed_by(&first));
        let second = plan(&document, &now, &options).unwrap();
        assert!(second.is_empty(), "{second}");
        assert!(!second.needs_restart());
        assert!(second.one_way_doors().is_empty());
        assert_eq!(second.to_string(), "nothing to do\n");
    }
}

#[test]
fn a_secret_that_is_not_known_to_be_there_is_written_again() {
    let document = resolved(MOVE);
    let first = plan(&document, &charger(), &options()).unwrap();
    let now = after(&first, &charger());
    let again = plan(&document, &now, &options()).unwrap();
    let ids: Vec<_> = again.writes().iter().map(|write| write.id()).collect();
    assert_eq!(ids, [id("20F0_9")], "the password alone cannot be compared");
    assert_eq!(again.installs().len(), 1);
    assert_eq!(again.uploads().len(), 1);
}

#[test]
fn keys_and_certificates_are_installed_as_write_only_items() {
    let document = resolved(
        r#"
[security]
root-certificate = { file = "root.pem" }
client-certificate = { chain = "chain.pem", key = { file = "key.pem" } }
[proxy]
address = "proxy.example.com:3128"
user = "charger"
password = { env = "PROXY_PASSWORD" }
"#,
    );
    let items = |options: &PlanOptions| {
        let plan = plan(&document, &charger(), options).unwrap();
        let items: Vec<_> = plan
            .installs()
            .iter()
            .map(|install| install.item())
            .collect();
        let holds_a_key = plan.installs().iter().any(|install| {
            let text = install.data().expose_str().unwrap_or_default();
            text.contains("BEGIN CERTIFICATE") && text.contains("PRIVATE KEY")
        });
        (items, holds_a_key)
    };
    let expected = vec![
        WriteOnlyItem::CLIENT_CERTIFICATE,
        WriteOnlyItem::PROXY_PASSWORD,
    ];
    assert_eq!(
        items(&options()),
        (expected.clone(), true),
        "a readable root alone is not sent"
    );
    let with_root = [vec![WriteOnlyItem::CSMS_ROOT], expected].concat();
    assert_eq!(
        items(&options().with_root_item_required(true)),
        (with_root, true)
    );
}

#[test]
fn what_cannot_be_undone_is_said() {
    let plan = plan(&resolved(MOVE), &charger(), &options()).unwrap();
    let doors = plan.one_way_doors();
    assert!(doors.contains(&OneWayDoor::RootInstalled));
    assert!(doors.contains(&OneWayDoor::SecurityProfileRaised { from: 0, to: 2 }));
    let secrets = doors
        .iter()
        .filter(|door| matches!(door, OneWayDoor::SecretOverwritten { .. }));
    assert_eq!(secrets.count(), 2, "authorization key and APN password");
}

#[test]
fn the_offline_action_never_passes_through_the_undefined_pair() {
    let mut charger = charger();
    for (old, new) in [
        (0, "accept-known"),
        (0, "accept-all"),
        (1, "accept-all"),
        (1, "refuse-all"),
        (3, "refuse-all"),
        (3, "accept-known"),
    ] {
        set(
            &mut charger,
            objects::OFFLINE_ACTION_HIGH,
            Value::Signed(old >> 1),
        );
        set(
            &mut charger,
            objects::OFFLINE_ACTION_LOW,
            Value::Signed(old & 1),
        );
        let document = resolved(&format!("[authorization]\noffline-action = \"{new}\"\n"));
        let plan = plan(&document, &charger, &options()).unwrap();
        let mut now = charger.clone();
        for write in plan.writes() {
            set(&mut now, write.id(), write.write().value.clone());
            let half = |id| now.value(id).and_then(Value::as_u8).unwrap();
            let action =
                half(objects::OFFLINE_ACTION_HIGH) << 1 | half(objects::OFFLINE_ACTION_LOW);
            assert_ne!(action, 2, "from {old} to {new}");
        }
        let decoded = ocpp_config::decode(&now).document.authorization;
        assert_eq!(decoded.offline_action.unwrap().to_string(), new);
    }
}

#[test]
fn both_halves_and_all_priorities_share_a_request() {
    let plan = plan(&resolved(MOVE), &charger(), &options()).unwrap();
    for most in 1..=20 {
        let batches: Vec<_> = plan.batches(most).collect();
        let joined: Vec<_> = batches.concat();
        assert_eq!(joined, plan.writes(), "nothing is lost or moved at {most}");
        assert!(
            batches
                .iter()
                .all(|batch| (1..=most).contains(&batch.len()))
        );
        if most >= 4 {
            let with_priorities = batches.iter().filter(|batch| {
                batch
                    .iter()
                    .any(|write| write.stage() == PlanStage::Priority)
            });
            assert_eq!(with_priorities.count(), 1, "at {most}");
        }
    }
    assert_eq!(plan.batches(0).count(), plan.writes().len());

    let mut refusing = charger();
    set(
        &mut refusing,
        objects::OFFLINE_ACTION_HIGH,
        Value::Signed(0),
    );
    set(&mut refusing, objects::OFFLINE_ACTION_LOW, Value::Signed(0));
    let plan = ocpp_config::plan(&resolved(STAND_ALONE), &refusing, &options()).unwrap();
    for most in 2..=20 {
        let halves = plan.batches(most).filter(|batch| {
            batch.iter().any(|write| {
                [objects::OFFLINE_ACTION_HIGH, objects::OFFLINE_ACTION_LOW].contains(&write.id())
            })
        });
        assert_eq!(halves.count(), 1, "at {most}");
    }
}

#[test]
fn the_long_slot_is_used_where_the_charger_has_it_and_the_short_one_elsewhere() {
    let document = resolved(MOVE);
    let long = plan(&document, &charger(), &options()).unwrap();
    assert_eq!(new_value(&long, "20F0_F"), Some(Value::from("charger")));
    assert_eq!(new_value(&long, "20F0_10"), Some(Value::from("0042")));
    assert_eq!(new_value(&long, "20F0_8"), None);

    let short = plan(&document, &charger_without(&[0xF, 0x10]), &options()).unwrap();
    assert_eq!(new_value(&short, "20F0_8"), Some(Value::from("charger")));
    assert_eq!(new_value(&short, "20F0_A"), Some(Value::from("0042")));

    let user = MOVE.replace("\"charger\"", "\"a-user-of-more-than-20-bytes\"");
    let error = plan(&resolved(&user), &charger_without(&[0xF]), &options()).unwrap_err();
    assert!(
        matches!(
            error.problems(),
            [PlanProblem::TooLong {
                most: 20,
                found: 28,
                ..
            }]
        ),
        "{error}"
    );
}

#[test]
fn old_firmware_is_refused() {
    let document = resolved(MOVE);
    for result in [
        plan(&document, &Snapshot::new(), &options()),
        plan_staged(&document, &Snapshot::new(), &options()).map(|staged| staged.plan().clone()),
    ] {
        assert_eq!(
            result.unwrap_err().problems(),
            [PlanProblem::NoNetworkProfiles]
        );
    }
}

#[test]
fn everything_in_the_way_is_told_at_once() {
    let mut charger = charger_without(&[0x5]);
    let mut identity = charger.get(objects::CHARGE_BOX_IDENTITY).unwrap().clone();
    identity.access = ocpp_config::Access::READ_ONLY;
    charger.insert(identity);
    let error = plan(&resolved(MOVE), &charger, &options()).unwrap_err();
    let problems = error.problems();
    assert!(
        matches!(
            problems,
            [PlanProblem::ReadOnly { .. }, PlanProblem::Missing { .. }]
        ),
        "{error}"
    );
}

#[test]
fn what_the_charger_does_not_have_is_left_out_and_told() {
    let document = format!("{MOVE}\n[timing]\nheartbeat-interval = 300\n");
    let plan = plan(&resolved(&document), &charger(), &options()).unwrap();
    let [left_out] = plan.left_out() else {
        panic!("{plan}");
    };
    assert_eq!(left_out.id, objects::HEARTBEAT_WANTED);
    assert_eq!(left_out.reason, LeftOutReason::NotOnCharger);
    assert!(
        plan.to_string()
            .contains("left out: heartbeat interval wanted in seconds (2085_0)")
    );
}

#[test]
fn credentials_of_an_old_access_point_are_not_sent_to_the_new_one() {
    let mut charger = charger();
    set(&mut charger, id("20F0_7"), "old.example.com");
    set(&mut charger, id("20F0_F"), "old-user");
    let document = MOVE
        .replace("apn.user = \"charger\"", "")
        .replace("apn.password = { env = \"APN_PASSWORD\" }", "");
    let plan = plan(&resolved(&document), &charger, &options()).unwrap();
    assert_eq!(new_value(&plan, "20F0_F"), Some(Value::from("")));
    assert_eq!(new_value(&plan, "20F0_9"), Some(Value::from("")));

    set(&mut charger, id("20F0_7"), "iot.example.com");
    let plan = ocpp_config::plan(&resolved(&document), &charger, &options()).unwrap();
    assert_eq!(
        new_value(&plan, "20F0_F"),
        None,
        "the same access point keeps its user"
    );
    assert_eq!(new_value(&plan, "20F0_9"), None);
}

#[test]
fn detaching_takes_every_profile_out_of_use_and_nothing_else() {
    let mut charger = charger();
    set(&mut charger, objects::PRESET, "acme");
    let detach = Plan::detach(&charger);
    assert_golden("plan-detach.txt", &detach.to_string());
    assert!(
        detach
            .writes()
            .iter()
            .all(|write| write.in_force() == InForce::AfterRestart)
    );
    assert!(Plan::detach(&after(&detach, &charger)).is_empty());
}

#[test]
fn a_named_preset_is_uploaded_before_its_name_is_written() {
    let document = resolved("preset = { name = \"acme\", package = \"acme.fwi\" }\n");
    let plan = plan(&document, &charger(), &options()).unwrap();
    assert_eq!(plan.uploads()[0].purpose(), UploadPurpose::Preset);
    assert_eq!(plan.uploads()[0].file_name(), "acme.fwi");
    assert_eq!(new_value(&plan, "2076_0"), Some(Value::from("acme")));
    assert!(plan.one_way_doors().contains(&OneWayDoor::PresetApplied {
        name: "acme".to_owned()
    }));
    let again = ocpp_config::plan(&document, &after(&plan, &charger()), &options()).unwrap();
    assert!(again.is_empty(), "{again}");
    assert!(plan_staged(&document, &charger(), &options()).is_err());
}

#[test]
fn staging_puts_the_new_profile_first_and_the_old_ones_behind_it() {
    let document = resolved(MOVE);
    let staged = plan_staged(&document, &charger(), &options()).unwrap();
    assert_golden("plan-staged.txt", &staged.plan().to_string());
    let [assigned] = staged.slots() else {
        panic!("{staged:?}");
    };
    assert_eq!(
        (assigned.in_document, assigned.on_charger),
        (slot(1), slot(3))
    );
    let now = after(staged.plan(), &charger());
    let priority = |object| now.value(id(object)).and_then(Value::as_u8);
    assert_eq!(
        ["20F0_E", "20F1_E", "20F2_E", "20F3_E"].map(priority),
        [Some(2), Some(3), Some(1), Some(0)]
    );
    assert_eq!(
        now.value(id("20F0_3")),
        charger().value(id("20F0_3")),
        "the old URL stays"
    );
    assert_eq!(
        staged.fallback_risks(),
        [
            FallbackRisk::Identity,
            FallbackRisk::AuthorizationKey,
            FallbackRisk::SecurityProfile
        ]
    );
}

#[test]
fn a_staged_move_ends_with_the_old_profiles_retired_and_nothing_left_to_do() {
    let document = resolved(MOVE);
    let staged = plan_staged(&document, &charger(), &options()).unwrap();
    let moved = after(staged.plan(), &charger());
    let retire = Plan::retire_all_but(&[slot(3)], &moved);
    assert_golden("plan-retire.txt", &retire.to_string());
    let finished = after(&retire, &moved);
    assert!(Plan::retire_all_but(&[slot(3)], &finished).is_empty());

    let options = options().with_installed(installed_by(staged.plan()));
    let again = plan_staged(&document, &finished, &options).unwrap();
    assert!(again.plan().is_empty(), "{}", again.plan());
    assert_eq!(again.slots()[0].on_charger, slot(3));
}

#[test]
fn staging_takes_the_documents_own_slot_if_it_is_free() {
    let document = resolved(&MOVE.replace("network-profile.1", "network-profile.4"));
    let staged = plan_staged(&document, &charger(), &options()).unwrap();
    assert_eq!(staged.slots()[0].on_charger, slot(4));
}

#[test]
fn staging_without_a_free_slot_is_refused() {
    let mut charger = charger();
    set(&mut charger, id("20F2_E"), Value::Unsigned(3));
    set(&mut charger, id("20F3_E"), Value::Unsigned(4));
    let error = plan_staged(&resolved(MOVE), &charger, &options()).unwrap_err();
    assert_eq!(
        error.problems(),
        [PlanProblem::NoFreeSlot { slot: slot(1) }]
    );
    assert_eq!(
        plan_staged(&resolved(STAND_ALONE), &charger, &options())
            .unwrap_err()
            .problems(),
        [PlanProblem::NotStageable]
    );
}

#[test]
fn restoring_puts_back_what_was_read_and_names_the_rest() {
    let mut before = charger();
    set(&mut before, id("20F1_10"), "****");
    let moved = plan(&resolved(MOVE), &before, &options()).unwrap();
    let mut now = after(&moved, &before);
    set(&mut now, id("20F1_10"), "");
    set(&mut now, objects::BOOT_COUNT, Value::Unsigned(273));
    let restore = Plan::restore(&before, &now).unwrap();
    assert_golden("plan-restore.txt", &restore.to_string());
    let back = after(&restore, &now);
    for object in before.iter() {
        let expected = if object.id == objects::BOOT_COUNT {
            &Value::Unsigned(273)
        } else if object.id == id("20F1_10") {
            &Value::Text(String::new())
        } else {
            &object.value
        };
        assert_eq!(back.value(object.id), Some(expected), "{}", object.id);
    }
    let left_out: Vec<_> = restore.left_out().iter().map(|left| left.id).collect();
    assert_eq!(left_out, [id("20F1_10")], "a masked PIN cannot be put back");
    assert!(Plan::restore(&before, &before).unwrap().is_empty());
}

#[test]
fn settings_are_not_put_back_on_another_charger() {
    let mut other = charger();
    set(&mut other, objects::SERIAL_NUMBER, "ACE0999002");
    let error = Plan::restore(&charger(), &other).unwrap_err();
    assert_eq!(
        (error.before.as_str(), error.now.as_str()),
        ("ACE0999001", "ACE0999002")
    );
}
