//! From a charger to the document that describes it, and the way round.

use ocpp_config::{
    Access, DataType, DictionaryEntry, Document, DocumentSource, Installed, Interface,
    NetworkPreference, Object, OfflineAction, Plan, PlanOptions, PlanProblem, Preset, PresetName,
    Priority, Security, Slot, Snapshot, Value, decode, decode_bytes, encode_bytes, encode_writes,
    objects, parse_writes, plan, plan_staged, validate,
};
use proptest::prelude::*;

use crate::setup::{charger, charger_without, set};
use crate::strategies;

#[test]
fn the_charger_of_the_dump_is_a_document() {
    let decoded = decode(&charger());
    assert_eq!(decoded.undecoded, []);
    let document = decoded.document;
    assert_eq!(document.preset, Some(Preset::Manual));
    assert_eq!(document.identity, Some("ACE0999001".parse().unwrap()));
    let second = document
        .network_profiles
        .get(Slot::new(2).unwrap())
        .unwrap();
    assert_eq!(second.interface, Some(Interface::MOBILE));
    assert_eq!(second.priority, Some(Priority::new(2).unwrap()));
    assert_eq!(second.apn.name, Some("apn.example.net".parse().unwrap()));
    assert_eq!(
        document.authorization.offline_action,
        Some(OfflineAction::ACCEPT_ALL)
    );
    assert_eq!(document.mobile.preference, Some(NetworkPreference::new(2)));
    assert!(document.to_toml().is_ok(), "no secret is in it");
}

#[test]
fn what_belongs_to_one_charger_is_not_passed_on() {
    let mut charger = charger();
    set(&mut charger, objects::PLUG_AND_CHARGE_ID, "ACE0999001");
    let own = decode(&charger);
    let base = own.clone().for_other_chargers();
    assert_eq!(base.identity, None);
    assert_eq!(base.authorization.plug_and_charge_id, None);
    assert_eq!(base.network_profiles, own.document.network_profiles);
    let json = base.to_json().unwrap();
    assert!(!json.contains("ACE0999001"), "{json}");
}

#[test]
fn what_no_document_can_say_is_named() {
    let mut charger = charger();
    let url = objects::ProfileField::URL.of_profile(1).unwrap();
    set(&mut charger, url, "no url");
    set(&mut charger, objects::OFFLINE_ACTION_LOW, Value::Signed(0));
    set(&mut charger, objects::OFFLINE_ACTION_HIGH, Value::Signed(1));
    set(
        &mut charger,
        objects::CONNECTION_ATTEMPTS,
        Value::Unsigned(0),
    );
    let decoded = decode(&charger);
    let mut undecoded = decoded.undecoded;
    undecoded.sort();
    assert_eq!(
        undecoded,
        [
            url,
            objects::CONNECTION_ATTEMPTS,
            objects::OFFLINE_ACTION_HIGH,
            objects::OFFLINE_ACTION_LOW
        ]
    );
    assert_eq!(decoded.document.authorization.offline_action, None);
}

#[test]
fn a_charger_without_a_profile_in_use_is_stand_alone() {
    let charger = charger();
    let detached = carry_out(&Plan::detach(&charger), &charger);
    assert_eq!(decode(&detached).document.preset, Some(Preset::StandAlone));
    assert_eq!(decode(&Snapshot::new()).document, Document::default());
}

/// The charger of the dump with the objects that only other chargers were seen to have.
fn full_charger(has_long_slots: bool) -> Snapshot {
    let mut charger = if has_long_slots {
        charger()
    } else {
        charger_without(&[0xF, 0x10])
    };
    for (id, data_type, value) in [
        (objects::CPO_NAME, DataType::VISIBLE_STRING, Value::from("")),
        (
            objects::HEARTBEAT_WANTED,
            DataType::UNSIGNED32,
            Value::Unsigned(900),
        ),
        (
            objects::PING_INTERVAL,
            DataType::UNSIGNED32,
            Value::Unsigned(0),
        ),
    ] {
        charger.insert(Object::new(id, Access::READ_WRITE, data_type, 0, value));
    }
    charger
}

/// What the charger shows after the writes went over both wires.
fn carry_out(plan: &Plan, charger: &Snapshot) -> Snapshot {
    let mut charger = charger.clone();
    for batch in plan.batches(15) {
        let writes: Vec<_> = batch.iter().map(|write| write.write().clone()).collect();
        let body = encode_writes(&writes).unwrap();
        for posted in parse_writes(body.expose()).unwrap() {
            let data_type = charger.get(posted.id()).unwrap().data_type;
            let value = posted.value(data_type);
            let bytes = encode_bytes(data_type, &value).unwrap();
            assert_eq!(decode_bytes(data_type, &bytes).unwrap(), value);
            if !DictionaryEntry::of(posted.id()).unwrap().is_write_only() {
                set(&mut charger, posted.id(), value);
            }
        }
    }
    charger
}

/// The part of a document that a charger shows: no secrets, no files.
fn readable(document: &Document) -> Document {
    let mut document = document.clone();
    document.security = Security::default();
    document.proxy.password = None;
    if let Some(Preset::Named { package, .. }) = &mut document.preset {
        *package = None;
    }
    for slot in Slot::ALL {
        let profile = document.network_profiles.get(slot).cloned();
        document.network_profiles.set(
            slot,
            profile.map(|mut profile| {
                profile.apn.password = None;
                profile.sim_pin = None;
                profile
            }),
        );
    }
    document
}

/// Writes the document to a charger, over both wires, and reads it back.
fn comes_back(document: &Document, has_long_slots: bool) -> Result<(), TestCaseError> {
    let source = DocumentSource::from_document("generated", document.clone());
    let validation = validate(&source);
    let Some(checked) = validation.checked else {
        return Err(TestCaseError::fail(validation.report.to_string()));
    };
    let resolved = checked.resolve(&strategies::secrets()).unwrap();
    let before = full_charger(has_long_slots);
    let planned = match plan(&resolved, &before, &PlanOptions::new()) {
        Ok(planned) => planned,
        Err(error) => {
            prop_assert!(!has_long_slots, "{error}");
            return Ok(());
        }
    };
    prop_assert_eq!(planned.left_out(), []);
    let after = carry_out(&planned, &before);
    let decoded = decode(&after);
    prop_assert_eq!(&decoded.undecoded, &[]);
    // What the document says is what the charger shows; what it leaves out, the
    // charger's own settings fill.
    let wanted = readable(document);
    prop_assert_eq!(wanted.over(&decoded.document), decoded.document);

    let mut installed = Installed::with_salt([1; 16]);
    planned.remember_in(&mut installed);
    let again = plan(
        &resolved,
        &after,
        &PlanOptions::new().with_installed(installed),
    )
    .unwrap();
    prop_assert!(again.is_empty(), "{again}");
    restores(&before, &after)
}

/// Everything that a plan wrote and a charger shows goes back to what it was.
fn restores(before: &Snapshot, after: &Snapshot) -> Result<(), TestCaseError> {
    let restore = Plan::restore(before, after).unwrap();
    prop_assert_eq!(restore.left_out(), []);
    prop_assert_eq!(&carry_out(&restore, after), before);
    Ok(())
}

/// The old back office stays behind the new one, and the end of the move is the
/// document.
fn stages(document: &Document) -> Result<(), TestCaseError> {
    let source = DocumentSource::from_document("generated", document.clone());
    let checked = validate(&source).checked.unwrap();
    let resolved = checked.resolve(&strategies::secrets()).unwrap();
    let before = full_charger(true);
    let staged = match plan_staged(&resolved, &before, &PlanOptions::new()) {
        Ok(staged) => staged,
        Err(error) => {
            let is_expected = |problem: &PlanProblem| {
                matches!(
                    problem,
                    PlanProblem::NoFreeSlot { .. } | PlanProblem::NotStageable
                )
            };
            prop_assert!(error.problems().iter().all(is_expected), "{error}");
            return Ok(());
        }
    };
    let during = carry_out(staged.plan(), &before);
    let new: Vec<_> = staged.slots().iter().map(|slot| slot.on_charger).collect();
    let old = [1, 2].map(|number| Slot::new(number).unwrap());
    let expected: Vec<_> = new.iter().copied().chain(old).collect();
    prop_assert_eq!(in_order(&during), expected);

    let finished = carry_out(&Plan::retire_all_but(&new, &during), &during);
    prop_assert_eq!(in_order(&finished), new);
    let mut installed = Installed::with_salt([1; 16]);
    staged.plan().remember_in(&mut installed);
    let options = PlanOptions::new().with_installed(installed);
    let again = plan_staged(&resolved, &finished, &options).unwrap();
    prop_assert!(again.plan().is_empty(), "{}", again.plan());
    Ok(())
}

/// The slots in use, first tried first.
fn in_order(charger: &Snapshot) -> Vec<Slot> {
    let priority = |slot: &Slot| {
        let id = objects::ProfileField::PRIORITY.of_profile(slot.number());
        charger.value(id.unwrap()).and_then(Value::as_u8).unwrap()
    };
    let mut slots: Vec<_> = Slot::ALL
        .into_iter()
        .filter(|slot| priority(slot) > 0)
        .collect();
    slots.sort_by_key(priority);
    slots
}

proptest! {
    #[test]
    fn a_valid_document_can_be_staged_beside_the_old_back_office(
        document in strategies::document().boxed(),
    ) {
        stages(&document)?;
    }

    #[test]
    fn a_valid_document_comes_back_from_the_charger_that_it_was_written_to(
        document in strategies::document().boxed(),
        has_long_slots: bool,
    ) {
        comes_back(&document, has_long_slots)?;
    }

    #[test]
    fn a_preset_name_comes_back(name in "[!-~][ -~]{0,49}") {
        let mut charger = charger();
        set(&mut charger, objects::PRESET, name.as_str());
        let preset = decode(&charger).document.preset;
        prop_assert_eq!(preset, Some(Preset::Named {
            name: PresetName::new(name).unwrap(),
            package: None,
        }));
    }
}
